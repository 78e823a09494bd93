"""Documents of one transaction in any order: the invoice waits, is woken by what comes, and is posted once."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from engine.model.document import Document
from engine.runtime import dispatcher, intake, judging, steps, waiting
from engine.runtime.house import House
from engine.runtime.masterdata import Given, import_files
from engine.store import database, documents, ledger, masterdata, operations, purchasing, reviews, waits
from engine.store.database import transaction
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

START = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
LINE = {
    "line": "10", "description": "Filter cartridge", "quantity": "4", "unit": "C62", "unit_price": "25.00",
    "receipt_required": "true",
}  # fmt: skip


@dataclass
class Hands:
    """A clock that is set by hand."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def house(request: pytest.FixtureRequest, knowing_house: House, tmp_path: Path) -> Iterator[House]:
    """A house that knows the vendor, and whose clock is set by hand."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'p.sqlite'}" if is_sqlite else request.getfixturevalue("postgres_url")
    engine = database.connect(url)
    database.migrate(engine)
    house = replace(knowing_house, engine=engine, clock=Hands(), out=tmp_path / "out", _targets={})
    with transaction(engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    yield house
    engine.dispose()


def later(house: House, **span: float) -> None:
    clock = house.clock
    assert isinstance(clock, Hands)
    clock.later(**span)


def order(house: House, **line: str) -> None:
    row = {"number": "PO-1", "vendor_id": VENDOR["id"], "currency": "EUR", "status": "open"}
    with transaction(house.engine) as tx:
        masterdata.upsert_orders(tx, [{**row, "lines": [{**LINE, **line}]}])


def receipt(house: House, quantity: str = "4", number: str = "GR-1") -> None:
    row = {"receipt": number, "line": "1", "number": "PO-1", "order_line": "10", "quantity": quantity}
    with transaction(house.engine) as tx:
        masterdata.upsert_goods_receipts(tx, [row])


def invoice(
    house: House, tmp_path: Path, number: str = "RE-1", order_number: str = "PO-1", **printed: str
) -> Document:  # fmt: skip
    """Take an invoice in and walk it to its end. `printed` are other values of its elements, such as `IssueDate`."""
    file = ubl_invoice(tmp_path, number)
    for element, value in printed.items():
        pattern = rf"(<cbc:{element}>)[^<]*"
        file.write_text(re.sub(pattern, rf"\g<1>{value}", file.read_text()))
    if order_number:
        named = f"</cbc:DocumentCurrencyCode><cac:OrderReference><cbc:ID>{order_number}</cbc:ID></cac:OrderReference>"
        file.write_text(file.read_text().replace("</cbc:DocumentCurrencyCode>", named, 1))
    with file.open("rb") as stream:
        document = intake.accept(house, stream, name=file.name, source="test").document
    return walk(house, document.id, 1)


def walk(house: House, document_id: str, revision: int) -> Document:
    """Take the steps of one revision, as the workflow does."""
    steps.read(house, document_id, revision)
    steps.understand(house, document_id, revision)
    if judging.judge(house, document_id, revision)["next"] == "plan":
        for key in judging.plan(house, document_id, revision)["keys"]:
            dispatcher.post(house, key, attempt=0)
        steps.settle(house, document_id, revision)
    return steps.get(house, document_id)


def look(house: House) -> list[Document]:
    """Look at the waits and walk what was woken."""
    return [walk(house, document.id, document.revision) for document in waiting.look(house)]


def reasons(house: House, document: Document) -> tuple[str, ...]:
    with transaction(house.engine) as tx:
        return tuple(item.reasons[0] for item in reviews.of_document(tx, document.id) if item.closed_at is None)


def posted(house: House) -> int:
    with transaction(house.engine) as tx:
        counted = operations.counts(tx)
    return counted.get("committed", 0) + counted.get("delivered", 0)


def exported(house: House, tmp_path: Path, kind: str) -> None:
    """Import the file that the ERP would export of an order with its line, or of a receipt."""
    files = {
        "orders": "number,vendor_id,currency,status,line,description,quantity,unit,unit_price,receipt_required\n"
        f"PO-1,{VENDOR['id']},EUR,open,10,Filter cartridge,4,C62,25.00,true\n",
        "goods_receipts": "receipt,line,number,order_line,quantity\nGR-1,1,PO-1,10,4\n",
    }
    path = tmp_path / f"{kind}.csv"
    path.write_text(files[kind])
    import_files(house, [Given(kind=kind, path=path)], actor="cron")


COMES: dict[str, Callable[[House, Path], object]] = {
    "order": lambda house, folder: exported(house, folder, "orders"),
    "receipt": lambda house, folder: exported(house, folder, "goods_receipts"),
    "invoice": invoice,
}


@pytest.mark.parametrize("sequence", list(permutations(COMES)), ids="-".join)
def test_documents_of_one_transaction_may_come_in_any_order(house: House, tmp_path: Path, sequence: tuple[str]) -> None:
    for name in sequence:
        COMES[name](house, tmp_path)
        later(house, minutes=1)
        look(house)

    assert (posted(house), [*look(house)]) == (1, [])


def test_documents_of_one_transaction_may_come_at_once(house: House, tmp_path: Path) -> None:
    with ThreadPoolExecutor(len(COMES)) as pool:
        for done in [pool.submit(comes, house, tmp_path) for comes in COMES.values()]:
            done.result()
    look(house)

    assert (posted(house), [*look(house)]) == (1, [])


def test_an_invoice_waits_for_goods_without_asking_anybody(house: House, tmp_path: Path) -> None:
    order(house)

    document = invoice(house, tmp_path)

    assert (document.state, reasons(house, document), posted(house)) == ("waiting", (), 0)


def test_a_part_of_the_goods_lets_it_wait_on(house: House, tmp_path: Path) -> None:
    order(house)
    invoice(house, tmp_path)
    receipt(house, "3")

    (document,) = look(house)

    assert document.state == "waiting"


def test_nothing_is_judged_again_before_something_comes(house: House, tmp_path: Path) -> None:
    order(house)
    invoice(house, tmp_path)
    later(house, hours=3)

    assert look(house) == []


def test_each_scheduled_look_is_counted(house: House, tmp_path: Path) -> None:
    order(house)
    document = invoice(house, tmp_path)
    for _ in range(3):
        later(house, hours=4)
        look(house)

    with transaction(house.engine) as tx:
        wait = waits.of_document(tx, document.id)
    assert wait is not None
    assert (wait.tries, wait.since, wait.revision) == (3, START, 1)


def test_after_the_last_look_a_person_is_asked(house: House, tmp_path: Path) -> None:
    order(house)
    document = invoice(house, tmp_path)
    for _ in range(42):
        later(house, hours=4)
        look(house)

    assert (steps.get(house, document.id).state, reasons(house, document)) == ("in_review", ("receipt_missing",))


def test_goods_that_come_after_the_last_look_still_post_it(house: House, tmp_path: Path) -> None:
    order(house)
    document = invoice(house, tmp_path)
    for _ in range(42):
        later(house, hours=4)
        look(house)
    receipt(house)

    (document,) = look(house)

    assert (document.state, reasons(house, document), posted(house)) == ("posted", (), 1)


def test_an_unknown_order_asks_a_person_until_it_comes(house: House, tmp_path: Path) -> None:
    document = invoice(house, tmp_path)
    assert reasons(house, document) == ("order_unknown",)

    order(house, receipt_required="false")
    (document,) = look(house)

    assert (document.state, reasons(house, document)) == ("posted", ())


def test_what_is_posted_is_billed_and_waits_no_more(house: House, tmp_path: Path) -> None:
    order(house)
    receipt(house)
    document = invoice(house, tmp_path)

    with transaction(house.engine) as tx:
        (known,) = purchasing.purchase_orders(tx, ["PO-1"])
        assert known.lines[0].billed_quantity == 4
        assert waits.of_document(tx, document.id) is None


def test_the_second_invoice_of_what_was_billed_goes_to_a_person(house: House, tmp_path: Path) -> None:
    order(house)
    receipt(house)
    invoice(house, tmp_path)

    second = invoice(house, tmp_path, "RE-2")

    assert (second.state, posted(house)) == ("in_review", 1)


def test_rivals_for_one_order_are_judged_one_after_the_other(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order(house)
    receipt(house)
    decide = judging.decide
    rivals: list[Document] = []

    def overtaken(*arguments: object, **more: object) -> object:
        monkeypatch.setattr(judging, "decide", decide)
        rivals.append(invoice(house, tmp_path, "RE-2", IssueDate="2026-09-29", DueDate="2026-10-29"))
        return decide(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "decide", overtaken)

    first = invoice(house, tmp_path)

    assert ([one.state for one in rivals], first.state, posted(house)) == (["posted"], "in_review", 1)


def test_an_order_is_found_by_its_lines(house: House, tmp_path: Path) -> None:
    order(house)
    receipt(house)

    assert invoice(house, tmp_path, order_number="").state == "posted"


@pytest.mark.parametrize("state", ["posting", "rejected"])
def test_a_wait_of_a_document_that_went_on_wakes_nothing(house: House, tmp_path: Path, state: str) -> None:
    order(house)
    document = invoice(house, tmp_path)
    with transaction(house.engine) as tx:
        documents.move(tx, document.id, "processing", at=house.clock.now())
        documents.move(tx, document.id, state, at=house.clock.now())  # type: ignore[arg-type]
    receipt(house)

    assert waiting.look(house) == []


def test_the_story_tells_of_waiting_and_its_end(house: House, tmp_path: Path) -> None:
    order(house)
    document = invoice(house, tmp_path)
    receipt(house)
    look(house)

    with transaction(house.engine) as tx:
        kinds = [event.kind for event in ledger.story(tx, document.id)]
    assert [kind for kind in kinds if kind.startswith("waiting")] == ["waiting_begun", "waiting_ended"]
