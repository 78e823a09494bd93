"""Counts, times and reasons of the KPI pages, by group and period, reckoned by the database over the figures of documents."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal_column, or_, select

from engine.model.kpi import SETTLING_DAYS, Group, Step
from engine.model.value import Value
from engine.store import tables

_T, _WHY, _LINES = tables.kpi_documents, tables.kpi_reasons, tables.summaries
_SETTLING = SETTLING_DAYS * 86_400
_EPOCH = date(1970, 1, 1)
_TO_MONDAY = 3  # 1970-01-01 was a Thursday
Time = Literal["posting", "cycle"]


class Asked(Value):
    """Which documents are counted, and how they are told apart."""

    by: Group = "all"
    step: Step = "month"
    first: int
    """Number of the first period, as `number_of` gives it."""
    last: int
    type: str | None = None
    entity: str | None = None
    queue: str | None = None
    team: str | None = None
    vendor: str | None = None


class Place(NamedTuple):
    """A group in a period."""

    group: str
    number: int


class Money(NamedTuple):
    """What stands on documents that were held back as duplicates."""

    place: Place
    currency: str
    minor: int


def number_of(day: date, step: Step) -> int:
    """Return the number of the period that a day lies in: days since 1970-01-01, weeks since its Monday, months since year 0."""
    days = (day - _EPOCH).days
    return {"day": days, "week": (days + _TO_MONDAY) // 7, "month": day.year * 12 + day.month - 1}[step]


def first_day(number: int, step: Step) -> date:
    """Return the first day of a period."""
    if step == "month":
        return date(number // 12, number % 12 + 1, 1)
    days = number if step == "day" else number * 7 - _TO_MONDAY
    return date.fromordinal(_EPOCH.toordinal() + days)


def counts(tx: Connection, asked: Asked, *, now: int) -> dict[Place, dict[str, int]]:
    """Return the counts of `engine.model.kpi` of each group in each period; `now` in seconds since 1970."""
    terms = expressions(now)
    chosen = [func.sum(term).label(name) for name, term in terms.items()]
    query = _grouped(asked, chosen)
    return {
        Place(row.of, row.number): {name: int(getattr(row, name) or 0) for name in terms} for row in tx.execute(query)
    }


def expressions(now: int) -> Mapping[str, ColumnElement[int]]:
    """Return what each count adds up for one document, by name."""
    columns = _T.c
    decided = columns.course == "decided"
    settled = columns.confirmed + _SETTLING
    untouched = and_(
        decided, columns.confirmed.is_not(None), or_(columns.touched.is_(None), columns.touched > settled)
    )  # fmt: skip
    claims: dict[str, ColumnElement[bool]] = {
        "received": columns.course != "aside",
        "open": columns.course == "open",
        "decided": decided,
        "straight": and_(untouched, settled < now),
        "provisional": and_(untouched, settled >= now),
        "confirmed": and_(decided, columns.confirmed.is_not(None)),
        "exceptions": and_(decided, columns.reviewed.is_not(None)),
        "touched": and_(decided, columns.touched.is_not(None)),
        "duplicates": columns.course == "duplicate",
    }
    sums = (
        "operations", "ended", "committed", "retries", "answers", "measured", "seconds", "keys", "clicks", "values_seen",
        "values_wrong",
    )  # fmt: skip
    again = case((columns.arrivals > 1, columns.arrivals - 1), else_=0)
    return {
        **{name: case((claim, 1), else_=0) for name, claim in claims.items()},
        "arrived_again": again,
        **{name: columns[name] for name in sums},
    }


def percentiles(tx: Connection, asked: Asked, time: Time, percents: Sequence[int]) -> dict[Place, dict[int, int]]:
    """Return percentiles of a time (seconds) of decided, confirmed documents by nearest rank: value number ceil(p * n / 100)."""
    spent = _T.c[time]
    group, number = _group(asked.by), _number(asked.step)
    within = (group, number)
    ranked = (
        select(
            group.label("of"), number.label("number"), spent.label("spent"),
            func.row_number().over(partition_by=within, order_by=spent).label("rank"),
            func.count().over(partition_by=within).label("many"),
        )
        .select_from(_together(asked))
        .where(*_conditions(asked), _T.c.course == "decided", spent.is_not(None))
        .subquery()
    )  # fmt: skip
    wanted = [ranked.c.rank == (ranked.c.many * one + 99) // 100 for one in percents]
    found: dict[Place, dict[int, int]] = {}
    columns = (ranked.c.of, ranked.c.number, ranked.c.spent, ranked.c.rank, ranked.c.many)
    for row in tx.execute(select(*columns).where(or_(*wanted))):
        hit = [one for one in percents if row.rank == (row.many * one + 99) // 100]
        found.setdefault(Place(row.of, row.number), {}).update(dict.fromkeys(hit, int(row.spent)))
    return found


def reasons(tx: Connection, asked: Asked) -> dict[Place, dict[str, int]]:
    """Return how many decided documents were put before people for each reason."""
    together = _together(asked).join(_WHY, _WHY.c.document_id == _T.c.document_id)
    query = _grouped(asked, [_WHY.c.reason, func.count().label("many")], together).where(_T.c.course == "decided")
    query = query.group_by(_WHY.c.reason)
    found: dict[Place, dict[str, int]] = {}
    for row in tx.execute(query):
        found.setdefault(Place(row.of, row.number), {})[row.reason] = row.many
    return found


def money_of_duplicates(tx: Connection, asked: Asked) -> list[Money]:
    """Return the totals of duplicates in minor units of their currencies; what names no currency is left out."""
    query = _grouped(asked, [_T.c.currency, func.sum(_T.c.stake).label("minor")])
    query = query.where(_T.c.course == "duplicate", _T.c.currency != "").group_by(_T.c.currency)
    rows = tx.execute(query.order_by(_T.c.currency))
    return [Money(Place(row.of, row.number), row.currency, int(row.minor)) for row in rows]


def choices(tx: Connection) -> dict[Group, list[str]]:
    """Return what figures can be restricted to, by column; vendors are too many to be listed."""
    found: dict[Group, list[str]] = {}
    groups: tuple[Group, ...] = ("type", "entity", "queue", "team")
    for by in groups:
        column = _T.c[by]
        found[by] = list(tx.execute(select(column).where(column != "").distinct().order_by(column)).scalars())
    return found


def vendor_names(tx: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of vendors by id, as the latest of their documents call them."""
    query = select(_LINES.c.vendor_id, func.max(_LINES.c.vendor)).where(_LINES.c.vendor_id.in_(ids))
    return dict(tx.execute(query.group_by(_LINES.c.vendor_id)).all())


def _grouped(asked: Asked, chosen: Sequence[Any], together: Any = None) -> Select[Any]:
    group, number = _group(asked.by), _number(asked.step)
    query = select(group.label("of"), number.label("number"), *chosen)
    query = query.select_from(_together(asked) if together is None else together).where(*_conditions(asked))
    # PostgreSQL refuses to group by a constant
    return query.group_by(*((number,) if asked.by == "all" else (group, number)))


def _together(asked: Asked) -> Any:
    """Return the figures, beside the lines of documents where vendors are asked about: names stay where erasing finds them."""
    if asked.by != "vendor" and asked.vendor is None:
        return _T
    return _T.join(_LINES, _LINES.c.document_id == _T.c.document_id, isouter=True)


def _group(by: Group) -> ColumnElement[str]:
    if by == "all":
        return literal_column("''")
    return func.coalesce(_LINES.c.vendor_id, "") if by == "vendor" else _T.c[by]


def _number(step: Step) -> ColumnElement[int]:
    if step == "month":
        return _T.c.month
    return _T.c.day if step == "day" else (_T.c.day + _TO_MONDAY) // 7


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    begin, end = first_day(asked.first, asked.step), first_day(asked.last + 1, asked.step)
    found: list[ColumnElement[bool]] = [_T.c.day >= (begin - _EPOCH).days, _T.c.day < (end - _EPOCH).days]
    found += [
        _T.c[name] == value
        for name in ("type", "entity", "queue", "team")
        if (value := getattr(asked, name)) is not None
    ]
    if asked.vendor is not None:
        found.append(_LINES.c.vendor_id == asked.vendor)
    return found
