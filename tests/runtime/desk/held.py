"""Documents that rules hold, walked in this process, and the walk after an answer."""

from pathlib import Path

from engine.model.decision import Decision
from engine.model.document import Document
from engine.runtime import judging, steps
from engine.runtime.house import House
from engine.store import documents
from engine.store.database import reading
from tests.durable.invoices import ubl_invoice
from tests.runtime.processed import walked


def old_invoice(house: House, folder: Path, number: str = "RE-2001") -> str:
    """Take in an invoice that only `issued_long_ago` holds, which a reviewer may let pass."""
    file = ubl_invoice(folder, number)
    day = f"2021-{1 + int(number[-2:]) % 12:02}-01"  # a series of one day would look like copies
    text = file.read_text(encoding="utf-8").replace("2026-10-15", day).replace("2026-11-14", "2021-12-31")
    file.write_text(text, encoding="utf-8")
    return walked(house, file)


def large_invoice(house: House, folder: Path, number: str = "RE-2002") -> str:
    """Take in an invoice that only an approver may let pass: it is large and names no order; each number another amount."""
    price = 2500 + 100 * int(number[-2:])
    amounts = {"price": price, "net": 4 * price, "tax": price * 76 // 100, "total": price * 476 // 100}
    return walked(house, ubl_invoice(folder, number, **{name: f"{amount}.00" for name, amount in amounts.items()}))


def strange_invoice(house: House, folder: Path) -> str:
    """Take in an invoice of a vendor that nobody knows: that cannot be let pass."""
    return walked(house, ubl_invoice(folder, "RE-2003", vendor_name="Nobody GmbH", vendor_tax_id="DE811907980"))


def judged_again(house: House, document_id: str, revision: int) -> Document:
    """Walk the revision that an answer began."""
    steps.read(house, document_id, revision)
    steps.understand(house, document_id, revision)
    if judging.judge(house, document_id, revision)["next"] == "plan":
        judging.plan(house, document_id, revision)
    return stored(house, document_id)


def stored(house: House, document_id: str) -> Document:
    with reading(house.engine) as tx:
        found = documents.get(tx, document_id)
    assert found is not None
    return found


def decision(house: House, document_id: str) -> Decision:
    with reading(house.engine) as tx:
        return Decision.model_validate(documents.load(tx, document_id, stored(house, document_id).revision, "decision"))
