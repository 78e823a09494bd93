"""What the hub saves: hours and errors, from the counted figures and from what somebody reckons a document with by hand.

Every amount comes from one line of FORMULAS, which pages show beside the numbers that went in.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import NamedTuple

from engine.model.errors import PostroomError
from engine.model.value import Value
from engine.runtime.house import House
from engine.runtime.kpi import Line
from engine.store import kpi_kept
from engine.store.database import reading, transaction

_MOST = Decimal(10**9)
_SECONDS = Decimal(3600)
_CENTS = Decimal("0.01")


class Refused(PostroomError):
    """What somebody typed is no input. Nothing was kept."""


class Input(NamedTuple):
    """One number that somebody may change."""

    name: str
    title: str
    unit: str
    default: str
    says: str


INPUTS: tuple[Input, ...] = (
    Input("currency", "Currency", "", "EUR", "In which everything below is reckoned (ISO 4217)."),
    Input("minutes_by_hand", "Minutes of a document by hand", "min", "10", "Read, keyed, checked and filed without the hub. Stop the clock on twenty of yours; the default is a guess."),
    Input("hourly_cost", "Cost of an hour of work", "money", "40.00", "Wage with everything that comes on top."),
    Input("minutes_of_answer", "Minutes of an answer where none was measured", "min", "2", "Used only for answers by API or command line, and for those given before the desk counted."),
    Input("error_percent", "Documents of 100 with an error by hand", "%", "2", "Wrong amount, account, vendor, or keyed twice. The default is a guess."),
    Input("error_cost", "Cost of an error", "money", "50.00", "To find it and to mend it, with what was paid wrongly and did not come back."),
    Input("duplicate_percent", "Duplicates of 100 that would have been paid", "%", "0", "Of the money on prevented duplicates in this currency. 0 leaves it out: somebody might have noticed."),
    Input("running_cost", "Cost of the hub in the period", "money", "0.00", "Machines, licences, people who look after it."),
)  # fmt: skip
"""What goes in beside what was counted, with defaults to be replaced."""


class Formula(NamedTuple):
    """One line of the reckoning."""

    name: str
    title: str
    unit: str
    says: str


FORMULAS: tuple[Formula, ...] = (
    Formula("hours_by_hand", "Hours by hand", "h", "confirmed documents * minutes by hand / 60"),
    Formula("hours_of_answers", "Hours of answers", "h", "measured seconds / 3600 + answers that were not measured * minutes of an answer / 60"),
    Formula("hours_saved", "Hours saved", "h", "hours by hand - hours of answers"),
    Formula("time_saved", "Time saved", "money", "hours saved * cost of an hour"),
    Formula("errors_avoided", "Errors avoided", "number", "straight-through documents * errors of 100 / 100"),
    Formula("error_saved", "Errors saved", "money", "errors avoided * cost of an error"),
    Formula("duplicates_saved", "Duplicates saved", "money", "totals of prevented duplicates in this currency * duplicates of 100 / 100"),
    Formula("saved", "Saved in all", "money", "time saved + errors saved + duplicates saved - cost of the hub"),
)  # fmt: skip
"""How each amount is reckoned, in this order."""


class Inputs(Value):
    """What somebody reckons with."""

    currency: str
    minutes_by_hand: Decimal
    hourly_cost: Decimal
    minutes_of_answer: Decimal
    error_percent: Decimal
    error_cost: Decimal
    duplicate_percent: Decimal
    running_cost: Decimal


class Roi(Value):
    """The reckoning: once with what is sure, once with documents that may still be corrected."""

    inputs: Inputs
    sure: Mapping[str, Decimal]
    """By the names of FORMULAS, rounded to two places."""
    provisional: Mapping[str, Decimal]
    counted: Mapping[str, int]
    """What was counted and went in."""


def reckoned(line: Line, inputs: Inputs) -> Roi:
    """Reckon what a period saved."""
    straight, maybe = (line.counts.get(name, 0) for name in ("straight", "provisional"))
    names = ("confirmed", "straight", "provisional", "answers", "measured", "seconds")
    return Roi(
        inputs=inputs, sure=_amounts(line, inputs, straight), provisional=_amounts(line, inputs, straight + maybe),
        counted={name: line.counts.get(name, 0) for name in names},
    )  # fmt: skip


def _amounts(line: Line, inputs: Inputs, straight: int) -> dict[str, Decimal]:
    counts = line.counts
    unmeasured = max(0, counts.get("answers", 0) - counts.get("measured", 0))
    by_hand = counts.get("confirmed", 0) * inputs.minutes_by_hand / 60
    answers = counts.get("seconds", 0) / _SECONDS + unmeasured * inputs.minutes_of_answer / 60
    time = (by_hand - answers) * inputs.hourly_cost
    errors = straight * inputs.error_percent / 100
    prevented = sum((one.amount for one in line.prevented if one.currency == inputs.currency), Decimal(0))
    duplicates = prevented * inputs.duplicate_percent / 100
    saved = time + errors * inputs.error_cost + duplicates - inputs.running_cost
    found = (by_hand, answers, by_hand - answers, time, errors, errors * inputs.error_cost, duplicates, saved)
    return {one.name: _rounded(amount) for one, amount in zip(FORMULAS, found, strict=True)}


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_CENTS, ROUND_HALF_EVEN)


def inputs_of(house: House, person: str) -> Inputs:
    """Return what somebody reckons with in this environment: what they kept, else the defaults."""
    with reading(house.engine) as tx:
        kept = kpi_kept.inputs(tx, environment=house.library.environment.name, person=person)
    return Inputs.model_validate({one.name: kept.get(one.name, one.default) for one in INPUTS})


def keep(house: House, person: str, given: Mapping[str, str]) -> Inputs:
    """Keep what somebody reckons with in this environment. Raises Refused naming the field."""
    values = {one.name: _checked(one, given.get(one.name, one.default)) for one in INPUTS}
    with transaction(house.engine) as tx:
        environment = house.library.environment.name
        kpi_kept.keep_inputs(tx, environment=environment, person=person, values=values, at=house.clock.now())
    return Inputs.model_validate(values)


def _checked(one: Input, text: str) -> str:
    text = text.strip()
    if one.name == "currency":
        if len(text) != len("EUR") or not text.isascii() or not text.isalpha():
            raise Refused(f"{one.title}: write three letters, as EUR.")
        return text.upper()
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as e:
        raise Refused(f"{one.title}: {text!r} is no number; write 12.50.") from e
    most = Decimal(100) if one.unit == "%" else _MOST
    if not number.is_finite() or not 0 <= number <= most:
        raise Refused(f"{one.title}: write a number between 0 and {most}.")
    return str(number)
