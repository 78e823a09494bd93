"""Names of companies: the name proper and the legal form, in one spelling."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from engine.stages.values.legal_forms import FORMS, LEADING

_PIECE = re.compile(r"\S+")
_LONGEST_FORM = 8
_STRIPPED = " ,;:-\u2013|"
_ORDINARY = frozenset({"co", "company", "est", "et", "me", "pr", "as", "da", "ei", "ii", "if", "in", "nl", "sa", "se", "ba", "ad", "ps", "ks", "ik", "mb", "ud", "cv", "ao", "ab", "ay", "ky", "kg", "ug", "lp", "cc", "bt", "rt", "cb", "sc", "ss", "sp", "ac", "pa", "pc", "na", "fie", "enk", "slu", "hb", "kb"})  # fmt: skip
"""Forms that are also ordinary words: as a form they are printed in capitals, or with points."""
_PARTNERS = frozenset({"co", "company", "cie", "compagnie"})
_AND = re.compile(r"(?:&|\+|\b(?:and|und|et|y|e|i|en|och|og|ja))\s*$", re.IGNORECASE)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class CompanyName(NamedTuple):
    """A name without its legal form; the form in its usual spelling, empty for none, and the countries that have it."""

    name: str
    form: str = ""
    countries: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def split_name(text: str) -> CompanyName:
    """Return the name and the legal form of a company as printed: `ACME TOOLS SP. Z O.O.` is ACME TOOLS, `Sp. z o.o.`.

    The form stands at the end, in some countries before the name, in a few on both sides. A text that is nothing but a
    form stays a name, and so does one like `Smith & Co.`, which names partners.
    """
    plain = " ".join(text.split())
    glued = _glued(plain)
    if glued is not None:
        return glued
    pieces = [(match.start(), match.end()) for match in _PIECE.finditer(plain)]
    form, start, end = "", 0, len(plain)
    for count in range(min(_LONGEST_FORM, len(pieces) - 1), 0, -1):
        at = pieces[-count][0]
        found = _form(plain[at:])
        if found is not None and not (key_of(found) in _PARTNERS and _AND.search(plain[:at])):
            form, end, pieces = found, at, pieces[:-count]
            break
    for count in range(min(_LONGEST_FORM, len(pieces) - 1), 0, -1):
        at = pieces[count - 1][1]
        found = _form(plain[:at])
        if found in LEADING and (not form or set(_countries(found)) & set(_countries(form))):
            form, start = f"{found} {form}".strip(), at
            break
    return _named(plain[start:end], form) if form else CompanyName(plain)


def _named(rest: str, form: str) -> CompanyName:
    name = rest.strip(_STRIPPED).strip("\"'\u201c\u201d\u201e\u00ab\u00bb ")
    return CompanyName(name, form, _countries(form))


@lru_cache(maxsize=2048)
def _countries(form: str) -> tuple[str, ...]:
    """Return the countries that have a form, or the one that has both halves of it on either side of the name."""
    own = tuple(country for country, forms in FORMS.items() if key_of(form) in {key_of(one) for one in forms})
    first, _, last = form.partition(" ")
    return own or tuple(country for country in _countries(first) if last and country in _countries(last))


def _form(text: str) -> str | None:
    """Return the usual spelling of a text that is a legal form and nothing else."""
    key = key_of(text)
    bare = text.strip(_STRIPPED)
    spellings = _keys().get(key)
    if spellings is None or not (bare[0].isalnum() or bare[0] == "("):
        return None
    form = bare if bare in spellings else spellings[0]
    is_shown = any(sign in bare for sign in "./(") or bare.isupper() or bare == form or len(key) > 3  # noqa: PLR2004
    return form if key not in _ORDINARY or is_shown else None


def _glued(text: str) -> CompanyName | None:
    """Return the parts of a name in a script without spaces, where the form is glued to it on either side."""
    if not _CJK.search(text):
        return None
    for form in sorted({f for forms in FORMS.values() for f in forms if _CJK.search(f)}, key=lambda f: (-len(f), f)):
        if text.endswith(form) and text != form:
            return _named(text[: -len(form)], form)
        if text.startswith(form) and text != form:
            return _named(text[len(form) :], form)
    return None


def key_of(text: str) -> str:
    """Return a legal form as it is compared: letters and digits in lower case, without accents."""
    folded = unicodedata.normalize(
        "NFKD", text.casefold().replace("\u0142", "l").replace("\u0131", "i").replace("\u00f8", "o")
    )
    return "".join(sign for sign in folded if sign.isalnum())


@lru_cache(maxsize=1)
def _keys() -> Mapping[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for forms in FORMS.values():
        for form in forms:
            table[key_of(form)] = tuple(dict.fromkeys((*table.get(key_of(form), ()), form)))
    return table
