from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.model.item import Item
from engine.model.selling import AgreedTerms, Catalogue, ListPrice
from engine.stages.matrix_examples import record_of
from engine.stages.selling import printed_numbers, selling

CAN, HOSE = Item(code="LG-10", unit="H87", packs=(("CT", Decimal(12)),)), Item(code="LG-20", status="blocked")


def price(text: str, **more: Any) -> ListPrice:
    return ListPrice(item_code="LG-10", currency="EUR", unit_price=Decimal(text), **more)


def known(*prices: ListPrice, terms: AgreedTerms | None = None) -> Catalogue:
    return Catalogue(
        articles=(CAN, HOSE), theirs=(("7113", "LG-10"), ("LG-20", "LG-10")), gtins=(("4012345600015", "LG-20"),),
        prices=prices, terms=terms, has_items=True, has_prices=bool(prices),
    )  # fmt: skip


def lines(*rows: Mapping[str, str], **header: str) -> Any:
    return record_of(
        {"issue_date": "2026-10-05", "currency": "EUR", **header, "lines": list(rows)}, kind="purchase_order"
    )


@pytest.mark.parametrize(
    ("row", "item", "by", "meant"),
    [
        ({"item_code": "LG-10"}, "LG-10", "own", ()),
        ({"item_code": "lg-1 0"}, "LG-10", "own", ()),
        ({"item_code": "7113"}, "LG-10", "customer", ()),
        ({"item_code": "· 7113."}, "LG-10", "customer", ()),
        ({"buyer_item_code": "7113"}, "LG-10", "customer", ()),
        ({"standard_item_code": "04012345600015"}, "LG-20", "gtin", ()),
        ({"item_code": "LG-20"}, "LG-20", "own", ()),
        ({"buyer_item_code": "LG-20"}, "LG-10", "customer", ()),
        ({"item_code": "LG-10", "standard_item_code": "4012345600015"}, "", None, ("LG-10", "LG-20")),
        ({"item_code": "LG-10", "buyer_item_code": "9999"}, "LG-10", "own", ()),
        ({"item_code": "K-9"}, "", None, ()),
    ],
)  # fmt: skip
def test_an_item_is_known_by_whichever_number_names_it(
    row: dict[str, str], item: str, by: str | None, meant: tuple[str, ...]
) -> None:
    (sold,) = selling(lines({**row, "quantity": "2"}), known()).lines

    assert (sold.item_code, sold.by, sold.meant) == (item, by, meant)
    assert sold.is_open is (sold.item_code != "LG-20")


def test_lines_that_order_nothing_are_left_out() -> None:
    record = lines({"item_code": "LG-10"}, {"item_code": "LG-10", "quantity": "1", "line_role": "INFORMATION"})

    assert selling(record, known()).lines == ()
    assert printed_numbers(record) == ("LG-10",)


@pytest.mark.parametrize(
    ("prices", "row", "listed"),
    [
        ((price("3"),), {"quantity": "4"}, "12.00"),
        ((price("3"), price("2.5", of="group"), price("2.9", of="customer")), {"quantity": "4"}, "11.60"),
        ((price("3"), price("2", min_quantity=Decimal(5))), {"quantity": "4"}, "12.00"),
        ((price("3"), price("2", min_quantity=Decimal(4))), {"quantity": "4"}, "8.00"),
        ((price("3", valid_to=date(2026, 10, 4)), price("4")), {"quantity": "1"}, "4.00"),
        ((price("3", valid_from=date(2026, 10, 6)),), {"quantity": "1"}, None),
        ((price("3"), price("2.99")), {"quantity": "1"}, "2.99"),
        ((price("30", price_base=Decimal(100)),), {"quantity": "7"}, "2.10"),
        ((price("1.5"),), {"quantity": "2", "unit": "CT"}, "36.00"),
        ((price("18", unit="CT"),), {"quantity": "6", "unit": "H87"}, "9.00"),
        ((price("1.5"),), {"quantity": "2", "unit": "DZN"}, "36.00"),
        ((price("1.5"),), {"quantity": "2", "unit": "KGM"}, None),
        ((price("1.005"),), {"quantity": "1"}, "1.01"),
    ],
)
def test_the_price_that_was_agreed_is_found(
    prices: tuple[ListPrice, ...], row: dict[str, str], listed: str | None
) -> None:
    (sold,) = selling(lines({"item_code": "LG-10", **row}), known(*prices)).lines

    assert sold.listed == (None if listed is None else Decimal(listed))


@pytest.mark.parametrize(
    ("row", "ordered"),
    [
        ({"quantity": "4", "amount": "11.00", "unit_price": "3.00"}, "11.00"),
        ({"quantity": "4", "unit_price": "300", "price_base": "100", "discount": "1"}, "11"),
        ({"quantity": "4"}, None),
    ],
)
def test_what_a_line_is_ordered_at(row: dict[str, str], ordered: str | None) -> None:
    (sold,) = selling(lines({"item_code": "LG-10", **row}), known(price("3"))).lines

    assert sold.ordered == (None if ordered is None else Decimal(ordered))


@pytest.mark.parametrize(
    ("said", "beyond"),
    [
        ({"net_days": "30"}, ()),
        ({"net_days": "60"}, ("60 days instead of 30",)),
        ({"net_months": "2"}, ("2 months instead of 30 days",)),
        ({"end_of_month": "after_days"}, ("from the end of the month",)),
        ({"discount_percent": "2", "discount_days": "10"}, ()),
        (
            {"discount_percent": "3", "discount_days": "14"},
            ("3 % discount instead of 2 %", "discount within 14 days instead of 10"),
        ),
    ],
)
def test_terms_beyond_what_was_agreed_are_told(said: dict[str, str], beyond: tuple[str, ...]) -> None:
    agreed = AgreedTerms(code="N30", due_days=30, discount_days=10, discount_percent=Decimal(2))

    assert selling(lines(**said), known(terms=agreed)).terms_beyond == beyond
    assert selling(lines(**said), known()).terms_beyond == ()
