"""Settles which part of a document's dates is the month, or says that it cannot be known."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from engine.model.field import Field
from engine.model.finding import Finding
from engine.stages.canonical.derive import reread, was_read
from engine.stages.values.date_order import OrderChoice, Signs, choose_order
from engine.stages.values.dates import DateReading, Order, date_readings, swapped

_NAMES = ("issue_date", "due_date", "delivery_date")


class Settled(NamedTuple):
    """Header fields with their dates settled, and what could not be."""

    fields: Mapping[str, Field]
    findings: tuple[Finding, ...]


def settle_dates(fields: Mapping[str, Field], signs: Signs) -> Settled:
    """Return the fields with day and month of numeric dates in the order that the signs speak for.

    Only dates that were left open are touched: those that carry the swapped reading as an alternative. Where the signs
    do not decide, the dates stay as they were read and a finding `date_ambiguous` names both readings.
    """
    dates = {name: fields[name] for name in _NAMES if name in fields and _day(fields[name]) is not None}
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
    return Settled({**fields, **found}, ())


def _day(field: Field) -> date | None:
    try:
        return field.date()
    except ValueError:
        return None


def _open(field: Field) -> tuple[DateReading, ...]:
    """Return the readings of a date that was left open, else none."""
    if not was_read(field):
        return ()
    other = swapped(field.date())
    if other is None or all(one.value != other.isoformat() for one in field.alternatives):
        return ()
    readings = date_readings(field.raw)
    return readings if len(readings) > 1 and field.date() in {one.value for one in readings} else ()


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
