"""What people answer when a document is held."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from engine.model.correction import Correction
from engine.runtime import corrections
from engine.runtime import replay as history
from engine.runtime.desk import answering, taking
from engine.runtime.desk.taking import Gone, Refused
from engine.runtime.house import House
from engine.store import claims, desk, documents, ledger, operations, reviews
from engine.store.database import reading, transaction
from tests.house import StoppedClock, furnished_house
from tests.runtime.desk.held import (
    decision,
    judged_again,
    large_invoice,
    old_invoice,
    stored,
    strange_invoice,
)
from tests.runtime.processed import walked


@pytest.fixture
def house(tmp_path: Path) -> House:
    return furnished_house(tmp_path / "home")


def kinds(house: House, document_id: str) -> list[str]:
    with reading(house.engine) as tx:
        return [event.kind for event in ledger.story(tx, document_id)]


def approve(house: House, document_id: str, *, by: str = "anna", objections: Sequence[str] = ("no",)) -> int:
    seen = stored(house, document_id).revision
    return answering.approve(house, document_id, revision=seen, by=by, why="asked the vendor", objections=objections)


def test_what_a_reviewer_lets_pass_is_posted(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)
    assert decision(house, one).reasons == ("issued_long_ago",)

    document = judged_again(house, one, approve(house, one))

    assert (document.state, decision(house, one).waived) == ("posting", ("issued_long_ago",))
    assert "document_approved" in kinds(house, one)


def test_a_replay_of_what_was_let_pass_says_the_same(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)
    judged_again(house, one, approve(house, one))

    again = history.replay(house, house.library, one)

    assert history.difference(history.one(house, one), again) is None
    assert (again.decision.route, again.asked_anew) == ("post", ())


def test_a_value_that_changes_after_the_approval_is_asked_about_again(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)
    judged_again(house, one, approve(house, one))
    with transaction(house.engine) as tx:
        for operation in operations.of_document(tx, one):
            operations.move(tx, operation.key, "parked", at=house.clock.now())
        documents.move(tx, one, "parked", at=house.clock.now())

    changed = [Correction(path="issue_date", value="2021-03-02")]
    document = judged_again(house, one, corrections.correct(house, one, changes=changed, by="anna"))

    assert (document.state, decision(house, one).waived) == ("in_review", ())


def test_only_an_approver_lets_a_large_amount_without_order_pass(house: House, tmp_path: Path) -> None:
    one = large_invoice(house, tmp_path)
    with pytest.raises(Refused, match=r"Only an approver.*large_without_order.*no"):
        approve(house, one)

    assert judged_again(house, one, approve(house, one, by="carl", objections=())).state == "posting"


def test_an_unknown_vendor_cannot_be_let_pass(house: House, tmp_path: Path) -> None:
    one = strange_invoice(house, tmp_path)

    with pytest.raises(Refused, match=r"cannot be let pass.*vendor_unknown"):
        approve(house, one, objections=())

    assert stored(house, one).revision == 1


def test_an_answer_to_what_is_there_no_more_is_refused(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)
    judged_again(house, one, corrections.correct(house, one, [Correction(path="payment_terms", value="30")], by="bert"))

    with pytest.raises(Gone, match="revision 2 by now; you saw 1"):
        answering.reject(house, one, revision=1, by="anna", why="late")


def test_nobody_answers_what_somebody_else_is_at_work_on(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)
    taking.take(house, one, by="bert")

    with pytest.raises(Refused, match="bert is at work"):
        approve(house, one, by="anna")


def test_a_rejected_document_gives_its_business_key_back(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)
    with pytest.raises(Refused, match="Say why"):
        answering.reject(house, one, revision=1, by="anna", why=" ")

    answering.reject(house, one, revision=1, by="anna", why="not ours")

    with reading(house.engine) as tx:
        held = claims.holder(tx, "ap_invoice/invoice/70001/RE-2001")
        items = reviews.of_document(tx, one)
    assert (stored(house, one).state, held) == ("rejected", None)
    assert items[-1].closed_at is not None
    assert "document_rejected" in kinds(house, one)


def test_what_may_stand_in_a_target_is_not_rejected(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)
    judged_again(house, one, approve(house, one))
    with transaction(house.engine) as tx:
        for operation in operations.of_document(tx, one):
            operations.move(tx, operation.key, "sending", at=house.clock.now())
        documents.move(tx, one, "in_review", at=house.clock.now())

    with pytest.raises(Refused, match="is sending in erp"):
        answering.reject(house, one, revision=2, by="anna", why="not ours")


def test_a_document_without_flow_says_what_to_do_instead(house: House, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all,\n\nour office is closed on Monday.\n", encoding="utf-8")

    with pytest.raises(Refused, match=r"No rule holds it.*flow takes it"):
        approve(house, walked(house, letter), objections=())


def test_an_item_goes_to_another_team_with_its_reason(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)
    with pytest.raises(Refused, match=r"There are: .*procurement"):
        answering.pass_on(house, one, queue="nowhere", revision=1, by="anna")

    answering.pass_on(house, one, queue="procurement", revision=1, by="anna", why="they ordered it")

    with reading(house.engine) as tx:
        item = reviews.open_of(tx, one)
    assert item is not None
    assert (item.queue, item.assignee) == ("procurement", None)


def test_a_question_to_somebody_is_found_among_their_own(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)

    answering.say(house, one, "Did you order this?", by="anna", to="bert")

    with reading(house.engine) as tx:
        item, said = reviews.open_of(tx, one), desk.comments(tx, one)
    assert item is not None
    assert item.assignee == "bert"
    assert [(each.by, each.to, each.text) for each in said] == [("anna", "bert", "Did you order this?")]


def test_a_rule_that_is_gone_nobody_lets_pass(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path)
    rules = house.library.rulesets["ap_invoice@1"]
    left = rules.model_copy(update={"rules": tuple(rule for rule in rules.rules if rule.id != "issued_long_ago")})
    library = replace(house.library, rulesets={**house.library.rulesets, "ap_invoice@1": left})

    holds = answering.holds(replace(house, library=library), decision(house, one))

    assert [hold.waived_by for hold in holds] == ["nobody"]


def test_an_item_comes_free_by_itself(house: House, tmp_path: Path) -> None:
    clock = StoppedClock()
    still = replace(house, clock=clock)
    one = old_invoice(still, tmp_path)
    taking.take(still, one, by="anna")
    with pytest.raises(Refused, match="anna is at work on this until 09:15"):
        taking.take(still, one, by="bert")

    clock.moment += taking.LEASE

    assert taking.take(still, one, by="bert").taken_by == "bert"
    taking.give_back(still, one, by="anna")
    with reading(house.engine) as tx:
        item = reviews.open_of(tx, one)
    assert item is not None
    assert item.taken_by == "bert", "only who has it gives it back"
