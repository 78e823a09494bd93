"""Orders of customers: items by their numbers, prices and terms held against what was agreed, one sales order each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.netsuite.plug import PLUG as NETSUITE
from engine.model import master_kinds
from engine.runtime.house import House
from engine.store import masterdata
from engine.store.database import transaction
from tests.house import furnished_house
from tests.runtime.posting.test_new_types import walked
from tests.runtime.sources.following import at_home

FLOW = "sales_order_netsuite@3"
ROWS = {
    master_kinds.CUSTOMERS: [{
        "id": "301", "name": "Fjord Handel AS", "country": "NO", "street": "Havnegata 1", "postcode": "0150", "city": "Oslo",
        "tax_id": "NO998877665MVA", "payment_terms": "N30", "currency": "EUR", "group": "trade",
    }],
    master_kinds.PAYMENT_TERMS: [{"code": "N30", "due_days": "30"}],
    master_kinds.ITEMS: [
        {"code": "A-100", "unit": "H87"}, {"code": "A-200", "unit": "H87"}, {"code": "A-300", "unit": "H87", "status": "closed"},
    ],
    master_kinds.CUSTOMER_ITEMS: [
        {"customer_id": "301", "customer_item_code": "77-01", "item_code": "A-100"},
        {"customer_id": "999", "customer_item_code": "77-01", "item_code": "A-200"},
    ],
    master_kinds.SALES_PRICES: [
        {"item_code": "A-100", "currency": "EUR", "unit_price": "12.00"},
        {"item_code": "A-100", "currency": "EUR", "unit_price": "10.00", "group": "trade"},
        {"item_code": "A-200", "currency": "EUR", "unit_price": "99.00", "customer_id": "999"},
        {"item_code": "A-200", "currency": "EUR", "unit_price": "150.00"},
    ],
}  # fmt: skip
ORDER = """{buyer}

{seller}

PURCHASE ORDER

PO number: {number}
Order date: {day} October 2026
Delivery date: 2 November 2026
Payment terms: {days} days net
Currency: EUR

Pos   Article no   Description     Quantity   Unit price     Amount
1     {item}        Paper A4        10              {price}.00     {first}.00
2     A-200        Onboarding       {count}             150.00     {second}.00

Total net                                                {total}.00 EUR
"""
FJORD = "Fjord Handel AS\nHavnegata 1, 0150 Oslo\nVAT no: NO998877665MVA"
US = "Lindenhof Handels GmbH\nLindenallee 1\n10115 Berlin"


def order(
    number: int, *, item: str = "77-01", price: int = 10, days: int = 30, buyer: str = FJORD, seller: str = US
) -> str:
    """Return an order; those of other numbers are of other days and sums."""
    first, second = 10 * price, 150 * number
    return ORDER.format(
        number=f"PO-700{number}", day=10 + number, item=item, price=price, days=days, count=number, first=first,
        second=second, total=first + second, buyer=buyer, seller=seller,
    )  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("orders") / "home")
    with transaction(house.engine) as tx:
        for kind, rows in ROWS.items():
            masterdata.write(tx, kind, [dict(one) for one in rows])
    yield house
    house.close()


CASES: dict[str, dict[str, Any]] = {
    "cheap": {"price": 8}, "dear": {"price": 12}, "unknown": {"item": "77-09"}, "closed": {"item": "A-300"}, "later": {"days": 90},
}  # fmt: skip


def test_an_order_is_entered_once_with_our_items_and_what_was_not_agreed_goes_to_a_person(
    house: House, tmp_path: Path
) -> None:
    with NETSUITE.sandbox(host="127.0.0.1", port=0) as account:
        there = at_home(house, {"netsuite": {"adapter": "netsuite", "settings": dict(account.settings())}}, {}, FLOW)

        def sent(name: str, text: str) -> tuple[list[str], list[str]]:
            return walked(there, tmp_path, name, text)

        entered, again = sent("entered", order(1)), sent("again", f"{order(1)} \n")
        held = {
            name: sent(name, order(at, **said))
            for at, (name, said) in enumerate(CASES.items(), start=2)
        }  # fmt: skip
        ours = sent("ours", order(9, buyer=US, seller="Papier Union GmbH\nKai 4\n20457 Hamburg"))
        (made,) = account.objects["salesOrder"]
        there.target("netsuite").close()  # type: ignore[attr-defined]

    assert [key.split("/")[2] for key in entered[0]] == ["sales_order"]
    assert (entered[1], again) == ([], ([], []))
    assert (made["entity"]["id"], made["otherRefNum"]) == ("301", "PO-7001")
    assert [(one["item"]["id"], str(one["quantity"]), str(one["rate"])) for one in made["item"]["items"]] == [
        ("501", "10", "10.00"), ("502", "1", "150.00"),
    ]  # fmt: skip
    assert held == {
        "cheap": ([], ["price_below_list"]), "dear": ([], ["price_above_list"]), "unknown": ([], ["item_unknown"]),
        "closed": ([], ["item_not_open", "list_price_missing"]), "later": ([], ["terms_not_agreed"]),
    }  # fmt: skip
    assert ours == ([], ["no_flow"])
