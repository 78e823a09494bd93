import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.content.duplicate_policy import DuplicatePolicy
from engine.model.duplicate import DuplicateCheck
from engine.stages.duplicates.keys import blocking_keys
from engine.stages.duplicates.signature import signature
from engine.stages.duplicates.weigh import check
from tests.stages.duplicates.copies import COPIES
from tests.stages.duplicates.invoices import NUMBERINGS, UNSEEN_NUMBERINGS, Line, Paper, Vendor, draw_paper, draw_vendor
from tests.stages.duplicates.others import OTHERS, corrected

POLICY = DuplicatePolicy()
VENDOR = Vendor(
    id="V1", name="Nordwind GmbH", tax_id="DE136695976", iban="DE89370400440532013000", prints_references=1,
    numbering=lambda _rng, serial, _day: f"{serial}",
)  # fmt: skip
FIRST = Paper(
    vendor=VENDOR, number="RE-2026-0815", serial=815, issued=date(2026, 3, 2),
    lines=(Line("Filter cartridge", "F-1", Decimal(4), Decimal(25)), Line("Freight", "", Decimal(1), Decimal("9.90"))),
    extra={"po_number": "4500001234", "delivery_note_number": "LS4711"},
)  # fmt: skip
Change = Callable[[Paper], Paper]


def compared(first: Paper, second: Paper, *, policy: DuplicatePolicy = POLICY) -> DuplicateCheck:
    """Judge the second after the first, as the store would: only when they share a key."""
    earlier = signature(first.read("first"), vendor=first.matched())
    mine = signature(second.read("second"), vendor=second.matched())
    is_near = abs((first.issued - second.issued).days) <= policy.window_days
    shared = {key for key in blocking_keys(earlier) if is_near or not key.is_dated} & set(blocking_keys(mine))
    return check(mine, [earlier] if shared else [], policy=policy)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        pytest.param(lambda one: one, "duplicate", id="the same again"),
        pytest.param(lambda one: replace(one, number="RE-2O26-O8I5"), "duplicate", id="letters for digits"),
        pytest.param(lambda one: replace(one, number="2026-0815"), "duplicate", id="without its prefix"),
        pytest.param(lambda one: one.without("lines", "subtotal"), "duplicate", id="body of a mail"),
        pytest.param(lambda one: replace(one, buyer=("Muster Service GmbH", "DE811234567")), "maybe", id="sister company"),
        pytest.param(lambda one: replace(one, number="RE-2026-0815/1"), "maybe", id="short suffix"),
        pytest.param(lambda one: replace(one, number="RE-2026-0999"), "maybe", id="another number"),
        pytest.param(lambda one: replace(one, total_read=Decimal("930.78")), "maybe", id="another total"),
        pytest.param(lambda one: replace(one, issued=date(2026, 2, 3)), "maybe", id="day and month swapped"),
        pytest.param(lambda one: replace(one, type="credit_note"), "no", id="credit note"),
        pytest.param(lambda one: replace(one, number="RE-2026-0999").with_extra(delivery_note_number="LS4712"), "no", id="other delivery"),
        pytest.param(lambda one: replace(one, number="RE-2026-0999", issued=date(2026, 4, 2)).with_extra(delivery_note_number=None), "no", id="next month"),
    ],
)  # fmt: skip
def test_a_second_document_is_told_from_a_second_claim(change: Change, outcome: str) -> None:
    assert compared(FIRST, change(FIRST)).outcome == outcome


def test_the_answer_names_the_earlier_document_and_what_agrees_and_differs() -> None:
    best = compared(FIRST, replace(FIRST, number="RE-2O26-O815", buyer=("Muster Service GmbH", "DE811234567"))).best

    assert best is not None
    assert (best.document_id, best.number) == ("first", "RE-2026-0815")
    assert set(best.named("same")) >= {"total", "date", "vendor", "lines", "po_number"}
    assert best.named("confusable") == ("number",)
    assert best.named("other") == ("buyer",)


def test_a_vendor_that_stands_twice_in_master_data_is_one_by_its_tax_id() -> None:
    twin = replace(VENDOR, id="V2", name="Nordwind", iban="")

    assert compared(FIRST, replace(FIRST, vendor=twin)).outcome == "duplicate"


def test_the_same_number_of_another_vendor_says_nothing() -> None:
    stranger = replace(VENDOR, id="V2", tax_id="DE287654321", iban="DE02120300000000202051")

    assert compared(FIRST, replace(FIRST, vendor=stranger)).outcome == "no"


def test_what_a_person_said_is_another_claim_is_not_held_against_it() -> None:
    one = signature(FIRST.read("one"), vendor=FIRST.matched())
    two = signature(FIRST.read("two"), vendor=FIRST.matched())

    assert check(two, [one], policy=POLICY, cleared=frozenset({"one"})).outcome == "no"


def test_a_document_is_no_copy_of_itself() -> None:
    one = signature(FIRST.read("one"), vendor=FIRST.matched())

    assert check(one, [one], policy=POLICY).best is None


def test_an_invoice_in_the_place_of_another_says_which_until_that_is_credited() -> None:
    second = replace(FIRST, number="RE-2026-0900").with_extra(preceding_invoice_number="RE-2026-0815")
    credit = replace(FIRST, number="GU-2026-0017", type="credit_note").with_extra(
        preceding_invoice_number="RE-2026-0815"
    )
    known = [signature(paper.read(f"{i}"), vendor=paper.matched()) for i, paper in enumerate((FIRST, credit))]
    mine = signature(second.read("second"), vendor=second.matched())

    assert check(mine, known[:1], policy=POLICY).corrects == "RE-2026-0815"
    assert check(mine, known, policy=POLICY).corrects is None
    assert check(mine, known, policy=POLICY).outcome == "no"


def test_what_is_billed_anew_after_a_credit_note_is_no_copy_of_what_was_taken_back() -> None:
    credit = replace(FIRST, number="GU-17", type="credit_note").with_extra(preceding_invoice_number=FIRST.number)
    anew = replace(FIRST, number="RE-2026-0999", issued=FIRST.issued + timedelta(days=5))
    first, credited, mine, again = (
        signature(paper.read(f"{i}"), vendor=paper.matched()) for i, paper in enumerate((FIRST, credit, anew, FIRST))
    )

    assert check(mine, [first], policy=POLICY).outcome == "maybe"
    assert check(mine, [first, credited], policy=POLICY).outcome == "no"
    assert check(again, [first, credited], policy=POLICY).outcome == "duplicate"


@pytest.mark.parametrize(
    ("change", "level"),
    [
        pytest.param(lambda one: replace(one, number="RE-2026-0315", issued=date(2026, 3, 12)), "smudged", id="misread far in front"),
        pytest.param(lambda one: replace(one, number="RE-2025-0815"), "smudged", id="a year that is not its own"),
        pytest.param(lambda one: replace(one, number="RE-2025-0815", issued=date(2025, 3, 2)), "other", id="a year that is its own"),
        pytest.param(lambda one: replace(one, number="RE-2026-0816"), "other", id="the next"),
    ],
)  # fmt: skip
def test_a_digit_that_differs_tells_by_where_it_stands_and_by_the_date(change: Change, level: str) -> None:
    best = compared(FIRST, change(FIRST)).best

    assert best is not None
    assert {aspect.name: aspect.level for aspect in best.aspects}["number"] == level


def test_a_wrong_year_and_a_misread_number_are_found_by_amount_and_calendar_day() -> None:
    assert compared(FIRST, replace(FIRST, number="RE-2026-O8T5", issued=date(2025, 3, 2))).outcome == "maybe"


def test_a_due_date_that_was_worked_out_says_nothing() -> None:
    plain = FIRST.with_extra(due_date="2026-04-01").read()
    due = next(one for one in plain.fields if one.name == "due_date")
    guessed = due.model_copy(update={"provenance": due.provenance.model_copy(update={"how": "inferred"})})
    fields = tuple(guessed if one is due else one for one in plain.fields)

    assert signature(plain, vendor=FIRST.matched()).due == date(2026, 4, 1)
    assert signature(plain.model_copy(update={"fields": fields}), vendor=FIRST.matched()).due is None


def test_a_final_invoice_does_not_take_the_place_of_its_down_payment() -> None:
    final = replace(FIRST, number="RE-2026-0900", lines=(*FIRST.lines, Line("Rest", "", Decimal(1), Decimal(500))))

    assert compared(FIRST, final.with_extra(preceding_invoice_number=FIRST.number)).corrects is None


def test_a_stricter_policy_asks_a_person_where_the_machine_was_certain() -> None:
    assert compared(FIRST, FIRST, policy=DuplicatePolicy(certain_permille=1000)).outcome == "maybe"


def test_a_delivery_that_was_billed_before_is_asked_about() -> None:
    second = replace(FIRST, number="RE-2026-0822", issued=FIRST.issued + timedelta(days=7))

    assert compared(FIRST, second).outcome == "maybe"


def test_absurd_values_break_nothing() -> None:
    wild = FIRST.with_extra(total="NaN", issue_date="soon", subtotal="1e9999", invoice_number="\ud800", vendor_iban="-")
    made = signature(wild.read("wild"), vendor=wild.matched())

    assert blocking_keys(made)
    assert made.model_dump_json()
    assert check(made, [signature(FIRST.read("first"), vendor=FIRST.matched())], policy=POLICY).outcome == "maybe"


@pytest.mark.parametrize("numberings", [NUMBERINGS, UNSEEN_NUMBERINGS], ids=["built on", "held out"])
def test_of_labelled_pairs_nearly_all_copies_are_found_and_hardly_a_claim_is_held(numberings: object) -> None:
    rng, each = random.Random(4711), 25  # noqa: S311 - chance is the point
    papers = [draw_paper(rng, draw_vendor(rng, i, numberings)) for i in range(each)]  # type: ignore[arg-type]
    found = [compared(paper, copy(rng, paper)).outcome != "no" for copy in COPIES.values() for paper in papers]
    held = [compared(*other(rng, paper)).outcome != "no" for other in OTHERS.values() for paper in papers]

    assert sum(found) >= 0.985 * len(found)
    assert sum(held) <= 0.01 * len(held)


def test_a_corrected_invoice_is_never_called_a_copy() -> None:
    rng = random.Random(4711)  # noqa: S311 - chance is the point
    pairs = [corrected(rng, draw_paper(rng, draw_vendor(rng, i, NUMBERINGS))) for i in range(50)]

    assert {compared(*pair).outcome for pair in pairs} == {"no"}


def test_a_week_apart_is_a_claim_of_its_own() -> None:
    second = replace(FIRST, number="RE-2026-0822", issued=FIRST.issued + timedelta(days=7)).with_extra(
        delivery_note_number="LS4799"
    )

    assert compared(FIRST, second).outcome == "no"
