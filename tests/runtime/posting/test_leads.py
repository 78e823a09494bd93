"""A lead that sends an extract of its register is qualified: the company by its number, the person as being worked on."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from adapters.hubspot.plug import PLUG as HUBSPOT
from engine.runtime import intake, steps
from engine.runtime.house import House
from tests.house import furnished_house
from tests.runtime.posting.test_new_types import AGREED, FORM, processed, walked
from tests.runtime.sources.following import at_home
from tests.runtime.test_dossiers import EXTRACT, SAID

pytestmark = pytest.mark.slow

FLOWS = ("lead_hubspot@1", "lead_qualification_hubspot@1")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("leads") / "home")
    yield house
    house.close()


def mailed(house: House, text: str) -> tuple[list[str], list[str]]:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Our extract", "Emma Wood <Emma.Wood@birch.example>", "sales@us.example"
    mail.set_content("Attached.")
    mail.add_attachment(text.encode(), maintype="text", subtype="plain", filename="extract.txt")
    document = intake.accept_bytes(house, mail.as_bytes(), name="m.eml", source="cli", parent_id=None).document
    steps.begin(house, document.id, 1)
    (child,) = steps.unpack(house, document, 1)
    return processed(house, child)


def test_an_extract_by_mail_qualifies_the_lead_and_one_by_post_is_for_a_person(house: House, tmp_path: Path) -> None:
    with HUBSPOT.sandbox(host="127.0.0.1", port=0) as portal:
        there = at_home(house, {"crm": {"adapter": "hubspot", "settings": dict(portal.settings())}}, {}, *FLOWS)

        asked = walked(there, tmp_path, "lead", FORM.format(number="L-1", consent=AGREED))
        sent = mailed(there, EXTRACT.format(**SAID))
        posted = walked(there, tmp_path, "by post", EXTRACT.format(**SAID).replace("1 October", "2 October"))
        (contact,), (company,) = portal.objects["contacts"], portal.objects["companies"]
        there.target("crm").close()  # type: ignore[attr-defined]

    assert (len(asked[0]), [key.split("/")[2] for key in sent[0]]) == (1, ["companies", "contacts"])
    assert (asked[1], sent[1], posted) == ([], [], ([], ["no_flow"]))
    assert {name: contact["properties"][name] for name in ("email", "lastname", "company", "hs_lead_status")} == {
        "email": "emma.wood@birch.example", "lastname": "Wood", "company": "Zephyr Trading Ltd", "hs_lead_status": "IN_PROGRESS",
    }  # fmt: skip
    assert (company["properties"]["registration_number"], company["properties"]["description"]) == (
        "09876543", "Ltd, registered 2015-05-12 at Cardiff, acts by Emma Wood, Karl Berg. Extract of 2026-10-01",
    )  # fmt: skip
