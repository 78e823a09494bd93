"""Settles which part of a document's dates is the month, or says that it cannot be known."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from engine.model.field import Field, FieldSet
from engine.model.finding import Finding
from engine.stages.canonical.derive import reread, was_read
from engine.stages.values.date_order import Habit, OrderChoice, Signs, choose_order, habit_of
from engine.stages.values.dates import DateReading, Order, date_readings, swapped

_NAMES = ("issue_date", "due_date", "delivery_date")
_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}


class Settled(NamedTuple):
    """Header fields with their dates settled, and what could not be."""

    fields: Mapping[str, Field]
    findings: tuple[Finding, ...]


def settle_dates(fields: Mapping[str, Field], signs: Signs, *, names: Collection[str] = _NAMES) -> Settled:
    """Return the fields with day and month of numeric dates in the order that the signs speak for.

    Only dates that were left open are touched: those that carry the swapped reading as an alternative. Where the signs
    do not decide, the dates stay as they were read and a finding `date_ambiguous` names both readings. `names` are the
    fields that are dates.
    """
    dates = {name: fields[name] for name in names if name in fields and _day(fields[name]) is not None}
    open_ = {name: readings for name, field in dates.items() if (readings := _open(field))}
    if not open_:
        return Settled(fields, ())
    fixed = {name: _fixed(field) for name, field in dates.items() if name not in open_}
    choice = choose_order({**open_, **fixed}, signs._replace(leaning=_leaning(dates, open_)))
    if choice is None:
        return Settled(fields, ())
    if not choice.is_decided:
        return Settled(fields, (_ambiguous({name: dates[name] for name in open_}, open_, choice),))
    found = {name: _in_order(dates[name], readings, choice) for name, readings in open_.items()}
    told = (_by_history({name: dates[name] for name in open_}, choice, signs),) if "history" in choice.why else ()
    return Settled({**fields, **found}, told)


def has_open_dates(fields: Iterable[Field]) -> bool:
    """Tell whether day and month of a date might be swapped, by what was read."""
    return any(field.name in _NAMES and _day(field) is not None and _alternative(field) for field in fields)


def told_order(field: Field) -> tuple[DateReading, ...]:
    """Return the one reading that shows in which order a date was printed; nothing where it shows none.

    Its print has only that one, or a person chose among several.
    """
    value = _day(field)
    for text in dict.fromkeys((field.raw, *(other.raw for other in field.alternatives))):
        readings = date_readings(text)
        if len(readings) > 1 and field.provenance.how == "human":
            readings = tuple(one for one in readings if one.value == value)
        if len(readings) == 1 and readings[0].order != "any" and readings[0].value == value:
            return readings
    return ()


def habit_in(records: Iterable[FieldSet]) -> Habit:
    """Return how a vendor wrote dates on earlier documents: in one order only, or as people chose."""
    return habit_of(told_order(field) for one in records for field in one.fields if field.name in _NAMES)


def _day(field: Field) -> date | None:
    try:
        return field.date()
    except ValueError:
        return None


def _open(field: Field) -> tuple[DateReading, ...]:
    """Return the readings of a date that was left open, else none."""
    if not was_read(field) or not _alternative(field):
        return ()
    readings = date_readings(field.raw)
    return readings if len(readings) > 1 and field.date() in {one.value for one in readings} else ()


def _alternative(field: Field) -> bool:
    """Tell whether a date carries the reading with day and month swapped."""
    other = swapped(field.date())
    return other is not None and any(one.value == other.isoformat() for one in field.alternatives)


def _fixed(field: Field) -> tuple[DateReading, ...]:
    """Return a settled date, with its order where its print has only that one."""
    readings = date_readings(field.raw) if was_read(field) else ()
    return readings if [one.value for one in readings] == [field.date()] else (DateReading(field.date(), "any"),)


def _leaning(dates: Mapping[str, Field], open_: Mapping[str, tuple[DateReading, ...]]) -> Order | None:
    """Return the order in which the document was read."""
    for name, readings in open_.items():
        for reading in readings:
            if reading.value == dates[name].date() and reading.order != "any":
                return reading.order
    return None


def _in_order(field: Field, readings: tuple[DateReading, ...], choice: OrderChoice) -> Field:
    value = next((one.value for one in readings if one.order == choice.order), None)
    return field if value is None else reread(field, value.isoformat(), sure=choice.probability)


def _by_history(fields: Mapping[str, Field], choice: OrderChoice, signs: Signs) -> Finding:
    """Return the note that the vendor's earlier documents had a say, with how often it wrote in which order."""
    counts = [(order, count) for order, count in signs.habit._asdict().items() if count]
    told = ", ".join(f"{_WORDS[order]} {count} times" for order, count in counts)
    read = "; ".join(f"{name} {field.raw}" for name, field in fields.items())
    return Finding(
        code="date_order_by_history", severity="info", fields=tuple(fields), evidence=((*((o, str(n)) for o, n in counts), *_odds(choice))),
        message=f"Day and month of {read} might be swapped. This vendor wrote dates before: {told}; so they are read {_WORDS[choice.order]}.",
    )  # fmt: skip


def _ambiguous(
    fields: Mapping[str, Field], open_: Mapping[str, tuple[DateReading, ...]], choice: OrderChoice
) -> Finding:
    """Return the finding that asks which of the readings is meant, the likelier first."""
    readings = [
        (name, " or ".join(one.value.isoformat() for one in sorted(open_[name], key=lambda one: one.value != fields[name].date())))
        for name in fields
    ]  # fmt: skip
    told = "; ".join(f"{name} {fields[name].raw} is {days}" for name, days in readings)
    return Finding(
        code="date_ambiguous", severity="warning", fields=tuple(fields), evidence=(*readings, *_odds(choice)),
        message=f"Day and month may be swapped: {told}. Ask the vendor or compare with the delivery, and choose one.",
    )  # fmt: skip


def _odds(choice: OrderChoice) -> tuple[tuple[str, str], ...]:
    return tuple((order, f"{share:.2f}") for order, share in choice.all.items())
