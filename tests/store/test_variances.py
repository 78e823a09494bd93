from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, Engine

from engine.content.leakage import LeakagePolicy
from engine.model.leakage import AcceptedInvoice, Drift, Variance
from engine.model.purchasing import Verdict
from engine.runtime import leakage
from engine.store import documents, variances
from engine.store.database import reading, transaction
from tests.stages.records import record as make_record
from tests.stages.tolerances.differences import difference
from tests.store.factories import NOON, document, document_id

POLICY = LeakagePolicy.model_validate({"approval_limits": {"EUR": ["1000.00"]}})
TODAY = date(2026, 3, 1)


@pytest.fixture
def many(tx: Connection) -> Connection:
    """A transaction with twenty documents."""
    for number in range(20):
        documents.add(tx, document(str(number)))
    return tx


def variance(used: str = "0.95", item: str = "A", amount: str = "1.90") -> Variance:
    return Variance(vendor="V", item=item, currency="EUR", amount=Decimal(amount), used=Decimal(used))


def invoice(content: str, amount: str = "100.00", days_ago: int = 0) -> AcceptedInvoice:
    return AcceptedInvoice(
        document_id=document_id(content), vendor="V", currency="EUR", amount=Decimal(amount),
        issued_on=TODAY - timedelta(days=days_ago), has_order=False,
    )  # fmt: skip


def record(tx: Connection, content: str, *found: Variance) -> None:
    leakage.record(tx, invoice(content), found, policy=POLICY, at=NOON)


def only_drift(tx: Connection) -> Drift:
    (drift,) = variances.drifts(tx, "V")
    return drift


def test_what_was_let_pass_adds_up(many: Connection) -> None:
    for number in range(12):
        record(many, str(number), variance())

    drift = only_drift(many)
    assert (drift.count, drift.amount, drift.reported_after) == (12, Decimal("22.80"), 10)


def test_recording_a_document_again_changes_nothing(many: Connection) -> None:
    record(many, "1", variance())
    once = only_drift(many)

    record(many, "1", variance())

    assert only_drift(many) == once


def test_a_corrected_document_replaces_what_it_wrote(many: Connection) -> None:
    record(many, "1", variance())
    record(many, "2", variance())

    record(many, "1", variance("0.10", amount="0.20"))

    assert (only_drift(many).count, only_drift(many).amount) == (2, Decimal("2.10"))


def test_a_reversed_document_leaves_nothing_behind(many: Connection) -> None:
    record(many, "1", variance(), variance(item="B"))
    before = variances.drifts(many)
    record(many, "2", variance(), variance(item="C"))

    leakage.forget(many, document_id("2"), policy=POLICY)
    leakage.forget(many, document_id("2"), policy=POLICY)

    assert variances.drifts(many) == before
    assert variances.of_document(many, document_id("2")) == ()
    assert [one.document_id for one in variances.accepted(many, "V", since=TODAY)] == [document_id("1")]


def test_a_series_made_anew_is_the_series_kept_step_by_step(many: Connection) -> None:
    for number in range(15):
        record(many, str(number), variance(f"{(number * 7 % 19 - 9) / 10:.1f}"))
    kept = only_drift(many)

    record(many, "15", variance())
    leakage.forget(many, document_id("15"), policy=POLICY)

    assert only_drift(many) == kept


def test_a_drifting_vendor_is_told_at_its_next_invoice(many: Connection) -> None:
    for number in range(12):
        record(many, str(number), variance())

    found = leakage.look(many, "V", None, policy=POLICY, today=TODAY)

    assert [one.code for one in found] == ["leakage_drift"]


def test_an_unusual_second_part_is_seen(many: Connection) -> None:
    leakage.record(many, invoice("1", "900.00", 1), (), policy=POLICY, at=NOON)

    found = leakage.look(many, "V", invoice("2", "800.00"), policy=POLICY, today=TODAY)
    of_another = leakage.look(many, "W", None, policy=POLICY, today=TODAY)

    assert [one.code for one in found] == ["leakage_split"]
    assert of_another == ()


def test_a_document_is_no_part_of_itself(many: Connection) -> None:
    leakage.record(many, invoice("1", "900.00"), (), policy=POLICY, at=NOON)

    assert leakage.look(many, "V", invoice("1", "900.00"), policy=POLICY, today=TODAY) == ()


def test_old_invoices_are_left_out(many: Connection) -> None:
    leakage.record(many, invoice("1", days_ago=300), (), policy=POLICY, at=NOON)

    assert variances.accepted(many, "V", since=TODAY - timedelta(days=200)) == ()
    assert variances.vendors_with_invoices(many, since=TODAY - timedelta(days=301)) == ("V",)


def test_documents_of_one_vendor_that_are_posted_at_the_same_moment_are_all_counted(engine: Engine) -> None:
    numbers = [str(number) for number in range(12)]
    with transaction(engine) as tx:
        for number in numbers:
            documents.add(tx, document(number))

    def post(number: str) -> None:
        with transaction(engine) as tx:
            record(tx, number, variance(item="A"), variance(item="B"))

    with ThreadPoolExecutor(max_workers=6) as pool:
        list(pool.map(post, numbers))

    with reading(engine) as tx:
        assert [(one.item, one.count, one.reported_after) for one in variances.drifts(tx)] == [
            ("A", 12, 10),
            ("B", 12, 10),
        ]


def test_a_posted_record_is_noted_with_the_verdicts_on_it(many: Connection) -> None:
    known = {"total": "119.00", "currency": "EUR", "issue_date": "2026-02-20"}
    invoice = make_record(**known).model_copy(update={"document_id": document_id("1")})  # type: ignore[arg-type]
    verdict = Verdict(
        difference=difference("price", "10.00", "10.10", quantity=Decimal(3), line=0), passes=True, check="PP",
        limit="2 %", used=Decimal("0.5"),
    )  # fmt: skip

    for vendor in ("V", "V"):
        leakage.note(many, invoice, (verdict,), vendor=vendor, items={0: "A", 1: "B"}, policy=POLICY, at=NOON)

    assert [(one.item, one.amount, one.count) for one in variances.drifts(many)] == [
        ("", Decimal("0.30"), 1), ("A", Decimal("0.30"), 1), ("B", Decimal(0), 1),
    ]  # fmt: skip
    leakage.note(many, invoice, (verdict,), vendor=None, items={}, policy=POLICY, at=NOON)
    assert variances.drifts(many) == ()
    assert variances.accepted(many, "V", since=date(2026, 1, 1)) == ()
