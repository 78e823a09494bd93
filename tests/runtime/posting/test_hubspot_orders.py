"""From a customer's paper to HubSpot: a deal with a line item for each line, each once, and nothing taken away in silence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.hubspot.plug import PLUG
from adapters.hubspot.sandbox.portal import HubSpotSandbox
from engine.model.correction import Correction
from engine.model.master_kinds import CUSTOMERS
from engine.runtime import corrections, intake, judging, replay, steps
from engine.runtime.house import House
from engine.store import masterdata, operations, reviews
from engine.store.database import reading, transaction
from tests.content.content_folder import copied
from tests.house import furnished_house
from tests.runtime.posting.test_sap_orders import _yaml
from tests.runtime.processed import posted_on

CUSTOMER = {
    "id": "C-200", "name": "Nordwind Anlagenbau GmbH", "tax_id": "DE811907980", "street": "Hafenstr. 5",
    "postcode": "20457", "city": "Hamburg", "country": "DE",
}  # fmt: skip
TEXT = """Nordwind Anlagenbau GmbH
Hafenstr. 5, 20457 Hamburg
USt-IdNr.: DE811907980

Lindenhof Handels GmbH
Lindenallee 1, 10115 Berlin

Bestellung
Bestellnummer: {number}
Bestelldatum: 12.10.2026
Kundennummer: C-200

Pos  Artikel-Nr.  Beschreibung         Menge  Einzelpreis  Betrag
1    A-100        Filterpatrone G3     4      25,00        100,00
2    A-200        Filterrahmen         2      10,00         20,00
3    A-300        Muster, gratis       1       0,00          0,00

Nettobetrag                                   120,00 EUR
USt 19 %                                       22,80 EUR
Gesamtbetrag                                  142,80 EUR
"""


@pytest.fixture(scope="module")
def portal() -> Iterator[HubSpotSandbox]:
    with PLUG.sandbox(host="127.0.0.1", port=0) as portal:
        record = {"name": CUSTOMER["name"], "customer_number": CUSTOMER["id"]}
        portal.objects["companies"] = [{"id": "77", "properties": record, "createdAt": "", "updatedAt": ""}]
        yield portal


@pytest.fixture(scope="module")
def crm_house(tmp_path_factory: pytest.TempPathFactory, portal: HubSpotSandbox) -> Iterator[House]:
    """A house whose only target is the stand-in of HubSpot."""
    folder = tmp_path_factory.mktemp("crm")
    content = copied(folder / "content")
    secret = folder / "secret"
    secret.write_text(portal.private_app_token, encoding="utf-8")
    bound = {"base_url": portal.url, "private_app_token": {"file": str(secret)}, "portal_id": "4711"}
    dev = content / "environments" / "dev.yaml"
    company = dev.read_text(encoding="utf-8").partition("company:")[2]
    dev.write_text(
        "name: dev\nkind: development\nflows: [sales_order_hubspot@1]\n"
        f"targets:\n  crm: {{adapter: hubspot, settings: {_yaml(bound)}}}\ncompany:{company}", encoding="utf-8",
    )  # fmt: skip
    house = furnished_house(folder / "home", content=content)
    with transaction(house.engine) as tx:
        masterdata.write(tx, CUSTOMERS, [CUSTOMER])
    yield house
    house.close()


def posted(house: House, folder: Path, number: str, **instead: str) -> tuple[str, list[str]]:
    """Walk one order to its end. Returns its id and what people are asked."""
    file = folder / f"{number}.txt"
    text = TEXT.format(number=number)
    for old, new in instead.items():
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    with file.open("rb") as stream:
        document = intake.accept(house, stream, name=file.name, source="test", flow="sales_order_hubspot").document
    steps.read(house, document.id, 1)
    return document.id, walked_on(house, document.id, 1)


def walked_on(house: House, document_id: str, revision: int) -> list[str]:
    """Walk a document on that was read, send what it leads to, and return what people are asked."""
    steps.understand(house, document_id, revision)
    if judging.judge(house, document_id, revision)["next"] == "plan":
        posted_on(house, document_id, revision)
    with reading(house.engine) as tx:
        return [reason for one in reviews.of_document(tx, document_id) if not one.closed_at for reason in one.reasons]


def test_an_order_becomes_a_deal_with_a_line_item_for_each_line(
    crm_house: House, portal: HubSpotSandbox, tmp_path: Path
) -> None:
    document, asked = posted(crm_house, tmp_path, "B-7001")

    assert asked == []
    lines = [one["properties"] for one in portal.objects["line_items"]]
    assert [(one["hs_sku"], one["quantity"], one["price"]) for one in lines] == [
        ("A-100", "4", "25"), ("A-200", "2", "10"), ("A-300", "1", "0"),
    ]  # fmt: skip
    assert {kind: portal.count(kind) for kind in ("deals", "notes", "tasks", "files")} == dict.fromkeys(
        ("deals", "notes", "tasks", "files"), 1
    )
    again = replay.replay(crm_house, crm_house.library, document)
    with reading(crm_house.engine) as tx:
        stood = operations.of_document(tx, document)
    assert {one.state for one in stood} == {"committed"}
    assert [one.key for one in again.operations if "/line_items/" in one.key] == [
        one.key for one in stood if "/line_items/" in one.key
    ]


def test_a_line_that_a_person_takes_out_is_shown_and_nothing_is_written(
    crm_house: House, portal: HubSpotSandbox, tmp_path: Path
) -> None:
    other = {"12.10.2026": "19.10.2026", "Filterpatrone G3     4      25,00": "Saugschlauch 2 m    10      10,00"}
    document, asked = posted(crm_house, tmp_path, "B-7002", **other)
    assert asked == []
    before = [dict(one["properties"]) for one in portal.objects["line_items"]]
    _, record = steps.fetch(crm_house, document, 1, "extraction")
    gone = [Correction(path=f"lines[2].{cell['name']}", value=None) for cell in record["lines"][2]]

    revision = corrections.correct(crm_house, document, gone, by="anna")
    steps.read(crm_house, document, revision)
    asked = walked_on(crm_house, document, revision)

    assert asked == ["posted_differently"]
    assert [dict(one["properties"]) for one in portal.objects["line_items"]] == before
