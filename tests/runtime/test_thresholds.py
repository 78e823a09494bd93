"""From a posted invoice to an audit, from audits to a step down, and back only by a person."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

import pytest

from engine.content.confidence import Audit
from engine.model.document import Document
from engine.model.errors import PostroomError
from engine.model.outcome import Outcome
from engine.runtime import thresholds
from engine.runtime.house import House
from engine.runtime.witness import Live
from engine.store import database, documents, ledger, masterdata, outcomes, reviews
from engine.store.database import transaction
from engine.store.reviews import ReviewItem
from tests.durable.invoices import VENDOR
from tests.runtime.test_waiting import invoice
from tests.store.factories import document as make_document

REF = "ap_invoice@1"


@pytest.fixture
def house(knowing_house: House, tmp_path: Path) -> Iterator[House]:
    """A house of its own that audits everything it posts."""
    library = knowing_house.library
    audited = library.rulesets[REF].model_copy(update={"audit": Audit(rate=Decimal(1), target=Decimal("0.01"))})
    engine = database.connect(f"sqlite:///{tmp_path / 'p.sqlite'}")
    database.migrate(engine)
    with transaction(engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    yield replace(
        knowing_house, engine=engine, out=tmp_path / "out", _targets={},
        library=replace(library, rulesets=MappingProxyType({REF: audited})),
    )  # fmt: skip
    engine.dispose()


def posted(house: House, tmp_path: Path, number: str = "RE-1") -> Document:
    document = invoice(house, tmp_path, number, order_number="")
    assert document.state == "posted"
    return document


def read_surely(document: Document) -> Outcome:
    return Outcome(
        document_id=document.id, ruleset=REF, confidences=(("total", 990),), share_permille=20, is_straight=True
    )  # fmt: skip


def open_items(house: House, document: Document) -> list[ReviewItem]:
    with transaction(house.engine) as tx:
        return [one for one in reviews.of_document(tx, document.id) if one.closed_at is None]


def test_a_drawn_invoice_is_posted_and_its_audit_waits_without_hurry(house: House, tmp_path: Path) -> None:
    document = posted(house, tmp_path)

    (item,) = open_items(house, document)
    assert (item.reasons, item.team, item.priority) == ((thresholds.AUDIT,), "finance", 4)
    assert item.due_at is not None


def test_confirming_closes_the_audit_and_is_said_once(house: House, tmp_path: Path) -> None:
    document = posted(house, tmp_path)

    thresholds.confirm(house, document.id, by="anna")

    assert open_items(house, document) == []
    with transaction(house.engine) as tx:
        kept = outcomes.of_document(tx, document.id)
    assert kept is not None
    assert (kept.wrong, kept.counts, kept.is_straight) == ((), True, True)
    with pytest.raises(PostroomError, match="nobody has to say it again"):
        thresholds.confirm(house, document.id, by="anna")


def test_history_is_fitted_and_says_that_it_is_too_small(house: House, tmp_path: Path) -> None:
    document = posted(house, tmp_path)
    thresholds.confirm(house, document.id, by="anna")

    (fitted,) = thresholds.fit_history(house, REF, target=0.005, confidence=0.95)

    assert (fitted.documents, fitted.reviewed, fitted.chosen) == (1, 1, None)
    assert fitted.missing > 500


def test_wrong_audits_step_automation_down_and_only_a_person_restores_it(house: House) -> None:
    seen = 0
    while thresholds.steps_of(Live(house.engine), house.library.rulesets[REF]) == 0:
        seen += 1
        document = make_document(f"RE-{seen}")
        with transaction(house.engine) as tx:
            documents.add(tx, document)
            outcomes.note(tx, read_surely(document))
            thresholds.review(tx, house, document.id, ["total"], by="anna")
    with transaction(house.engine) as tx:
        kinds = [event.kind for event in ledger.story(tx, document.id)]

    assert seen <= 6
    assert "automation_stepped_down" in kinds
    assert [one.code for one in thresholds.told(1)] == ["automation_stepped_down"]
    assert thresholds.restore(house, REF, by="anna") == 1
    assert thresholds.steps_of(Live(house.engine), house.library.rulesets[REF]) == 0


def test_at_the_last_step_down_nothing_is_posted_without_a_person(house: House, tmp_path: Path) -> None:
    with transaction(house.engine) as tx:
        outcomes.set_steps(tx, REF, 3, at=house.clock.now(), by="system")

    document = invoice(house, tmp_path, "RE-9", order_number="")

    assert document.state == "in_review"
    assert "reading_unsure" in open_items(house, document)[0].reasons
