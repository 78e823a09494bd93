"""What people do with operations."""

from dataclasses import replace
from typing import Any

import pytest

from engine.model.errors import Ambiguous, PostroomError, Rejected, Transient
from engine.model.operation import Operation
from engine.model.value import digest
from engine.runtime import operation_edit, operation_story, operations
from engine.runtime.house import House
from engine.store import documents, ledger, operation_list, operation_payloads, reviews, targets
from engine.store import operations as store
from engine.store.database import reading, transaction
from engine.store.operation_list import Search
from tests.runtime.sends import FIRST, ID, SECOND, Erp, planned, states, work

SCHEMA = {
    "type": "object",
    "required": ["n"],
    "additionalProperties": False,
    "properties": {
        "n": {"type": "string", "maxLength": 3},
        "iban": {"type": "string"},
        "rank": {"type": "integer"},
        "vendor": {"type": "string"},
    },
}


@pytest.fixture
def house(empty_house: House) -> House:
    """A house whose matrix takes small payloads."""
    ref = "files.ap_invoice_csv@1"
    matrix = empty_house.library.matrices[ref].model_copy(update={"payload_schema": SCHEMA})
    return replace(
        empty_house, library=replace(empty_house.library, matrices={**empty_house.library.matrices, ref: matrix})
    )


@pytest.fixture
def erp(house: House) -> Erp:
    return planned(house)


def rejected(house: House, erp: Erp) -> None:
    erp.before = [Rejected("the period is closed", fields={"n": "unknown"})]
    work(house)


def in_doubt(house: House, erp: Erp) -> None:
    """The first one left, the answer never came, and the target cannot be asked: parked."""
    erp.after, erp.blind = [Ambiguous("connection reset")], True
    work(house)


def stored(house: House, key: str = FIRST) -> Operation:
    with reading(house.engine) as tx:
        found = store.get(tx, key)
    assert found is not None
    return found


def told(house: House, kind: str) -> list[tuple[str, dict[str, Any]]]:
    with reading(house.engine) as tx:
        return [(one.actor, dict(one.data)) for one in ledger.story(tx, ID) if one.kind == kind]


def test_exactly_what_failed_is_sent_again(house: House, erp: Erp) -> None:
    rejected(house, erp)
    assert states(house) == ("rejected", "committed", "in_review")

    answers = operations.retry(house, operations.failed(house), by="anna")
    work(house)

    assert [(one.key, one.refused) for one in answers] == [(FIRST, "")]
    assert (states(house), set(erp.held)) == (("committed", "committed", "posted"), {FIRST, SECOND})
    assert told(house, "operation_retried")[0][0] == "anna"


def test_the_review_about_a_refusal_is_answered_by_sending_it_again(house: House, erp: Erp) -> None:
    rejected(house, erp)

    operations.retry(house, [FIRST], by="anna")

    with reading(house.engine) as tx:
        assert [one.closed_at is None for one in reviews.of_document(tx, ID)] == [False]


def test_what_may_have_arrived_is_looked_for_before_it_is_sent_again(house: House, erp: Erp) -> None:
    in_doubt(house, erp)
    assert states(house)[0] == "parked"
    erp.blind, erp.finds = False, 0

    operations.retry(house, [FIRST], by="anna")
    work(house)

    assert (states(house)[0], erp.finds) == ("committed", 1)


@pytest.mark.parametrize("verb", ["retry", "settle", "cancel", "park"])
def test_what_stands_is_left_alone_and_the_refusal_says_what_is_allowed(house: House, erp: Erp, verb: str) -> None:
    work(house)

    with pytest.raises(operations.Refused, match=r"It is committed; .* reversed by a flow of its own"):
        act(house, verb, FIRST)
    assert len(erp.held) == 2


def act(house: House, verb: str, key: str) -> None:
    """Do one verb; a refused retry is raised like the others."""
    if verb == "retry":
        (answer,) = operations.retry(house, [key], by="anna")
        if answer.refused:
            raise operations.Refused(answer.refused)
    elif verb == "settle":
        operations.settle(house, key, stands=True, external_id="1", by="anna", why="looked")
    else:
        {"cancel": operations.cancel, "park": operations.park}[verb](house, key, by="anna", why="because")


def test_what_a_person_saw_standing_there_is_committed(house: House, erp: Erp) -> None:
    in_doubt(house, erp)

    answer = operations.settle(house, FIRST, stands=True, external_id="5100", by="anna", why="seen in the journal")

    with reading(house.engine) as tx:
        receipt = store.receipt(tx, FIRST)
    assert receipt is not None
    assert (answer.state, receipt.external_id, receipt.response["settled_by"]) == ("committed", "5100", "anna")
    assert told(house, "operation_settled")[0][1]["why"] == "seen in the journal"


def test_what_surely_does_not_stand_there_is_sent_although_the_target_cannot_be_asked(house: House, erp: Erp) -> None:
    in_doubt(house, erp)
    del erp.held[FIRST]

    operations.settle(house, FIRST, stands=False, by="anna", why="searched by number and date")
    work(house)

    assert states(house) == ("committed", "committed", "posted")


@pytest.mark.parametrize(
    ("changes", "told_why"),
    [
        pytest.param({"external_id": ""}, "give its external id", id="without id"),
        pytest.param({"why": " "}, "Say why", id="without reason"),
    ],
)
def test_a_settlement_says_where_and_why(house: House, erp: Erp, changes: dict[str, str], told_why: str) -> None:
    in_doubt(house, erp)

    with pytest.raises(operations.Refused, match=told_why):
        operations.settle(house, FIRST, stands=True, by="anna", **{"external_id": "1", "why": "seen", **changes})


def test_what_may_have_arrived_can_neither_be_called_off_nor_changed(house: House, erp: Erp) -> None:
    in_doubt(house, erp)

    with pytest.raises(operations.Refused, match="nobody knows whether it arrived, so it cannot be called off"):
        operations.cancel(house, FIRST, by="anna", why="wrong vendor")
    with pytest.raises(operations.Refused, match="so it cannot be changed"):
        operation_edit.edit(house, FIRST, {"n": "9"}, by="anna", why="typo")
    assert states(house)[0] == "parked"


def test_a_document_of_which_everything_was_called_off_is_rejected(house: House, erp: Erp) -> None:
    for key in (FIRST, SECOND):
        operations.cancel(house, key, by="anna", why="posted by hand")
    work(house)

    assert (states(house), erp.held) == (("cancelled", "cancelled", "rejected"), {})


def test_what_is_called_off_beside_what_stands_leaves_the_document_posted(house: House, erp: Erp) -> None:
    rejected(house, erp)

    operations.cancel(house, FIRST, by="anna", why="not needed")

    assert states(house) == ("cancelled", "committed", "posted")


def test_what_a_person_parks_stays_until_a_person_brings_it_forward(house: House, erp: Erp) -> None:
    operations.park(house, FIRST, by="anna", why="ask the vendor first")
    work(house)
    assert states(house) == ("parked", "committed", "parked")

    operations.retry(house, [FIRST], by="anna")
    work(house)

    assert (states(house)[2], list(erp.held)) == ("posted", [SECOND, FIRST])


def test_a_changed_payload_is_sent_and_kept_with_who_and_why(house: House, erp: Erp) -> None:
    rejected(house, erp)

    edited = operation_edit.edit(house, FIRST, {"n": "7", "rank": "3"}, by="anna", why="number range changed")
    operations.retry(house, [FIRST], by="anna")
    work(house)

    assert erp.held[FIRST] == {"n": "7", "rank": 3, "iban": "DE89370400440532013000"}
    assert stored(house).payload_digest == edited.payload_digest == digest(edited.payload)
    assert {leaf.path: (leaf.row, leaf.note) for leaf in edited.lineage}["n"] == ("human", "human: anna")
    with reading(house.engine) as tx:
        kept = operation_payloads.of_operation(tx, FIRST)
    assert [(one.number, one.by, one.payload["n"]) for one in kept] == [(0, "mapping", "1"), (1, "anna", "7")]
    assert told(house, "operation_edited")[0][1]["paths"] == ["n", "rank"]


@pytest.mark.parametrize(
    ("changes", "told_why"),
    [
        pytest.param({"n": "1234"}, "The target would not take it: n: '1234' is too long", id="too long"),
        pytest.param({"rank": "high"}, "rank: 'high' is not of type 'integer'", id="wrong type"),
        pytest.param({"other": "1"}, "Additional properties are not allowed", id="unknown"),
        pytest.param({"lines[0].n": "1"}, "lines.0..n leads nowhere: there is no lines", id="nowhere"),
        pytest.param({"n..x": "1"}, "is no path", id="no path"),
        pytest.param({"n": "1"}, "That is what stands there already", id="nothing changed"),
    ],
)
def test_a_change_that_the_target_would_not_take_is_refused(
    house: House, erp: Erp, changes: dict[str, str], told_why: str
) -> None:
    rejected(house, erp)
    before = stored(house)

    with pytest.raises(operations.Refused, match=told_why):
        operation_edit.edit(house, FIRST, changes, by="anna", why="typo")
    assert stored(house) == before


def test_a_document_that_was_judged_anew_is_not_sent_as_it_was(house: House, erp: Erp) -> None:
    rejected(house, erp)
    with transaction(house.engine) as tx:
        documents.next_revision(tx, ID)

    (answer,) = operations.retry(house, [FIRST], by="anna")

    assert "this is of revision 1, it is in revision 2" in answer.refused


def test_a_document_that_people_hold_for_something_else_is_not_sent(house: House, erp: Erp) -> None:
    rejected(house, erp)
    with transaction(house.engine) as tx:
        reviews.open_review(
            tx, document_id=ID, revision=1, queue="ap_fraud", reasons=["iban_changed"], message="", at=house.clock.now()
        )

    (answer,) = operations.retry(house, [FIRST], by="anna")

    assert "with people for iban_changed" in answer.refused


def test_operations_are_found_by_state_target_flow_age_and_text(house: House, erp: Erp) -> None:
    rejected(house, erp)
    now = house.clock.now()

    def found(**wanted: Any) -> list[str]:
        with reading(house.engine) as tx:
            return sorted(line.key for line in operation_list.page(tx, Search.model_validate(wanted)))

    assert found(states=("rejected",)) == found(text="PERIOD is closed") == [FIRST]
    assert found(text="4711") == [SECOND]
    assert (
        found(target="erp")
        == found(flow="try")
        == found(document="aaaa")
        == found(changed_before=now)
        == [FIRST, SECOND]
    )
    assert found(target="crm") == found(flow="tr") == found(text="%") == []


def test_pages_follow_each_other_without_gap(house: House, erp: Erp) -> None:
    with reading(house.engine) as tx:
        first = operation_list.page(tx, Search(), limit=1)
        second = operation_list.page(tx, Search(), after=first[0].key, limit=1)
        third = operation_list.page(tx, Search(), after=second[0].key, limit=1)

    assert {first[0].key, second[0].key} == {FIRST, SECOND}
    assert third == []


@pytest.mark.parametrize("name", ["account/invoice", FIRST])
def test_an_operation_is_found_by_key_short_key_or_a_part(house: House, erp: Erp, name: str) -> None:
    assert operations.find(house, name).key == operations.find(house, stored(house).short_key[:8]).key == FIRST


@pytest.mark.parametrize("name", ["RE1", "nothing"])
def test_who_is_not_meant_clearly_is_told_so(house: House, erp: Erp, name: str) -> None:
    with pytest.raises(PostroomError, match=r"may be 2 operations|No operation is called nothing"):
        operations.find(house, name)


def test_a_story_tells_every_try_and_masks_the_account_number(house: House, erp: Erp) -> None:
    erp.before = [Rejected("DE89370400440532013000 is blocked"), Transient("503")]
    work(house)

    story = operation_story.story(house, FIRST)

    assert [(one.end, one.words) for one in story.attempts] == [
        ("did not take it", "503"), ("rejected", "DE…3000 is blocked"),
    ]  # fmt: skip
    assert {leaf.path: leaf.value for leaf in story.leaves}["iban"] == "DE…3000"
    assert "DE89370400440532013000" not in story.model_dump_json()
    assert "edit" in " ".join(story.next)


def test_a_story_of_what_may_stand_says_how_to_settle_it(house: House, erp: Erp) -> None:
    in_doubt(house, erp)

    story = operation_story.story(house, FIRST)

    assert story.may_stand
    assert any("settle" in one and "--as absent" in one for one in story.next)


def test_a_target_that_is_left_alone_is_probed_when_a_person_sends_again(house: House, erp: Erp) -> None:
    rejected(house, erp)
    now = house.clock.now()
    with transaction(house.engine) as tx:
        targets.keep(tx, targets.opened(targets.lock(tx, "erp", now), "The share is away.", at=now, pause_seconds=900))

    operations.retry(house, [FIRST], by="anna")

    with reading(house.engine) as tx:
        line, target = operation_list.line(tx, FIRST), targets.get(tx, "erp")
    assert line is not None
    assert target is not None
    assert line.waits_for == "erp is left alone: The share is away."
    assert (target.state, target.is_shut(house.clock.now())) == ("open", False)
