"""A person that changes in one CRM is brought up to date in another, version after version."""

from collections.abc import Iterator

import pytest

from adapters.dataverse.sandbox.organisation import DataverseSandbox
from adapters.hubspot.sandbox.portal import HubSpotSandbox
from engine.runtime.house import House
from tests.runtime.sources.following import ask, at_home, walk

pytestmark = pytest.mark.slow

CONTACTS = {
    "poll": ["contacts"],
    "poll_properties": {"contacts": ["email", "firstname", "lastname", "jobtitle", "phone", "city"]},
}
FOLLOWED = {"target": "crm", "settings": CONTACTS, "objects": {"contacts": {"reads": "hubspot.contacts"}}, "begin": "everything"}  # fmt: skip
Systems = tuple[House, HubSpotSandbox, DataverseSandbox]


@pytest.fixture
def systems(empty_house: House) -> Iterator[Systems]:
    with HubSpotSandbox() as portal, DataverseSandbox() as organisation:
        targets = {
            "crm": {"adapter": "hubspot", "settings": dict(portal.settings())},
            "dynamics": {"adapter": "dataverse", "settings": dict(organisation.settings())},
        }
        house = at_home(empty_house, targets, {"crm": FOLLOWED}, "contact_dataverse@1")
        yield house, portal, organisation
        for target in house._targets.values():
            getattr(target, "close", bool)()


def told(portal: HubSpotSandbox, person: str, **properties: str) -> None:
    """Change a person in HubSpot."""
    record = next(one for one in portal.objects["contacts"] if one["id"] == person)
    stamp = portal.stamp()
    record["properties"].update({**properties, "lastmodifieddate": stamp, "hs_lastmodifieddate": stamp})
    record["updatedAt"] = stamp


def test_a_change_updates_the_contact_that_an_earlier_version_made(systems: Systems) -> None:
    house, portal, organisation = systems
    person = str(portal._created("contacts", {"properties": {
        "email": "anna@mueller.example", "firstname": "Anna", "lastname": "Müller", "phone": "+49 40 1234",
    }})["id"])  # fmt: skip
    first = [walk(house, one).state for one in ask(house).documents]
    told(portal, person, phone="+49 40 9999", city="Hamburg")
    second = [walk(house, one).state for one in ask(house).documents]
    told(portal, person, hs_lead_status="OPEN")

    assert (first, second, ask(house).documents) == (["posted"], ["posted"], ())
    (contact,) = organisation.objects["contacts"]
    assert (contact["lastname"], contact["telephone1"], contact["address1_city"]) == (
        "Müller",
        "+49 40 9999",
        "Hamburg",
    )


def test_an_older_version_is_not_written_over_a_later_one(systems: Systems) -> None:
    house, portal, organisation = systems
    person = str(portal._created("contacts", {"properties": {
        "email": "anna@mueller.example", "lastname": "Müller", "phone": "1111111",
    }})["id"])  # fmt: skip
    (older,) = ask(house).documents
    told(portal, person, phone="2222222")
    (later,) = ask(house).documents

    assert (walk(house, later).state, walk(house, older).state) == ("posted", "stale")
    assert [one["telephone1"] for one in organisation.objects["contacts"]] == ["2222222"]
