"""What vendors and customers ask to change in their accounts: to the ERP, the CRM and the drafts of mails."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.dynamics_bc.plug import PLUG as BUSINESS_CENTRAL
from adapters.hubspot.plug import PLUG as HUBSPOT
from engine.model.master_kinds import CUSTOMERS, VENDORS
from engine.runtime import dispatcher, intake, judging, steps
from engine.runtime import replay as history
from engine.runtime.desk import answering
from engine.runtime.desk.taking import Refused
from engine.runtime.house import House
from engine.store import masterdata
from engine.store.database import transaction
from tests.house import furnished_house
from tests.runtime.posting.test_new_types import walked
from tests.runtime.sources.following import at_home

pytestmark = pytest.mark.slow

FLOW = "account_change_business_central@1"
VENDOR = {
    "id": "V10000", "name": "Birch Tools Ltd", "country": "GB", "street": "4 Mill Lane", "postcode": "BA1 1AA", "city": "Bath",
    "email": "office@birch.example", "iban": "GB33BUKB20201555555555",
}  # fmt: skip
CUSTOMER = {
    "id": "C10000",
    "name": "Fjord Handel AS",
    "country": "NO",
    "street": "Havnegata 1",
    "city": "Oslo",
    "email": "post@fjord.example",
}
MOVE = """CHANGE OF ADDRESS                          Date: {day} October 2026
Supplier: Birch Tools Ltd                  Supplier number: V10000
Old street: {old}                          Requested by: Emma Wood
New street: 15 Orchard Parade              New postcode: BA1 2QX
"""
ACCOUNT = """Änderung der Bankverbindung
Firma: Birch Tools Ltd                     Lieferantennummer: V10000
Datum: 14.10.2026
Neue IBAN: DE02 5001 0517 0137 0750 30
Telefon: +49 30 666
"""
PERSON = """Customer change form
Customer: Fjord Handel AS                  Customer number: C10000
Date: 16 October 2026
New legal name: Fjord Trading AS
New contact person: Anna Novak             New e-mail: Anna@fjord-trading.example
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("changes") / "home")
    with transaction(house.engine) as tx:
        masterdata.write(tx, VENDORS, [VENDOR])
        masterdata.write(tx, CUSTOMERS, [CUSTOMER])
    yield house
    house.close()


def let_pass(house: House, document_id: str, *, objections: tuple[str, ...] = ()) -> list[str]:
    """Have an approver let a held document pass, and walk it to its end. Returns its operations."""
    revision = answering.approve(
        house, document_id, revision=1, by="carl", why="called the number that we know", objections=objections
    )
    steps.read(house, document_id, revision)
    steps.understand(house, document_id, revision)
    assert judging.judge(house, document_id, revision)["next"] == "plan"
    keys: list[str] = judging.plan(house, document_id, revision)["keys"]
    for key in keys:
        dispatcher.post(house, key, attempt=0)
    steps.settle(house, document_id, revision)
    return keys


def drafts(folder: Path) -> list[dict[str, Any]]:
    """Return the drafts of mails, in the order of their names."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("CHANGE_*.json"))]


def test_changes_reach_every_system_once_and_bank_accounts_none(house: House, tmp_path: Path) -> None:
    out = tmp_path / "notices"
    with (
        BUSINESS_CENTRAL.sandbox(host="127.0.0.1", port=0) as tenant,
        HUBSPOT.sandbox(host="127.0.0.1", port=0) as portal,
    ):
        bound = {
            "business_central": {"adapter": "dynamics_bc", "settings": dict(tenant.settings())},
            "crm": {"adapter": "hubspot", "settings": dict(portal.settings())},
            "notices": {"adapter": "files", "settings": {"delivery": "local", "folder": str(out)}},
        }
        there = at_home(house, bound, {}, FLOW)

        moved = walked(there, tmp_path, "move", MOVE.format(day=14, old="4 Mill Lane"))
        stranger = walked(there, tmp_path, "stranger", MOVE.format(day=15, old="9 High Street"))
        quarantined = walked(there, tmp_path, "account", ACCOUNT)
        account = intake.accept_bytes(
            there, ACCOUNT.encode(), name="account.txt", source="test", parent_id=None
        ).document
        with pytest.raises(Refused, match="Only an approver"):
            let_pass(there, account.id, objections=("corrected it",))
        called = let_pass(there, account.id)
        again = history.replay(there, there.library, account.id)
        differs = history.difference(history.one(there, account.id), again)
        renamed = walked(there, tmp_path, "person", PERSON)

        (vendor,) = [one for one in tenant.objects["vendors"] if one["number"] == "V10000"]
        (customer,) = [one for one in tenant.objects["customers"] if one["number"] == "C10000"]
        companies = [one["properties"] for one in portal.objects["companies"]]
        tasks = [one["properties"] for one in portal.objects["tasks"]]
        contacts = [one["properties"] for one in portal.objects["contacts"]]
        for name in bound:
            there.target(name).close()  # type: ignore[attr-defined]

    assert [one.split("/")[2] for one in moved[0]] == ["vendors", "change_notice"]
    assert moved[1] == []
    assert stranger == ([], ["stated_otherwise"])
    assert quarantined[0] == []
    assert "bank_details" in quarantined[1]
    assert [one.split("/")[2] for one in renamed[0]] == ["customers", "companies", "contacts", "change_notice"]
    assert differs is None
    assert [one.split("/")[2] for one in called] == ["vendors", "tasks", "change_notice"]
    assert (vendor["addressLine1"], vendor["postalCode"], vendor["blocked"]) == (
        "15 Orchard Parade",
        "BA1 2QX",
        "Payment",
    )
    assert [(one["hs_task_type"], one["hs_task_body"].partition(". Call")[0]) for one in tasks] == [
        ("CALL", "iban: ...5555 -> ...5030")
    ]
    assert "DE02500105170137075030" not in json.dumps([tenant.objects, portal.objects, drafts(out)], default=str)
    assert vendor["displayName"] == "Vendor V10000"
    assert customer["displayName"] == "Fjord Trading AS"
    assert [(one["customer_number"], one["name"]) for one in companies] == [("C10000", "Fjord Trading AS")]
    assert [(one["email"], one["lastname"]) for one in contacts] == [("anna@fjord-trading.example", "Anna Novak")]
    assert len(drafts(out)) == 3
    assert {one["to"]: one["body"].partition(". If")[0] for one in drafts(out) if "iban" not in one["body"]} == {
        "office@birch.example": "Asked for on 2026-10-14 by Emma Wood: street: 4 Mill Lane -> 15 Orchard Parade; "
        "postcode: BA1 1AA -> BA1 2QX",
        "post@fjord.example": "Asked for on 2026-10-16 by somebody who did not sign: name: Fjord Handel AS -> Fjord Trading AS; "
        "contact_name: none -> Anna Novak; email: post@fjord.example -> anna@fjord-trading.example",
    }
