import random
from dataclasses import replace

import pytest

from engine.content.duplicate_policy import DuplicatePolicy
from engine.model.document import State
from engine.model.errors import PostroomError
from engine.runtime import duplicates
from engine.runtime.corrections import Refused
from engine.runtime.house import House
from engine.runtime.witness import Live
from engine.store import documents, ledger
from engine.store.database import reading, transaction
from tests.stages.duplicates.invoices import NUMBERINGS, Paper, draw_paper, draw_vendor
from tests.store.factories import document, document_id

POLICY = DuplicatePolicy()
ONE, TWO = document_id("one"), document_id("two")


@pytest.fixture
def paper() -> Paper:
    rng = random.Random(4711)  # noqa: S311 - chance is the point
    return draw_paper(rng, draw_vendor(rng, 0, NUMBERINGS))


@pytest.fixture
def house(empty_house: House, paper: Paper) -> House:
    """A house with an invoice that was posted and its copy under another number, which a person is asked about."""
    for name, number, state in (("one", paper.number, "posted"), ("two", f"{paper.number}/1", "in_review")):
        judge(empty_house, name, replace(paper, number=number), state=state)  # type: ignore[arg-type]
    return empty_house


def judge(house: House, name: str, paper: Paper, *, state: State) -> None:
    with transaction(house.engine) as tx:
        documents.add(tx, document(name))
        duplicates.look(
            tx, document(name), paper.read(), vendor=paper.matched(), policy=POLICY, witness=Live(house.engine)
        )
        for step in ("processing", *(["posting"] if state == "posted" else []), state):
            documents.move(tx, document_id(name), step, at=house.clock.now())  # type: ignore[arg-type]


def outcome(house: House, document: str) -> str:
    return duplicates.compare(house, document, policy=POLICY).outcome


def test_a_copy_is_shown_with_what_it_is_a_copy_of(house: House) -> None:
    best = duplicates.compare(house, TWO, policy=POLICY).best

    assert outcome(house, TWO) == "maybe"
    assert best is not None
    assert best.document_id == ONE
    assert outcome(house, ONE) == "no"


def test_two_claims_told_apart_are_judged_again_and_not_held_against_each_other(house: House) -> None:
    assert duplicates.part(house, TWO, ONE, by="anna") == 2
    assert outcome(house, TWO) == "no"
    with reading(house.engine) as tx:
        told = [event for event in ledger.story(tx, TWO) if event.kind == "told_apart"]
    assert [(event.actor, event.data["other"]) for event in told] == [("anna", ONE)]


def test_saying_so_again_changes_nothing(house: House) -> None:
    duplicates.part(house, TWO, ONE, by="anna")
    with transaction(house.engine) as tx:
        documents.move(tx, TWO, "in_review", at=house.clock.now())

    assert duplicates.part(house, TWO, ONE, by="bert") is None


def test_what_is_posted_is_not_judged_again(house: House) -> None:
    assert duplicates.part(house, ONE, TWO, by="anna") is None
    assert outcome(house, TWO) == "no"


def test_a_document_under_way_is_not_told_apart(house: House, paper: Paper) -> None:
    with transaction(house.engine) as tx:
        documents.add(tx, document("three"))

    with pytest.raises(Refused, match="still being processed"):
        duplicates.part(house, document_id("three"), ONE, by="anna")


def test_a_document_is_not_told_from_itself(house: House) -> None:
    with pytest.raises(Refused, match="itself"):
        duplicates.part(house, ONE, ONE, by="anna")


def test_an_unknown_document_is_not_told_apart(house: House) -> None:
    with pytest.raises(LookupError):
        duplicates.part(house, TWO, "f" * 64, by="anna")


def test_a_document_that_was_never_judged_cannot_be_compared(house: House) -> None:
    with pytest.raises(PostroomError, match="claims nothing"):
        duplicates.compare(house, "f" * 64, policy=POLICY)
