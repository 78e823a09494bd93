"""What changed in SAP is told once, late commits and day-long windows included."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.sap.plug import PLUG
from adapters.sap.sandbox.checks import date_text
from adapters.sap.sandbox.sandbox import SapSandbox
from adapters.sap.source import SapSource
from adapters.shared.contract.surroundings import QUICK
from engine.model.errors import Unauthorised
from engine.ports import Changes


@pytest.fixture
def sandbox() -> Iterator[SapSandbox]:
    with PLUG.sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def source(sandbox: SapSandbox) -> Iterator[SapSource]:
    source = PLUG.source(sandbox.settings(), patience=QUICK)
    yield source
    source.close()


def order(sandbox: SapSandbox, number: str, at: datetime) -> None:
    sandbox.add("A_PurchaseOrder", PurchaseOrder=number, LastChangeDateTime=date_text(at))


def told(changes: Changes) -> list[tuple[str, str]]:
    return [(one.object, one.id) for one in changes.rows]


def test_the_first_poll_begins_now(sandbox: SapSandbox, source: SapSource) -> None:
    now = datetime.now(UTC)
    order(sandbox, "OLD", now - timedelta(days=3))
    order(sandbox, "NEW", now)

    assert told(source.poll("")) == [("purchase_order", "NEW")]


def test_a_change_is_told_once_and_a_late_commit_is_not_missed(sandbox: SapSandbox, source: SapSource) -> None:
    now = datetime.now(UTC)
    order(sandbox, "A", now)
    first = source.poll("")
    order(sandbox, "LATE", now - timedelta(minutes=5))
    second = source.poll(first.cursor)
    sandbox.objects["A_PurchaseOrder"][0]["LastChangeDateTime"] = date_text(now + timedelta(minutes=1))
    third = source.poll(second.cursor)

    assert [told(one) for one in (first, second, third)] == [
        [("purchase_order", "A")], [("purchase_order", "LATE")], [("purchase_order", "A")]
    ]  # fmt: skip
    assert told(source.poll(third.cursor)) == []


def test_an_invoice_is_told_by_its_day_and_again_when_its_status_changed(
    sandbox: SapSandbox, source: SapSource
) -> None:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for number, at in (("1", today), ("2", today - timedelta(days=1)), ("3", today - timedelta(days=2))):
        sandbox.add(
            "A_SupplierInvoice", SupplierInvoice=number, FiscalYear="2026", CreationDate=date_text(at), SupplierInvoiceStatus="A"
        )  # fmt: skip
    first = source.poll("")
    second = source.poll(first.cursor)
    sandbox.objects["A_SupplierInvoice"][0]["SupplierInvoiceStatus"] = "5"
    third = source.poll(second.cursor)

    assert told(first) == [("supplier_invoice", "2/2026"), ("supplier_invoice", "1/2026")]
    assert told(second) == []
    assert told(third) == [("supplier_invoice", "1/2026")]
    assert third.rows[0].data["SupplierInvoiceStatus"] == "5"


def test_more_than_a_page_is_told_whole_also_at_one_moment(
    sandbox: SapSandbox, source: SapSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.sap.source._PAGE", 3)
    now = datetime.now(UTC)
    for number in range(10):
        order(sandbox, f"P{number}", now)

    assert len(told(source.poll(""))) == 10


def test_only_our_company_is_told_of(sandbox: SapSandbox) -> None:
    for number, code in (("A", "1010"), ("B", "2000")):
        sandbox.add(
            "A_PurchaseOrder", PurchaseOrder=number, CompanyCode=code, LastChangeDateTime=date_text(datetime.now(UTC))
        )
    source = PLUG.source({**sandbox.settings(), "company_code": "1010", "poll": ["purchase_order"]}, patience=QUICK)

    assert told(source.poll("")) == [("purchase_order", "A")]
    source.close()


def test_nobody_is_called_by_sap(source: SapSource) -> None:
    with pytest.raises(Unauthorised):
        source.accept(b"{}", {}, method="POST", url="https://hub.example/hooks/sap", now=datetime.now(UTC))
