from engine.model.convention import Convention
from engine.stages.money.habit import learned, lesson
from engine.stages.money.infer import infer
from tests.stages.records import record

UP = Convention(tax="half_up@2", tax_level="rate")
EVEN = Convention(tax="half_even@2", tax_level="rate")
DOWN = Convention(tax="down@2", tax_level="rate")
LINES = Convention(lines="half_up@2")


def test_each_invoice_narrows_what_is_possible() -> None:
    assert learned([(UP, EVEN, DOWN), (UP, EVEN), (UP, DOWN)]).possible == (UP,)


def test_what_different_invoices_show_is_put_together() -> None:
    habit = learned([(UP,), (LINES,)])

    assert habit.documents == 2
    assert habit.possible == (Convention(tax="half_up@2", tax_level="rate", lines="half_up@2"),)


def test_an_invoice_that_nothing_explains_begins_anew() -> None:
    habit = learned([(UP,), (UP,), (DOWN,)])

    assert (habit.documents, habit.possible) == (1, (DOWN,))


def test_nobody_is_known_without_invoices() -> None:
    assert learned([]).possible == ()


def test_an_invoice_without_anything_to_round_teaches_nothing() -> None:
    assert lesson(infer(record(subtotal="100.00", total="100.00", currency="EUR"))) == ()


def test_an_invoice_that_does_not_add_up_teaches_nothing() -> None:
    assert lesson(infer(record(subtotal="100.00", total="100.01", currency="EUR"))) == ()


def test_an_invoice_that_was_rounded_teaches_what_fits() -> None:
    taxes = [{"rate": "7", "base": "10.08", "amount": "0.71"}]

    fits = lesson(infer(record(subtotal="10.08", taxes=taxes, total="10.79", currency="EUR")))

    assert {one.tax for one in fits} == {"half_up@2", "half_even@2"}
