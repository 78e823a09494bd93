from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from engine.model.master_kinds import EXCHANGE_RATES, KINDS, ORDER_LINES, VENDORS
from engine.model.masterdata import Kind
from engine.store import master_history, masterdata
from engine.store.master_rows import begin

MARCH, MAY, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 5, 7))


@pytest.fixture
def moved(tx: Connection) -> Connection:
    """A transaction in which a vendor came in March, moved in May and went in July."""
    for at, by, city in ((MARCH, "anna", "Bonn"), (MAY, "ben", "Ulm")):
        change = begin(tx, at=at, by=by, source=f"{by}.csv")
        masterdata.write(tx, VENDORS, [{"id": "1", "name": "Acme", "city": city}], change)
    with masterdata.writing(tx, VENDORS, begin(tx, at=JULY, by="cleo", source="all.csv")) as writer:
        writer.deactivate(["1"])
    return tx


def test_every_version_of_a_row_is_kept_with_who_and_from_where(moved: Connection) -> None:
    found = master_history.versions(moved, VENDORS, ["1"])

    assert [(one.is_active, dict(one.cells)["city"], one.since, one.until, one.by, one.source) for one in found] == [
        (False, "Ulm", JULY, None, "cleo", "all.csv"),
        (True, "Ulm", MAY, JULY, "ben", "ben.csv"),
        (True, "Bonn", MARCH, MAY, "anna", "anna.csv"),
    ]


@pytest.mark.parametrize(
    ("at", "city"),
    [
        (datetime(2026, 2, 28, tzinfo=UTC), None), (MARCH, "Bonn"), (datetime(2026, 4, 30, tzinfo=UTC), "Bonn"),
        (MAY, "Ulm"), (JULY, None),
    ],
    ids=["before", "on the day", "later", "changed", "out of use"],
)  # fmt: skip
def test_a_row_is_what_it_was_at_a_moment(moved: Connection, at: datetime, city: str | None) -> None:
    row = master_history.row_as_of(moved, VENDORS, ["1"], at)
    listed = list(master_history.rows(moved, VENDORS, at=at))

    assert (row or {}).get("city") == city
    assert [one["city"] for one in listed] == ([city] if city else [])


def test_a_row_that_did_not_change_leaves_no_version(moved: Connection) -> None:
    row = {"id": "2", "name": "Nova"}
    masterdata.write(moved, VENDORS, [row], begin(moved, at=MAY, by="a", source="x"))

    masterdata.write(moved, VENDORS, [row], begin(moved, at=JULY, by="b", source="y"))

    assert [one.by for one in master_history.versions(moved, VENDORS, ["2"])] == ["a"]


def test_a_row_may_come_back(moved: Connection) -> None:
    masterdata.write(moved, VENDORS, [{"id": "1", "name": "Acme", "city": "Ulm"}])

    assert (masterdata.vendor(moved, "1") or {})["city"] == "Ulm"
    assert [one.id for one in masterdata.vendor_candidates(moved, name="Acme")] == ["1"]


def test_rows_are_listed_by_key_whatever_their_number(tx: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.master_history._PAGE", 3)
    lines = [{"line": str(n)} for n in range(5)]
    masterdata.upsert_orders(tx, [{"number": n, "vendor_id": "7", "lines": lines} for n in ("A", "B")])

    listed = [(row["number"], row["line"]) for row in master_history.rows(tx, ORDER_LINES)]

    assert listed == [(number, str(n)) for number in ("A", "B") for n in range(5)]
    assert sum(1 for _ in master_history.rows(tx, ORDER_LINES, where={"number": "A"})) == 5


def know_rates(tx: Connection) -> None:
    rates = [("2026-01-01", "0.95"), ("2026-02-01", "0.9312")]
    masterdata.write(
        tx, EXCHANGE_RATES,
        [{"from_currency": "CHF", "to_currency": "EUR", "date": day, "rate": rate, "per": "1"} for day, rate in rates],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("on", "rate"),
    [
        (date(2026, 1, 31), "0.95"),
        (date(2026, 2, 1), "0.9312"),
        (date(2027, 1, 1), "0.9312"),
        (date(2025, 12, 31), None),
    ],
    ids=["the day before", "the day", "long after", "before all"],
)
def test_the_rate_of_a_day_is_the_last_one_up_to_it(tx: Connection, on: date, rate: str | None) -> None:
    know_rates(tx)

    found = master_history.exchange_rate(tx, "CHF", "EUR", on=on)

    assert (found and found.rate) == (Decimal(rate) if rate else None)


def test_a_rate_that_is_kept_the_other_way_round_says_so(tx: Connection) -> None:
    know_rates(tx)

    found = master_history.exchange_rate(tx, "EUR", "CHF", on=date(2026, 2, 1))

    assert found is not None
    assert (found.is_inverse, found.rate) == (True, Decimal("0.9312"))


def test_a_currency_is_worth_itself(tx: Connection) -> None:
    found = master_history.exchange_rate(tx, "EUR", "EUR", on=date(2026, 2, 1))

    assert found is not None
    assert found.rate == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_keeps_its_history(tx: Connection, kind: Kind) -> None:
    samples = {
        "decimal": "1.5",
        "date": "2026-01-01",
        "currency": "EUR",
        "country": "DE",
        "unit": "H87",
        "integer": "3",
    }
    row = {
        one.name: one.choices[0] if one.choices else samples.get(one.type, "true" if one.type == "boolean" else "a")
        for one in kind.columns
    }
    if kind.parent:
        masterdata.upsert_orders(tx, [{"number": "a", "vendor_id": "7"}])
    masterdata.write(tx, kind, [row], begin(tx, at=MARCH, by="a", source="x"))
    name = next(one.name for one in kind.columns if one.name not in kind.key and one.type in {"text", "decimal"})

    masterdata.write(tx, kind, [{**row, name: "2"}], begin(tx, at=MAY, by="b", source="y"))

    key = [row[column] for column in kind.key]
    assert [dict(one.cells)[name] for one in master_history.versions(tx, kind, key)] == ["2", row[name]]
