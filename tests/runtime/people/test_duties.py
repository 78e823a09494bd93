"""Nobody approves what goes through because of something they did themselves: every history is enumerated."""

from datetime import UTC, datetime
from itertools import product

import pytest

from engine.model.correction import Correction
from engine.model.decision import Decision
from engine.model.person import Asker
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people import duties
from engine.store import corrections, documents, ledger
from engine.store.database import transaction
from tests.store.factories import document

AT = datetime(2026, 11, 1, tzinfo=UTC)
APPROVER = Asker(id="1", name="anna", kind="person", grants=(Grant(role="approver"),))
DECISION = Decision(
    route="review", queue="ap", reasons=("total",), message="", rules=(), facts=(), confidence=1.0,
    flow="ap_invoice@7", ruleset="ap_rules@7", digests=(("ruleset/ap_rules@7", "0" * 64),),
)  # fmt: skip
HISTORIES = (
    "document_corrected",
    "operation_edited",
    "split_decided",
    "documents_merged",
    "told_apart",
    "corrections",
    "promoted",
    "rolled_back",
    "content_begun",
    "content_edited",
)


def decided(house: House, name: str, *, did: str = "", by: str = "") -> str:
    """Store a decided document of which somebody did something."""
    one = document(name)
    with transaction(house.engine) as tx:
        documents.add(tx, one)
        documents.save(tx, one.id, 1, "decision", DECISION.model_dump(mode="json"))
        if did == "corrections":
            change = Correction(path="total", value="1.00")
            corrections.add(tx, document_id=one.id, revision=1, corrections=[change], by=by, at=AT)
        elif did in {"promoted", "rolled_back"}:
            data = {"flows": ["ap_invoice@7"], "was": ["ap_invoice@6"]}
            ledger.append(tx, at=AT, document_id=None, kind=did, actor=by, data=data)
        elif did in {"content_begun", "content_edited"}:
            ledger.append(tx, at=AT, document_id=None, kind=did, actor=by, data={"ref": "ruleset/ap_rules@7"})
        elif did:
            ledger.append(tx, at=AT, document_id=one.id, kind=did, actor=by, data={})
    return one.id


def test_an_approver_who_did_nothing_to_it_may_approve(house: House) -> None:
    assert duties.objections(house, APPROVER, decided(house, "plain")) == ()


@pytest.mark.parametrize(("did", "name"), list(product(HISTORIES, ["bert", "BERT", "carl"])))
def test_who_had_a_hand_in_it_may_not_approve_and_others_may(house: House, did: str, name: str) -> None:
    asker = APPROVER.model_copy(update={"name": f"{name}-{did}"})
    document_id = decided(house, f"{did} {name}", did=did, by=f"bert-{did}")

    had_a_hand = name.casefold() == "bert"
    assert bool(duties.objections(house, asker, document_id)) is had_a_hand


@pytest.mark.parametrize("role", ["viewer", "reviewer", "operator", "integration_admin"])
def test_without_the_right_nobody_approves(house: House, role: str) -> None:
    asker = APPROVER.model_copy(update={"grants": (Grant.model_validate({"role": role}),)})

    assert "not the right" in duties.objections(house, asker, decided(house, f"no right {role}"))[0]


def test_an_approver_of_another_company_does_not_approve(house: House) -> None:
    asker = APPROVER.model_copy(update={"grants": (Grant(role="approver", entities=("9999",)),)})

    assert "not the right" in duties.objections(house, asker, decided(house, "another company"))[0]


def test_a_program_approves_nothing(house: House) -> None:
    asker = APPROVER.model_copy(update={"kind": "token"})

    assert duties.objections(house, asker, decided(house, "program")) == ("A program does not approve documents.",)
