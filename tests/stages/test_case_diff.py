from typing import Any

import pytest

from engine.stages.case_diff import Outcome, Write, differences, leaves

WRITE = Write(
    target="erp",
    object="vendor_invoice",
    mapping="m.x@1",
    payload={"header": {"total": "1.00"}, "lines": [{"no": "1"}]},
)
THEN = Outcome(
    type="invoice", flow="f@1", route="post", queue=None, reasons=(), fired=("a",), vendor="4711", order=None,
    writes=(WRITE,), held=(),
)  # fmt: skip


def changed(**values: Any) -> tuple[str, ...]:
    return differences(THEN, THEN.model_copy(update=values))


def test_the_same_outcome_has_no_differences() -> None:
    assert changed() == ()


def test_versions_are_no_difference() -> None:
    assert changed(flow="f@2", writes=(WRITE.model_copy(update={"mapping": "m.x@2"}),)) == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"type": "receipt"}, "it is a receipt instead of a invoice"),
        ({"route": "review", "queue": "ap", "reasons": ("b",)}, "it goes to review ap (b) instead of post"),
        ({"fired": ("a", "b")}, "rule b fires"),
        ({"fired": ()}, "rule a fires no longer"),
        ({"vendor": None}, "the vendor is none instead of 4711"),
        ({"held": ("xref_no_match",)}, "mapping finds xref_no_match instead of nothing"),
        ({"writes": ()}, "erp/vendor_invoice is not written any more"),
    ],
    ids=["type", "route", "fires", "rests", "vendor", "held", "write"],
)
def test_each_difference_is_one_sentence(values: dict[str, Any], said: str) -> None:
    assert changed(**values) == (said,)


def test_a_leaf_that_changes_is_shown_with_both_values() -> None:
    payload = {"header": {"total": "2.00"}, "lines": [{"no": "1"}, {"no": "2"}]}

    assert changed(writes=(WRITE.model_copy(update={"payload": payload}),)) == (
        "erp/vendor_invoice header.total: '1.00' -> '2.00'",
        "erp/vendor_invoice lines[1].no: nothing -> '2'",
    )


def test_the_bare_outcome_has_places_without_values() -> None:
    assert leaves(THEN.bare.writes[0].payload) == {"header.total": "", "lines[0].no": ""}


def test_writes_of_the_items_of_a_document_are_told_apart() -> None:
    first, second = (WRITE.model_copy(update={"item": f"lines/{n}", "payload": {"no": str(n)}}) for n in (1, 2))
    then = THEN.model_copy(update={"writes": (first, second)})

    assert differences(then, then) == ()
    assert differences(then, then.model_copy(update={"writes": (second,)})) == (
        "erp/vendor_invoice/lines/1 is not written any more",
    )
    changed_first = first.model_copy(update={"payload": {"no": "9"}})
    assert differences(then, then.model_copy(update={"writes": (changed_first, second)})) == (
        "erp/vendor_invoice/lines/1 no: '1' -> '9'",
    )
