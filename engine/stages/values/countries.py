"""Countries by their names in many languages, by the letters before postcodes, and by the ids that belong to them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from babel import Locale

from engine.stages.extract.lexicon import fold

_LANGUAGES = (
    "en", "de", "fr", "es", "it", "nl", "pl", "pt", "cs", "sk", "sv", "da", "nb", "fi", "lv", "lt", "et", "hu", "ro", "hr", "sl",
    "el", "bg", "tr", "ja", "zh", "ko", "ru", "uk",
)  # fmt: skip
_MORE = {
    "GB": ("england", "scotland", "wales", "northern ireland", "great britain", "uk", "u.k.", "united kingdom"), "US": ("usa", "u.s.a.", "united states of america", "us"),
    "NL": ("holland", "the netherlands"), "CZ": ("czech republic", "ceska republika"), "AE": ("uae",), "KR": ("korea", "south korea"),
    "IE": ("republic of ireland", "eire"), "CN": ("pr china", "p.r. china", "prc"), "DE": ("brd", "germany", "deutschland"), "TR": ("turkey",), "RU": ("russia",),
}  # fmt: skip
_PREFIXES = {
    "D": "DE", "A": "AT", "CH": "CH", "F": "FR", "B": "BE", "L": "LU", "I": "IT", "E": "ES", "P": "PT", "NL": "NL", "S": "SE", "N": "NO", "DK": "DK",
    "FI": "FI", "FIN": "FI", "PL": "PL", "CZ": "CZ", "SK": "SK", "H": "HU", "HU": "HU", "SI": "SI", "SLO": "SI", "HR": "HR", "LV": "LV", "LT": "LT",
    "EE": "EE", "RO": "RO", "BG": "BG", "GR": "GR", "FL": "LI", "IS": "IS", "DE": "DE", "AT": "AT", "FR": "FR", "BE": "BE", "LU": "LU", "IT": "IT",
    "ES": "ES", "PT": "PT", "SE": "SE", "NO": "NO", "MC": "MC", "CY": "CY", "MT": "MT", "UA": "UA", "AD": "AD", "LI": "LI", "TR": "TR", "SM": "SM",
}  # fmt: skip
"""Letters before a postcode, of cars or ISO 3166: `D-10115`, `LV-1010`."""
_TAX_PREFIXES = {"EL": "GR", "XI": "GB", "CHE": "CH"}
_EUROS = frozenset(
    {
        "AT",
        "BE",
        "CY",
        "DE",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PT",
        "SI",
        "SK",
    }
)


_ISO = 2
_GROUPS = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if _is_iso(code):
                table.setdefault(fold(name), code)
    for code, names in _MORE.items():
        table.update({fold(name): code for name in names})
    return table


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(filter(_is_iso, Locale.parse("en").territories))


def _is_iso(code: str) -> bool:
    """Tell whether a territory of CLDR is a country of ISO 3166: two letters, no group of countries."""
    return len(code) == _ISO and code.isalpha() and code not in _GROUPS


def country_code(text: str) -> str | None:
    """Return the ISO 3166 code of a country's name in any of many languages, or of a code, or None."""
    bare = text.strip(" .,()")
    if bare.isupper() and bare in _codes():
        return bare
    return _names().get(fold(bare)) if bare else None


def country_of_prefix(letters: str) -> str | None:
    """Return the country that letters before a postcode mean: `D` of `D-10115`."""
    return _PREFIXES.get(letters.upper())


def country_of_tax_id(number: str) -> str | None:
    """Return the country that a VAT id begins with, or None for a number without country."""
    compact = "".join(sign for sign in number.upper() if sign.isalnum())
    for length in (3, 2):
        if compact[:length] in _TAX_PREFIXES:
            return _TAX_PREFIXES[compact[:length]]
    has_digits = any(sign.isdigit() for sign in compact[2:])
    return compact[:2] if compact[:2].isalpha() and compact[:2] in _codes() and has_digits else None


def country_of_iban(number: str) -> str | None:
    """Return the country of an IBAN."""
    code = number.strip()[:2].upper()
    return code if code in _codes() else None


def pays_in_euro(country: str) -> bool:
    """Tell whether a country's currency is the euro."""
    return country in _EUROS


def agreed(codes: Iterable[str | None]) -> str | None:
    """Return the one country that all known signs name, or None where they differ or say nothing."""
    known = {code for code in codes if code}
    return known.pop() if len(known) == 1 else None
