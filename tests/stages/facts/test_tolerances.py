from typing import Any

import pytest

from engine.model.finding import Finding
from engine.model.purchasing import OrderMatch, Verdict
from engine.stages.facts import tolerances
from engine.stages.facts.case import Case
from tests.stages.records import NO_ORDER, NO_VENDOR, record
from tests.stages.test_judge import RULESET
from tests.stages.tolerances.differences import difference


def case(**known: Any) -> Case:
    return Case(record=record(), ruleset=RULESET, vendor=NO_VENDOR, order=NO_ORDER, **known)


def verdict(check: str = "PP", **values: Any) -> Verdict:
    usual = {
        "difference": difference("price", "1", "2"),
        "passes": False,
        "check": check,
        "limit": "2 %",
        "message": check,
    }
    return Verdict.model_validate(usual | values)


@pytest.mark.parametrize(
    ("verdicts", "outcome"),
    [
        (None, None),
        ((), "within"),
        ((verdict(passes=True),), "within"),
        ((verdict(),), "noted"),
        ((verdict(), verdict(release="buyer")), "held"),
        ((verdict(release="buyer"), verdict(severity="hard")), "blocked"),
    ],
    ids=["nothing compared", "no difference", "within", "noted", "held", "blocked"],
)
def test_the_gravest_verdict_decides(verdicts: Any, outcome: str | None) -> None:
    assert tolerances.tolerance_outcome(case(verdicts=verdicts)) == outcome


def test_goods_that_are_waited_for_are_no_failure() -> None:
    late = verdict("DW", release="dock", difference=difference("quantity_received", "0", "4"))
    waiting, other = OrderMatch(outcome="unique", waits_for_receipt=True), OrderMatch(outcome="unique")

    assert tolerances.tolerance_outcome(case(verdicts=(late,), orders=waiting)) == "within"
    assert tolerances.tolerance_outcome(case(verdicts=(late,), orders=other)) == "held"
    assert tolerances.tolerance_outcome(case(verdicts=(late, verdict(release="buyer")), orders=waiting)) == "held"


def test_what_is_exceeded_is_told_once() -> None:
    known = case(
        verdicts=(
            verdict("PP", release="buyer"),
            verdict("DQ", release="dock"),
            verdict("PP"),
            verdict("X", passes=True),
        )
    )

    assert tolerances.tolerances_exceeded(known) == "PP, DQ"
    assert tolerances.tolerance_release(known) == "buyer, dock"
    assert tolerances.tolerance_messages(known) == "PP DQ"


def test_many_messages_are_cut() -> None:
    known = case(verdicts=tuple(verdict(f"C{number}.") for number in range(8)))

    assert tolerances.tolerance_messages(known) == "C0. C1. C2. C3. C4. And 3 more."


def test_what_nobody_looked_for_is_missing() -> None:
    known = case()

    assert [function(known) for function in (tolerances.leaks_inside_tolerance, tolerances.is_split_below_limit)] == [
        None
    ] * 2


def test_what_was_found_about_a_vendor_is_told() -> None:
    leak = Finding(code="leakage_drift", severity="warning", message="m", evidence=(("item", "A-1"),))
    whole = leak.model_copy(update={"evidence": (("item", ""),)})
    split = Finding(code="leakage_split", severity="error", message="m")

    known = case(leaks=(leak, whole, split))

    assert tolerances.leaks_inside_tolerance(known) is True
    assert tolerances.leaking_items(known) == "A-1, all items"
    assert tolerances.is_split_below_limit(known) is True
    assert tolerances.crowds_below_limit(known) is False
