from typing import Any

from engine.model.document import Document
from engine.model.record import Record
from engine.runtime import rounding
from engine.runtime.house import House
from engine.runtime.witness import Live
from engine.store import documents
from engine.store.database import transaction
from tests.stages.records import NO_VENDOR, matched, record
from tests.store.factories import document

VENDOR = matched("V1")


def billed(base: str, tax: str) -> Record:
    fields: dict[str, Any] = {"currency": "EUR", "subtotal": base}
    return record(taxes=[{"rate": "7", "base": base, "amount": tax}], **fields)


def went_through(house: House, content: str, invoice: Record) -> Document:
    """Add a document and learn from it, as posting does."""
    one = document(content)
    with transaction(house.engine) as tx:
        documents.add(tx, one)
        rounding.learn(tx, one, invoice, VENDOR, rounding.explain(Live(house.engine), one, invoice, VENDOR))
    return one


def test_the_last_invoices_choose_among_conventions_that_fit(empty_house: House) -> None:
    went_through(empty_house, "cut off", billed("10.08", "0.70"))

    found = rounding.explain(Live(empty_house.engine), document("new"), billed("10.05", "0.70"), VENDOR)

    assert found.chosen is not None
    assert (found.chosen.tax, found.has_changed) == ("down@2", False)


def test_another_way_to_round_is_a_change(empty_house: House) -> None:
    went_through(empty_house, "cut off", billed("10.08", "0.70"))

    assert (
        rounding.explain(Live(empty_house.engine), document("new"), billed("10.08", "0.71"), VENDOR).has_changed is True
    )


def test_a_document_does_not_confirm_itself(empty_house: House) -> None:
    one = went_through(empty_house, "cut off", billed("10.08", "0.70"))

    assert rounding.explain(Live(empty_house.engine), one, billed("10.08", "0.71"), VENDOR).has_changed is None


def test_a_corrected_document_replaces_what_it_taught(empty_house: House) -> None:
    went_through(empty_house, "first", billed("10.08", "0.70"))
    one = document("first")
    with transaction(empty_house.engine) as tx:
        corrected = billed("10.08", "0.71")
        rounding.learn(tx, one, corrected, VENDOR, rounding.explain(Live(empty_house.engine), one, corrected, VENDOR))

    assert (
        rounding.explain(Live(empty_house.engine), document("new"), billed("10.08", "0.71"), VENDOR).has_changed
        is False
    )


def test_nothing_is_known_without_a_vendor(empty_house: House) -> None:
    assert (
        rounding.explain(Live(empty_house.engine), document("new"), billed("10.08", "0.70"), NO_VENDOR).has_changed
        is None
    )
