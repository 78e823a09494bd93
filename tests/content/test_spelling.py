import pytest

from engine.content.expression import ExpressionError, compile_expression
from engine.content.spelling import parsed, spelled, steps

EXPRESSIONS = [
    "value | trim | cut(35)",
    "'KG' if document.type == 'credit_note' or record.total | sign == '-' else 'KR'",
    "record.note | first_non_empty(record.total | minus(record.tax_total), record.total) | absolute",
    "'Invoice ' ~ value | trim | cut(60)",
    "not (record.note is present) and value in ['x', 'y']",
    "(record.note is missing or value == 'a') and not value == 'b'",
    "value[0:3] ~ value[-1]",
    "('a' if value == 'it\\'s' else 'b') | upper",
    "(value ~ '/' ~ record.po_number) | cut(10)",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_written_out_again_is_the_same_expression(text: str) -> None:
    context = {
        "value": "it's", "record": {"total": "-12.50", "tax_total": "2.00", "po_number": "4500"}, "document": {"type": "invoice"}
    }  # fmt: skip

    again = spelled(parsed(text))

    assert spelled(parsed(again)) == again
    assert compile_expression(again).evaluate(context, xref={}) == compile_expression(text).evaluate(context, xref={})


def test_steps_come_in_the_order_of_work() -> None:
    assert steps("value | trim | cut(35)") == ("value", "value | trim", "value | trim | cut(35)")


@pytest.mark.parametrize(("holds", "taken"), [(True, "value | negate"), (False, "value | absolute")])
def test_only_the_branch_that_is_taken_is_a_step(holds: bool, taken: str) -> None:
    text = "value | negate if record.total | sign == '-' else value | absolute"

    found = steps(text, lambda _: holds)

    assert {"value | negate", "value | absolute"} & set(found) == {taken}


def test_what_is_no_expression_is_refused() -> None:
    with pytest.raises(ExpressionError, match="unexpected"):
        parsed("value value")
