from decimal import Decimal
from typing import Any

import pytest

from engine.model.convention import Convention, Habit, Inference
from engine.model.money import minor_at_least
from engine.stages.money.infer import infer
from tests.stages.records import field, record

LINES = [{"amount": "60.00"}, {"amount": "40.00"}]
ROUNDED = [
    {"quantity": "3", "unit_price": "1.115", "amount": "3.35", "tax_rate": "19"},
    {"quantity": "7", "unit_price": "2.335", "amount": "16.35", "tax_rate": "19"},
]
"""Both products, 3.345 and 16.345, end in half a cent."""


def read(**fields: Any) -> Inference:
    return infer(record(**{"currency": "EUR"} | fields))


def values(found: Inference, name: str) -> set[str | None]:
    return {getattr(one, name) for one in found.fits}


@pytest.mark.parametrize(
    "fields",
    [
        {"subtotal": "100.00"},
        {"subtotal": "90.00", "discount_total": "10.00"},
        {"subtotal": "90.00", "discount_total": "-10.00"},
        {"subtotal": "100.00", "discount_total": "10.00"},
        {"subtotal": "105.00", "charge_total": "5.00"},
        {"subtotal": "95.00", "charge_total": "5.00", "discount_total": "10"},
        {"subtotal": "84.03", "tax_total": "15.97", "total": "100.00"},
        {"total": "119.00", "tax_total": "19.00"},
        {"total": "100.00"},
    ],
    ids=[
        "plain", "discount", "discount printed with minus", "discount inside the lines", "charge", "both",
        "gross lines", "no subtotal", "total only",
    ],
)  # fmt: skip
def test_sums_come_out_by_the_convention_of_the_supplier(fields: dict[str, Any]) -> None:
    assert read(lines=LINES, **fields).unexplained() == 0


@pytest.mark.parametrize(
    ("price", "amount", "unexplained"),
    [
        pytest.param("20.00", "4800.00", "0", id="a price per period"),
        pytest.param("480.00", "4800.00", "0", id="a price of all periods together"),
        pytest.param("20.00", "4900.00", "100.00", id="a slip"),
    ],
)
def test_a_price_that_is_due_every_period_counts_that_often(price: str, amount: str, unexplained: str) -> None:
    line = {"quantity": "10", "unit_price": price, "periods": "24", "amount": amount}

    assert read(lines=[line], total=amount).unexplained("line") == Decimal(unexplained)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [(("3.35", "16.35"), {"half_up@2"}), (("3.34", "16.34"), {"half_even@2", "down@2"}), (("3.34", "16.33"), set())],
    ids=["half up", "half even or cut off", "neither"],
)
def test_the_rounding_of_lines_is_inferred(amounts: tuple[str, str], expected: set[str]) -> None:
    lines = [line | {"amount": amount} for line, amount in zip(ROUNDED, amounts, strict=True)]
    subtotal = str(sum(map(Decimal, amounts)))

    found = read(lines=lines, subtotal=subtotal)

    assert values(found, "lines") == expected


def test_prices_may_have_been_rounded_for_print_when_the_sum_bears_the_amounts_out() -> None:
    lines = [
        {"quantity": "3", "unit_price": "0.33", "amount": "1.00"},
        {"quantity": "1", "unit_price": "5", "amount": "5"},
    ]

    assert values(read(lines=lines, subtotal="6.00"), "unit_prices") == {"rounded"}
    assert read(lines=lines, subtotal="6.01").outcome == "none"
    assert read(lines=lines).outcome == "none"
    assert read(lines=[lines[0] | {"amount": "1.02"}, lines[1]], subtotal="6.02").outcome == "none"


def test_a_subtotal_from_products_that_were_not_rounded_is_told_from_a_sum_of_rounded_lines() -> None:
    lines = [{"quantity": "1", "unit_price": "1.004", "amount": "1.00"}] * 3

    assert values(read(lines=lines, subtotal="3.01"), "lines") == {"carried"}
    assert "carried" not in values(read(lines=lines, subtotal="3.00"), "lines")
    assert read(lines=lines, subtotal="3.02").outcome == "none"


@pytest.mark.parametrize(
    ("tax", "level"),
    [("3.74", {"rate", "document"}), ("3.75", {"line"}), ("3.76", set())],
    ids=["on the sum", "on each line", "nowhere"],
)
def test_where_tax_is_rounded_is_inferred(tax: str, level: set[str]) -> None:
    total = Decimal("19.70") + Decimal(tax)

    found = read(lines=ROUNDED, subtotal="19.70", tax_total=tax, total=str(total))

    assert values(found, "tax_level") == level


def test_tax_of_the_document_is_rounded_once_though_its_rates_are_rounded_too() -> None:
    taxes = [{"rate": "7", "base": "10.05", "amount": "0.70"}, {"rate": "19", "base": "10.03", "amount": "1.91"}]

    found = read(taxes=taxes, subtotal="20.08", tax_total="2.61", total="22.69")
    once = read(
        taxes=[{"rate": "7", "base": "10.07", "amount": "0.70"}, {"rate": "19", "base": "10.02", "amount": "1.90"}],
        subtotal="20.09", tax_total="2.61", total="22.70",
    )  # fmt: skip

    assert found.chosen is not None
    assert found.chosen.tax_level == "rate"
    assert values(once, "tax_level") == {"document"}


def test_lines_that_hold_the_tax_are_gross() -> None:
    lines = [line | {"tax_rate": "19"} for line in LINES]

    found = read(lines=lines, total="100.00", subtotal="84.03", tax_total="15.97")

    assert values(found, "prices") == {"gross"}


@pytest.mark.parametrize(
    ("rate", "taxes"),
    [("19", []), (None, [{"rate": "19", "amount": "19.00"}])],
    ids=["rates on the lines", "rate in the tax table"],
)
def test_lines_that_the_tax_proves_to_be_net_do_not_make_the_total(
    rate: str | None, taxes: list[dict[str, Any]]
) -> None:
    """The net sum was read as the total: the lines add up to it, but the tax comes on top."""
    lines = [{**line, "tax_rate": rate} if rate else line for line in LINES]

    assert read(lines=lines, taxes=taxes, total="100.00", subtotal="81.00", tax_total="19.00").outcome == "none"


def test_net_prices_may_lead_to_gross_amounts() -> None:
    lines = [{"quantity": "2", "unit_price": "10.00", "tax_rate": "19", "amount": "23.80"}]

    found = read(lines=lines, subtotal="20.00", tax_total="3.80", total="23.80")

    assert values(found, "prices") == {"net_then_gross"}


@pytest.mark.parametrize(
    ("tax", "total", "expected"),
    [("17.10", "107.10", "before_tax"), ("19.00", "109.00", "after_tax")],
)
def test_a_discount_is_taken_before_or_after_tax(tax: str, total: str, expected: str) -> None:
    lines = [line | {"tax_rate": "19"} for line in LINES]

    found = read(lines=lines, discount_total="10.00", tax_total=tax, total=total)

    assert values(found, "discount") == {expected}


@pytest.mark.parametrize(
    ("tax", "total", "expected"),
    [("19.95", "124.95", "taxed"), ("19.00", "124.00", "untaxed")],
)
def test_charges_are_taxed_or_not(tax: str, total: str, expected: str) -> None:
    lines = [line | {"tax_rate": "19"} for line in LINES]

    found = read(lines=lines, charge_total="5.00", tax_total=tax, total=total)

    assert values(found, "charges") == {expected}


@pytest.mark.parametrize(
    ("currency", "total", "cash"),
    [
        ("CHF", "108.10", "total:0.05"),
        ("SEK", "108", "total:1"),
        ("NZD", "108.10", "total:0.10"),
        ("EUR", "108.10", None),
    ],
)
def test_a_total_is_rounded_to_the_coins_of_its_currency(currency: str, total: str, cash: str | None) -> None:
    found = read(subtotal="100.00", tax_total="8.12", total=total, currency=currency)

    assert values(found, "cash") == ({cash} if cash else set())


def test_what_is_paid_in_euros_may_be_rounded_to_five_cents_though_the_total_is_not() -> None:
    paid = read(subtotal="100.00", tax_total="8.12", total="108.12", amount_due="108.10")

    assert values(paid, "cash") == {"due:0.05"}


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({"prepaid_amount": "20.00", "amount_due": "99.00"}, True),
        ({"prepaid_amount": "20.00", "amount_due": "99.01"}, False),
        ({"prepaid_amount": "20.00", "rounding": "-0.01", "amount_due": "98.99"}, True),
        ({"rounding": "0.03", "amount_due": "119.00"}, False),
        ({"amount_due": "0.00"}, True),
        ({"amount_due": "50.00"}, True),
        ({"amount_due": "118.99"}, False),
        ({"amount_due": "150.00"}, False),
    ],
    ids=["prepaid", "a cent", "rounded", "rounding left out", "paid already", "a part paid", "a cent less", "more"],
)
def test_the_amount_to_pay_follows_from_total_prepaid_and_rounding(fields: dict[str, Any], holds: bool) -> None:
    found = read(subtotal="100.00", tax_total="19.00", total="119.00", **fields)

    assert (found.outcome != "none") is holds


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"total": "23.45"}, ("total",)),
        ({"subtotal": "19.71"}, ("subtotal",)),
        ({"tax_total": "3.77"}, ("tax_total",)),
    ],
    ids=["total", "subtotal", "tax"],
)
def test_a_cent_is_found_where_it_sits(change: dict[str, Any], where: tuple[str, ...]) -> None:
    fields = {"subtotal": "19.70", "tax_total": "3.74", "total": "23.44"} | change

    found = read(lines=ROUNDED, **fields)

    assert found.outcome == "none"
    assert found.where == where


def test_a_cent_in_one_of_the_lines_is_found_there() -> None:
    lines = [ROUNDED[0] | {"amount": "3.36"}, ROUNDED[1]]

    found = read(lines=lines, subtotal="19.70", tax_total="3.74", total="23.44")

    assert (found.outcome, found.where) == ("none", ("lines[0].amount",))
    assert found.unexplained() == Decimal("0.01")


def test_a_value_that_was_worked_out_confirms_nothing() -> None:
    worked_out = field("amount_due", "119.00", how="inferred")

    found = infer(record(worked_out, subtotal="100.00", tax_total="19.00", total="119.00", prepaid_amount="20.00"))

    assert "due" not in {check.kind for check in found.checks}


def test_what_was_not_read_is_named_and_the_rest_checked() -> None:
    lines = [{"amount": "60.00"}, {"description": "text"}]

    found = read(lines=lines, taxes=[{"amount": "19.00"}], subtotal="100.00", tax_total="19.00", total="119.00")

    assert found.unexplained() == 0
    assert {"lines[1]", "taxes[0]"} <= set(found.unchecked)


@pytest.mark.parametrize("role", ["GROUP", "INFORMATION"])
def test_a_line_that_heads_others_or_only_tells_is_no_part_of_the_sum(role: str) -> None:
    assert read(lines=[{"amount": "100.00", "line_role": role}, *LINES], subtotal="100.00").unexplained() == 0


@pytest.mark.parametrize("per", ["10", "100", "1000"])
def test_a_price_for_many_units_is_understood(per: str) -> None:
    price = str(Decimal(2) * Decimal(per))

    assert (
        read(lines=[{"quantity": "50", "unit_price": price, "amount": "100.00"}], subtotal="100.00").unexplained() == 0
    )


def test_forints_and_yen_are_whole_or_not() -> None:
    for amount in ("18678.60", "18679"):
        taxes = [{"rate": "27", "base": "69180", "amount": amount}]
        assert read(taxes=taxes, currency="HUF").unexplained() == 0
    for amount in ("100", "101"):
        assert read(taxes=[{"rate": "10", "base": "1005", "amount": amount}], currency="JPY").unexplained() == 0
    assert read(taxes=[{"rate": "10", "base": "1005", "amount": "102"}], currency="JPY").unexplained() == 1


def test_the_two_halves_of_a_tax_share_their_base() -> None:
    taxes = [{"rate": "9", "base": "100.00", "amount": "9.00"}] * 2

    assert read(taxes=taxes, subtotal="100.00", tax_total="18.00", total="118.00", currency="INR").unexplained() == 0


def test_tax_that_is_withheld_is_taken_off() -> None:
    taxes = [{"rate": "21", "base": "100.00", "amount": "21.00"}, {"rate": "15", "base": "100.00", "amount": "-15.00"}]

    assert read(taxes=taxes, subtotal="100.00", tax_total="6.00", total="106.00").unexplained() == 0


def test_the_habit_of_a_supplier_chooses_among_several() -> None:
    fields: dict[str, Any] = {"taxes": [{"rate": "7", "base": "10.05", "amount": "0.70"}], "subtotal": "10.05"}
    habit = Habit(documents=3, possible=(Convention(tax="down@2", tax_level="rate"),))

    plain = infer(record(currency="EUR", **fields))
    known = infer(record(currency="EUR", **fields), habit=habit)

    assert plain.chosen is not None
    assert known.chosen is not None
    assert (plain.outcome, plain.chosen.tax, plain.has_changed) == ("several", "half_up@2", None)
    assert (known.outcome, known.chosen.tax, known.has_changed) == ("several", "down@2", False)


def test_a_change_of_convention_is_told() -> None:
    habit = Habit(documents=3, possible=(Convention(tax="half_up@2", tax_level="rate"),))
    fields: dict[str, Any] = {"taxes": [{"rate": "7", "base": "10.08", "amount": "0.70"}], "subtotal": "10.08"}

    found = infer(record(currency="EUR", **fields), habit=habit)

    assert values(found, "tax") == {"down@2"}
    assert found.has_changed is True


def test_an_empty_record_cannot_be_checked() -> None:
    found = infer(record())

    assert (found.outcome, found.unexplained()) == ("not_checkable", None)


@pytest.mark.parametrize(("currency", "minor"), [("EUR", 150), ("JPY", 2), ("KWD", 1500)])
def test_a_difference_counts_in_minor_units_of_the_currency(currency: str, minor: int) -> None:
    delta = read(subtotal="1", tax_total="0", total="2.5", currency=currency).unexplained()

    assert delta is not None
    assert minor_at_least(delta, currency) == minor


def test_what_differs_by_less_than_a_cent_differs() -> None:
    assert minor_at_least(Decimal("0.001"), "EUR") == 1
