from datetime import UTC, datetime

import pytest

from adapters.hubspot.directory import HubSpotDirectory
from adapters.hubspot.plug import PLUG
from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.hubspot.target import HubSpotTarget
from engine.ports import Surroundings
from tests.adapters.hubspot.test_target import Write


@pytest.fixture
def directory(portal: HubSpotSandbox, surroundings: Surroundings) -> HubSpotDirectory:
    directory = PLUG.directory({**portal.settings(), "columns": {"customers": {"tax_id": "vat_number"}}})
    directory.move_in(surroundings)
    return directory


def test_companies_are_customers_in_pages(directory: HubSpotDirectory, target: HubSpotTarget, write: Write) -> None:
    target.send_many([write("companies", str(n), {"name": f"C{n}"}) for n in range(100)])
    target.send(write("companies", "last", {"name": "Last", "vat_number": "DE1", "city": "Köln"}))

    first = directory.page("customers", after="", since=None)
    second = directory.page("customers", after=first.next, since=None)

    assert (len(first.rows), second.next, first.is_all) == (100, "", True)
    assert list(second.rows) == [{"id": "201", "name": "Last", "tax_id": "DE1", "city": "Köln"}]


def test_a_customer_is_looked_up_by_a_column_of_ours(
    directory: HubSpotDirectory, target: HubSpotTarget, write: Write
) -> None:
    target.send(write("companies", "1", {"name": "A", "vat_number": "DE1"}))

    (found,) = directory.look_up("customer", {"tax_id": "DE1"})

    assert (found.id, found.name, found.evidence) == ("101", "A", (("tax_id", "DE1"),))
    assert directory.look_up("vendor", {"tax_id": "DE1"}) == ()


def test_only_what_changed_since_is_no_whole_list(
    directory: HubSpotDirectory, target: HubSpotTarget, write: Write
) -> None:
    target.send(write("contacts", "1", {"email": "a@example.org", "firstname": "Ada"}, options={"by": "email"}))

    page = directory.page("contacts", after="", since=datetime(2026, 1, 1, tzinfo=UTC))

    assert not page.is_all
    assert [row["name"] for row in page.rows] == ["Ada"]
