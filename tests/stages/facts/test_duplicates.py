from dataclasses import replace
from datetime import date

import pytest

from engine.content.duplicate_policy import DuplicatePolicy
from engine.model.decision import FactValue
from engine.model.duplicate import DuplicateCheck
from engine.stages.duplicates.signature import signature
from engine.stages.duplicates.weigh import check
from engine.stages.facts.case import FUNCTIONS, Case
from tests.stages.duplicates.test_weigh import FIRST
from tests.stages.records import NO_ORDER, matched, record
from tests.stages.test_judge import RULESET

NAMES = [
    "duplicate_outcome", "duplicate_permille", "duplicate_of", "duplicate_agrees", "duplicate_differs", "corrects_uncredited",
    "corrected_number",
]  # fmt: skip


def facts(earlier: DuplicateCheck | None) -> list[FactValue]:
    case = Case(record=record(), ruleset=RULESET, vendor=matched(), order=NO_ORDER, earlier=earlier)
    return [FUNCTIONS[name](case) for name in NAMES]


def test_where_nobody_looked_every_fact_is_missing() -> None:
    assert facts(None) == [None] * len(NAMES)


def test_where_nobody_was_alike_there_is_nothing_to_name() -> None:
    assert facts(DuplicateCheck(outcome="no")) == ["no", 0, None, None, None, False, None]


def test_a_like_document_is_named_with_what_agrees_and_differs() -> None:
    second = replace(FIRST, issued=date(2026, 3, 3), buyer=("Muster Service GmbH", "DE811234567"))
    papers = [signature(paper.read("0123456789abcdef"), vendor=paper.matched()) for paper in (FIRST, second)]
    mine = papers[1].model_copy(update={"document_id": "mine"})

    outcome, permille, name, agrees, differs, *_ = facts(check(mine, papers[:1], policy=DuplicatePolicy()))

    assert (outcome, name) == ("maybe", "RE-2026-0815 (0123456789ab)")
    assert isinstance(permille, int)
    assert permille > 900
    assert agrees == "number, total, date, vendor, lines, order, delivery note number"
    assert differs == "buyer"


@pytest.mark.parametrize("corrects", ["RE-1", None])
def test_a_replaced_invoice_is_named(corrects: str | None) -> None:
    assert facts(DuplicateCheck(outcome="no", corrects=corrects))[-2:] == [corrects is not None, corrects]
