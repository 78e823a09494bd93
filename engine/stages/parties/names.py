"""Names and numbers of companies in the one spelling in which they are compared."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz

_LEGAL_FORMS = frozenset({
    "ab", "ag", "aps", "as", "asa", "bv", "bvba", "co", "corp", "corporation", "doo", "e", "ehf", "ek", "eg", "ev",
    "eu", "gbr", "ges", "gesmbh", "gmbh", "inc", "incorporated", "kft", "kg", "kgaa", "kk", "lda", "limited", "llc",
    "llp", "lp", "ltd", "ltda", "mbh", "nv", "og", "ohg", "oy", "oyj", "plc", "pte", "pty", "sa", "sab", "sarl",
    "sas", "sasu", "sca", "scs", "se", "sicav", "sl", "slu", "snc", "sp", "spa", "spol", "srl", "srls", "sro", "ss",
    "ug", "uab", "und", "u", "vof", "zoo", "company", "compagnie", "cie", "haftungsbeschrankt", "z", "oo"
})  # fmt: skip
_NO_FORM = frozenset({"und", "u", "e", "z", "co", "company", "compagnie", "cie", "haftungsbeschrankt", "eu"})
"""Words beside a legal form that tell no entity from another."""
_SPELLED = {"limited": "ltd", "incorporated": "inc", "corporation": "corp", "gesmbh": "gmbh", "sasu": "sas"}
_SAME_NAME = 90
"""Likeness (0..100) from which two names are one; letters are misread, legal forms left away."""
_PLAIN_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that do not come apart into a letter and an accent."""
_SIREN_DIGITS = 9
_SIRET_DIGITS = 14
_FRENCH_VAT = re.compile(r"FR[0-9A-Z]{2}(\d{9})")


@lru_cache(maxsize=16_384)
def normal_name(name: str) -> str:
    """Return a company name for comparison: lower case, no accents (ü and ue are both u), punctuation or legal forms."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN_LETTERS))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    words = re.findall(r"\w+", re.sub(r"(?<=\b\w)[./](?=\w\b)", "", text.replace("&", " und ")))
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return re.sub("([aou])e", r"\1", " ".join(kept or words))


def name_likeness(one: str, other: str) -> int:
    """Return how alike two company names are, 0 to 100, whatever the order of their words."""
    return round(fuzz.token_sort_ratio(normal_name(one), normal_name(other)))


def is_same_entity(one: str, other: str) -> bool:
    """Tell whether two names mean one legal entity: alike, and of one legal form where both state it."""
    mine, theirs = _forms(one), _forms(other)
    return name_likeness(one, other) >= _SAME_NAME and (not mine or not theirs or mine == theirs)


def _forms(name: str) -> frozenset[str]:
    """Return the legal form in a name, in one spelling: `Ash Limited` -> ltd."""
    folded = name.casefold().translate(_PLAIN_LETTERS)
    words = re.findall(r"\w+", re.sub(r"\.", "", re.sub(r"(?<=\b\w)[./](?=\w\b)", "", folded)))
    return frozenset(_SPELLED.get(word, word) for word in words if word in _LEGAL_FORMS - _NO_FORM)


@lru_cache(maxsize=16_384)
def bare(text: str) -> str:
    """Return letters and digits only, upper case."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()


def domain(address: str | None) -> str:
    """Return the domain of a mail address, lower case; empty when there is none."""
    return (address or "").rpartition("@")[2].strip().lower()


def siren(number: str) -> str | None:
    """Return the SIREN (9 digits) of a French SIREN, SIRET (14 digits) or VAT id (FR, key, SIREN)."""
    if vat := _FRENCH_VAT.fullmatch(number):
        return vat.group(1)
    return number[:_SIREN_DIGITS] if number.isdigit() and len(number) in {_SIREN_DIGITS, _SIRET_DIGITS} else None
