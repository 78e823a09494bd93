"""What customers sign: an account, a contact, a won deal with its paper and a kick-off in the CRM, and an order that is billed."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.dataverse.plug import PLUG as DATAVERSE
from adapters.hubspot.plug import PLUG as HUBSPOT
from adapters.netsuite.plug import PLUG as NETSUITE
from admin.samples.labelled.contracts import order_form
from admin.samples.labelled.draw import as_pdf
from engine.model.master_kinds import CUSTOMERS
from engine.runtime import intake, steps
from engine.runtime.house import House
from engine.store import masterdata
from engine.store.database import transaction
from tests.house import furnished_house
from tests.runtime.posting.test_new_types import walked
from tests.runtime.sources.following import at_home

pytestmark = pytest.mark.slow

FLOW = "signed_order_hubspot@2"
CUSTOMER = {
    "id": "301", "name": "Fjord Handel AS", "country": "NO", "street": "Havnegata 1", "postcode": "0150", "city": "Oslo",
    "tax_id": "NO998877665MVA", "email": "post@fjord.example",
}  # fmt: skip
FORM = """ORDER FORM                                        Order form no: {number}
Customer: {name}                         Date: {day} October 2026
VAT no: NO998877665MVA                            Quote no: {quote}
Contact: Anna Novak                               E-mail: Anna@fjord.example
Start date: 1 November 2026                       Initial term: 24 months
End date: {end}                         Renewal: automatic
Currency: EUR

SKU        Product              Business unit     Qty     Unit price     Amount
A-100      Portal licence       Software          10      240.00         2,400.00
A-200      Onboarding           Services          1       1,500.00       1,500.00

Total contract value                                                     EUR 3,900.00

For the customer                                  For the supplier
{signed}                         Signature: ____________________
Title: Head of Purchasing                         Name: Karl Berg
Date: 16 October 2026                             Date: ____________________
"""
SIGNED, UNSIGNED = "DocuSigned by: Anna Novak", "Signature: ______________"


def form(**instead: str) -> str:
    said = {
        "number": "OF-1", "name": "Fjord Handel AS", "quote": "Q-881", "day": "14", "end": "31 October 2028", "signed": SIGNED,
    }  # fmt: skip
    return FORM.format(**{**said, **instead})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("signed") / "home")
    with transaction(house.engine) as tx:
        masterdata.write(tx, CUSTOMERS, [CUSTOMER])
    yield house
    house.close()


def test_ink_on_a_drawn_paper_is_seen_on_its_side(house: House) -> None:
    rng = random.Random("ink")  # noqa: S311 - the same papers every time
    drawn = [order_form(rng, f"ink-{at}", language="en", is_drawn=True) for at in range(6)]
    there = at_home(house, {}, {}, FLOW)

    for paper in drawn:
        document = intake.accept_bytes(
            there, as_pdf(paper), name=f"{paper.name}.pdf", source="test", parent_id=None
        ).document
        steps.read(there, document.id, 1)
        steps.understand(there, document.id, 1)
        record = steps.load_record(there, document.id, 1)[1]
        for name in ("buyer_signature", "vendor_signature"):
            assert record.value(name) == paper.truth[name], paper.name

    assert {paper.truth["buyer_signature"] for paper in drawn} >= {"ink", "missing"}


def test_what_a_customer_signed_reaches_crm_and_billing_once_and_the_rest_a_person(
    house: House, tmp_path: Path
) -> None:
    with (
        HUBSPOT.sandbox(host="127.0.0.1", port=0) as portal,
        NETSUITE.sandbox(host="127.0.0.1", port=0) as account,
    ):
        open_deal = {
            "deal_number": "Q-881",
            "dealname": "Portal for Fjord",
            "amount": "5000",
            "dealstage": "contractsent",
        }
        portal.objects["deals"] = [{"id": "4711", "properties": open_deal, "createdAt": "", "updatedAt": ""}]
        bound = {
            "crm": {"adapter": "hubspot", "settings": dict(portal.settings())},
            "netsuite": {"adapter": "netsuite", "settings": dict(account.settings())},
        }
        there = at_home(house, bound, {}, FLOW)

        signed = walked(there, tmp_path, "signed", form())
        again = walked(there, tmp_path, "again", form() + "\n")
        unsigned = walked(there, tmp_path, "unsigned", form(number="OF-2", quote="Q-2", signed=UNSIGNED))
        sister = walked(there, tmp_path, "sister", form(number="OF-3", quote="Q-3", name="Fjord Service GmbH"))
        too_long = walked(there, tmp_path, "long", form(number="OF-4", quote="Q-4", end="31 October 2029"))

        found = {kind: [one.get("properties", one) for one in rows] for kind, rows in portal.objects.items()}
        (order,) = account.objects["salesOrder"]
        for name in bound:
            there.target(name).close()  # type: ignore[attr-defined]

    assert signed[1] == []
    assert [key.split("/")[2] for key in signed[0]] == [
        "companies", "contacts", "deals", "line_items", "line_items", "files", "notes", "tasks", "sales_order",
    ]  # fmt: skip
    assert again == ([], [])
    assert (unsigned, sister, too_long) == (
        ([], ["not_signed"]),
        ([], ["entity_differs"]),
        ([], ["term_contradicts"]),
    )
    assert [(one["customer_number"], one["lifecyclestage"]) for one in found["companies"]] == [("301", "customer")]
    assert [(one["email"], one["lastname"]) for one in found["contacts"]] == [("anna@fjord.example", "Anna Novak")]
    (deal,) = found["deals"]
    assert deal["hs_forecast_amount"] == deal["amount"]
    assert (deal["deal_number"], deal["dealstage"], deal["amount"], deal["closedate"][:10]) == (
        "Q-881", "closedwon", "3900", "2026-10-16",
    )  # fmt: skip
    assert [(one["hs_sku"], one["description"]) for one in found["line_items"]] == [
        ("A-100", "Software"), ("A-200", "Services"),
    ]  # fmt: skip
    (note,) = found["notes"]
    assert note["hs_note_body"] == (
        "Contract OF-1, 3900.00 EUR, from 2026-11-01, to 2028-10-31, term 24 months, renewal automatic, "
        "signed by Anna Novak (electronic)"
    )
    assert [one["hs_task_body"] for one in found["tasks"]] == [
        "Speak to Anna Novak. Begins on 2026-11-01. It is not signed for us yet: have it countersigned first"
    ]
    assert (order["entity"]["id"], order["otherRefNum"], order["startDate"], order["endDate"]) == (
        "301", "OF-1", "2026-11-01", "2028-10-31",
    )  # fmt: skip
    assert [(one["item"]["id"], one["class"]["id"], str(one["rate"])) for one in order["item"]["items"]] == [
        ("501", "2", "240.00"), ("502", "3", "1500.00"),
    ]  # fmt: skip


def test_the_same_paper_reaches_dataverse_once(house: House, tmp_path: Path) -> None:
    with (
        DATAVERSE.sandbox(host="127.0.0.1", port=0) as organisation,
        NETSUITE.sandbox(host="127.0.0.1", port=0) as account,
    ):
        bound = {
            "dataverse": {"adapter": "dataverse", "settings": dict(organisation.settings())},
            "netsuite": {"adapter": "netsuite", "settings": dict(account.settings())},
        }
        there = at_home(house, bound, {}, "signed_order_dataverse@1")

        keys, asked = walked(there, tmp_path, "dataverse", form(number="OF-9", quote="Q-9"))

        rows = {path: list(found) for path, found in organisation.objects.items()}
        orders = account.objects["salesOrder"]
        for name in bound:
            there.target(name).close()  # type: ignore[attr-defined]

    assert [key.split("/")[2] for key in keys] == [
        "accounts", "contacts", "opportunities", "annotations", "tasks", "sales_order",
    ]  # fmt: skip
    assert set(asked) <= {"audit_sample"}
    (opportunity,), (note,), (task,) = rows["opportunities"], rows["annotations"], rows["tasks"]
    wanted = {"new_dealnumber": "Q-9", "estimatedclosedate": "2026-10-16", "closeprobability": 100}
    assert {name: opportunity[name] for name in wanted} == wanted
    assert str(opportunity["estimatedvalue"]) == "3900"
    assert (note["filename"], bool(note["documentbody"])) == ("OF-9.pdf", True)
    assert task["description"].startswith("Close the opportunity as won. Speak to Anna Novak.")
    assert [one["otherRefNum"] for one in orders] == ["OF-9"]
