"""A hub with content of its own, in which some invoices were judged: for tests of knowledge pages."""

from pathlib import Path

from engine.runtime import judging
from engine.runtime.house import House
from engine.store import masterdata
from engine.store.database import transaction
from tests.content.content_folder import adopted, copied, lean
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.runtime.walks import understood

POLICY = "promotion: {from: [], released: true, tests: false, approvals: owners}\n"
"""Released versions only, and the owners of what is edited agree: as production is, without a place to try before."""


def content_of_its_own(folder: Path) -> Path:
    """Return a small content folder in which promotion decides what is live."""
    content = lean(copied(folder))
    for name in ("prod", "test"):
        (content / "environments" / f"{name}.yaml").unlink()
    with (content / "environments" / "dev.yaml").open("a", encoding="utf-8") as file:
        file.write(POLICY)
    adopted(content, "dev")
    return content


def some_invoices(house: House, count: int) -> list[str]:
    """Judge invoices over 119, 238, 357 ... euros that go through, and return their ids."""
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    found = []
    for number in range(1, count + 1):
        document = understood(house, ubl_invoice(house.settings.home, f"RE-{number}"))
        assert judging.judge(house, document, 1) == {"next": "plan"}
        judging.plan(house, document, 1)
        found.append(document)
    return found
