"""From papers of types that content brings, leads and remittance advices, to the systems that they are written into."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.dataverse.plug import PLUG as DATAVERSE
from adapters.dynamics_bc.plug import PLUG as BUSINESS_CENTRAL
from adapters.hubspot.plug import PLUG as HUBSPOT
from adapters.netsuite.plug import PLUG as NETSUITE
from engine.runtime import intake, judging, steps
from engine.runtime.house import House
from engine.store import reviews
from engine.store.database import reading
from tests.house import furnished_house
from tests.runtime.processed import posted_on
from tests.runtime.sources.following import at_home

pytestmark = pytest.mark.slow

FORM = """TRADE FAIR LEAD                                  Lead No: {number}
Date: 14 October 2026                            Recorded by: J. Carter
Company: Birch Tools Ltd                         Country: United Kingdom
First name: Emma                                 Last name: Wood
Job title: Head of Purchasing
E-mail: Emma.Wood@birch.example                  Phone: +44 20 7946 0000
Interested in: Filter cartridges and pumps
Source: Trade fair
Message:
Please send an offer for 200 cartridges
before the end of the month.

{consent}
"""
ADVICE = """Zahlungsavis
Zahler: Groß & Söhne KG                 Datum: 18.10.2026
Empfänger: Lindenhof Handels GmbH       Valuta: 20.10.2026
Kundennummer: C-100                     Verwendungszweck: {number}

Belegnummer    Belegdatum    Bruttobetrag    Skonto    Zahlbetrag
AR-1           01.10.2026        1.190,00     23,80      1.166,20 €
AR-2           04.10.2026          118,00                  {second} €

Überweisungsbetrag                                       1.284,20 €
"""
AGREED, REFUSED = "[x] I agree to be contacted by e-mail", "Consent: no"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("types") / "home")
    yield house
    house.close()


def walked(
    house: House, folder: Path, name: str, text: str, *, ending: str = "txt"
) -> tuple[list[str], list[str]]:  # fmt: skip
    """Walk a paper to its end. Returns its flow's operations and what people are asked."""
    file = folder / f"{name}.{ending}"
    file.write_text(text, encoding="utf-8")
    with file.open("rb") as stream:
        document = intake.accept(house, stream, name=file.name, source="test").document
    return processed(house, document.id)


def processed(house: House, document_id: str) -> tuple[list[str], list[str]]:
    """Walk a document that has arrived to its end, in the same way."""
    steps.read(house, document_id, 1)
    steps.understand(house, document_id, 1)
    is_posted = judging.judge(house, document_id, 1)["next"] == "plan"
    keys = posted_on(house, document_id, 1) if is_posted else []
    with reading(house.engine) as tx:
        return keys, [
            reason for one in reviews.of_document(tx, document_id) if not one.closed_at for reason in one.reasons
        ]


def test_a_form_becomes_a_lead_in_dynamics_once(house: House, tmp_path: Path) -> None:
    with DATAVERSE.sandbox(host="127.0.0.1", port=0) as organisation:
        bound = {"crm": {"adapter": "dataverse", "settings": dict(organisation.settings())}}
        there = at_home(house, bound, {}, "lead_dataverse@1")

        keys, asked = walked(there, tmp_path, "form", FORM.format(number="L-1", consent=AGREED))
        again = walked(there, tmp_path, "copy", FORM.format(number="L-1", consent=AGREED) + "\n")

        lead, *others = organisation.objects["leads"]
        there.target("crm").close()  # type: ignore[attr-defined]

    assert (len(keys), asked, again, others) == (1, [], ([], []), [])
    wanted = {
        "subject": "Filter cartridges and pumps", "companyname": "Birch Tools Ltd", "firstname": "Emma", "lastname": "Wood",
        "jobtitle": "Head of Purchasing", "emailaddress1": "emma.wood@birch.example", "telephone1": "+44 20 7946 0000",
        "address1_country": "GB", "leadsourcecode": 7, "donotbulkemail": False,
        "description": "Please send an offer for 200 cartridges before the end of the month.",
    }  # fmt: skip
    assert {name: lead[name] for name in wanted} == wanted


def test_who_refused_becomes_no_contact_and_who_agreed_becomes_one(house: House, tmp_path: Path) -> None:
    with HUBSPOT.sandbox(host="127.0.0.1", port=0) as portal:
        bound = {"crm": {"adapter": "hubspot", "settings": dict(portal.settings())}}
        there = at_home(house, bound, {}, "lead_hubspot@1")

        refused = walked(there, tmp_path, "no", FORM.format(number="L-2", consent=REFUSED).replace("14 Oct", "15 Oct"))
        agreed = walked(there, tmp_path, "yes", FORM.format(number="L-3", consent=AGREED).replace("14 Oct", "16 Oct"))

        contacts = [one["properties"] for one in portal.objects["contacts"]]
        there.target("crm").close()  # type: ignore[attr-defined]

    assert refused == ([], ["consent_refused"])
    assert (len(agreed[0]), agreed[1]) == (1, [])
    assert [(one["email"], one["lastname"], one["hs_legal_basis"]) for one in contacts] == [
        ("emma.wood@birch.example", "Wood", "Freely given consent from contact")
    ]


def test_an_advice_becomes_a_payment_on_the_invoices_that_it_names(house: House, tmp_path: Path) -> None:
    with NETSUITE.sandbox(host="127.0.0.1", port=0) as account:
        account.standing["invoice"] = [
            {"id": number, "tranId": name, "tranDate": "2026-10-01", "entity": {"id": "301"}, "currency": {"id": "2"}}
            for number, name in (("731", "AR-1"), ("732", "AR-2"))
        ]
        bound = {"netsuite": {"adapter": "netsuite", "settings": dict(account.settings())}}
        there = at_home(house, bound, {}, "remittance_netsuite@1")

        keys, asked = walked(there, tmp_path, "avis", ADVICE.format(number="AVIS-9", second="118,00"))
        wrong = walked(there, tmp_path, "wrong", ADVICE.format(number="AVIS-10", second="119,00"))

        payments = account.objects.get("customerPayment", [])
        there.target("netsuite").close()  # type: ignore[attr-defined]

    assert (len(keys), asked) == (1, [])
    assert wrong == ([], ["lines_do_not_add_up"])
    (payment,) = payments
    assert (payment["customer"]["id"], str(payment["payment"]), payment["tranDate"]) == ("301", "1284.20", "2026-10-20")
    assert [
        (one["doc"]["id"], one["apply"], str(one["amount"]), str(one.get("disc", "")))
        for one in payment["apply"]["items"]
    ] == [("731", True, "1166.20", "23.80"), ("732", True, "118.00", "")]


def test_what_another_engine_read_goes_the_same_way(house: House, tmp_path: Path) -> None:
    sure = {"confidence": 0.98}
    said = {
        "format": "postroom-ocr", "version": 1, "engine": "forms@1",
        "pages": [{"width": 595, "height": 842, "language": "en", "words": []}],
        "documents": [{
            "type": "lead", "type_confidence": 0.97,
            "fields": {"company_name": {"raw": "Ash Ltd", **sure}, "favourite_colour": {"raw": "green", **sure}},
            "pairs": [
                {"label": label, "value": {"raw": value, **sure}}
                for label, value in (
                    ("E-mail address", "ANN@ash.example"), ("Last name", "Lee"), ("Date", "23 October 2026"),
                    ("Consent", "yes"), ("Shoe size", "43"),
                )
            ],
        }],
    }  # fmt: skip
    with DATAVERSE.sandbox(host="127.0.0.1", port=0) as organisation:
        bound = {"crm": {"adapter": "dataverse", "settings": dict(organisation.settings())}}
        there = at_home(house, bound, {}, "lead_dataverse@1")

        keys, asked = walked(there, tmp_path, "result", json.dumps(said), ending="json")

        (lead,) = organisation.objects["leads"]
        there.target("crm").close()  # type: ignore[attr-defined]

    assert (len(keys), asked) == (1, [])
    assert {name: lead.get(name) for name in ("companyname", "lastname", "emailaddress1", "donotbulkemail")} == {
        "companyname": "Ash Ltd", "lastname": "Lee", "emailaddress1": "ann@ash.example", "donotbulkemail": False,
    }  # fmt: skip


def test_an_advice_becomes_a_line_of_the_journal_for_each_invoice(house: House, tmp_path: Path) -> None:
    with BUSINESS_CENTRAL.sandbox(host="127.0.0.1", port=0) as tenant:
        tenant.stand("journals", code="CASHRCPT", displayName="Cash receipts", templateDisplayName="CASHRCPT")
        bound = {"business_central": {"adapter": "dynamics_bc", "settings": dict(tenant.settings())}}
        there = at_home(house, bound, {}, "remittance_business_central@1")

        keys, asked = walked(there, tmp_path, "lines", ADVICE.format(number="AVIS-12", second="118,00"))

        lines = tenant.objects["journalLines"]
        there.target("business_central").close()  # type: ignore[attr-defined]

    assert (len(keys), asked) == (2, [])
    assert [
        (one["accountNumber"], one["externalDocumentNumber"], str(one["amount"]), one["description"]) for one in lines
    ] == [
        ("C-100", "AR-1", "-1166.20", "Payment AVIS-12, AR-1"), ("C-100", "AR-2", "-118.00", "Payment AVIS-12, AR-2"),
    ]  # fmt: skip
