"""Names that carry their own proof or shape: IBAN, VAT id, e-mail, document numbers."""

import re
from functools import lru_cache
from typing import NamedTuple

from stdnum import iban as stdnum_iban
from stdnum.ch import uid as swiss
from stdnum.eu import vat as stdnum_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as british
from stdnum.jp import cn as japanese
from stdnum.no import mva as norwegian

from engine.stages.extract.lines_of_text import Line

_IBAN_START = re.compile(r"^\(?([A-Z]{2}\d{2})[A-Z0-9]*", re.ASCII)
_VAT_START = re.compile(r"^\(?(ATU?|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|GB|XI|CHE|NO|T)[-.]?(\d|[A-Z]?\d|[A-Z]{2}\d|$)", re.ASCII)  # fmt: skip
_VAT_PIECE = re.compile(r"^(?=.*\d)[A-Z0-9.-]+[),;]?$", re.ASCII)
_CLEAN = re.compile(r"[^A-Z0-9]", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+(?:com|de|fr|es|it|nl|at|ch|be|pl|pt|lv|eu|net|org|co|uk|info|biz|lu|dk|se|no|fi|cz|io|in|my))\b", re.IGNORECASE)  # fmt: skip
_IBAN_LONGEST = 34
_JAPANESE = 14
"""Signs of a Japanese registration number of invoice issuers."""
_IBAN_LENGTHS = {"DE": 22, "AT": 20, "BE": 16, "ES": 24, "DK": 18, "FI": 18, "PL": 28, "CZ": 24, "PT": 25, "SE": 24}
"""Lengths of purely numeric IBANs, to know one that is misprinted."""
_POLISH, _POLISH_GROUP, _POLISH_PIECES = 26, 4, (2, 26)
"""Digits of a Polish account number (NRB), of its groups, and of the word that it begins with."""
_NUMBER_SHAPE = re.compile(r"^[#(]?[A-Za-z0-9][\w./\\#*-]*[\w)]?[.,;:]?$", re.UNICODE)
_PHONE = re.compile(r"^(?:\+\d|00[1-9]\d{9,})|^\(0?\d+\)")


class Identifier(NamedTuple):
    """An identifier on a line: words[start:end] of it."""

    kind: str
    """`iban`, `vat`, `email`, `domain`."""
    value: str
    raw: str
    line: Line
    start: int
    end: int
    is_valid: bool
    """True when its checksum or shape proves it."""


@lru_cache(maxsize=4096)
def is_iban(text: str) -> bool:
    """Tell whether a compact text is an IBAN with right length and checksum."""
    try:
        stdnum_iban.validate(text, check_country=False)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_vat(text: str) -> bool:
    """Tell whether a compact text is a VAT id of a European country or of Japan (T and 13 digits) with a right checksum."""
    if text.startswith("CHE"):
        return bool(swiss.is_valid(text.rstrip("MWSTVAIP")))
    if text.startswith(("GB", "XI")):
        return bool(british.is_valid(text[2:]))
    if text.startswith("NO"):
        return bool(norwegian.is_valid(text if text.endswith("MVA") else f"{text}MVA"))
    if text.startswith("T"):
        return len(text) == _JAPANESE and bool(japanese.is_valid(text[1:]))
    try:
        stdnum_vat.validate(text)
    except (ValidationError, ImportError):
        return False
    return True


def identifiers_on(line: Line) -> list[Identifier]:
    """Return the IBANs, VAT ids, e-mail addresses and web domains of a line."""
    found: list[Identifier] = []
    for index, text in enumerate(line.texts):
        if ("@" in text or "." in text) and (address := _address(text)):
            found.append(Identifier(address[0], address[1], text, line, index, index + 1, is_valid=True))
        if len(text) in _POLISH_PIECES and text.isdigit() and (account := _polish_account(line, index)):
            found.append(account)
        if text[:1].isupper() or text[:1] == "(":
            for kind, pattern, reach in (("iban", _IBAN_START, _iban), ("vat", _VAT_START, _vat)):
                if pattern.match(text) and (hit := reach(line, index)):
                    value, end, is_valid = hit
                    found.append(Identifier(kind, value, line.part(index, end), line, index, end, is_valid))
                    break
    return found


@lru_cache(maxsize=16384)
def _address(text: str) -> tuple[str, str] | None:
    """Return (`email` or `domain`, its lower case text) of a word that holds one."""
    if "@" in text and (email := _EMAIL.search(text)):
        return "email", email[0].lower()
    domain = _DOMAIN.search(text) if "." in text else None
    return ("domain", domain[1].lower()) if domain else None


def _iban(line: Line, start: int) -> tuple[str, int, bool] | None:
    """Join words until the checksum holds."""
    value = ""
    for end in range(start, min(start + 10, len(line.words))):
        value += _CLEAN.sub("", line.words[end].text)
        if len(value) > _IBAN_LONGEST:
            break
        if len(value) >= 15 and is_iban(value):  # noqa: PLR2004 - Norway's is the shortest
            return value, end + 1, True
    single = _CLEAN.sub("", line.words[start].text)
    if len(single) == _IBAN_LENGTHS.get(single[:2]) and single[4:].isdigit():
        return single, start + 1, False
    return None


def _polish_account(line: Line, start: int) -> Identifier | None:
    """Return a Polish account in its domestic form, 26 digits in one word or in groups of 2 and 4, as its IBAN."""
    value, end = "", start
    while end < line.cells[line.cell_of[start]][1] and len(value) < _POLISH:
        text = line.words[end].text.rstrip(",.;")
        if not text.isdigit() or (end > start and len(text) != _POLISH_GROUP):
            return None
        value, end = value + text, end + 1
    if len(value) != _POLISH or not is_iban(f"PL{value}"):
        return None
    return Identifier("iban", f"PL{value}", line.part(start, end), line, start, end, is_valid=True)


def _vat(line: Line, start: int) -> tuple[str, int, bool] | None:
    value = ""
    best = None
    for end in range(start, min(start + 6, len(line.words))):
        part = _CLEAN.sub("", line.words[end].text)
        if end > start and not (_VAT_PIECE.match(line.words[end].text) and line.cell_of[end] == line.cell_of[start]):
            break
        value += part
        if len(value) > 16:  # noqa: PLR2004
            break
        if len(value) >= 8 and is_vat(value):  # noqa: PLR2004
            best = value, end + 1, True
    return best


def number_shape(text: str) -> float:
    """Return how well a word fits a document number (0..1): digits with letters, dashes and slashes, not a phone."""
    digits = sum(map(str.isdigit, text))
    if not _NUMBER_SHAPE.match(text) or _PHONE.match(text) or "@" in text:
        return 0.0
    if digits == 0:
        return 0.3 if "_" in text and len(text) > 5 else 0.0  # noqa: PLR2004
    letters = sum(map(str.isalpha, text))
    if digits == 1 and letters == 0:
        return 0.35
    if digits <= 2:  # noqa: PLR2004
        return 0.55
    if letters > 3 * digits:
        return 0.5
    return 1.0 if digits > 3 else 0.9  # noqa: PLR2004
