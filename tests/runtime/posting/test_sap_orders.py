"""From paper to SAP: goods and bills land on the items of the order that matching found, orders on the matched customer."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.sap.plug import PLUG
from adapters.sap.sandbox.sandbox import SapSandbox
from adapters.sap.target import SapTarget
from engine.model import master_kinds
from engine.model.correction import Correction
from engine.runtime import corrections, dispatcher, intake, judging, mappings, master_sync, replay, steps, waiting
from engine.runtime.house import House
from engine.store import masterdata, operations, reviews
from engine.store.database import reading, transaction
from tests.content.content_folder import copied
from tests.durable.invoices import VENDOR
from tests.house import furnished_house

FLOWS = ("ap_invoice_sap@1", "goods_receipt_sap@1", "sales_order_sap@2", "customer_sap@1")
ORDER = "4500017001"
CARTRIDGE = {
    "line": "00010", "item_code": "FP-G3", "supplier_item_code": "NF-3", "description": "Filterpatrone G3",
    "quantity": "4", "unit": "H87", "unit_price": "25.00", "receipt_required": "false",
}  # fmt: skip
FRAME = {**CARTRIDGE, "line": "00020", "item_code": "FR-1", "supplier_item_code": "NF-9", "description": "Filterrahmen"}
FROM = f"""{VENDOR["name"]}
Speicherhof 12, 24937 Flensburg
USt-IdNr.: {VENDOR["tax_id"]}

Lindenhof Handels GmbH
USt-IdNr.: DE250815845
"""
NOTE = f"""{FROM}
Lieferschein
Lieferschein-Nr.: LS-7001
Lieferdatum: 12.10.2026
Bestellnummer: {ORDER}

Pos  Artikel-Nr.  Beschreibung         Menge  Einheit
1    NF-3         Filterpatrone G3     {{first}}      Stk
2    NF-9         Filterrahmen         4      Stk
"""
BILL = f"""{FROM}
Rechnung
Rechnungsnummer: NF-2026-71
Rechnungsdatum: 12.10.2026
Bestellnummer: {ORDER}

Pos  Beschreibung         Menge  Einzelpreis  Betrag
1    Filterrahmen         4      25,00        100,00
2    Filterpatrone G3     4      25,00        100,00

Nettobetrag                                   200,00 EUR
USt 19 %                                       38,00 EUR
Rechnungsbetrag                               238,00 EUR
"""

CUSTOMER = {
    "id": "1000004",
    "name": "Nordwind Handels GmbH",
    "tax_id": "DE136695976",
    "country": "DE",
    "city": "Hamburg",
}
ORDERED = """Nordwind Handels GmbH
Am Kai 7, 20457 Hamburg
USt-IdNr.: DE136695976

An: Lindenhof Handels GmbH

Bestellung
Bestellnummer: B-2026-9
Bestelldatum: 12.10.2026

Pos  Artikel-Nr.  Beschreibung         Menge  Einzelpreis  Betrag
1    TG11         Handelsware A        3      10,00        30,00
2    TG12         Handelsware B        2      20,00        40,00

Gesamtbetrag                                              70,00 EUR
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SapSandbox]:
    with PLUG.sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def sap_house(tmp_path_factory: pytest.TempPathFactory, sandbox: SapSandbox) -> Iterator[House]:
    """A house whose only target is the stand-in of SAP."""
    folder = tmp_path_factory.mktemp("sap")
    content = only_sap(copied(folder / "content"))
    secret = folder / "secret"
    secret.write_text(str(sandbox.settings()["client_secret"]), encoding="utf-8")
    bound = {**sandbox.settings(), "client_secret": {"file": str(secret)}}
    dev = content / "environments" / "dev.yaml"
    company = dev.read_text(encoding="utf-8").partition("company:")[2]
    dev.write_text(
        f"name: dev\nkind: development\nflows: [{', '.join(FLOWS)}]\n"
        f"targets:\n  sap: {{adapter: sap, sensitive: [identity], settings: {_yaml(bound)}}}\ncompany:{company}", encoding="utf-8",
    )  # fmt: skip
    house = furnished_house(folder / "home", content=content)
    with transaction(house.engine) as tx:
        masterdata.upsert_orders(tx, [{
            "number": ORDER, "vendor_id": VENDOR["id"], "currency": "EUR", "status": "open", "lines": [CARTRIDGE, FRAME],
        }])  # fmt: skip
        masterdata.write(tx, master_kinds.CUSTOMERS, [CUSTOMER])
    yield house
    target = house.target("sap")
    assert isinstance(target, SapTarget)
    target.close()
    house.close()


def only_sap(content: Path) -> Path:
    """Leave only what the flows to SAP need, and the words of one language: a folder that is loaded quickly."""
    flows = {f"{ref.replace('@', '.v')}.yaml" for ref in FLOWS}
    for place, keep in (("rules/flows", flows), ("mappings/outbound", None)):
        for file in (content / place).iterdir():
            if not (file.name.startswith("sap.") if keep is None else file.name in keep):
                file.unlink()
    for file in (content / "mappings" / "inbound").glob("vocabulary.*.yaml"):
        if ".de." not in file.name:
            file.unlink()
    return content


def _yaml(settings: Mapping[str, Any]) -> str:
    told = (
        f"{name}: {_yaml(value) if isinstance(value, dict) else repr(str(value))}" for name, value in settings.items()
    )
    return "{" + ", ".join(told).replace("'", '"') + "}"


def posted(house: House, folder: Path, name: str, text: str, flow: str) -> tuple[str, list[str]]:
    """Walk one document to its end. Returns its id and what people are asked."""
    file = folder / f"{name}.txt"
    file.write_text(text, encoding="utf-8")
    with file.open("rb") as stream:
        document = intake.accept(house, stream, name=file.name, source="test", flow=flow).document
    walk(house, document.id, 1)
    with reading(house.engine) as tx:
        return document.id, [reason for item in reviews.of_document(tx, document.id) for reason in item.reasons]


def walk(house: House, document_id: str, revision: int) -> None:
    steps.read(house, document_id, revision)
    steps.understand(house, document_id, revision)
    if judging.judge(house, document_id, revision)["next"] == "plan":
        for key in judging.plan(house, document_id, revision)["keys"]:
            dispatcher.post(house, key, attempt=0)


def items(sandbox: SapSandbox, name: str, below: str, *names: str) -> list[tuple[object, ...]]:
    (one,) = sandbox.objects[name]
    return [tuple(row[part] for part in names) for row in one[below]]


def test_goods_are_received_for_the_items_that_were_matched(
    sap_house: House, sandbox: SapSandbox, tmp_path: Path
) -> None:
    _, asked = posted(sap_house, tmp_path, "note", NOTE.format(first="3"), "goods_receipt_sap")

    names = ("PurchaseOrder", "PurchaseOrderItem", "QuantityInEntryUnit", "EntryUnit")
    assert asked == []
    assert items(sandbox, "A_MaterialDocumentHeader", "to_MaterialDocumentItem", *names) == [
        (ORDER, "00010", "3.000", "PC"), (ORDER, "00020", "4.000", "PC"),
    ]  # fmt: skip


def test_more_than_was_ordered_is_held(sap_house: House, tmp_path: Path) -> None:
    text = NOTE.format(first="5").replace("LS-7001", "LS-7002")

    _, asked = posted(sap_house, tmp_path, "more", text, "goods_receipt_sap")

    assert "tolerance_exceeded" in asked


def test_goods_that_somebody_received_by_hand_are_held(sap_house: House, tmp_path: Path) -> None:
    by_hand = {"receipt": "5000000017", "line": "1", "number": ORDER, "order_line": "00010", "quantity": "1"}
    with transaction(sap_house.engine) as tx:
        masterdata.upsert_goods_receipts(tx, [{**by_hand, "delivery_note": "LS-7004"}])
    text = NOTE.format(first="1").replace("LS-7001", "LS-7004")

    _, asked = posted(sap_house, tmp_path, "by-hand", text, "goods_receipt_sap")

    assert asked == ["received_before"]


def test_goods_for_an_unknown_order_are_held(sap_house: House, tmp_path: Path) -> None:
    text = NOTE.format(first="1").replace(ORDER, "4599999999").replace("LS-7001", "LS-7003")

    _, asked = posted(sap_house, tmp_path, "unknown", text, "goods_receipt_sap")

    assert asked[0] == "order_unknown"


def test_a_bill_that_prints_no_items_of_the_order_is_posted_to_those_that_were_matched(
    sap_house: House, sandbox: SapSandbox, tmp_path: Path
) -> None:
    document, asked = posted(sap_house, tmp_path, "bill", BILL, "ap_invoice_sap")

    assert asked == []
    assert items(sandbox, "A_SupplierInvoice", "to_SuplrInvcItemPurOrdRef", "PurchaseOrder", "PurchaseOrderItem") == [
        (ORDER, "00020"), (ORDER, "00010"),
    ]  # fmt: skip
    again = replay.replay(sap_house, sap_house.library, document)
    with reading(sap_house.engine) as tx:
        stood = operations.of_document(tx, document)
    assert {one.key: one.payload_digest for one in again.operations} == {one.key: one.payload_digest for one in stood}


def test_trying_a_mapping_tells_which_order_line_and_why(sap_house: House, tmp_path: Path) -> None:
    text = BILL.replace("NF-2026-71", "NF-2026-73").replace(ORDER, "4500017003").replace("12.10.2026", "19.10.2026")
    with transaction(sap_house.engine) as tx:
        order = {"number": "4500017003", "vendor_id": VENDOR["id"], "currency": "EUR", "status": "open"}
        masterdata.upsert_orders(tx, [{**order, "lines": [CARTRIDGE, FRAME]}])
    document, _ = posted(sap_house, tmp_path, "tried", text, "ap_invoice_sap")

    content = sap_house.settings.content_folder()
    (trial,) = mappings.tried(sap_house, content, "sap.supplier_invoice", [steps.get(sap_house, document)])

    found = {leaf.path: leaf for leaf in trial.leaves}["to_SuplrInvcItemPurOrdRef[0].PurchaseOrderItem"]
    matched, printed = found.origins
    assert (matched.path, matched.value, matched.how) == ("match[0].po_line", "00020", "order match")
    assert (matched.by, printed.path, printed.page) == ("description 100", "lines[0].description", 1)
    assert printed.box is not None


def test_a_bill_that_fits_twice_is_posted_as_a_person_says(
    sap_house: House, sandbox: SapSandbox, tmp_path: Path
) -> None:
    twins = [{**FRAME, "tax_rate": rate, "line": line} for line, rate in (("00010", "19"), ("00020", "7"))]
    with transaction(sap_house.engine) as tx:
        order = {"number": "4500017002", "vendor_id": VENDOR["id"], "currency": "EUR", "status": "open"}
        masterdata.upsert_orders(tx, [{**order, "lines": twins}])
    text = BILL.replace("NF-2026-71", "NF-2026-72").replace(ORDER, "4500017002").replace("200,00", "100,00")
    text = text.replace("238,00", "119,00").replace("38,00", "19,00")
    one = "\n".join(line for line in text.splitlines() if "Filterpatrone" not in line).replace("USt 19 %", "USt")

    document, asked = posted(sap_house, tmp_path, "twice", one, "ap_invoice_sap")
    assert "match_not_unique" in asked
    kept = replay.done(replay.one(sap_house, document)).order
    assert kept is not None
    assert kept.pairs == ()

    said = Correction(path="lines[0].po_line", value="00020")
    revision = corrections.correct(sap_house, document, [said], by="anna")
    walk(sap_house, document, revision)

    (bill,) = [
        one for one in sandbox.objects["A_SupplierInvoice"] if one["SupplierInvoiceIDByInvcgParty"] == "NF-2026-72"
    ]
    assert [row["PurchaseOrderItem"] for row in bill["to_SuplrInvcItemPurOrdRef"]] == ["00020"]


def test_an_order_is_entered_for_the_customer_who_was_matched(
    sap_house: House, sandbox: SapSandbox, tmp_path: Path
) -> None:
    _, asked = posted(sap_house, tmp_path, "order", ORDERED, "sales_order_sap")

    assert asked == []
    (one,) = sandbox.objects["A_SalesOrder"]
    assert (one["SoldToParty"], one["PurchaseOrderByCustomer"]) == ("1000004", "B-2026-9")


def test_an_order_of_nobody_we_know_is_held(sap_house: House, tmp_path: Path) -> None:
    strange = ORDERED.replace("Nordwind Handels", "Westwind Waren").replace("DE136695976", "DE811128135")

    _, asked = posted(sap_house, tmp_path, "strange", strange.replace("B-2026-9", "B-2026-10"), "sales_order_sap")

    assert "customer_unknown" in asked


def test_an_order_of_ours_is_no_order_of_a_customer(sap_house: House, tmp_path: Path) -> None:
    ours = ORDERED.replace("An: Lindenhof Handels GmbH", "An: Nordlicht Filtertechnik GmbH").replace(
        "B-2026-9", "B-2026-21"
    )
    ours = ours.replace("Nordwind Handels GmbH", "Lindenhof Handels GmbH").replace("DE136695976", "DE250815845")

    _, asked = posted(sap_house, tmp_path, "ours", ours, "sales_order_sap")

    assert "order_of_ours" in asked


@pytest.mark.parametrize("status", ["blocked", "closed"])
def test_an_order_of_a_customer_that_is_not_open_is_held(sap_house: House, tmp_path: Path, status: str) -> None:
    with transaction(sap_house.engine) as tx:
        masterdata.write(tx, master_kinds.CUSTOMERS, [{**CUSTOMER, "status": status}])

    _, asked = posted(
        sap_house, tmp_path, status, ORDERED.replace("B-2026-9", f"B-2026-3{status[0]}"), "sales_order_sap"
    )

    with transaction(sap_house.engine) as tx:
        masterdata.write(tx, master_kinds.CUSTOMERS, [CUSTOMER])
    assert "customer_not_open" in asked


def test_only_who_is_not_known_becomes_a_customer(sap_house: House, sandbox: SapSandbox, tmp_path: Path) -> None:
    new = ORDERED.replace("Nordwind Handels", "Ostwind Werke").replace("DE136695976", "DE129273398")
    known, fresh = ORDERED.replace("B-2026-9", "B-2026-11"), new.replace("B-2026-9", "B-2026-12")

    one, _ = posted(sap_house, tmp_path, "known", known, "customer_sap")
    _, asked = posted(sap_house, tmp_path, "fresh", fresh, "customer_sap")

    assert (steps.get(sap_house, one).state, asked) == ("duplicate", [])
    assert [partner["OrganizationBPName1"] for partner in sandbox.objects["A_BusinessPartner"]] == [
        "Ostwind Werke GmbH"
    ]


def test_a_bill_waits_for_its_goods_and_goes_on_when_their_note_was_received(
    sap_house: House, sandbox: SapSandbox, tmp_path: Path
) -> None:
    number = "4500017009"
    lines = [{**one, "line": line, "receipt_required": "true"} for one, line in ((CARTRIDGE, "10"), (FRAME, "20"))]
    with transaction(sap_house.engine) as tx:
        order = {"number": number, "vendor_id": VENDOR["id"], "currency": "EUR", "status": "open", "lines": lines}
        masterdata.upsert_orders(tx, [order])
    text = BILL.replace("NF-2026-71", "NF-2026-79").replace("12.10.2026", "20.10.2026").replace(ORDER, number)
    note = NOTE.format(first="4").replace("LS-7001", "LS-7009").replace(ORDER, number)

    bill, _ = posted(sap_house, tmp_path, "early", text, "ap_invoice_sap")
    early = steps.get(sap_house, bill).state
    _, asked = posted(sap_house, tmp_path, "goods", note, "goods_receipt_sap")
    unwoken = waiting.look(sap_house)
    master_sync.sync(sap_house, "sap", kinds=("goods_receipts",), actor="test")
    for one in waiting.look(sap_house):
        walk(sap_house, one.id, one.revision)

    assert (early, asked, unwoken) == ("waiting", [], [])
    received = [one for one in sandbox.objects["A_MaterialDocumentHeader"] if one["ReferenceDocument"] == "LS-7009"]
    billed = [
        one for one in sandbox.objects["A_SupplierInvoice"] if one["SupplierInvoiceIDByInvcgParty"] == "NF-2026-79"
    ]
    assert (len(received), len(billed)) == (1, 1)
    assert [row["PurchaseOrderItem"] for row in billed[0]["to_SuplrInvcItemPurOrdRef"]] == ["20", "10"]
