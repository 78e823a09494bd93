"""The named converters: the only filters that a mapping row's `via` and a file template may use.

Values are canonical text on the way in and text on the way out; numbers are exact decimals in between. A converter that
is handed a missing value hands the missing value on (except `default` and `first_non_empty`), so that need and fallback
of the row decide. A value that cannot be converted raises Inconvertible; nothing is rounded or cut unless the row says so.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date as calendar_date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from typing import Protocol, cast

from jinja2 import StrictUndefined, Undefined, pass_context
from jinja2.runtime import Context

from engine.content.xref import Answer, CrossReference
from engine.model.errors import PostroomError
from engine.model.masterdata import ExchangeRate
from engine.model.money import exponent
from engine.model.units import units_in

MAX_TEXT = 20_000
"""Longest text (characters) that a converter makes."""
MAX_PLACES = 20
"""Decimals that a conversion keeps where it does not come out even."""


class Rates(Protocol):
    """Who knows what a currency cost in another on a day."""

    def __call__(
        self, from_currency: str, to_currency: str, *, on: calendar_date, rate_type: str
    ) -> ExchangeRate | None:
        """Return the last rate up to a day, or None."""


class Lookup(Protocol):
    """A decision table that is asked with a value for each of its columns, in their order."""

    def look(self, keys: Sequence[str | None], column: str | None = None) -> Answer:
        """Return what it says in a column (None: the first), nothing where no row hits. Raises LookupError."""


Tables = Mapping[str, Mapping[str, str] | CrossReference | Lookup | Rates]
"""What converters look up: cross-reference tables by the name that expressions use, and what RATES and DECISIONS say."""
RATES = "currency rates"
"""Name under which `Rates` stand among the tables; no table can have it."""
DECISIONS = "decision table "
"""What stands before the name of a decision table among the tables."""
XREF_TABLES = "__xref_tables"
"""Name under which the cross-reference tables stand in the context; no expression can spell it."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_PRECISION = 200
_ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}
_DATE_FORMAT = re.compile(r"(%[Ymdyj]|[-./ A-Za-z_])+")
_LATIN = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE",
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "œ": "oe",
    "Œ": "OE", "€": "EUR", "£": "GBP", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "\N{NO-BREAK SPACE}": " ",  # noqa: RUF001
})  # fmt: skip


class Inconvertible(PostroomError):
    """A value cannot be converted as the row asks. The row is held with the reason; nothing is guessed."""


class NoCrossReference(Inconvertible):
    """A cross-reference table has no entry for a value. A person adds the entry or corrects the value."""

    def __init__(self, table: str, key: str, *, rows: Sequence[str] = ()) -> None:
        several = f"has several entries for {key!r}: {', '.join(rows)}" if rows else f"has no entry for {key!r}"
        super().__init__(f"the cross-reference table {table!r} {several}")
        self.table = table
        self.key = key


def text(value: object) -> str:
    """Return a plain value as text: texts as they are, integers in digits, booleans as `true` or `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return value
    raise Inconvertible(f"a {type(value).__name__} is not a plain value")


def number(value: object) -> Decimal:
    """Return canonical text as an exact number. Raises Inconvertible for anything but plain digits with a point."""
    plain = text(value).strip()
    if not _NUMBER.fullmatch(plain):
        raise Inconvertible(f"{plain[:60]!r} is not a plain number such as 1204.50")
    return Decimal(plain)


def plain(amount: Decimal) -> str:
    """Return an exact number as canonical text, without exponent and without a negative zero."""
    return format(abs(amount) if amount == 0 else amount, "f")


def _bounded(length: int) -> None:
    if length > MAX_TEXT:
        raise Inconvertible(f"the result would be longer than {MAX_TEXT} characters")


def trim(value: object) -> str:
    """Return the text without white space at both ends, inner runs of white space as one blank."""
    return " ".join(text(value).split())


def upper(value: object) -> str:
    """Return the text in capitals."""
    return text(value).upper()


def lower(value: object) -> str:
    """Return the text in small letters."""
    return text(value).lower()


def pad_left(value: object, width: int, fill: str = "0") -> str:
    """Return the text filled from the left to `width` characters; a longer text stays as it is."""
    _bounded(width)
    return text(value).rjust(width, fill)


def pad_right(value: object, width: int, fill: str = " ") -> str:
    """Return the text filled at its end to `width` characters; a longer text stays as it is."""
    _bounded(width)
    return text(value).ljust(width, fill)


def cut(value: object, length: int) -> str:
    """Return the first `length` characters: the one allowed way to shorten a text."""
    return text(value)[:length].rstrip()


def max_length(value: object, length: int) -> str:
    """Return the text if it has at most `length` characters; refuse a longer one. Nothing is cut: that is `cut`."""
    whole = text(value)
    if len(whole) > length:
        raise Inconvertible(f"{len(whole)} characters do not fit into {length}")
    return whole


def date(value: object, form: str) -> str:
    """Return an ISO date in another form built of %Y %y %m %d %j and separators: `"%d.%m.%Y"`."""
    if not _DATE_FORMAT.fullmatch(form):
        raise Inconvertible(f"the date format {form!r} may hold only %Y %y %m %d %j, letters and - . / _")
    day = _day(value)
    # strftime leaves years below 1000 unpadded on some machines
    return day.strftime(form.replace("%Y", f"{day.year:04d}"))


def _day(value: object) -> calendar_date:
    try:
        return calendar_date.fromisoformat(text(value).strip())
    except ValueError as e:
        raise Inconvertible(f"{text(value)[:40]!r} is not an ISO date") from e


def decimal(value: object, places: int, rounding: str = "half_up") -> str:
    """Return a number rounded to `places` decimals (`half_up`, `half_even`, `down`, `up`)."""
    if rounding not in _ROUNDING:
        raise Inconvertible(f"rounding {rounding!r} is unknown; allowed: {', '.join(_ROUNDING)}")
    with localcontext(prec=_PRECISION):
        return plain(number(value).quantize(Decimal(1).scaleb(-min(places, 40)), rounding=_ROUNDING[rounding]))


def minor(value: object, currency: str) -> str:
    """Return an amount in minor units of a currency (`12.50` EUR is `1250`). Refuses amounts below one minor unit."""
    with localcontext(prec=_PRECISION):
        units = number(value).scaleb(exponent(text(currency)))
    if units != units.to_integral_value():
        raise Inconvertible(f"{text(value)} has more decimals than {text(currency)} has")
    return plain(units.to_integral_value())


def sign(value: object, positive: str = "+", negative: str = "-") -> str:
    """Return the sign of a number as the target spells it: `sign("S", "H")`; zero counts as positive."""
    return text(negative if number(value) < 0 else positive)


def negate(value: object) -> str:
    """Return the number with the other sign."""
    return plain(number(value).copy_negate())


def absolute(value: object) -> str:
    """Return the number without its sign."""
    return plain(number(value).copy_abs())


def plus(value: object, other: object) -> str:
    """Return the exact sum of two numbers."""
    with localcontext(prec=_PRECISION):
        return plain(number(value) + number(other))


def minus(value: object, other: object) -> str:
    """Return the exact difference of two numbers."""
    with localcontext(prec=_PRECISION):
        return plain(number(value) - number(other))


def times(value: object, other: object) -> str:
    """Return the exact product of two numbers; round it with `decimal`."""
    with localcontext(prec=_PRECISION):
        return plain(number(value) * number(other))


def per(value: object, units: object) -> str:
    """Return the price of one unit out of that of several; refuses what does not come out even in 20 decimals."""
    with localcontext(prec=_PRECISION):
        price = number(value) / number(units) if number(units) else number("0")
        if price * number(units) != number(value) or -int(price.as_tuple().exponent) > MAX_PLACES:
            raise Inconvertible(f"{value} for {units} units is no exact price of one")
        return plain(price)


def _tables(context: Context) -> Tables:
    return cast("Tables", context.get(XREF_TABLES, {}))


@pass_context
def xref(context: Context, value: object, table: str, *more: object) -> str:
    """Return the entry of a cross-reference table: `erp_units@1` of a file, `units` of the environment.

    `more` are the values of further key columns (a missing one is a missing value); `erp_units@1/name` asks for another column than the first answer.
    Raises NoCrossReference, never answers null.
    """
    name, _, column = table.partition("/")
    keys = tuple(text(one) for one in (value, *more))
    known = cast("Mapping[str, str] | CrossReference", _tables(context).get(name, {}))
    if not isinstance(known, CrossReference):
        if more or (found := known.get(keys[0])) is None:
            raise NoCrossReference(table, " | ".join(keys))
        return text(found)
    try:
        answer = known.look(keys, column or None)
    except LookupError as e:
        raise Inconvertible(str(e)) from e
    if answer.value is None:
        raise NoCrossReference(table, " | ".join(keys), rows=answer.rows)
    return answer.value


@pass_context
def table(context: Context, value: object, name: str, *more: object) -> str:
    """Return what a decision table of rules/tables says: `approval_level@1`, or `approval_level@1/approval_level` for one output.

    The value and `more` are the facts of its columns, in their order; a missing one is a fact that is missing.
    Raises NoCrossReference when no row hits.
    """
    ref, _, column = name.partition("/")
    keys = [text(one) if _is_filled(one) else None for one in (value, *more)]
    known = cast("Lookup | None", _tables(context).get(f"{DECISIONS}{ref}"))
    if known is None:
        raise Inconvertible(f"there is no decision table {ref!r}")
    try:
        answer = known.look(keys, column or None)
    except LookupError as e:
        raise Inconvertible(str(e)) from e
    if answer.value is None:
        raise NoCrossReference(name, " | ".join(key or "missing" for key in keys))
    return answer.value


def unit(value: object, given: str, wanted: str) -> str:
    """Return a quantity in another unit of the same kind (UN/ECE Recommendation 20): `unit(line.unit, 'KGM')`.

    Exact; at most 20 decimals where it does not come out even. Raises Inconvertible for units of different kinds.
    """
    try:
        factor = units_in(text(given), text(wanted))
    except ValueError as e:
        raise Inconvertible(str(e)) from e
    with localcontext(prec=_PRECISION):
        amount = number(value) * factor.numerator / factor.denominator
        if factor != 1 and -int(amount.as_tuple().exponent) > MAX_PLACES:
            amount = amount.quantize(Decimal(1).scaleb(-MAX_PLACES), rounding=ROUND_HALF_UP)
        return plain(amount if factor == 1 else amount.normalize())


@pass_context
def currency(context: Context, value: object, given: str, wanted: str, on: str, rate_type: str = "") -> str:
    """Return an amount in another currency at the last rate of the master data up to a day: `currency(record.currency, 'EUR', record.issue_date)`.

    Rounded half up to the decimals of the currency (ISO 4217). Raises Inconvertible when there is no rate.
    """
    source, target = text(given), text(wanted)
    if source == target:
        return plain(number(value))
    day = _day(on)
    rates = cast("Rates | None", _tables(context).get(RATES))
    found = rates(source, target, on=day, rate_type=text(rate_type)) if rates is not None else None
    if found is None or not found.rate or not found.per:
        raise Inconvertible(f"the master data has no rate from {source} to {target} up to {day}")
    with localcontext(prec=_PRECISION):
        up, down = (found.per, found.rate) if found.is_inverse else (found.rate, found.per)
        amount = number(value) * up / down
        return plain(amount.quantize(Decimal(1).scaleb(-exponent(target)), rounding=ROUND_HALF_UP))


def first_non_empty(value: object, *others: object) -> object:
    """Return the first of the values that is neither missing nor blank, else a missing value."""
    filled = (candidate for candidate in (value, *others) if _is_filled(candidate))
    return next(filled, value if isinstance(value, Undefined) else StrictUndefined(name="value"))


def _is_filled(value: object) -> bool:
    return not isinstance(value, Undefined) and value is not None and bool(text(value).strip())


def default(value: object, other: object) -> object:
    """Return `other` when the value is missing or blank; `default(none)` writes null in a JSON template."""
    return None if other is None and not _is_filled(value) else first_non_empty(value, other)


def replace(value: object, old: str, new: str) -> str:
    """Return the text with every `old` replaced by `new`."""
    subject = text(value)
    if not text(old):
        raise Inconvertible("replace needs a text to look for")
    _bounded(len(subject) + subject.count(text(old)) * max(0, len(text(new)) - len(text(old))))
    return subject.replace(text(old), text(new))


def split(value: object, separator: str, index: int) -> object:
    """Return one part (0-based, negative from the end) of a text divided at `separator`; missing when there is none."""
    if not text(separator):
        raise Inconvertible("split needs a separator")
    parts = text(value).split(text(separator))
    return parts[index] if -len(parts) <= index < len(parts) else StrictUndefined(name="value")


def join(value: object, separator: str, *others: object) -> str:
    """Return the parts that are neither missing nor blank, with `separator` between them."""
    candidates = [value] if not isinstance(value, Sequence) or isinstance(value, str) else list(value)
    parts = [text(p) for p in (*candidates, *others) if not isinstance(p, Undefined) and p is not None]
    parts = [part for part in parts if part.strip()]
    _bounded(sum(len(part) + len(text(separator)) for part in parts))
    return text(separator).join(parts)


def digits(value: object) -> object:
    """Return only the digits 0 to 9 of a text; missing when it has none."""
    found = "".join(c for c in text(value) if c in "0123456789")
    return found or StrictUndefined(name="value")


def ascii_only(value: object, replacement: str | None = None) -> str:
    """Return the text in ASCII: umlauts and ligatures spelled out, accents dropped.

    What has no ASCII spelling becomes `replacement`; without one it raises Inconvertible.
    """
    if text(value).isascii():
        return text(value)
    written = ""
    for c in unicodedata.normalize("NFC", text(value)).translate(_LATIN):
        bare = "".join(part for part in unicodedata.normalize("NFKD", c) if ord(part) < 128)  # noqa: PLR2004
        if not bare and not unicodedata.combining(c):
            if replacement is None:
                raise Inconvertible(f"{c!r} cannot be written in ASCII")
            bare = text(replacement)
        written += bare
    _bounded(len(written))
    return written


_TAKES_MISSING = frozenset({"default", "first_non_empty", "join", "table"})

CONVERTERS: Mapping[str, Callable[..., object]] = {
    "trim": trim, "upper": upper, "lower": lower, "pad_left": pad_left, "pad_right": pad_right, "cut": cut,
    "date": date, "decimal": decimal, "minor": minor, "sign": sign, "negate": negate, "absolute": absolute,
    "plus": plus, "minus": minus, "times": times, "per": per, "xref": xref, "first_non_empty": first_non_empty,
    "max": max_length, "table": table, "unit": unit, "currency": currency, "default": default, "replace": replace, "split": split, "join": join, "digits": digits, "ascii": ascii_only,
}  # fmt: skip
"""Converters by the name that content authors write."""
IN_CONTEXT = frozenset({"xref", "table", "currency"})
"""Converters that look something up."""


def filters() -> dict[str, Callable[..., object]]:
    """Return the converters as Jinja filters that hand missing values on."""
    return {name: c if name in _TAKES_MISSING else _handing_on(c) for name, c in CONVERTERS.items()}


def _handing_on(converter: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(converter)
    def convert(*args: object) -> object:
        missing = next((a for a in args if isinstance(a, Undefined)), None)
        return converter(*args) if missing is None else missing

    return convert
