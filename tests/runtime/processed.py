"""Documents that are walked through the steps of the house in this process, up to the operations that they lead to."""

from pathlib import Path

from sqlalchemy import text

from engine.runtime import dispatcher, intake, judging, leaving, steps
from engine.runtime.house import House
from engine.store import masterdata, operations
from engine.store.database import reading, transaction
from tests.durable.invoices import VENDOR, ubl_invoice

TEXT_INVOICE = """Nordlicht Filtertechnik GmbH
Speicherhof 12, 24937 Flensburg
USt-IdNr.: DE136695976

Lindenhof Handels GmbH
USt-IdNr.: DE250815845

Rechnung
Rechnungsnummer: NF-2026-{number}
Rechnungsdatum: 12.10.2026
Bestellnummer: 4500017{number}

Pos  Beschreibung         Menge  Einzelpreis  Betrag
1    Filterpatrone G3     4      25,00        100,00

Nettobetrag                                   100,00 EUR
USt 19 %                                       19,00 EUR
Rechnungsbetrag                               119,00 EUR
"""


def walked(house: House, file: Path) -> str:
    """Take a file in and walk it until it is judged, and planned where it may be posted. Returns the document's id."""
    with file.open("rb") as stream:
        document = intake.accept(house, stream, name=file.name, source="test").document
    steps.read(house, document.id, 1)
    steps.understand(house, document.id, 1)
    if judging.judge(house, document.id, 1)["next"] == "plan":
        judging.plan(house, document.id, 1)
    return document.id


def posted_on(house: House, document_id: str, revision: int) -> list[str]:
    """Plan what was judged to be posted, send it, and settle the document. Returns the keys of its operations."""
    keys: list[str] = []
    for key in judging.plan(house, document_id, revision)["keys"]:
        with reading(house.engine) as tx:
            operation = operations.of_keys(tx, [key])[key]
        assert leaving.complete(house, operation)
        dispatcher.post(house, key, attempt=0)
        steps.settle(house, document_id, revision)
        keys.append(key)
    steps.settle(house, document_id, revision)
    return keys


def furnish(house: House) -> None:
    """Let the house know the vendor and an order of it."""
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
        masterdata.upsert_orders(tx, [{
            "number": "45000171", "vendor_id": VENDOR["id"], "currency": "EUR", "status": "open",
            "lines": [{"line": "10", "item_code": "FP-G3", "description": "Filterpatrone G3", "quantity": "4",
                       "unit": "H87", "unit_price": "25.00", "received": "4"}],
        }])  # fmt: skip


def some_mail(house: House, folder: Path) -> list[str]:
    """Walk five documents: two invoices as data, a copy with another date, one on paper with an order, one without a vendor."""
    first = ubl_invoice(folder, "RE-1001")
    files = [first, ubl_invoice(folder, "RE-1002"), folder / "copy.xml", folder / "paper.txt", folder / "stranger.txt"]
    files[2].write_text(first.read_text(encoding="utf-8").replace("2026-10-15", "2026-10-16"), encoding="utf-8")
    files[3].write_text(TEXT_INVOICE.format(number="1"), encoding="utf-8")
    stranger = TEXT_INVOICE.format(number="2").replace("DE136695976", "DE811193231")
    files[4].write_text(stranger.replace("Nordlicht Filtertechnik", "Ferne Welten"), encoding="utf-8")
    return [walked(house, file) for file in files]


def dump(house: House) -> dict[str, list[str]]:
    """Return everything that stands in the database, by table."""
    with house.engine.connect() as connection:
        names = connection.execute(text("select name from sqlite_master where type = 'table' order by name")).scalars()
        return {
            name: sorted(str(tuple(row)) for row in connection.execute(text(f'select * from "{name}"')))  # noqa: S608 - a table of ours
            for name in names.all()
        }
