"""From a posted invoice to an audit, from audits to a step down, and back only by a person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from engine.content.confidence import Audit
from engine.model.document import Document
from engine.model.errors import PostroomError
from engine.model.outcome import Outcome
from engine.runtime import thresholds
from engine.runtime.house import House
from engine.runtime.overview import overview
from engine.runtime.witness import Live
from engine.store import database, documents, ledger, masterdata, outcomes, reviews
from engine.store.database import transaction
from engine.store.reviews import ReviewItem
from tests.durable.invoices import VENDOR
from tests.runtime.test_waiting import invoice
from tests.store.factories import document as make_document

REF = "ap_invoice@1"


class TickingClock:
    """A clock that goes a second further each time somebody looks."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


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
        knowing_house, engine=engine, out=tmp_path / "out", _targets={}, clock=TickingClock(),
        library=replace(library, rulesets=MappingProxyType({**library.rulesets, REF: audited})),
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

    (subject,) = thresholds.subjects(house, ruleset=REF)
    (fitted,) = thresholds.fit_history(house, subject, target=0.005, confidence=0.95)

    assert (fitted.documents, fitted.reviewed, fitted.chosen) == (1, 1, None)
    assert fitted.missing > 500


def audits(house: House, *, is_wrong: bool, name: str = "RE") -> int:
    """Let people look at audits, all wrong or all right, until automation steps down. Return how many, 0 for never."""
    ruleset = house.library.rulesets[REF]
    before = thresholds.steps_of(Live(house.engine), ruleset)
    for seen in range(1, 31):
        document = make_document(f"{name}-{before}-{seen}")
        with transaction(house.engine) as tx:
            documents.add(tx, document)
            outcomes.note(tx, read_surely(document))
            thresholds.review(tx, house, document.id, ["total"] if is_wrong else [], by="anna")
        if thresholds.steps_of(Live(house.engine), ruleset) > before:
            return seen
    return 0


def holds(house: House, count: int, *, wrong: int = 0, sure: int = 850) -> None:
    """Let people look at documents that are held now and would pass as the rules are written."""
    held = {"confidences": (("total", sure),), "share_permille": 1000, "is_straight": False}
    with transaction(house.engine) as tx:
        for seen in range(count):
            document = make_document(f"held-{sure}-{seen}")
            documents.add(tx, document)
            outcomes.note(tx, read_surely(document).model_copy(update=held))
            thresholds.review(tx, house, document.id, ["total"] if seen < wrong else [], by="anna")


def test_wrong_audits_step_automation_down_and_it_is_said(house: House) -> None:
    assert 0 < audits(house, is_wrong=True) <= 6

    counted = overview(house)
    with transaction(house.engine) as tx:
        (event,) = [one for one in ledger.recent(tx, 100) if one.kind == "automation_stepped_down"]
    assert [(one.ruleset, one.steps) for one in counted.standing_down] == [(REF, 1)]
    assert (event.actor, event.data["ruleset"], event.data["steps"]) == ("system", REF, 1)
    assert [one.code for one in thresholds.told(1)] == ["automation_stepped_down"]


def test_automation_that_stands_down_steps_further_down_while_audits_are_wrong(house: House) -> None:
    assert [audits(house, is_wrong=True) > 0 for _ in range(4)] == [True, True, True, False]
    assert [one.steps for one in overview(house).standing_down] == [3]


def test_right_audits_alone_never_bring_automation_back(house: House) -> None:
    audits(house, is_wrong=True)

    audits(house, is_wrong=False, name="right")

    assert overview(house).standing_down[0].steps == 1


def test_automation_comes_back_only_when_held_documents_prove_it(house: House) -> None:
    audits(house, is_wrong=True)
    holds(house, 100)
    with pytest.raises(PostroomError, match=r"stays 1 of 3 steps down: .* 100 were looked at since and 0 were wrong"):
        thresholds.restore(house, REF, by="anna")

    holds(house, 330, sure=851)

    assert thresholds.restore(house, REF, by="anna").steps == 0
    assert overview(house).standing_down == ()
    with transaction(house.engine) as tx:
        (event,) = [one for one in ledger.recent(tx, 3) if one.kind == "automation_restored"]
    assert (event.actor, event.data["before"], event.data["reviewed"], event.data["wrong"]) == ("anna", 1, 430, 0)


def test_held_documents_that_were_wrong_keep_automation_down(house: House) -> None:
    audits(house, is_wrong=True)
    holds(house, 60, wrong=4)

    with pytest.raises(PostroomError, match="60 were looked at since and 4 were wrong"):
        thresholds.restore(house, REF, by="anna")


def test_what_was_wrong_before_the_cause_was_mended_does_not_count(house: House) -> None:
    audits(house, is_wrong=True)
    holds(house, 20, wrong=20, sure=840)
    mended_at = house.clock.now()
    holds(house, 350)

    with pytest.raises(PostroomError, match="370 were looked at since and 20 were wrong"):
        thresholds.restore(house, REF, by="anna")
    assert thresholds.restore(house, REF, by="anna", mended_at=mended_at).steps == 0


def test_what_people_found_before_a_step_down_is_not_fitted(house: House) -> None:
    holds(house, 5)
    audits(house, is_wrong=True)
    holds(house, 3, sure=860)

    (subject,) = thresholds.subjects(house, ruleset=REF)
    (fitted,) = thresholds.fit_history(house, subject, target=0.005, confidence=0.95)

    assert fitted.reviewed == 3


def test_each_flow_is_fitted_from_its_own_documents(house: House, tmp_path: Path) -> None:
    thresholds.confirm(house, posted(house, tmp_path).id, by="anna")

    mine, other = thresholds.subjects(house, flows=["ap_invoice", "ap_invoice_fixed@1"])

    assert [fit.reviewed for fit in thresholds.fit_history(house, mine, target=0.01, confidence=0.95)] == [1]
    assert [fit.reviewed for fit in thresholds.fit_history(house, other, target=0.01, confidence=0.95)] == [0]
    assert (mine.title, mine.name, other.name) == ("ap_invoice@1", "ap_invoice", "ap_invoice_fixed")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"flows": ["nothing"]}, "there is no live flow 'nothing'; there are: ap_invoice@1"),
        ({"flows": ["ap_invoice"], "ruleset": "other@1"}, "ap_invoice@1 uses ap_invoice@1, not other@1"),
        ({"ruleset": "other@1"}, "there is no ruleset 'other@1'"),
    ],
    ids=["unknown flow", "flow with another ruleset", "unknown ruleset"],
)
def test_what_cannot_be_fitted_is_said(house: House, asked: dict[str, Any], why: str) -> None:
    with pytest.raises(PostroomError, match=why):
        thresholds.subjects(house, **asked)


def test_at_the_last_step_down_nothing_is_posted_without_a_person(house: House, tmp_path: Path) -> None:
    with transaction(house.engine) as tx:
        outcomes.set_steps(tx, REF, 3, at=house.clock.now(), by="system")

    document = invoice(house, tmp_path, "RE-9", order_number="")

    assert document.state == "in_review"
    assert "reading_unsure" in open_items(house, document)[0].reasons
