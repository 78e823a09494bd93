"""Our own orders and vendors' delivery notes as papers: what an invoice is held against where no ERP tells of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.model.correction import Correction
from engine.runtime import corrections, intake, judging, steps, waiting
from engine.runtime.house import House
from engine.store import database, documents, ledger, masterdata, reviews
from engine.store.database import reading, transaction
from engine.store.purchasing import purchase_orders
from tests.durable.invoices import VENDOR
from tests.runtime.posting.test_sap_orders import FROM, NOTE
from tests.runtime.processed import posted_on
from tests.runtime.sources.following import at_home
from tests.runtime.test_waiting import Hands

ORDER = """{buyer}
Lindenallee 1, 10115 Berlin
USt-IdNr.: DE250815845

{seller}
Speicherhof 12
24937 Flensburg

BESTELLUNG

Bestellnummer: 4500017001
Bestelldatum: 01.10.2026
Währung: EUR

Pos  Artikel-Nr.  Bezeichnung          Menge  Einheit  Einzelpreis  Betrag
1    NF-3         Filterpatrone G3     4      Stk      25,00        100,00
2    NF-9         Filterrahmen         4      Stk      25,00        100,00

Gesamtbetrag netto                                                  200,00 EUR
"""
BILL = f"""{FROM}
Rechnung
Rechnungsnummer: NF-2026-71
Rechnungsdatum: 12.10.2026
Bestellnummer: 4500017001

Pos  Beschreibung         Menge  Einzelpreis  Betrag
1    Filterrahmen         4      25,00        100,00
2    Filterpatrone G3     4      {{price}},00        {{amount}},00

Nettobetrag                                   {{net}},00 EUR
USt 19 %                                       {{tax}} EUR
Rechnungsbetrag                               {{total}} EUR
"""
OURS, NORD = "Lindenhof Handels GmbH", VENDOR["name"]
RIGHT = BILL.format(price=25, amount=100, net=200, tax="38,00", total="238,00")
DEAR = BILL.format(price=35, amount=140, net=240, tax="45,60", total="285,60")
PLACE = {"street": "Speicherhof 12", "postcode": "24937", "city": "Flensburg"}
ORDERS, RECEIPTS = ("ap_invoice@1", "purchase_order_known@1"), ("goods_receipt_known@1",)


@pytest.fixture
def house(knowing_house: House, tmp_path: Path) -> Iterator[House]:
    engine = database.connect(f"sqlite:///{tmp_path / 'p.sqlite'}")
    database.migrate(engine)
    with transaction(engine) as tx:
        masterdata.upsert_vendors(tx, [{**VENDOR, **PLACE}])
    yield replace(knowing_house, engine=engine, clock=Hands(), out=tmp_path / "out", _targets={})
    engine.dispose()


def sent(house: House, text: str) -> str:
    document = intake.accept_bytes(house, text.encode(), name="paper.txt", source="test", parent_id=None).document
    steps.read(house, document.id, 1)
    return walked(house, document.id, 1)


def walked(house: House, document_id: str, revision: int) -> str:
    steps.understand(house, document_id, revision)
    if judging.judge(house, document_id, revision)["next"] == "plan":
        posted_on(house, document_id, revision)
    return document_id


def look(house: House) -> None:
    for document in waiting.look(house):
        steps.read(house, document.id, document.revision)
        walked(house, document.id, document.revision)


def state(house: House, document_id: str) -> tuple[str, list[str]]:
    with reading(house.engine) as tx:
        found = documents.get(tx, document_id)
        asked = [reason for one in reviews.of_document(tx, document_id) if not one.closed_at for reason in one.reasons]
    assert found is not None
    return found.state, asked


def test_an_invoice_is_held_against_a_paper_of_our_order(house: House) -> None:
    there = at_home(house, {}, {}, *ORDERS)

    order, right, dear = sent(there, ORDER.format(buyer=OURS, seller=NORD)), sent(there, RIGHT), sent(there, DEAR)

    assert state(there, order) == ("posted", [])
    assert state(there, right) == ("posted", [])
    assert state(there, dear)[0] == "in_review"
    with reading(there.engine) as tx:
        (fed,) = [one.data for one in ledger.story(tx, order) if one.kind == "master_data_fed"]
        (known,) = purchase_orders(tx, ["4500017001"])
    assert fed == {"kind": "orders", "orders": ["4500017001"], "lines": 2, "known": False}
    assert [(str(one.billed_quantity), str(one.quantity)) for one in known.lines] == [("4", "4"), ("4", "4")]
    assert (known.vendor_id, known.entity, str(known.total)) == (VENDOR["id"], "1000", "200.00")


def test_an_invoice_that_came_before_its_order_and_goods_is_posted_when_both_papers_are_there(house: House) -> None:
    there = at_home(house, {}, {}, *ORDERS, *RECEIPTS)

    bill = sent(there, RIGHT)
    first = state(there, bill)
    order = sent(there, ORDER.format(buyer=OURS, seller=NORD))
    look(there)
    second = state(there, bill)
    note = sent(there, NOTE.format(first="4"))
    look(there)

    assert first == ("in_review", ["order_unknown", "order_failed"])
    assert (state(there, order), second[0], state(there, note)) == (("posted", []), "waiting", ("posted", []))
    assert state(there, bill) == ("posted", [])


def test_an_order_that_is_not_surely_ours_or_lacks_a_price_feeds_nothing(house: House) -> None:
    there = at_home(house, {}, {}, *ORDERS)

    foreign = sent(there, ORDER.format(buyer="Wolkenstein Bau AG", seller=NORD).replace("USt-IdNr.: DE250815845", ""))
    whole = ORDER.format(buyer=OURS, seller=NORD)
    free = sent(
        there, whole.replace("25,00        100,00", "").replace("Einzelpreis  Betrag", "").partition("Gesamtbetrag")[0]
    )

    assert state(there, foreign) == ("in_review", ["no_flow"])
    assert state(there, free) == ("in_review", ["price_missing"])
    with reading(there.engine) as tx:
        assert purchase_orders(tx, ["4500017001"]) == []


def test_an_order_whose_number_is_corrected_stands_under_that_number_alone(house: House) -> None:
    there = at_home(house, {}, {}, *ORDERS)
    order = sent(there, ORDER.format(buyer=OURS, seller=NORD))

    for number in ("4500017002", "4500017003"):
        said = (Correction(path="po_number", value=number),)
        revision = corrections.correct(there, order, said, by="clerk")
        steps.read(there, order, revision)
        walked(there, order, revision)

    with reading(there.engine) as tx:
        known = purchase_orders(tx, ["4500017001", "4500017002", "4500017003"])
    assert [(one.number, len(one.lines)) for one in known] == [("4500017003", 2)]
