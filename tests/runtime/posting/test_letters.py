"""Letters and mails become notes at the account of who wrote them, with the paper; of strangers a person is asked."""

import base64
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from adapters.dataverse.plug import PLUG as DATAVERSE
from adapters.hubspot.plug import PLUG as HUBSPOT
from engine.model.master_kinds import CUSTOMERS, VENDORS
from engine.runtime import intake, steps
from engine.runtime.house import House
from engine.store import masterdata
from engine.store.database import transaction
from tests.house import furnished_house
from tests.runtime.posting.test_account_changes import CUSTOMER, VENDOR
from tests.runtime.posting.test_new_types import processed, walked
from tests.runtime.sources.following import at_home

pytestmark = pytest.mark.slow

LETTER = """{name}
{street}
{town}

{number}

Bath, 14 October 2026

Opening hours of your warehouse

Dear Sir or Madam,

could you tell us until when our driver can collect goods on Fridays?
Last week the gate was closed at three in the afternoon.

Yours faithfully,

Emma Wood
"""
AT = {"associations": "companies"}
BY_VENDOR = LETTER.format(name="Birch Tools Ltd", street="4 Mill Lane", town="BA1 1AA Bath", number="")
BY_CUSTOMER = LETTER.format(
    name="Fjord Handel AS", street="Havnegata 1", town="0150 Oslo", number="Customer number: C10000"
)
BY_STRANGER = LETTER.format(name="Finchley & Sons Ltd", street="8 Bell Court", town="N3 2AA London", number="")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("letters") / "home")
    with transaction(house.engine) as tx:
        masterdata.write(tx, VENDORS, [VENDOR])
        masterdata.write(tx, CUSTOMERS, [CUSTOMER])
    yield house
    house.close()


def test_a_letter_is_a_note_at_the_company_of_its_writer_with_the_paper(house: House, tmp_path: Path) -> None:
    with HUBSPOT.sandbox(host="127.0.0.1", port=0) as portal:
        numbers: tuple[dict[str, str], ...] = ({"customer_number": "C10000"}, {"vendor_number": "V10000"})
        portal.objects["companies"] = [
            {"id": str(at), "properties": one, "createdAt": "", "updatedAt": ""} for at, one in enumerate(numbers, 77)
        ]
        bound = {"crm": {"adapter": "hubspot", "settings": dict(portal.settings())}}
        there = at_home(house, bound, {}, "correspondence_hubspot@1")

        asked = walked(there, tmp_path, "customer", BY_CUSTOMER)
        again = walked(there, tmp_path, "copy", BY_CUSTOMER + "\n")
        vendor = walked(there, tmp_path, "vendor", BY_VENDOR)
        stranger = walked(there, tmp_path, "stranger", BY_STRANGER)
        notes = portal.objects["notes"]
        api = there.target("crm")._client.api  # type: ignore[attr-defined]
        told = [api.object(api.read(f"/crm/v3/objects/notes/{one['id']}", params=AT)) for one in notes]
        files = portal.objects["files"]
        there.target("crm").close()  # type: ignore[attr-defined]

    assert [one.split("/")[2] for one in asked[0]] == ["files", "notes"]
    assert (len(vendor[0]), asked[1], vendor[1]) == (2, [], [])
    assert again == ([], ["written_before"])
    assert stranger == ([], ["account_unknown"])
    assert [one["properties"]["hs_note_body"].partition(": ")[0] for one in notes] == [
        "Opening hours of your warehouse"
    ] * 2
    assert notes[0]["properties"]["hs_note_body"].endswith("at three in the afternoon. (Emma Wood)")
    assert [one["associations"]["companies"]["results"][0]["id"] for one in told] == ["77", "78"]
    assert [one["path"].rpartition("/")[2] for one in files] == ["Opening hours of your warehouse.txt"] * 2


def test_a_mail_without_a_letterhead_is_filed_by_the_address_and_the_name_below_it(
    house: House, tmp_path: Path
) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Pallets in the rain", "Emma <office@birch.example>", "ap@us.example"
    mail.set_content(
        "Hello,\n\nthe pallets that came on Monday stand in the rain, could somebody fetch them?\n\n"
        "Kind regards\nEmma Wood\n\nBirch Tools Ltd\n4 Mill Lane\nBA1 1AA Bath\n"
    )
    with DATAVERSE.sandbox(host="127.0.0.1", port=0) as organisation:
        row = {"accountid": "00000000-0000-4000-8000-000000000000", "accountnumber": "V10000", "name": "Birch"}
        organisation.objects["accounts"] = [row]
        bound = {"crm": {"adapter": "dataverse", "settings": dict(organisation.settings())}}
        there = at_home(house, bound, {}, "correspondence_dataverse@1")
        arrival = intake.accept_bytes(there, mail.as_bytes(), name="m.eml", source="test", parent_id=None).document
        steps.begin(there, arrival.id, 1)
        (child,) = steps.unpack(there, arrival, 1)
        keys, asked = processed(there, child)
        (note,) = organisation.objects["annotations"]
        there.target("crm").close()  # type: ignore[attr-defined]

    assert ([one.split("/")[2] for one in keys], asked) == (["annotations"], [])
    assert (note["subject"], note["filename"]) == ("Pallets in the rain", "Pallets in the rain.html")
    assert note["notetext"].endswith("could somebody fetch them? (Emma Wood)")
    assert b"stand in the rain" in base64.b64decode(note["documentbody"])
