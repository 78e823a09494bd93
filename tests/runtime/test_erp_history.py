from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.content import column_map
from engine.content.duplicate_policy import DuplicatePolicy
from engine.model.duplicate import DuplicateCheck
from engine.model.errors import ContentError
from engine.runtime import duplicates
from engine.runtime.corrections import Refused
from engine.runtime.erp_history import Imported, import_history
from engine.runtime.house import House
from engine.runtime.witness import Live
from engine.store import documents, ledger, masterdata, signatures
from engine.store.database import reading, transaction
from tests.stages.duplicates.invoices import Line, Paper, Vendor
from tests.store.factories import document, document_id

POLICY = DuplicatePolicy()
VENDOR = Vendor(
    id="V1", name="Nordwind GmbH", tax_id="DE136695976", iban="DE89370400440532013000", prints_references=1,
    numbering=lambda _rng, serial, _day: f"{serial}",
)  # fmt: skip
PAPER = Paper(
    vendor=VENDOR, number="RE-2026-0815", serial=815, issued=date(2026, 3, 2),
    lines=(Line("Filter cartridge", "F-1", Decimal(4), Decimal(25)),),
)  # fmt: skip
HEADER = "document,vendor_id,number,date,amount,currency"
ROW = "5100000123,V1,RE20260815,2026-03-02,119.00,EUR"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "posted.csv"


def give(house: House, file: Path, *rows: str, header: str = HEADER, dry_run: bool = False) -> Imported:
    file.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return import_history(house, file, None, actor="anna", dry_run=dry_run)


def arrive(house: House, name: str = "one", paper: Paper = PAPER) -> DuplicateCheck:
    one = document(name)
    with transaction(house.engine) as tx:
        documents.add(tx, one)
        return duplicates.look(
            tx, one, paper.read(), vendor=paper.matched(), policy=POLICY, witness=Live(house.engine)
        )  # fmt: skip


def post(house: House, name: str) -> None:
    with transaction(house.engine) as tx:
        for state in ("processing", "posting", "posted"):
            documents.move(tx, document_id(name), state, at=house.clock.now())


def test_a_document_that_the_erp_has_posted_is_a_duplicate_of_it(empty_house: House, file: Path) -> None:
    give(empty_house, file, ROW)
    found = arrive(empty_house)

    assert found.outcome == "duplicate"
    assert found.best is not None
    assert found.best.document_id == "erp:5100000123"


def test_importing_again_changes_nothing_and_a_changed_row_changes_its_claim(empty_house: House, file: Path) -> None:
    assert give(empty_house, file, ROW).new == 1
    assert give(empty_house, file, ROW).same == 1
    assert give(empty_house, file, ROW.replace("119.00", "700")).changed == 1
    assert arrive(empty_house).outcome == "maybe"


def test_trying_counts_and_remembers_nothing(empty_house: House, file: Path) -> None:
    assert give(empty_house, file, ROW, dry_run=True).new == 1
    assert arrive(empty_house).outcome == "no"


def test_what_was_reversed_there_holds_nothing_up(empty_house: House, file: Path) -> None:
    give(empty_house, file, ROW)
    done = give(empty_house, file, f"{ROW},yes", header=f"{HEADER},reversed")

    assert (done.reversed, done.new) == (1, 0)
    assert arrive(empty_house).outcome == "no"


def test_a_row_that_cannot_be_used_is_told_with_its_line_and_the_others_go_in(empty_house: House, file: Path) -> None:
    done = give(empty_house, file, ROW, "2,V1,,2026-03-02,1,EUR", "3,V1,77,soon,1,EUR", "4,V1,78,2026-03-02,1.5,Euro")

    assert (done.rows, done.new, done.refused) == (4, 1, 3)
    assert [complaint.removeprefix(str(file)) for complaint in done.complaints] == [
        ":3: number is missing",
        ":4: date 'soon' is not a day such as 2026-11-22",
        ":5: currency 'Euro' is not a currency of ISO 4217 such as EUR",
    ]


def test_complaints_are_counted_beyond_those_that_are_told(empty_house: House, file: Path) -> None:
    done = give(empty_house, file, *(f"{number},V1,,2026-03-02,1,EUR" for number in range(50)))

    assert (done.refused, len(done.complaints)) == (50, 20)


def test_an_unknown_column_names_those_that_are_known(empty_house: House, file: Path) -> None:
    with pytest.raises(ContentError, match="unknown column 'BELNR'; allowed: document, entity"):
        give(empty_house, file, "1", header="BELNR")


def test_a_map_of_another_kind_is_refused(empty_house: House, file: Path) -> None:
    body = {
        "columns": {"id": "Nr", "name": "Firma"},
        "examples": [{"row": {"Nr": "1", "Firma": "A"}, "gives": {"id": "1"}}],
    }
    other = column_map.declared("vendors", body, name="theirs", file="theirs.yaml")

    with pytest.raises(ContentError, match="map of vendors; needed: kind: posted_invoices"):
        import_history(empty_house, file, other, actor="anna")


def test_vendors_that_nobody_knows_are_named_and_the_others_bring_their_tax_id(empty_house: House, file: Path) -> None:
    with transaction(empty_house.engine) as tx:
        masterdata.upsert_vendors(tx, [{"id": "V1", "name": "Nordwind GmbH", "tax_id": VENDOR.tax_id}])

    assert give(empty_house, file, ROW, "2,V9,7,2026-03-02,1,EUR").unknown_vendors == ("V9",)
    assert arrive(empty_house, paper=replace(PAPER, is_matched=False)).outcome == "duplicate"


def test_what_waits_here_is_held_when_somebody_typed_it_in_there_meanwhile(empty_house: House, file: Path) -> None:
    assert arrive(empty_house).outcome == "no"
    give(empty_house, file, ROW)

    assert arrive(empty_house).outcome == "duplicate"


def test_what_was_posted_from_here_is_not_held_against_itself(empty_house: House, file: Path) -> None:
    arrive(empty_house)
    post(empty_house, "one")
    done = give(empty_house, file, ROW)

    assert (done.ours, done.new) == (1, 0)
    assert arrive(empty_house).outcome == "no"


def test_the_erp_tells_when_what_was_posted_from_here_was_paid(empty_house: House, file: Path) -> None:
    arrive(empty_house)
    post(empty_house, "one")
    done = give(empty_house, file, f"{ROW},2026-04-01", header=f"{HEADER},paid_on")
    arrive(empty_house)

    with reading(empty_house.engine) as tx:
        claim = signatures.get(tx, document_id("one"))
    assert (done.ours, claim.paid_on if claim else None) == (1, date(2026, 4, 1))
    assert arrive(empty_house, "two", replace(PAPER, number="RE-2026-0816")).best is not None


def test_a_person_tells_a_document_from_one_of_the_erp(empty_house: House, file: Path) -> None:
    give(empty_house, file, ROW.replace("119.00", "700"))
    arrive(empty_house)
    with pytest.raises(Refused, match="still being processed"):
        duplicates.part(empty_house, document_id("one"), "erp:5100000123", by="anna")
    with transaction(empty_house.engine) as tx:
        for state in ("processing", "in_review"):
            documents.move(tx, document_id("one"), state, at=empty_house.clock.now())

    assert duplicates.part(empty_house, document_id("one"), "erp:5100000123", by="anna") == 2
    assert duplicates.compare(empty_house, document_id("one"), policy=POLICY).outcome == "no"
    with pytest.raises(LookupError, match="erp:99"):
        duplicates.part(empty_house, document_id("one"), "erp:99", by="anna")


def test_the_ledger_says_who_imported_what(empty_house: House, file: Path) -> None:
    give(empty_house, file, ROW)

    with reading(empty_house.engine) as tx:
        told = ledger.of_kind(tx, "history_imported")
    assert [(event.actor, event.data["source"], event.data["new"]) for event in told] == [("anna", "posted.csv", 1)]
