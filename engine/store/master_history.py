"""Master data over time: what a row was at a moment, and everything that was ever done to it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from engine.model.masterdata import ExchangeRate, Kind, Version
from engine.store import tables

_PAGE = 2000

_HISTORY = tables.master_history
_CHANGES = tables.master_changes

Row = Mapping[Any, Any]


def versions(tx: Connection, kind: Kind, key: Sequence[str]) -> list[Version]:
    """Return every version of a row, the newest first; empty when it never was."""
    changes = select(_CHANGES.c.by, _CHANGES.c.source).where
    current = _current(tx, kind, key)
    found = [] if current is None else [(current, current["since"], None)]
    query = select(_HISTORY).where(_HISTORY.c.kind == kind.name, _HISTORY.c.key == "\t".join(key))
    before = tx.execute(query.order_by(_HISTORY.c.until.desc(), _HISTORY.c.seq.desc())).mappings()
    # the columns of the kind win: orders have a `kind` of their own
    found += [
        ({**one, **{name: one["row"].get(name, "") for name in kind.names}}, one["since"], one["until"])
        for one in before
    ]
    made: list[Version] = []
    for row, since, until in found:
        by = tx.execute(changes(_CHANGES.c.id == row["change_id"])).mappings().one_or_none()
        made.append(
            Version(
                cells=_cells(kind, row), is_active=row["is_active"], since=since, until=until,
                by=by["by"] if by else "", source=by["source"] if by else "",
            )
        )  # fmt: skip
    return made


def row_as_of(tx: Connection, kind: Kind, key: Sequence[str], at: datetime) -> dict[str, str] | None:
    """Return a row as it was at a moment, or None when it was not known or not in use then."""
    for one in versions(tx, kind, key):
        if (one.since is None or one.since <= at) and (one.until is None or at < one.until):
            return dict.fromkeys(kind.names, "") | dict(one.cells) if one.is_active else None
    return None


def rows_then(tx: Connection, kind: Kind, query: Select[Any], at: datetime | None) -> list[Row]:
    """Return the rows in use of those that a query over the table of a kind finds, now or as they were at a moment.

    Rows never leave their table, so a query by key finds those that went out of use since. A row that is not now what it
    was then has no columns but those of its kind.
    """
    found = tx.execute(query).mappings().all()
    if at is None:
        return [row for row in found if row["is_active"]]
    then: list[Row] = []
    for row in found:
        if row["since"] is None or row["since"] <= at:
            then += [row] if row["is_active"] else []
        elif (was := row_as_of(tx, kind, [row[name] for name in kind.key], at)) is not None:
            then.append(was)
    return then


def rows(
    tx: Connection, kind: Kind, *, where: Mapping[str, str] | None = None, at: datetime | None = None
) -> Iterator[dict[str, str]]:
    """Yield the rows in use, by key, now or as they were at a moment. `where` holds columns and the values they have.

    Few are in memory at a time.
    """
    wanted = where or {}
    for row in _pages(tx, kind, {} if at else wanted):
        then: Row | None = row
        if at is not None and row["since"] is not None and row["since"] > at:
            then = row_as_of(tx, kind, [row[name] for name in kind.key], at)
        elif not row["is_active"]:
            then = None
        if then is not None and all(then[name] == value for name, value in wanted.items()):
            yield {name: then[name] for name in kind.names}


def exchange_rate(
    tx: Connection, from_currency: str, to_currency: str, *, on: date, rate_type: str = ""
) -> ExchangeRate | None:
    """Return the last rate up to a day, kept in this direction or else in the other; None when there is none."""
    if from_currency == to_currency:
        return ExchangeRate(from_currency=from_currency, to_currency=to_currency, on=on, rate=Decimal(1))
    for pair in ((from_currency, to_currency), (to_currency, from_currency)):
        row = _rate(tx, pair, on, rate_type)
        if row is not None:
            return ExchangeRate(
                from_currency=from_currency, to_currency=to_currency, on=date.fromisoformat(row["date"]),
                rate=Decimal(row["rate"]), per=Decimal(row["per"] or "1"), rate_type=rate_type,
                is_inverse=pair[0] != from_currency,
            )  # fmt: skip
    return None


def _rate(tx: Connection, pair: tuple[str, str], on: date, rate_type: str) -> Row | None:
    table = tables.masters["exchange_rates"]
    query = select(table).where(
        table.c.from_currency == pair[0], table.c.to_currency == pair[1], table.c.rate_type == rate_type,
        table.c.date <= on.isoformat(), table.c.is_active,
    )  # fmt: skip
    return tx.execute(query.order_by(table.c.date.desc()).limit(1)).mappings().one_or_none()


def _current(tx: Connection, kind: Kind, key: Sequence[str]) -> Row | None:
    table = tables.masters[kind.name]
    query = select(table)
    for name, value in zip(kind.key, key, strict=True):
        query = query.where(table.c[name] == value)
    return tx.execute(query).mappings().one_or_none()


def _pages(tx: Connection, kind: Kind, where: Mapping[str, str]) -> Iterator[Row]:
    """Yield all rows by key, a page at a time."""
    table = tables.masters[kind.name]
    columns = [table.c[name] for name in kind.key]
    last: Sequence[str] | None = None
    while True:
        query = select(table).order_by(*columns).limit(_PAGE)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        if last is not None:
            query = query.where(_behind(columns, last))
        page = tx.execute(query).mappings().all()
        yield from page
        if len(page) < _PAGE:
            return
        last = [page[-1][name] for name in kind.key]


def _behind(columns: Sequence[Any], last: Sequence[str]) -> Any:
    """Return the condition that a key comes after another."""
    steps = [
        and_(*(columns[before] == last[before] for before in range(place)), columns[place] > last[place])
        for place in range(len(columns))
    ]
    return or_(*steps)


def _cells(kind: Kind, row: Row) -> tuple[tuple[str, str], ...]:
    return tuple((name, row[name]) for name in kind.names if row.get(name))
