"""What the changes of a promotion add up to, and what policy says about them."""

from decimal import Decimal

import pytest

from engine.content.promotion_policy import PromotionPolicy
from engine.model.change import Cause, Change, Difference, Effect, Moved
from engine.model.gate import Failed
from engine.stages.gate import grouped, refusals, summed, teams

RULE = Cause(kind="rule", ref="ruleset/ap_invoice@2#rules.large", said="rule large: 5000 -> 4000")
ROW = Cause(kind="row", ref="matrix/files.csv@2#rows.header.tax_code", said="tax_code: from vendor -> fixed")


def change(
    name: str, *moved: tuple[str, str, str, str], causes: tuple[Cause, ...] = (), route: str = ""
) -> Change:  # fmt: skip
    way = (Difference(where="route", before="review" if route == "post" else "post", after=route),) if route else ()
    differences = (*way, Difference(where="payload", path="a", before="1", after="2"))
    money = tuple(
        Moved.model_validate({"what": w, "before": b, "after": a, "currency": "EUR", "amount": m})
        for w, b, a, m in moved
    )
    effects = tuple(Effect(cause=one, differences=differences, moved=money) for one in causes)
    return Change(document_id=name, differences=differences, moved=money, effects=effects)


def test_money_that_moves_the_same_way_is_added_up() -> None:
    sums = summed([
        change("d1", ("account", "6000", "6001", "10.00"), ("account", "6000", "6001", "0.05")),
        change("d2", ("account", "6000", "6001", "5.00")),
        change("d3", ("account", "6001", "6000", "7.00")),
    ])  # fmt: skip

    assert [(one.before, one.after, one.amount, one.documents) for one in sums] == [
        ("6000", "6001", "15.05", 2), ("6001", "6000", "7.00", 1)
    ]  # fmt: skip


def test_changed_amounts_are_added_up_with_their_sign() -> None:
    (one,) = summed(
        [change("d1", ("amount", "1.00", "2.00", "1.00")), change("d2", ("amount", "5.00", "4.50", "-0.50"))]
    )

    assert (one.before, one.after, one.amount, one.documents) == ("", "", "0.50", 2)


def test_a_document_stands_with_every_edit_that_changes_it() -> None:
    groups = grouped([change("d1", causes=(RULE,), route="review"), change("d2", causes=(RULE, ROW))])

    assert [(one.cause, one.documents, one.rerouted) for one in groups] == [
        (RULE, ("d1", "d2"), 1), (ROW, ("d2",), 0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (PromotionPolicy(most_rerouted=Decimal("0.01")), "2 of 100 documents would go another way"),
        (PromotionPolicy(most_newly_posted=Decimal(0)), "1 of 100 documents would be posted without a person"),
        (PromotionPolicy(least_documents=101), "Only 100 documents could be replayed and 101 are asked for"),
    ],
    ids=["rerouted", "newly posted", "too little history"],
)
def test_policy_refuses_with_the_number_and_what_to_do(policy: PromotionPolicy, words: str) -> None:
    changes = [change("d1", route="post"), change("d2", route="review"), change("d3")]

    (said,) = refusals(changes, [], documents=100, policy=policy)

    assert said.startswith(words)


def test_a_share_at_its_limit_passes() -> None:
    policy = PromotionPolicy(most_rerouted=Decimal("0.01"))

    assert refusals([change("d1", route="post")], [], documents=100, policy=policy) == ()


def test_a_document_that_cannot_be_judged_stops_the_promotion() -> None:
    failed = [Failed(document_id="d" * 64, side="candidate", error="KeyError: 'total'.")]

    (said,) = refusals([], failed, documents=1, policy=PromotionPolicy())

    assert "could not be judged by the candidate version" in said
    assert "dddddddddddd" in said


def test_only_teams_whose_edits_change_a_document_have_to_agree() -> None:
    owners = {RULE.ref: "finance", ROW.ref: "integration_admins", "unused": "it"}

    assert teams([change("d1", causes=(ROW,)), change("d2", causes=(RULE,))], owners) == (
        "finance",
        "integration_admins",
    )
