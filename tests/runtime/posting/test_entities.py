"""Two companies of ours, one flow: each invoice lands in the company that it addresses, by that company's own rules."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.sap.plug import PLUG
from engine.content.environment import Entity
from engine.runtime import intake
from engine.runtime.house import House
from engine.store import masterdata
from engine.store.database import transaction
from tests.durable.invoices import VENDOR
from tests.house import furnished_house
from tests.runtime.posting.test_new_types import processed
from tests.runtime.sources.following import at_home

pytestmark = pytest.mark.slow

SWISS = Entity(code="3000", name="Lindenhof Schweiz AG", country="CH", tax_id="CHE116281710MWST")
BILL = f"""{VENDOR["name"]}
Speicherhof 12, 24937 Flensburg
USt-IdNr.: {VENDOR["tax_id"]}

{{name}}
{{place}}

Rechnung
Rechnungsnummer: {{number}}
Rechnungsdatum: 12.10.2026

Pos  Beschreibung         Menge  Einzelpreis  USt     Betrag
1    Filterrahmen         4      {{price}}        19 %    {{net}}

Nettobetrag                                   {{net}} {{currency}}
USt 19 %                                       {{tax}} {{currency}}
Rechnungsbetrag                               {{total}} {{currency}}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("entities") / "home")
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [{**VENDOR, "currency": "", "tax_code": ""}])
    yield house
    house.close()


def test_an_invoice_lands_in_the_company_that_it_addresses(house: House) -> None:
    with PLUG.sandbox() as sap:
        there = at_home(house, {"sap": {"adapter": "sap", "settings": dict(sap.settings())}}, {}, "ap_invoice_sap@2")
        company = there.library.environment.company
        both = company.model_copy(update={"entities": (*company.entities, SWISS)})
        environment = there.library.environment.model_copy(update={"company": both})
        there = replace(there, library=replace(there.library, environment=environment))

        def sent(**said: str) -> tuple[list[str], list[str]]:
            text = BILL.format(**said).encode()
            arrival = intake.accept(
                there, io.BytesIO(text), name=f"{said['number']}.txt", source="test", flow="ap_invoice_sap"
            )
            keys, asked = processed(there, arrival.document.id)
            # one in fifty that was posted is looked at all the same
            return [key.split("/")[2] for key in keys], [one for one in asked if one != "audit_sample"]

        german = sent(
            name="Lindenhof Handels GmbH", place="Lindenallee 1, 10115 Berlin", number="G-1", currency="EUR",
            price="25,00", net="100,00", tax="19,00", total="119,00",
        )  # fmt: skip
        swiss = sent(
            name="Lindenhof Schweiz AG", place="Seeweg 4, 8001 Zürich", number="S-1", currency="CHF",
            price="30,00", net="120,00", tax="22,80", total="142,80",
        )  # fmt: skip
        made = {one["SupplierInvoiceIDByInvcgParty"]: one for one in sap.objects["A_SupplierInvoice"]}
        there.target("sap").close()  # type: ignore[attr-defined]

    assert (german, swiss) == ((["supplier_invoice", "attachment"], []), (["supplier_invoice", "attachment"], []))
    told = {
        number: (
            one["CompanyCode"], one["AccountingDocumentType"], one["DocumentCurrency"],
            [(item["GLAccount"], item["TaxCode"]) for item in one["to_SupplierInvoiceItemGLAcct"]],
        )
        for number, one in made.items()
    }  # fmt: skip
    assert told == {
        "G-1": ("1000", "RE", "EUR", [("400000", "V1")]), "S-1": ("3000", "R3", "CHF", [("4000", "N1")]),
    }  # fmt: skip
