import random
from decimal import Decimal

import pytest

from admin.samples.compose import Wish, reckon, rounded, write, write_receipt
from admin.samples.model import Item, Party
from admin.samples.world import vendor, vendors

_RICH = Wish(lines=(4, 9), discount=True, freight=True, line_discounts=True, mixed_rates=True)


def _item(*, amount: str, rate: str = "19") -> Item:
    return Item(
        code="A", description="thing", quantity=Decimal(1), unit="H87", unit_price=Decimal(amount), rate=Decimal(rate), amount=Decimal(amount)
    )  # fmt: skip


@pytest.mark.parametrize("party", vendors(), ids=lambda party: f"{party.id}-{party.country}")
def test_the_sums_of_a_paper_are_exact(party: Party) -> None:
    paper = write(random.Random(party.id), party, _RICH)
    sums = paper.sums

    assert sums.lines == sum(item.amount for item in paper.items)
    assert sums.net == sums.lines - sums.discount + sums.charge == sum(tax.base for tax in sums.taxes)
    assert sums.total == sums.net + sums.tax
    assert all(tax.amount == rounded(tax.base * tax.rate / 100, paper.currency) for tax in sums.taxes)


def test_each_line_is_quantity_times_price_less_its_discount() -> None:
    paper = write(random.Random(3), vendor("V1001"), _RICH)

    for item in paper.items:
        assert item.amount == rounded(item.quantity * item.unit_price * (100 - item.discount) / 100, "EUR")


def test_tax_is_rounded_once_for_each_rate() -> None:
    sums = reckon([_item(amount="0.13"), _item(amount="0.13"), _item(amount="1.00", rate="7")], currency="EUR")

    # rounded by line it would be 0.02 + 0.02
    assert [(tax.rate, tax.amount) for tax in sums.taxes] == [
        (Decimal(19), Decimal("0.05")),
        (Decimal(7), Decimal("0.07")),
    ]


def test_yen_have_no_decimals() -> None:
    paper = write(random.Random(1), vendor("V1028"), _RICH)

    assert all(
        amount == amount.to_integral_value()
        for amount in (paper.sums.total, paper.sums.tax, *(i.amount for i in paper.items))
    )


def test_an_invoice_without_order_stays_below_the_limit_unless_it_is_meant_to_be_large() -> None:
    totals = [write(random.Random(seed), vendor("V1005"), Wish(lines=(10, 20))).sums.total for seed in range(30)]
    large = [write(random.Random(seed), vendor("V1003"), Wish(large=True)).sums.total for seed in range(30)]

    assert max(totals) < 4500
    assert min(large) > 5000


def test_a_receipt_holds_the_tax_in_its_prices() -> None:
    paper = write_receipt(random.Random(5), vendor("V1020"))

    assert paper.sums.total == sum(item.amount for item in paper.items)
    assert paper.sums.net + paper.sums.tax == paper.sums.total


def test_reverse_charge_says_so_and_charges_nothing() -> None:
    paper = write(random.Random(2), vendor("V1009"), Wish(tax="reverse"))

    assert paper.sums.tax == 0
    assert {tax.category for tax in paper.sums.taxes} == {"AE"}
    assert "Autoliquidation" in paper.note
