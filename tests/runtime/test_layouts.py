"""Learned layouts as content: exported, read by without the database, pinned, and seen by the gate."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from engine.content.layout_book import book_file
from engine.content.library import Library
from engine.model.correction import Correction
from engine.runtime import corrections, judging, layouts, replay
from engine.runtime.house import House
from engine.runtime.promotion.look import look, versions
from engine.store import documents, ledger, tables
from engine.store.database import reading, transaction
from tests.content.content_folder import adopted, copied, next_version
from tests.house import furnished_house
from tests.runtime.test_corrections import paper
from tests.runtime.walks import understood

POLICY = "promotion: {from: [], released: false, tests: false, approvals: owners}\n"
FLOW = "rules/flows/ap_invoice.v1.yaml"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house in which one correction taught where a vendor's invoice number stands."""
    content = copied(tmp_path / "content")
    for file in (content / "mappings/inbound").glob("vocabulary.*.yaml"):
        if ".en." not in file.name:
            file.unlink()
    with (content / "environments/dev.yaml").open("a", encoding="utf-8") as dev:
        dev.write(POLICY)
    opened = furnished_house(tmp_path / "home", content=content)
    first = understood(opened, paper(tmp_path, "NWX-77-A", total="120.00"))
    judging.judge(opened, first, 1)
    corrections.correct(opened, first, [Correction(path="invoice_number", value="NWX-77-A")], by="anna")
    yield opened
    opened.close()


def without_database(house: House) -> House:
    """Return the house with what it has in files, and nothing that was learned."""
    with transaction(house.engine) as tx:
        tx.execute(delete(tables.layouts))
    return replay.under(house, Library.load(house.settings.content_folder(), "dev"))


def number_of(house: House, document_id: str) -> tuple[str, str]:
    """Return the invoice number of a document's first record, and by what it was read."""
    with reading(house.engine) as tx:
        record = documents.load(tx, document_id, 1, "record")
    assert record is not None
    field = next(one for one in record["fields"] if one["name"] == "invoice_number")
    return field["value"], field["provenance"]["by"].rpartition("+")[2]


def test_what_is_exported_reads_the_next_document_without_the_database(house: House, tmp_path: Path) -> None:
    done = layouts.export(house, "suppliers", by="ina")
    second = understood(without_database(house), paper(tmp_path, "NWX-78-C", total="360.00"))

    assert done is not None
    assert (done.book.ref, [one.id for one in done.book.vendors], done.taken) == ("suppliers@1", ["gb980780684"], 1)
    assert number_of(house, second) == ("NWX-78-C", "layout@suppliers@1")


def test_nothing_new_makes_no_new_version(house: House) -> None:
    layouts.export(house, "suppliers", by="ina")

    assert layouts.export(house, "suppliers", by="ina") is None
    with reading(house.engine) as tx:
        (told,) = ledger.of_house(tx, "layouts_accepted")
    assert (told.actor, told.data) == ("ina", {"layout": "suppliers@1", "places": 1})


def test_a_later_correction_goes_into_the_next_version(house: House, tmp_path: Path) -> None:
    layouts.export(house, "suppliers", by="ina")
    second = understood(house, paper(tmp_path, "NWX-78-C", total="360.00"))
    judging.judge(house, second, 1)
    corrections.correct(house, second, [Correction(path="total", value="360.00")], by="carl")

    done = layouts.export(house, "suppliers", by="ina")

    assert done is not None
    assert (done.book.ref, done.taken, sorted(done.book.vendors[0].fields)) == (
        "suppliers@2", 1, ["invoice_number", "total"]
    )  # fmt: skip


def test_the_list_says_what_only_the_database_knows(house: House) -> None:
    before = {(one.identity, one.field, one.book) for one in layouts.overview(house)}
    layouts.export(house, "suppliers", by="ina")
    now = replay.under(house, Library.load(house.settings.content_folder(), "dev"))

    assert before == {("vendor_tax_id:gb980780684", "invoice_number", "")}
    assert {one.book for one in layouts.overview(now)} == {"suppliers@1"}


def test_the_gate_names_the_documents_that_an_edited_layout_changes(house: House, tmp_path: Path) -> None:
    content = house.settings.content_folder()
    layouts.export(house, "suppliers", by="ina")
    adopted(content, "dev")
    now = without_database(house)
    ours = understood(now, paper(tmp_path, "NWX-78-C", total="360.00"))
    others = understood(now, paper(tmp_path, "NWX-79-D", total="99.00", tax_id="GB123456782"))
    for one in (ours, others):
        judging.judge(now, one, 1)
    edited = book_file(content, "suppliers@2")
    text = book_file(content, "suppliers@1").read_text(encoding="utf-8")
    edited.write_text(text.replace("version: 1", "version: 2").replace('shape: "a-9-a"', 'shape: "9"'))
    next_version(content, FLOW)

    report = look(now, versions(now, "ap_invoice@2"), by="anna", ids=[ours, others])

    assert [one.document_id for one in report.changes] == [ours]
    (cause,) = report.changes[0].causes
    assert (cause.kind, cause.ref) == ("layout", "layout/suppliers@2#vendors.gb980780684.invoice_number")
    assert report.approvals == ("integration_admins",)
