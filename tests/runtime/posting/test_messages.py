"""Mails and messages in channels as operations of a flow: beside the others, once, also when a worker dies in between."""

from collections.abc import Iterator
from email import message_from_string, policy
from pathlib import Path
from typing import Any

import pytest

from adapters.dataverse.plug import PLUG as DATAVERSE
from adapters.dynamics_bc.plug import PLUG as BUSINESS_CENTRAL
from adapters.hubspot.plug import PLUG as HUBSPOT
from adapters.notify.journal import Journal
from adapters.notify.sandbox.office import NotifySandbox
from engine.model.master_kinds import CUSTOMERS, VENDORS
from engine.runtime import dispatcher, operations
from engine.runtime.house import House
from engine.store import masterdata, operation_list
from engine.store.database import reading, transaction
from engine.store.operation_list import Search
from tests.house import furnished_house
from tests.runtime.posting.test_account_changes import CUSTOMER, MOVE, VENDOR
from tests.runtime.posting.test_new_types import AGREED, FORM, walked
from tests.runtime.sources.following import at_home

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("messages") / "home")
    unknown = {**CUSTOMER, "email": ""}
    with transaction(house.engine) as tx:
        masterdata.write(tx, VENDORS, [VENDOR])
        masterdata.write(tx, CUSTOMERS, [unknown])
    yield house
    house.close()


@pytest.fixture
def office() -> Iterator[NotifySandbox]:
    with NotifySandbox() as one:
        yield one


def mails(office: NotifySandbox) -> list[Any]:
    return [message_from_string(one["raw"], policy=policy.default) for one in office.objects.get("mail", ())]


def closed(house: House) -> None:
    for target in house._targets.values():
        getattr(target, "close", bool)()


def changing(house: House, folder: Path, office: NotifySandbox, tenant: Any) -> House:
    """Return the house with the second version of the flow for accounts."""
    bound = {
        "business_central": {"adapter": "dynamics_bc", "settings": dict(tenant.settings())},
        "crm": {"adapter": "files", "settings": {"delivery": "local", "folder": str(folder / "crm")}},
        "notices": {"adapter": "files", "settings": {"delivery": "local", "folder": str(folder / "notices")}},
        "messages": {"adapter": "notify", "settings": dict(office.settings())},
    }
    return at_home(house, bound, {}, "account_change_business_central@2")


def test_who_asked_for_what_is_mailed_once_to_the_address_that_was_known_before(
    house: House, office: NotifySandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with BUSINESS_CENTRAL.sandbox(host="127.0.0.1", port=0) as tenant:
        there = changing(house, tmp_path, office, tenant)
        keys, asked = walked(there, tmp_path, "move", MOVE.format(day=14, old="4 Mill Lane"))
        (first,) = mails(office)

        noted = Journal.note_sent
        monkeypatch.setattr(Journal, "note_sent", killed)
        with pytest.raises(Killed):
            walked(there, tmp_path, "again", MOVE.format(day=15, old="4 Mill Lane").replace("BA1 2QX", "BA1 2QZ"))
        monkeypatch.setattr(Journal, "note_sent", noted)
        key = next(one for one in open_keys(there) if "/mail/" in one)
        tries = [dispatcher.post(there, key, attempt=attempt).state for attempt in range(8)]
        retried = operations.retry(there, [key], by="ops")
        tries.append(dispatcher.post(there, key, attempt=8).state)
        told = mails(office)
        settled = operations.settle(
            there, key, stands=True, by="ops", why="it lies in their inbox", external_id=str(told[1]["Message-ID"])
        )
        closed(there)

    assert [one.split("/")[2] for one in keys] == ["vendors", "mail"]
    assert asked == []
    assert (first["To"], first["Subject"]) == ("office@birch.example", "Changes of your account: Birch Tools Ltd")
    assert "by Emma Wood and changes your account V10000:\r\n\r\nstreet: 4 Mill Lane -> 15 Orchard Parade" in (
        first.get_content()
    )
    assert (set(tries), tries[-1], len(told)) == ({"unknown", "parked"}, "parked", 2)
    assert [one.refused for one in retried] == [""]
    assert settled.state == "committed"


def open_keys(house: House) -> list[str]:
    with reading(house.engine) as tx:
        return operation_list.keys(tx, Search(states=("sending",)))


class Killed(BaseException):
    """The worker is gone: nothing of it runs any more."""


def killed(*_: object) -> None:
    raise Killed


def test_without_a_known_address_a_letter_is_drafted_and_no_mail_leaves(
    house: House, office: NotifySandbox, tmp_path: Path
) -> None:
    phone = "Customer change form\nCustomer: Fjord Handel AS     Customer number: C10000\nDate: 17 October 2026\nNew phone: +47 22 33 44 55\n"
    with (
        BUSINESS_CENTRAL.sandbox(host="127.0.0.1", port=0) as tenant,
        HUBSPOT.sandbox(host="127.0.0.1", port=0) as portal,
    ):
        there = changing(house, tmp_path, office, tenant)
        crm = {"crm": {"adapter": "hubspot", "settings": dict(portal.settings())}}
        there = at_home(there, crm, {}, "account_change_business_central@2")
        keys, asked = walked(there, tmp_path, "phone", phone)
        closed(there)

    assert [one.split("/")[2] for one in keys] == ["customers", "companies", "change_notice"]
    assert (asked, mails(office), len(list((tmp_path / "notices").rglob("CHANGE_*.json")))) == ([], [], 1)


def test_the_channel_of_sales_hears_of_an_enquiry_once_the_contact_stands(
    house: House, office: NotifySandbox, tmp_path: Path
) -> None:
    with HUBSPOT.sandbox(host="127.0.0.1", port=0) as portal:
        bound = {
            "crm": {"adapter": "hubspot", "settings": dict(portal.settings())},
            "messages": {"adapter": "notify", "settings": dict(office.settings())},
        }
        there = at_home(house, bound, {}, "lead_hubspot@2")
        keys, asked = walked(there, tmp_path, "lead", FORM.format(number="L-7", consent=AGREED))
        again = walked(there, tmp_path, "copy", FORM.format(number="L-7", consent=AGREED) + "\n")
        closed(there)

    (said,) = office.objects["slack"]
    assert ([one.split("/")[2] for one in keys], asked, again) == (["contacts", "slack"], [], ([], []))
    assert said["text"].split("\n")[:2] == [
        "Enquiry of Birch Tools Ltd",
        "Please send an offer for 200 cartridges before the end of the month.",
    ]
    assert "emma.wood@birch.example" not in said["text"].lower()


def test_a_channel_that_is_closed_holds_its_message_and_not_the_lead(
    house: House, office: NotifySandbox, tmp_path: Path
) -> None:
    with DATAVERSE.sandbox(host="127.0.0.1", port=0) as organisation:
        closed_channel = {**office.settings(), "teams_webhook": f"{office.url}/workflows/gone"}
        crm = {"crm": {"adapter": "dataverse", "settings": dict(organisation.settings())}}
        there = at_home(
            house, {**crm, "messages": {"adapter": "notify", "settings": closed_channel}}, {}, "lead_dataverse@2"
        )
        keys, _ = walked(
            there, tmp_path, "teams", FORM.format(number="L-8", consent=AGREED).replace("14 Oct", "20 Oct")
        )
        closed(there)
        held = [dispatcher.load(there, one).state for one in keys]
        mended = at_home(
            house,
            {**crm, "messages": {"adapter": "notify", "settings": dict(office.settings())}},
            {},
            "lead_dataverse@2",
        )
        told = dispatcher.post(mended, keys[-1], attempt=1).state
        closed(mended)

    (said,) = office.objects["teams"]
    facts = said["attachments"][0]["content"]["body"][2]["facts"]
    assert ([one.split("/")[2] for one in keys], held, told) == (
        ["leads", "teams"],
        ["committed", "planned"],
        "committed",
    )
    assert {"title": "Country", "value": "GB"} in facts
