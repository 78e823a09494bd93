from decimal import Decimal
from typing import Any

import pytest

from engine.stages.sums import amount, delta_minor, lines_sum, tax_sums, total_sum
from tests.stages.records import record

LINES = [{"amount": "60.00"}, {"amount": "40.00"}]


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({"subtotal": "100.00"}, "lines"),
        ({"subtotal": "90.00", "discount_total": "10.00"}, "lines - discount_total"),
        ({"subtotal": "90.00", "discount_total": "-10.00"}, "lines - discount_total"),
        ({"subtotal": "100.00", "discount_total": "10.00"}, "lines"),
        ({"subtotal": "105.00", "charge_total": "5.00"}, "lines + charge_total"),
        (
            {"subtotal": "95.00", "charge_total": "5.00", "discount_total": "10"},
            "lines - discount_total + charge_total",
        ),
        ({"subtotal": "84.03", "tax_total": "15.97", "total": "100.00"}, "lines"),
        ({"total": "119.00", "tax_total": "19.00"}, "lines + tax"),
        ({"total": "100.00"}, "lines"),
    ],
)
def test_lines_add_up_by_the_convention_of_the_supplier(fields: dict[str, Any], parts: str) -> None:
    found = lines_sum(record(lines=LINES, **fields))

    assert found is not None
    assert (found.parts, found.delta) == (parts, Decimal(0))


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ([], {"subtotal": "1"}),
        ([{"amount": "1"}, {"description": "text"}], {"subtotal": "1"}),
        ([{"amount": "1"}], {}),
        ([{"amount": "one"}], {"subtotal": "1"}),
    ],
    ids=["no lines", "a line without amount", "no sum", "no number"],
)
def test_lines_that_cannot_be_compared_are_not(lines: list[dict[str, Any]], fields: dict[str, Any]) -> None:
    assert lines_sum(record(lines=lines, **fields)) is None


@pytest.mark.parametrize("role", ["GROUP", "INFORMATION"])
def test_a_line_that_heads_others_or_only_tells_is_no_part_of_the_sum(role: str) -> None:
    head = {"amount": "100.00", "line_role": role}

    found = lines_sum(record(lines=[head, *LINES], subtotal="100.00"))

    assert found is not None
    assert found.delta == 0


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

    found = lines_sum(record(lines=lines, taxes=taxes, total="100.00", subtotal="81.00", tax_total="19.00"))

    assert found is not None
    assert found.delta == Decimal("19.00")


def test_lines_that_hold_the_tax_make_the_total() -> None:
    lines = [{**line, "tax_rate": "19"} for line in LINES]

    found = lines_sum(record(lines=lines, total="100.00", subtotal="84.03", tax_total="15.97"))

    assert found is not None
    assert (found.parts, found.delta) == ("lines", Decimal(0))


def test_a_cent_that_no_convention_explains_stays() -> None:
    wrong = record(lines=LINES, subtotal="99.99", total="118.99", tax_total="19.00", currency="EUR")

    assert delta_minor(lines_sum(wrong), wrong) == 1


@pytest.mark.parametrize(
    ("fields", "delta"),
    [
        ({"subtotal": "0.1", "tax_total": "0.2", "total": "0.3"}, "0"),
        ({"subtotal": "100", "tax_total": "19", "total": "119.01"}, "0.01"),
        ({"subtotal": "100", "tax_total": "19", "total": "109", "discount_total": "10"}, "0"),
        ({"subtotal": "-100", "tax_total": "-19", "total": "-119"}, "0"),
        ({"subtotal": "100", "tax_total": "-19", "total": "119"}, "38"),
    ],
)
def test_subtotal_and_tax_give_the_total_exactly(fields: dict[str, Any], delta: str) -> None:
    found = total_sum(record(**fields))

    assert found is not None
    assert found.delta == Decimal(delta)


def test_tax_rows_stand_in_for_a_tax_total_that_was_not_read() -> None:
    found = total_sum(record(subtotal="100", total="126", taxes=[{"amount": "19"}, {"amount": "7"}]))

    assert found is not None
    assert found.delta == 0


@pytest.mark.parametrize("missing", ["subtotal", "total"])
def test_a_total_is_not_compared_when_a_part_is_missing(missing: str) -> None:
    fields: dict[str, Any] = {"subtotal": "100", "tax_total": "19", "total": "119"}
    del fields[missing]

    assert total_sum(record(**fields)) is None


def test_a_total_above_the_subtotal_is_not_explained_by_a_tax_that_was_not_read() -> None:
    found = total_sum(record(subtotal="100", total="119"))

    assert found is not None
    assert found.delta == Decimal(19)


def test_each_tax_row_follows_from_base_and_rate_and_all_make_the_tax_total() -> None:
    taxes = [{"rate": "19", "base": "100.00", "amount": "19.00"}, {"rate": "7", "base": "10.05", "amount": "0.70"}]

    deltas = [one.delta for one in tax_sums(record(taxes=taxes, tax_total="19.71", currency="EUR"))]

    assert deltas == [0, 0, Decimal("0.01")]


@pytest.mark.parametrize("currency", ["JPY", "HUF"])
def test_tax_is_rounded_to_what_the_currency_has(currency: str) -> None:
    taxes = [{"rate": "10", "base": "1005", "amount": "101"}]

    assert [one.delta for one in tax_sums(record(taxes=taxes, currency=currency))] == [0]


def test_forints_may_have_their_fillers_or_not() -> None:
    taxes = [{"rate": "27", "base": "69180", "amount": amount} for amount in ("18678.60", "18679")]

    assert [one.delta for one in tax_sums(record(taxes=taxes, currency="HUF"))] == [0, 0]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-sNaN", "1,5", "", "12 EUR"])
def test_what_is_no_finite_number_is_no_amount(text: str) -> None:
    assert amount(record(total=text), "total") is None


@pytest.mark.parametrize(("currency", "minor"), [("EUR", 150), ("JPY", 2), ("KWD", 1500)])
def test_a_difference_counts_in_minor_units_of_the_currency(currency: str, minor: int) -> None:
    one = record(subtotal="1", tax_total="0", total="2.5", currency=currency)

    assert delta_minor(total_sum(one), one) == minor
