"""Master data and changes come out of SuiteQL in our columns, completely and in pieces."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from adapters.netsuite import client
from adapters.netsuite.directory import NetSuiteDirectory
from adapters.netsuite.sandbox.server import NetSuiteSandbox
from adapters.netsuite.source import NetSuiteSource
from adapters.shared.sandbox.faults import Fault
from engine.model import master_kinds
from engine.model.errors import Transient, Unauthorised
from tests.adapters.netsuite.operations import bill, connected, opened, operation


@pytest.fixture
def sandbox() -> Iterator[NetSuiteSandbox]:
    with NetSuiteSandbox() as sandbox:
        yield sandbox


def _all(sandbox: NetSuiteSandbox, kind: str, since: datetime | None = None) -> list[Mapping[str, str]]:
    directory, rows, after = NetSuiteDirectory(opened(sandbox)), list[Mapping[str, str]](), ""
    for _ in range(9):
        page = directory.page(kind, after=after, since=since)
        rows += page.rows
        if not page.next:
            return rows
        after = page.next
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("kind", NetSuiteDirectory(None).kinds())  # type: ignore[arg-type]  # its kinds need no connection
def test_every_kind_comes_in_our_columns(sandbox: NetSuiteSandbox, kind: str) -> None:
    rows = _all(sandbox, kind)
    columns = {column.name: column for column in master_kinds.kind(kind).columns}

    assert rows
    for row in rows:
        assert row.keys() <= columns.keys()
        assert {name for name, column in columns.items() if column.required} <= row.keys()
        assert all(row[name] in columns[name].choices for name in row if columns[name].choices)


def test_a_vendor_comes_with_address_terms_and_account(sandbox: NetSuiteSandbox) -> None:
    first = next(row for row in _all(sandbox, "vendors") if row["id"] == "201")

    assert first == {
        "id": "201", "name": "Papier Nord GmbH", "tax_id": "DE123456788", "email": "billing@v-100.example", "currency": "EUR",
        "payment_terms": "Net 30", "gl_account": "6815", "street": "Hafenstr. 7", "postcode": "20457", "city": "Hamburg",
        "country": "DE",
    }  # fmt: skip


def test_a_vendor_out_of_use_is_closed(sandbox: NetSuiteSandbox) -> None:
    assert [row["id"] for row in _all(sandbox, "vendors") if row.get("status") == "closed"] == ["203"]


def test_lines_of_an_order_say_what_was_received_and_billed(sandbox: NetSuiteSandbox) -> None:
    lines = _all(sandbox, "order_lines")

    assert [(row["number"], row["line"], row["item_code"]) for row in lines] == [
        ("PO-1001", "1", "A-100"),
        ("PO-1001", "3", "A-200"),
    ]
    assert (lines[0]["quantity"], lines[0]["received"], lines[0]["billed_quantity"], lines[0]["unit_price"]) == (
        "100", "60", "40", "10.005",
    )  # fmt: skip


def test_a_receipt_names_the_line_that_it_is_of(sandbox: NetSuiteSandbox) -> None:
    assert _all(sandbox, "goods_receipts") == [
        {
            "receipt": "IR-9",
            "line": "1",
            "number": "PO-1001",
            "order_line": "1",
            "quantity": "60",
            "received_on": "2026-10-20",
        }
    ]


def test_pages_miss_nothing_and_repeat_nothing(sandbox: NetSuiteSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    monkeypatch.setattr("adapters.netsuite.directory.PAGE", 2)
    sandbox.masters["item"] = [{"id": str(n), "itemid": f"I-{n}", "isinactive": "F"} for n in range(8, 13)]
    sandbox.standing["purchaseOrder"] = [
        {
            "id": str(n),
            "tranId": f"P-{n}",
            "entity": {"id": "201"},
            "item": {"items": [{"line": at} for at in (1, 2, 3)]},
        }
        for n in (9, 10)
    ]

    assert [row["code"] for row in _all(sandbox, "items")] == ["I-8", "I-9", "I-10", "I-11", "I-12"]
    assert [(row["number"], row["line"]) for row in _all(sandbox, "order_lines")] == [
        ("P-9", "1"), ("P-9", "2"), ("P-9", "3"), ("P-10", "1"), ("P-10", "2"), ("P-10", "3"),
    ]  # fmt: skip


def test_what_changed_is_asked_with_a_day_to_spare(sandbox: NetSuiteSandbox) -> None:
    moment = datetime(2026, 11, 20, 8, tzinfo=UTC) + timedelta(hours=25)

    assert [row["code"] for row in _all(sandbox, "items", since=moment)] == ["A-200"]
    assert _all(sandbox, "items", since=moment + timedelta(days=2)) == []
    assert not NetSuiteDirectory(opened(sandbox)).page("items", after="", since=moment).is_all


@pytest.mark.parametrize(
    ("by", "ids"),
    [({"vendor_tax_id": "DE123456788"}, ["201"]), ({"vendor_name": "Toner & Söhne KG"}, ["202"]), ({"vendor_name": "x' OR '1'='1"}, []), ({}, [])],
    ids=["tax id", "name", "signs of SQL", "nothing"],
)  # fmt: skip
def test_a_vendor_is_looked_up(sandbox: NetSuiteSandbox, by: dict[str, str], ids: list[str]) -> None:
    found = NetSuiteDirectory(opened(sandbox)).look_up("vendor", by)

    assert [one.id for one in found] == ids
    assert all(one.evidence for one in found)


def test_an_order_is_looked_up_by_its_number(sandbox: NetSuiteSandbox) -> None:
    found = NetSuiteDirectory(opened(sandbox)).look_up("purchase_order", {"po_number": "PO-1001"})

    assert [(one.id, one.attribute("vendor_id"), one.attribute("currency")) for one in found] == [
        ("PO-1001", "201", "EUR")
    ]


def test_a_strange_answer_is_no_empty_list(sandbox: NetSuiteSandbox) -> None:
    sandbox.faults.add(Fault("schema_changed", times=9, on="*suiteql"))

    with pytest.raises(Transient):
        _all(sandbox, "vendors")


def test_changes_come_once_more_within_the_overlap_and_then_no_more(sandbox: NetSuiteSandbox) -> None:
    source = NetSuiteSource(opened(sandbox))
    first = source.poll("")
    again = source.poll(first.cursor)

    assert {(one.object, one.id) for one in first.rows} == {
        ("purchaseOrder", "701"), ("vendor", "201"), ("vendor", "202"), ("vendor", "203"),
    }  # fmt: skip
    assert again.rows == first.rows
    connected(sandbox).send(operation("vendor_bill", bill()))
    fresh = source.poll(again.cursor)
    assert [one.object for one in fresh.rows if one.version > "2026-11-05"] == ["vendorBill"]
    assert "purchaseOrder" not in [one.object for one in source.poll(fresh.cursor).rows]


def test_changes_of_one_moment_are_read_to_the_last(sandbox: NetSuiteSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAGE", 2)
    moment = "2026-11-05T10:00:00Z"
    sandbox.standing["purchaseOrder"] = [
        {"id": str(n), "tranId": f"P-{n}", "lastModifiedDate": moment} for n in range(8, 13)
    ]
    source, seen, cursor = NetSuiteSource(opened(sandbox, changes=["purchase_order"])), list[str](), ""
    for _ in range(9):
        found = source.poll(cursor)
        seen += [one.id for one in found.rows]
        cursor = found.cursor
        if found.is_all:
            break

    assert seen == ["8", "9", "10", "11", "12"]


def test_netsuite_calls_nobody(sandbox: NetSuiteSandbox) -> None:
    with pytest.raises(Unauthorised):
        NetSuiteSource(opened(sandbox)).accept(b"{}", {}, method="POST", url="https://hub/x", now=datetime.now(UTC))
