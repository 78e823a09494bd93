"""A deal that is won in one system becomes an order in another, once, whatever tells of it and how often."""

from collections.abc import Iterator

import pytest

from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.sap.sandbox.sandbox import SapSandbox
from engine.runtime.house import House
from engine.runtime import story
from tests.runtime.sources.following import Portal, ask, crm_and_erp, walk

Systems = tuple[House, HubSpotSandbox, SapSandbox]


@pytest.fixture
def systems(empty_house: House) -> Iterator[Systems]:
    with crm_and_erp(empty_house) as found:
        yield found


def test_a_deal_that_is_won_becomes_a_sales_order(systems: Systems) -> None:
    house, portal, sap = systems
    deal = Portal(portal).deal("PO-88")
    assert ask(house).documents == ()
    Portal(portal).change(deal, dealstage="closedwon")
    (won,) = ask(house).documents

    line = walk(house, won)
    print(story.line(story.story(house, won)))
    assert line.state == "posted"
    (order,) = sap.objects["A_SalesOrder"]
    assert (order["PurchaseOrderByCustomer"], order["SoldToParty"], len(order["to_Item"])) == ("PO-88", "1000004", 2)
