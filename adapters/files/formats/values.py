"""From payload values to the text of a cell: looked up, typed, spelled and fit for the encoding."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from adapters.files.formats.options import Cell, Unencodable
from engine.model.errors import Rejected

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")

_SPELLED = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "\u0131": "i", "€": "EUR", "£": "GBP", "¥": "JPY",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "«": '"', "»": '"', "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2010": "-", "\u2011": "-", "…": "...", "•": "*", "\u00d7": "x", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "№": "No.",
    }
)  # fmt: skip


class Scope(NamedTuple):
    """What the paths of a cell may reach: the header, one line, sums of the lines, and facts of the file."""

    header: Mapping[str, Any] = {}
    line: Mapping[str, Any] = {}
    lines: tuple[Mapping[str, Any], ...] = ()
    """All lines of this part; `sum.amount` adds them."""
    meta: Mapping[str, Any] = {}
    """`key part parts lines line records`."""

    def look_up(self, cell: Cell) -> Any:
        """Return the raw value of a cell, None when the payload has none."""
        if cell.path is None:
            return cell.value
        root, _, rest = cell.path.partition(".")
        if root == "sum":
            return str(sum((_decimal(line.get(rest), cell.label) for line in self.lines), Decimal(0)))
        found: Any = {"header": self.header, "line": self.line, "meta": self.meta}.get(root)
        for part in rest.split("."):
            if not isinstance(found, Mapping):
                return None
            found = found.get(part)
        return found


def is_plain_number(text: str) -> bool:
    """Say whether text is a decimal without sign tricks: `-12.50` is, `+1` and `-1+2` are not."""
    return _PLAIN_NUMBER.fullmatch(text) is not None


def spell(cell: Cell, scope: Scope, *, decimal: str, date_format: str) -> str:
    """Return the text of a cell. Raises Rejected naming the cell when the value does not fit its type."""
    value = scope.look_up(cell)
    if value is None or value == "":
        if cell.required:
            raise refuse(cell.label, "a value is required")
        return ""
    if cell.type == "text":
        return plain_text(value, cell.label)
    if cell.type == "date":
        return _day(value, cell.label).strftime(date_format)
    number = exact(_decimal(value, cell.label), 0 if cell.type == "integer" else cell.places, cell.label)
    return number.replace(".", decimal)


def plain_text(value: Any, label: str) -> str:
    """Return a JSON scalar as text. Raises Rejected for lists, objects, floats and control characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, Decimal)):
        text = str(value)
        if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\r\n" for sign in text):
            raise refuse(label, "control characters cannot be written to a file")
        return text
    raise refuse(label, f"a {type(value).__name__} cannot be written as one value")


def exact(number: Decimal, places: int | None, label: str) -> str:
    """Return a plain decimal, with `places` decimals when given. Raises Rejected when digits would be lost."""
    if places is None:
        return format(number, "f")
    shown = format(number.copy_abs(), "f")
    whole, _, decimals = shown.partition(".")
    kept = decimals.ljust(places, "0")
    if kept[places:].strip("0"):
        raise refuse(label, f"{number} does not fit {places} decimals")
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}.{kept[:places]}" if places else f"{sign}{whole}"


def number(value: Any, label: str) -> Decimal:
    """Return a value as an exact number. Raises Rejected for anything that is not a plain decimal."""
    return _decimal(value, label)


def encodable(text: str, encoding: str, policy: Unencodable, label: str) -> str:
    """Return text that the encoding can hold, by policy. Raises Rejected naming the field and the character."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError as e:
        sign = text[e.start]
        if policy == "replace":
            return text.encode(encoding, "replace").decode(encoding)
        if policy == "transliterate":
            return encodable(_ascii_like(text, encoding), encoding, "reject", label)
        name = unicodedata.name(sign, "no name")
        raise refuse(label, f"the character {sign!a} ({name}) cannot be written in {encoding}") from e
    return text


def refuse(label: str, why: str) -> Rejected:
    """Return the error that names one field of the file and what is wrong with it."""
    return Rejected(f"{label}: {why}.", fields={label: why})


def _ascii_like(text: str, encoding: str) -> str:
    """Return text with only those characters respelled that the encoding lacks."""
    out: list[str] = []
    for sign in text:
        try:
            sign.encode(encoding)
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFKD", sign.translate(_SPELLED))
            out.append("".join(part for part in base if not unicodedata.combining(part)))
        else:
            out.append(sign)
    return "".join(out)


def _decimal(value: Any, label: str) -> Decimal:
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise refuse(label, f"a {type(value).__name__} is no exact number")
    try:
        result = Decimal(value)
    except InvalidOperation as e:
        raise refuse(label, f"{value!r} is no number") from e
    if not result.is_finite() or (isinstance(value, str) and not is_plain_number(value)):
        raise refuse(label, f"{value!r} is no plain number")
    return result


def _day(value: Any, label: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as e:
        raise refuse(label, f"{value!r} is no ISO date") from e
