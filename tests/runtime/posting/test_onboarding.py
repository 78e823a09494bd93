"""An application packet until the customer is set up: account, company, contact, task, and what provisioning is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_string, policy
from pathlib import Path

import pytest

from adapters.hubspot.plug import PLUG as HUBSPOT
from adapters.netsuite.plug import PLUG as NETSUITE
from adapters.notify.plug import PLUG as NOTIFY
from engine.runtime import dispatcher, intake, judging, leaving, steps, waiting
from engine.runtime.house import House
from engine.store import operations
from engine.store.database import reading
from tests.house import furnished_house
from tests.runtime.sources.following import at_home
from tests.runtime.test_dossiers import APPLICATION, EXTRACT, FLOWS, SAID, TAX, document_of, screened
from tests.runtime.test_waiting import Hands, later

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = furnished_house(tmp_path / "home")
    yield replace(house, clock=Hands())
    house.close()


def walked(house: House, document_id: str, revision: int = 1) -> list[str]:
    """Walk a revision and what comes out of it to the end. Returns what was written, as target/object."""
    found = steps.read(house, document_id, revision)
    written = [one for child in found["children"] for one in walked(house, child)]
    if found["next"] == "over":
        return written
    steps.understand(house, document_id, revision)
    judged = judging.judge(house, document_id, revision)
    for opened in judged.get("children", ()):
        written += walked(house, opened)
    if judged["next"] != "plan":
        return written
    for key in judging.plan(house, document_id, revision)["keys"]:
        with reading(house.engine) as tx:
            operation = operations.of_keys(tx, [key])[key]
        assert leaving.complete(house, operation)
        dispatcher.post(house, key, attempt=0)
        steps.settle(house, document_id, revision)
        written.append(f"{operation.target}/{operation.object}")
    return written


def sent(house: House, text: str, *, name: str = "paper.txt") -> list[str]:
    content = text.format(**SAID).encode()
    arrival = intake.accept_bytes(house, content, name=name, source="test", parent_id=None)
    return walked(house, arrival.document.id) + looked(house)


def looked(house: House) -> list[str]:
    return [one for document in waiting.look(house) for one in walked(house, document.id, document.revision)]


def test_papers_come_one_by_one_the_missing_one_is_asked_for_and_the_customer_is_set_up_once(
    house: House, tmp_path: Path
) -> None:
    screened(house.engine, "2026-10-19")
    with (
        HUBSPOT.sandbox(host="127.0.0.1", port=0) as portal,
        NETSUITE.sandbox(host="127.0.0.1", port=0) as account,
        NOTIFY.sandbox(host="127.0.0.1", port=0) as post,
    ):
        bound = {
            "crm": {"adapter": "hubspot", "settings": dict(portal.settings())},
            "netsuite": {"adapter": "netsuite", "settings": dict(account.settings())},
            "messages": {"adapter": "notify", "settings": {**post.settings(), "recipients": ["zephyr.example"]}},
            "provisioning": {"adapter": "files", "settings": {"delivery": "local", "folder": str(tmp_path / "out")}},
        }
        there = at_home(house, bound, {}, *FLOWS)
        company = there.library.environment.company.entities[0].name
        account.masters["subsidiary"].append({**account.masters["subsidiary"][0], "name": company})

        first = sent(there, APPLICATION) + sent(there, EXTRACT)
        later(there, hours=73)
        reminded = looked(there)
        last = sent(there, TAX)
        again = sent(there, TAX + "\n")

        companies = [one["properties"] for one in portal.objects["companies"]]
        contacts = [one["properties"] for one in portal.objects["contacts"]]
        tasks = [one["properties"] for one in portal.objects["tasks"]]
        (customer,) = account.objects["customer"]
        (mail,) = post.objects["mail"]
        for name in bound:
            getattr(there.target(name), "close", bool)()

    assert (first, again) == ([], [])
    assert reminded == ["messages/mail"]
    assert last == [
        "netsuite/customer", "crm/companies", "crm/contacts", "crm/tasks", "provisioning/provisioning_event",
    ]  # fmt: skip
    assert mail["to"] == ["emma@zephyr.example"]
    body = message_from_string(mail["raw"], policy=policy.default).get_content()
    assert "- tax form" in body
    assert (customer["companyName"], customer["vatRegNumber"]) == ("Zephyr Trading Ltd", "GB333289454")
    assert [(one["name"], one["customer_number"]) for one in companies] == [("Zephyr Trading Ltd", customer["id"])]
    assert [(one["email"], one["lastname"]) for one in contacts] == [("emma@zephyr.example", "Emma Wood")]
    assert [one["hs_task_body"] for one in tasks] == ["Speak to Emma Wood. Applied for: standard"]
    (file,) = (tmp_path / "out").glob("PROVISION_*.json")
    event = json.loads(file.read_text(encoding="utf-8"))
    assert (event["type"], event["data"]["customer"], event["data"]["tier"]) == (
        "postroom.customer.onboarded", customer["id"], "standard",
    )  # fmt: skip
    assert "GB333289454" not in file.read_text(encoding="utf-8")


def test_a_packet_in_one_file_is_cut_and_collected(house: House) -> None:
    packet = f"{APPLICATION}\f{EXTRACT}\f{TAX}".format(**SAID)
    there = at_home(house, {}, {}, *FLOWS)
    arrival = intake.accept_bytes(there, packet.encode(), name="packet.txt", source="test", parent_id=None)

    found = steps.read(there, arrival.document.id, 1)
    for child in found["children"]:
        steps.read(there, child, 1)
        steps.understand(there, child, 1)
        judging.judge(there, child, 1)

    assert [document_of(there, one).state for one in found["children"]] == ["unpacked"] * 3
