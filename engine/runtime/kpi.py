"""What the KPI pages, the API and the command line say: figures of a period by group, beside the period before and a trend."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from engine.model.kpi import COUNTS, MEASURES, Group, Measure, Step
from engine.model.money import exponent
from engine.model.value import Value
from engine.runtime.house import House
from engine.store import kpi as store
from engine.store import kpi_facts
from engine.store.database import reading, transaction
from engine.store.kpi import Asked, Place, first_day, number_of

TREND = 12
"""Periods of the trend, with the one that is asked for."""
_AT_ONCE = 2000
_ROUNDS = 5
_PERCENTS = (50, 95)
_MINUTE, _QUARTER = timedelta(minutes=1), timedelta(minutes=15)
_MOST_KEPT = 200
_TIMES: tuple[store.Time, ...] = ("posting", "cycle")


class Wanted(Value):
    """What somebody wants to know; what is None does not restrict."""

    by: Group = "all"
    step: Step = "month"
    day: date
    """Any day of the period."""
    type: str | None = None
    entity: str | None = None
    queue: str | None = None
    team: str | None = None
    vendor: str | None = None


class Sum(Value):
    """Money in one currency."""

    currency: str
    amount: Decimal


class Line(Value):
    """The figures of one group in one period."""

    group: str
    """As documents name it; empty: nothing is said, or everything."""
    name: str = ""
    """What people call it, where that differs."""
    begins: date
    counts: Mapping[str, int] = {}
    figures: Mapping[str, float | None] = {}
    """By the names of `engine.model.kpi`; None where nothing was there to be counted. Shares are between 0 and 1."""
    reasons: Mapping[str, int] = {}
    """Decided documents by the reason for which people were asked, the most frequent first."""
    prevented: tuple[Sum, ...] = ()
    """Totals of duplicates."""


class Compared(Value):
    """A group in the period, and in the one before."""

    now: Line
    before: Line


class Kpi(Value):
    """The whole answer."""

    wanted: Wanted
    begins: date
    ends: date
    """The first day after it."""
    is_over: bool
    """False: the period still runs."""
    counted_at: datetime
    behind: int
    """Ledger entries that are not counted yet; 0: everything is."""
    total: Compared
    groups: tuple[Compared, ...] = ()
    """The largest first; empty where nothing tells them apart."""
    trend: tuple[Line, ...]
    """All groups together, the oldest period first."""


_ANSWERS: WeakKeyDictionary[Engine, dict[Wanted, Kpi]] = WeakKeyDictionary()
_PAST: WeakKeyDictionary[Engine, dict[Asked, tuple[datetime, Mapping[Place, Line]]]] = WeakKeyDictionary()


def recent(house: House, wanted: Wanted) -> Kpi:
    """Return the figures of a period as they are, or were a minute ago at most; periods long over, a quarter of an hour ago.

    Whoever clicks through pages does not have a year added up each time.
    """
    answers, now = _ANSWERS.setdefault(house.engine, {}), house.clock.now()
    found = answers.get(wanted)
    if found is None or found.behind or not timedelta(0) <= now - found.counted_at <= _MINUTE:
        found = kpi(house, wanted, older=_QUARTER, rounds=1)
        if len(answers) >= _MOST_KEPT:
            answers.clear()
        answers[wanted] = found
    return found


def kpi(house: House, wanted: Wanted, *, older: timedelta = timedelta(0), rounds: int = _ROUNDS) -> Kpi:
    """Return the figures of a period. What the ledger told since the last time is counted first, in so many rounds.

    `older` is how old the figures of periods before the last two may be.
    """
    count_on(house, rounds=rounds)
    now = house.clock.now()
    number = number_of(wanted.day, wanted.step)
    ends = first_day(number + 1, wanted.step)
    with reading(house.engine) as tx:
        trend = {
            **_lines(tx, _asked(wanted, number - 1, number, by="all"), now),
            **_older(tx, house, _asked(wanted, number - TREND + 1, number - 2, by="all"), now, age=older),
        }
        groups = {} if wanted.by == "all" else _lines(tx, _asked(wanted, number - 1, number), now)
        compared = _named(tx, _compared(groups, number, wanted), wanted.by)
        behind = kpi_facts.behind(tx)
    lines = tuple(_at(trend, "", one, wanted) for one in range(number - TREND + 1, number + 1))
    return Kpi(
        wanted=wanted, begins=first_day(number, wanted.step), ends=ends, is_over=ends <= now.astimezone(UTC).date(),
        counted_at=now, behind=behind, total=Compared(now=lines[-1], before=lines[-2]), groups=compared, trend=lines,
    )  # fmt: skip


def _older(tx: Connection, house: House, asked: Asked, now: datetime, *, age: timedelta) -> Mapping[Place, Line]:
    kept = _PAST.setdefault(house.engine, {})
    made_at, lines = kept.get(asked, (None, {}))
    if made_at is None or not timedelta(0) < now - made_at <= age:
        lines = _lines(tx, asked, now)
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[asked] = (now, lines)
    return lines


def count_on(house: House, *, rounds: int = _ROUNDS) -> bool:
    """Count what the ledger tells since the last time, in short transactions; False when there is more to count."""
    for _ in range(rounds):
        with reading(house.engine) as tx:
            counted = kpi_facts.count_on(tx, most=_AT_ONCE)
        if counted.seq == counted.since:
            return True
        with transaction(house.engine) as tx:
            kpi_facts.keep(tx, counted)
        if counted.seq - counted.since < _AT_ONCE:
            return True
    return False


def choices(house: House) -> Mapping[Group, Sequence[str]]:
    """Return what figures can be restricted to."""
    with reading(house.engine) as tx:
        return store.choices(tx)


def measured(one: Measure, counts: Mapping[str, int], times: Mapping[str, Mapping[int, int]]) -> float | None:
    """Return a figure as its definition says it, rounded to four places; None where nothing was there to be counted."""
    if one.percentile:
        return times.get(one.over, {}).get(one.percentile)
    over = counts.get(one.over, 0)
    if not one.under:
        return over
    under = counts.get(one.under, 0)
    if not under:
        return None
    return round((under - over) / under if one.is_rest else over / under, 4)


def _asked(wanted: Wanted, first: int, last: int, *, by: Group | None = None) -> Asked:
    given = wanted.model_dump(exclude={"day"})
    return Asked.model_validate({**given, "by": by or wanted.by, "first": first, "last": last})


def _lines(tx: Connection, asked: Asked, now: datetime) -> dict[Place, Line]:
    counts = store.counts(tx, asked, now=int(now.timestamp()))
    times = {one: store.percentiles(tx, asked, one, _PERCENTS) for one in _TIMES}
    reasons = store.reasons(tx, asked)
    money: dict[Place, list[Sum]] = {}
    for one in store.money_of_duplicates(tx, asked):
        amount = Decimal(one.minor).scaleb(-exponent(one.currency))
        money.setdefault(one.place, []).append(Sum(currency=one.currency, amount=amount))
    return {
        place: Line(
            group=place.group, begins=first_day(place.number, asked.step), counts=found,
            figures=_figures(found, {name: told.get(place, {}) for name, told in times.items()}),
            reasons=_most_first(reasons.get(place, {})), prevented=tuple(money.get(place, ())),
        )
        for place, found in counts.items()
    }  # fmt: skip


def _figures(counts: Mapping[str, int], times: Mapping[str, Mapping[int, int]]) -> dict[str, float | None]:
    return {one.name: measured(one, counts, times) for one in MEASURES}


def _most_first(found: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _compared(lines: Mapping[Place, Line], number: int, wanted: Wanted) -> list[Compared]:
    groups = dict.fromkeys(place.group for place in lines)
    pairs = [
        Compared(now=_at(lines, one, number, wanted), before=_at(lines, one, number - 1, wanted)) for one in groups
    ]
    return sorted(pairs, key=lambda pair: (-pair.now.counts.get("received", 0), pair.now.group))


def _at(lines: Mapping[Place, Line], group: str, number: int, wanted: Wanted) -> Line:
    found = lines.get(Place(group, number))
    nothing = dict.fromkeys(COUNTS, 0)
    return found or Line(
        group=group, begins=first_day(number, wanted.step), counts=nothing, figures=_figures(nothing, {})
    )  # fmt: skip


def _named(tx: Connection, pairs: Iterable[Compared], by: Group) -> tuple[Compared, ...]:
    """Return groups under the names that people know."""
    found = list(pairs)
    if by != "vendor":
        return tuple(found)
    names = store.vendor_names(tx, [one.now.group for one in found])

    def named(line: Line) -> Line:
        return line.model_copy(update={"name": names.get(line.group, "")})

    return tuple(Compared(now=named(one.now), before=named(one.before)) for one in found)


def rows(found: Kpi) -> list[dict[str, Any]]:
    """Return the answer as rows of a table: one for everything, then one for each group, of the period and the one before."""
    pairs = (found.total, *found.groups)
    return [
        _flat(line, found.wanted, "all" if pair is found.total else found.wanted.by)
        for pair in pairs
        for line in (pair.now, pair.before)
    ]


def _flat(line: Line, wanted: Wanted, by: Group) -> dict[str, Any]:
    return {
        "period": wanted.step, "begins": line.begins.isoformat(), "by": by, "group": line.group, "name": line.name,
        **{one.name: _plain(one, line.figures.get(one.name)) for one in MEASURES},
        **{f"count_{name}": line.counts.get(name, 0) for name in COUNTS},
        "duplicates_prevented": "; ".join(f"{one.currency} {one.amount}" for one in line.prevented),
        "reasons": "; ".join(f"{name}={many}" for name, many in line.reasons.items()),
    }  # fmt: skip


def _plain(one: Measure, value: float | None) -> float | None:
    return int(value) if value is not None and one.unit in {"count", "seconds"} and not one.under else value
