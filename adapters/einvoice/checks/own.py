"""Rules of national and Peppol profiles, kept as data in `rules/*.yaml` and run as one stylesheet for each syntax."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

import yaml
from pydantic import Field

from engine.model.value import Value

Syntax = Literal["ubl", "cii"]
_FOLDER = Path(__file__).parent / "rules"


class Place(Value):
    """Where a rule looks (`at`, XPath 3.1 from the root) and what must hold there (`test`)."""

    at: str
    test: str


class OwnRule(Value):
    """One rule of a profile."""

    id: str
    says: str
    """What is wrong when it is broken, as a part of a sentence."""
    flag: Literal["fatal", "warning"] = "fatal"
    fields: tuple[str, ...] = ()
    always: bool = False
    """Whether it holds beyond the condition of its book."""
    ubl: Place | None = None
    cii: Place | None = None


class RuleBook(Value):
    """The rules of one profile."""

    name: str
    profile: str
    """Regular expression that is found in the profile identifiers it is for."""
    only: Mapping[Syntax, str] = {}
    """By syntax: XPath from the root that must hold for the rules to be asked at all."""
    rules: tuple[OwnRule, ...] = Field(min_length=1)


@lru_cache(maxsize=1)
def books() -> tuple[RuleBook, ...]:
    """Return all rule books. Raises ValidationError for a file that is not one."""
    files = sorted(_FOLDER.glob("*.yaml"))
    return tuple(RuleBook.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files)


@lru_cache(maxsize=1)
def rules() -> Mapping[str, OwnRule]:
    """Return every rule by its id."""
    return {rule.id: rule for book in books() for rule in book.rules}


def names_for(profile: str, syntax: Syntax) -> tuple[str, ...]:
    """Return the names of the rule books that a profile asks for and that know the syntax."""
    return tuple(
        book.name for book in books()
        if re.search(book.profile, profile) and any(getattr(rule, syntax) is not None for rule in book.rules)
    )  # fmt: skip


def stylesheet(name: str, syntax: Syntax, namespaces: Mapping[str, str]) -> str:
    """Return an XSLT 3.0 stylesheet that reports broken rules as SVRL, with the place as an XPath of qualified names.

    A rule that cannot be evaluated (text where a number belongs) says nothing: the schema and the reader do.
    """
    book = next(book for book in books() if book.name == name)
    declared = " ".join(f"xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in namespaces.items())
    condition = book.only.get(syntax, "true()")
    body = "".join(
        _rule(rule, place, "true()" if rule.always else condition)
        for rule in book.rules
        if (place := getattr(rule, syntax)) is not None
    )
    return _FRAME.replace("{namespaces}", declared).replace("{rules}", body)


def _rule(rule: OwnRule, place: Place, condition: str) -> str:
    return (
        f"<xsl:try><xsl:for-each select={quoteattr(f'if ({condition}) then ({place.at}) else ()')}><xsl:if test={quoteattr(f'not({place.test})')}>"
        f'<svrl:failed-assert id="{rule.id}" flag="{rule.flag}" location="{{path()}}">'
        f"<svrl:text>{escape(rule.says)}</svrl:text></svrl:failed-assert></xsl:if></xsl:for-each><xsl:catch/></xsl:try>"
    )


_FRAME = """<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
  xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:svrl="http://purl.oclc.org/dsdl/svrl" xmlns:f="urn:postroom:functions"
  {namespaces} exclude-result-prefixes="#all">
<xsl:function name="f:is-iban" as="xs:boolean">
  <xsl:param name="raw" as="item()"/>
  <xsl:variable name="iban" select="upper-case(replace(string($raw), '\\s', ''))"/>
  <xsl:variable name="turned" select="concat(substring($iban, 5), substring($iban, 1, 4))"/>
  <xsl:variable name="digits" select="string-join(
    for $sign in string-to-codepoints($turned) return if ($sign ge 65) then $sign - 55 else $sign - 48)"/>
  <xsl:sequence select="if (matches($iban, '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$')) then xs:integer($digits) mod 97 = 1 else false()"/>
</xsl:function>
<xsl:template match="/"><svrl:schematron-output>{rules}</svrl:schematron-output></xsl:template>
</xsl:stylesheet>"""
"""ISO 13616: country and check digits to the end, letters as 10 to 35, remainder 1 by 97."""
