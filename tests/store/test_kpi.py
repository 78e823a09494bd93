import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from engine.model.kpi import COUNTS, MEASURES, SETTLING_DAYS, Group, Step
from engine.store import database, kpi, kpi_facts, ledger, tables
from engine.store.kpi import Asked, Place
from tests.store import kpi_histories
from tests.store.kpi_histories import NOW

MANY = 120
_SETTLING = timedelta(days=SETTLING_DAYS)


def test_sql_counts_what_a_plain_recount_of_the_history_counts(engine: Engine) -> None:
    with database.transaction(engine) as tx:
        ids = kpi_histories.write(tx, seed=7, many=MANY)
    _count(engine)

    with database.reading(engine) as tx:
        truth = [_recount(tx, one) for one in ids]
        cases: Sequence[tuple[Group, Step]] = (
            ("all", "month"),
            ("type", "week"),
            ("vendor", "month"),
            ("queue", "day"),
        )
        for by, step in cases:
            asked = _asked(by, step)
            assert kpi.counts(tx, asked, now=int(NOW.timestamp())) == _summed(truth, by, step, COUNTS), (by, step)
            assert kpi.reasons(tx, asked) == _reasons(truth, by, step), (by, step)
            for time in ("posting", "cycle"):
                found = kpi.percentiles(tx, asked, time, (50, 95))
                assert found == _percentiles(truth, by, step, time), (by, step, time)
        money = {(one.place, one.currency): one.minor for one in kpi.money_of_duplicates(tx, _asked("entity", "month"))}
        assert money == _money(truth, "entity", "month")
        assert sum(one["straight"] for one in truth) > 5
        assert sum(one["provisional"] for one in truth) > 1


def test_figures_are_counted_anew_when_the_ledger_tells_more(engine: Engine) -> None:
    with database.transaction(engine) as tx:
        ids = kpi_histories.write(tx, seed=3, many=20)
    _count(engine)
    with database.reading(engine) as tx:
        untouched = tx.execute(_facts(tables.kpi_documents.c.touched.is_(None))).scalars().first()
    assert untouched in ids

    with database.transaction(engine) as tx:
        ledger.append(tx, at=NOW, document_id=untouched, kind="comment", actor="ann", data={})
    _count(engine)

    with database.reading(engine) as tx:
        touched = tx.execute(_facts(tables.kpi_documents.c.touched.is_not(None))).scalars().all()
        assert untouched in touched
        assert kpi_facts.behind(tx) == 0


def test_who_counted_meanwhile_is_not_overwritten(engine: Engine) -> None:
    with database.transaction(engine) as tx:
        kpi_histories.write(tx, seed=5, many=3)
    with database.reading(engine) as tx:
        slow, fast = (kpi_facts.count_on(tx, most=1000) for _ in range(2))

    with database.transaction(engine) as tx:
        assert kpi_facts.keep(tx, fast)
        assert not kpi_facts.keep(tx, slow)


@pytest.mark.parametrize(
    ("day", "step", "first"),
    [
        pytest.param(date(2026, 11, 23), "day", date(2026, 11, 23), id="day"),
        pytest.param(date(2026, 11, 29), "week", date(2026, 11, 23), id="sunday"),
        pytest.param(date(2026, 11, 23), "week", date(2026, 11, 23), id="monday"),
        pytest.param(date(2026, 1, 31), "month", date(2026, 1, 1), id="month"),
    ],
)
def test_a_period_begins_where_calendars_say(day: date, step: Step, first: date) -> None:
    assert kpi.first_day(kpi.number_of(day, step), step) == first


def test_every_count_of_the_definitions_has_an_expression() -> None:
    assert set(kpi.expressions(0)) == set(COUNTS)
    assert {one.over for one in MEASURES} - {"posting", "cycle"} <= set(COUNTS)
    assert {one.under for one in MEASURES} - {""} <= set(COUNTS)


def _facts(condition: Any) -> Any:
    return select(tables.kpi_documents.c.document_id).where(condition)


def _count(engine: Engine) -> None:
    while True:
        with database.reading(engine) as tx:
            counted = kpi_facts.count_on(tx, most=50)
        if counted.seq == counted.since:
            return
        with database.transaction(engine) as tx:
            assert kpi_facts.keep(tx, counted)


def _asked(by: Group, step: Step) -> Asked:
    first = (NOW - timedelta(days=160)).date()
    return Asked(by=by, step=step, first=kpi.number_of(first, step), last=kpi.number_of(NOW.date(), step))


def _recount(tx: Connection, document_id: str) -> dict[str, Any]:
    """Count one document as the definitions say it, in plain Python over what is stored."""

    def rows(table: Any) -> list[Any]:
        return list(tx.execute(select(table).where(table.c.document_id == document_id)))

    paper = tx.execute(select(tables.documents).where(tables.documents.c.id == document_id)).one()
    line, items, told = rows(tables.summaries)[0], rows(tables.reviews), rows(tables.ledger)
    hands = [one for one in told if one.actor in {"ann", "bob"}]
    written = [one for one in rows(tables.operations) if one.state != "cancelled"]
    sure = [_confirmed(tx, one) for one in written]
    confirmed = max(sure) if written and all(sure) else None  # type: ignore[type-var]
    first_act = min((one.at for one in hands), default=None)
    moving = paper.state == "processing" and not items and not hands
    decided = paper.state not in {"unpacked", "duplicate"} and not moving
    alone = bool(decided and confirmed and (first_act is None or _whole(first_act) > _whole(confirmed) + _SETTLING))
    is_old = confirmed is not None and _whole(confirmed) + _SETTLING < NOW
    efforts = rows(tables.review_efforts)
    return {
        "at": paper.received_at, "type": line.type, "entity": line.entity, "vendor": line.vendor_id, "all": "",
        "queue": items[0].queue if items else "", "why": {why for one in items for why in one.reasons},
        "received": paper.state != "unpacked", "open": moving, "decided": decided,
        "straight": alone and is_old, "provisional": alone and not is_old,
        "confirmed": bool(decided and confirmed), "exceptions": decided and bool(items), "touched": decided and bool(hands),
        "duplicates": paper.state == "duplicate", "arrived_again": len(rows(tables.arrivals)) - 1,
        "operations": len(written), "ended": len(written), "committed": sum(one.state == "committed" for one in written),
        "retries": sum(one.attempts - 1 for one in written),
        "answers": len(hands), "measured": len(efforts),
        **{name: sum(getattr(one, name) for one in efforts) for name in ("seconds", "keys", "clicks")},
        "values_seen": 0, "values_wrong": 0, "stake": line.stake, "currency": line.currency,
        "posting": _spent(confirmed, min((one.planned_at for one in written), default=None)) if decided else None,
        "cycle": _spent(confirmed, paper.received_at) if decided else None,
    }  # fmt: skip


def _confirmed(tx: Connection, operation: Any) -> datetime | None:
    found = list(tx.execute(select(tables.receipts).where(tables.receipts.c.key == operation.key)))
    if operation.state != "committed" or not found:
        return None
    sure: datetime = min((one.at for one in found if not one.awaits_acknowledgement), default=operation.changed_at)
    return sure


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _spent(end: datetime | None, begin: datetime | None) -> int | None:
    return None if end is None or begin is None else int((_whole(end) - _whole(begin)).total_seconds())


def _period(at: datetime, step: Step) -> int:
    monday = at.date() - timedelta(days=at.weekday())
    days = {"day": at.date(), "week": monday, "month": at.date().replace(day=1)}
    return kpi.number_of(days[step], step)


def _places(truth: Sequence[dict[str, Any]], by: Group, step: Step) -> dict[Place, list[dict[str, Any]]]:
    found: dict[Place, list[dict[str, Any]]] = {}
    for one in truth:
        found.setdefault(Place(one[by], _period(one["at"].astimezone(UTC), step)), []).append(one)
    return found


def _each(truth: Sequence[dict[str, Any]], by: Group, step: Step, told: Callable[[list[dict[str, Any]]], Any]) -> Any:
    found = {place: told(rows) for place, rows in _places(truth, by, step).items()}
    return {place: one for place, one in found.items() if one}


def _summed(truth: Sequence[dict[str, Any]], by: Group, step: Step, names: Any) -> Any:
    return _each(truth, by, step, lambda rows: {name: sum(int(one[name]) for one in rows) for name in names})


def _reasons(truth: Sequence[dict[str, Any]], by: Group, step: Step) -> Any:
    def told(rows: list[dict[str, Any]]) -> dict[str, int]:
        every = [why for one in rows if one["decided"] for why in one["why"]]
        return {why: every.count(why) for why in every}

    return _each(truth, by, step, told)


def _percentiles(truth: Sequence[dict[str, Any]], by: Group, step: Step, time: str) -> Any:
    def told(rows: list[dict[str, Any]]) -> dict[int, int]:
        spent = sorted(one[time] for one in rows if one[time] is not None)
        return {p: spent[math.ceil(p * len(spent) / 100) - 1] for p in (50, 95)} if spent else {}

    return _each(truth, by, step, told)


def _money(truth: Sequence[dict[str, Any]], by: Group, step: Step) -> dict[tuple[Place, str], int]:
    found: dict[tuple[Place, str], int] = {}
    for place, rows in _places(truth, by, step).items():
        for one in rows:
            if one["duplicates"]:
                found[place, one["currency"]] = found.get((place, one["currency"]), 0) + one["stake"]
    return found
