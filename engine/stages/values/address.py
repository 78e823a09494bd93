"""Postal addresses in parts: street, house number, postcode, city, region, country.

The shapes follow the Universal Postal Union's addressing systems (UPU S42) of each country.
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from engine.stages.values.countries import country_code, country_of_prefix

_SEPARATOR = re.compile(r"\s*(?:\n|\u00b7|\u2022|\||;|,(?!\d)|\s[-\u2013\u2014]\s(?![A-Z]{2}(?:\W|$)))\s*")
_NUMBER = r"\d{1,5}(?:\s?[-/\u2013]\s?\d{1,5})?(?:\s?[a-zA-Z](?![^\W\d_]))?(?:/\w{1,4})?"
_NUMBER_LAST = re.compile(
    rf"^(?P<street>\D.*?[^\W\d_.)])\.?,?\s*(?:\bn[o\u00b0\u00ba.]\.?\s*|\bnr\.?\s*|#\s*)?(?P<number>{_NUMBER})(?P<rest>(?:[\s,].*)?)$",
    re.IGNORECASE,
)
_NUMBER_FIRST = re.compile(
    rf"^(?P<number>{_NUMBER}(?:\s(?:bis|ter|quater)\b)?),?\s+(?P<street>[^\W\d_].*)$", re.IGNORECASE
)
_ONLY_NUMBER = re.compile(rf"^(?:n[o\u00b0\u00ba.]*\s*|nr\.?\s*|s/?n\b)?(?P<number>{_NUMBER}|s/n)$", re.IGNORECASE)
_STREET_WORD = re.compile(
    r"(?:stra(?:ss|\u00df)e|str\.?|weg|platz|gasse|allee|ring|damm|ufer|chauss[e\u00e9]e|straat|laan|plein|kade|gatan|v\u00e4gen|gade|vej|gata|veien|vegen|katu|tie|iela|utca|\u00fat|t\u00e9r|sokak|caddesi)\b"
    r"|\b(?:rue|avenue|av|ave|bd|boulevard|blvd|place|quai|chemin|impasse|all\u00e9e|route|calle|avda|plaza|paseo|via|viale|piazza|corso|largo|rua|avenida|pra\u00e7a|travessa|ul|ulica|al|aleja|pl|os|street|st|road|rd|lane|ln|drive|dr|way|court|ct|square|sq|terrace|close|crescent|highway|hwy|parkway|pkwy|row|po box|p\.?o\.? box|postfach|box|bo\u00eete postale|bp|apartado|n\u00e1m\u011bst\u00ed|n\u00e1m|t\u0159\u00edda|strada|bulevardul|bulv|g|prospekt)\b\.?|\bc/",
    re.IGNORECASE,
)
_PREFIX = r"(?:(?P<prefix>[A-Z]{1,3})[\s-]{1,2})?"
_CITY = r"(?P<city>[^\W\d_][^\d]*?)"
_REGION = r"(?:[\s,]+\(?(?P<region>[A-Z]{2})\)?)"


class Address(NamedTuple):
    """The parts of an address; empty where it does not show them. `country` is ISO 3166."""

    street: str = ""
    number: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    extra: str = ""
    """What else stands in it: a building, a floor, a district."""


class _Shape(NamedTuple):
    """How a postcode and a city are printed somewhere; `countries` are those the shape proves or fits."""

    pattern: re.Pattern[str]
    countries: tuple[str, ...]
    is_proof: bool
    """Whether no other country prints so."""


def _shape(pattern: str, *countries: str, is_proof: bool = False) -> _Shape:
    return _Shape(re.compile(rf"^{pattern}$"), countries, is_proof)


_AFTER_CITY = r"(?:(?P<city>[^\W\d_][^\d]*?)[\s,-]+)?"
_SHAPES = (
    _shape(rf"{_AFTER_CITY}(?P<postcode>[A-Z]{{1,2}}\d[A-Z\d]?\s?\d[A-Z]{{2}})", "GB", is_proof=True),
    _shape(rf"(?:{_CITY}[\s,]+)?(?P<region>[A-Z]{{2}})[\s,]+(?P<postcode>[A-Z]\d[A-Z][\s-]?\d[A-Z]\d)", "CA", is_proof=True),
    _shape(rf"(?:{_CITY}[\s,]+)?\(?(?P<region>[A-Z]{{2}})\)?[\s,]+(?P<postcode>\d{{5}}(?:-\d{{4}})?)", "US", is_proof=True),
    _shape(rf"(?:{_CITY}[\s,]+)?(?P<region>NSW|VIC|QLD|WA|SA|TAS|ACT|NT)[\s,]+(?P<postcode>\d{{4}})", "AU", is_proof=True),
    _shape(rf"{_AFTER_CITY}(?P<postcode>[A-Z]\d[\dW]\s?[A-Z\d]{{4}})", "IE", is_proof=True),
    _shape(rf"(?:NL[\s-])?(?P<postcode>[1-9]\d{{3}}\s?[A-Z]{{2}})\s+{_CITY}", "NL", is_proof=True),
    _shape(rf"(?:PL[\s-])?(?P<postcode>\d\d-\d{{3}})\s+{_CITY}", "PL", is_proof=True),
    _shape(rf"(?:PT?[\s-])?(?P<postcode>\d{{4}}-\d{{3}})\s+{_CITY}", "PT", is_proof=True),
    _shape(rf"(?:CEP:?\s*)?(?P<postcode>\d{{5}}-\d{{3}})[\s,]+{_CITY}{_REGION}?", "BR", is_proof=True),
    _shape(rf"{_CITY}(?:[\s,/-]+(?P<region>[A-Z]{{2}}))?[\s,]+(?:CEP:?\s*)?(?P<postcode>\d{{5}}-\d{{3}})", "BR", is_proof=True),
    _shape(r"\u3012?(?P<postcode>\d{3}-\d{4})(?:\s*(?P<city>[^\d]+?))?", "JP", is_proof=True),
    _shape(r"(?P<city>Singapore)\s+(?P<postcode>\d{6})", "SG", is_proof=True),
    _shape(r"(?:(?P<city>[^\W\d_][^\d]*?)[\s,]+)?(?P<prefix>LV|LT|EE)-(?P<postcode>\d{4,5})", "LV", "LT", "EE"),
    _shape(rf"(?P<prefix>LV|LT|EE)-(?P<postcode>\d{{4,5}})[\s,]+{_CITY}", "LV", "LT", "EE"),
    _shape(rf"(?:C\.?P\.?\s*)(?P<postcode>\d{{5}})[\s,]+{_CITY}", "MX", is_proof=True),
    _shape(rf"{_PREFIX}(?P<postcode>\d{{5}})\s+{_CITY}\s+(?i:cedex)(?:\s\d+)?", "FR", is_proof=True),
    _shape(rf"{_PREFIX}(?P<postcode>\d{{5}})[\s,-]+{_CITY}\s*\((?P<region>[A-Z]{{2}})\)", "IT", is_proof=True),
    _shape(rf"{_PREFIX}(?P<postcode>\d{{5}})\s+{_CITY}\s+(?P<region>[A-Z]{{2}})", "IT"),
    _shape(rf"{_PREFIX}(?P<postcode>\d{{3}}\s\d{{2}})\s+{_CITY}(?:\s\d{{1,2}})?", "SE", "CZ", "SK", "GR"),
    _shape(rf"{_PREFIX}(?P<postcode>\d{{5}})[\s,]+{_CITY}(?:\s\d{{1,2}})?", "DE", "FR", "ES", "IT", "FI", "EE", "HR", "CZ", "SE", "TR", "UA", "MX"),
    _shape(rf"{_PREFIX}(?P<postcode>\d{{4}})[\s,]+{_CITY}(?:\s[A-Z]{{1,2}}|\s\d{{1,2}})?", "AT", "CH", "BE", "DK", "NO", "LU", "HU", "SI", "NL", "BG", "LI"),
    _shape(rf"{_PREFIX}(?P<postcode>\d{{6}})\s+{_CITY}", "RO", "CN", "RU"),
    _shape(rf"{_CITY}[\s,-]+(?P<postcode>\d{{3}}\s?\d{{3}})", "IN"),
    _shape(rf"{_CITY}[\s,]+(?P<postcode>\d{{4}})", "NZ", "AU", "ZA", "PH"),
)  # fmt: skip
"""Shapes of the line with postcode and city; the surer ones first."""


def parse_address(text: str, country: str | None = None) -> Address:
    """Return the parts of a printed address, its lines set apart by breaks, commas or dots.

    `country` is where it is likely to be (ISO 3166); a country that is printed goes first. What fits no shape stays in
    `extra`, so that nothing is lost.
    """
    parts = [part.strip(" ,.-") for part in _SEPARATOR.split(text) if part and part.strip(" ,.-")]
    named = country_code(parts[-1]) if parts and _may_be_country(parts) else None
    if named:
        parts = parts[:-1]
    hint = named or country
    place = _place(parts, hint)
    if place is None:
        street, number, extra = _street(parts)
        return Address(street=street, number=number, country=hint or "", extra=extra)
    at, taken, found, where = place
    rest = [*parts[:at], *parts[at + taken :]]
    head, city = _before(found)
    if not city and at > 0:
        city = rest.pop(at - 1)
    region = found.get("region") or ""
    street, number, extra = _street([*rest[:at], *([head] if head else []), *rest[at:]])
    return Address(street, number, found["postcode"].upper(), city.strip(" ,-"), region, where or "", extra)


def _may_be_country(parts: Sequence[str]) -> bool:
    """Tell whether the last part may name the country: a word of its own, no code that stands for a region."""
    return len(parts) > 1 and not any(sign.isdigit() for sign in parts[-1]) and len(parts[-1]) > 1


def _place(parts: Sequence[str], hint: str | None) -> tuple[int, int, dict[str, str], str | None] | None:
    """Return where postcode and city stand, how many parts they take, their pieces and the country."""
    for fits in _fits(hint):
        for shape in _SHAPES:
            if not fits(shape):
                continue
            for at in range(len(parts) - 1, -1, -1):
                for taken in (2, 1):
                    match = shape.pattern.match(", ".join(parts[at : at + taken])) if at + taken <= len(parts) else None
                    if match is None or (taken == 2 and any(map(_STREET_WORD.search, parts[at : at + 2]))):  # noqa: PLR2004
                        continue
                    found = {name: value or "" for name, value in match.groupdict().items()}
                    if _ends_as_street(found.get("city", "")):
                        continue
                    where = _where(shape, found.get("prefix", ""), hint)
                    if where is not False:
                        return at, taken, found, where
    return None


def _fits(hint: str | None) -> tuple[Callable[[_Shape], bool], ...]:
    """Return in which order shapes are tried: those of the country that is hinted at, those that prove one, the rest."""
    if hint is None:
        return (lambda shape: shape.is_proof, lambda shape: not shape.is_proof)
    return (lambda shape: hint in shape.countries, lambda shape: shape.is_proof, lambda shape: not shape.is_proof)


def _ends_as_street(city: str) -> bool:
    """Tell whether what stands behind a number is a street: `4557 De Silva St` has no postcode."""
    return any(match.end() == len(city) and match.start() > 0 for match in _STREET_WORD.finditer(city))


def _where(shape: _Shape, prefix: str, hint: str | None) -> str | Literal[False] | None:
    """Return the country of a place, None where it stays open, False where its letters belong to none."""
    if prefix:
        return country_of_prefix(prefix) or False
    if hint is not None:
        return hint
    return shape.countries[0] if shape.is_proof or len(shape.countries) == 1 else None


def _before(found: dict[str, str]) -> tuple[str, str]:
    """Return what stands before the city in its line, and the city."""
    city = found.get("city", "")
    head, separator, last = city.rpartition(", ")
    return (head, last) if separator and not found.get("prefix") else ("", city)


def _street(parts: Sequence[str]) -> tuple[str, str, str]:
    """Return street, house number, and what is left of the lines."""
    left = list(parts)
    ranked = sorted(range(len(left)), key=lambda at: (-_likeness(left[at]), at))
    for at in ranked:
        if not _likeness(left[at]):
            continue
        street, number, rest = _numbered(left[at])
        if not number and at + 1 < len(left) and (alone := _ONLY_NUMBER.match(left[at + 1])):
            number = alone["number"]
            left.pop(at + 1)
        left.pop(at)
        return street, number, ", ".join([*left[:at], *([rest] if rest else []), *left[at:]])
    return "", "", ", ".join(left)


def _likeness(part: str) -> int:
    """Return how much a line looks like a street: by a word of streets, by a house number."""
    has_word = _STREET_WORD.search(part) is not None
    has_number = _NUMBER_LAST.match(part) is not None or _NUMBER_FIRST.match(part) is not None
    return 2 * has_word + has_number


def _numbered(part: str) -> tuple[str, str, str]:
    for pattern in (_NUMBER_FIRST, _NUMBER_LAST):
        match = pattern.match(part)
        if match is not None:
            rest = (match.groupdict().get("rest") or "").strip(" ,")
            street = match["street"].strip(" ,")
            dot = "." if re.search(rf"{re.escape(street)}\.\s*,?\s*{re.escape(match['number'])}", part) else ""
            return street + dot, re.sub(r"\s+", " ", match["number"]), rest
    return part, "", ""
