"""How long pages take on the server with many documents in the database.

    python bench/pages.py [--documents 100000] [--rounds 20] [--sqlite|--postgres] [--home FOLDER]

A database is filled by bulk inserts with documents in every state, their lines, words, reviews, operations, receipts and
ledger entries; among them stand real invoices that were read and judged. Then every page is asked for by somebody who is
signed in, in this process: the time is that of the whole application, from request to answer.
"""

import argparse
import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from fastapi.testclient import TestClient
from sqlalchemy import insert, text

from engine.model.operation import short_key
from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime import kpi
from engine.runtime.house import House
from engine.runtime.people import accounts, stay
from engine.stages.search_words import words
from engine.store import masterdata, tables
from engine.store.database import transaction
from engine.store.writing import chunks
from tests import postgres
from tests.admin.visitors import HAND, browser, house_of, opened
from tests.durable.invoices import VENDOR
from tests.runtime.desk.held import old_invoice
from tests.runtime.processed import TEXT_INVOICE, walked

STATES: Sequence[tuple[str, int]] = (
    ("posted", 860), ("in_review", 50), ("duplicate", 25), ("rejected", 20), ("parked", 15), ("waiting", 15),
    ("unpacked", 10), ("posting", 3), ("received", 1), ("processing", 1),
)  # fmt: skip
"""Documents of a thousand by where they stand."""
OPERATION_STATES: Mapping[str, str] = {
    "posted": "committed",
    "parked": "parked",
    "waiting": "planned",
    "posting": "planned",
}
NAMES = (
    "Nordlicht",
    "Lindenhof",
    "Hafen",
    "Alpen",
    "Rhein",
    "Müller",
    "Berger",
    "Stahl",
    "Papier",
    "Filter",
    "Kontor",
    "Werk",
)
ITEMS = ("Filterpatrone", "Schraube", "Papier", "Karton", "Toner", "Pumpe", "Dichtung", "Ventil", "Kabel", "Stecker")
REASONS = ("no_order", "total_differs", "vendor_unknown", "bank_changed", "issued_long_ago")
_LIMIT_MS = 200


def main() -> None:
    """Fill, measure and print; ends with 1 when a page is too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--home", type=Path, help="Keep the SQLite database there, and measure that one next time.")
    given = parser.parse_args()
    both = given.sqlite is given.postgres
    slow = False
    for kind in ("sqlite", "postgres"):
        if both or getattr(given, kind):
            home = given.home if kind == "sqlite" else None
            slow |= measure(kind, home, documents=given.documents, rounds=given.rounds)
    raise SystemExit(int(slow))


def measure(kind: str, kept: Path | None, *, documents: int, rounds: int) -> bool:
    """Measure the pages on one kind of database. Return whether one is too slow."""
    with ExitStack() as stack:
        home = kept or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        changes = {"database_url": stack.enter_context(served())} if kind == "postgres" else {}
        client = stack.enter_context(opened(home, dead_after_seconds=3600, **changes))
        house = house_of(client)
        began = time.monotonic()
        ids = home / "ids.txt"
        if ids.exists():
            invoice, paper = ids.read_text().split()
        else:
            invoice, paper = filled(house, home, documents)
            ids.write_text(f"{invoice} {paper}")
        print(f"{kind}: {documents:,} documents in {time.monotonic() - began:.0f} s")
        while not kpi.count_on(house):  # as workers do meanwhile
            pass
        visitor = signed_in(client, house)
        slow = False
        for title, address in addresses(invoice, paper).items():
            _timed(visitor, address)  # templates are compiled once
            spent, worked = zip(*(_timed(visitor, address) for _ in range(rounds)), strict=True)
            p95, cpu = quantiles(spent, n=20)[-1], quantiles(worked, n=20)[-1]
            slow |= p95 > _LIMIT_MS
            told = (
                f"p50 {sorted(spent)[rounds // 2]:7.1f} ms  p95 {p95:7.1f} ms  p95 of this process's work {cpu:7.1f} ms"
            )
            print(f"  {title:32} {told}{'  SLOW' if p95 > _LIMIT_MS else ''}", flush=True)
        return slow


def addresses(invoice: str, paper: str) -> dict[str, str]:
    """Return what is asked for, by title."""
    short = short_key(_key(7))
    return {
        "desk": "/desk", "desk, all": "/desk?view=all", "desk, page 40": "/desk?view=all&start=2000",
        "desk, most money": "/desk?view=all&order=stake", "desk, words": "/desk?view=all&text=nordlicht+re-4",
        "desk, reason": "/desk?view=all&reason=no_order", "desk, queue": "/desk?view=all&queue=ap_review",
        "desk, invoice": f"/desk/{invoice}", "desk, paper": f"/desk/{paper}", "document": f"/documents/{invoice}",
        "control": "/control", "control, ever": "/control/live?period=ever",
        "operations": "/control/operations", "operations, failed": "/control/operations?state=failed",
        "operations, committed": "/control/operations?state=committed&target=erp",
        "operations, words": "/control/operations?text=re-77", "operation": f"/control/operations/{short}",
        "search, number": "/search?text=RE-00004711", "search, common": "/search?text=gmbh",
        "search, two common": "/search?text=nordlicht+schraube", "search, common and rare": "/search?text=gmbh+RE-00004711",
        "search, two letters": "/search?text=no", "search, id": f"/search?text={invoice[:10]}",
        "search, target id": "/search?text=51004711", "search, nothing": "/search?text=gmbh+nordlicht+xyzzy",
        "search, common, never together": "/search?text=schraube+papier+toner+nordlicht",
        "API documents": "/api/v1/documents", "API operations": "/api/v1/operations", "API status": "/api/v1/status",
        "API search": "/api/v1/search?text=lindenhof+re-0001", "API key figures": "/api/v1/kpi",
        "key figures": "/kpi", "key figures, type": "/kpi?by=type&step=week", "key figures, vendor": "/kpi?by=vendor", "return": "/roi", "audit": "/audit", "audit, words": "/audit?text=judged",
        "learned": "/desk/learned", "knowledge": "/knowledge", "master data": "/knowledge/master", "people": "/people",
        "health": "/readyz", "me": "/me", "retention": "/retention", "alerts": "/control/alerts",
        "API kept": "/api/v1/retention/rules", "API due": "/api/v1/retention/due", "API alerts": "/api/v1/alerts/log",
        "API reviews": "/api/v1/reviews", "API audit": "/api/v1/audit", "API chain": "/api/v1/audit/chain",
    }  # fmt: skip


def filled(house: House, home: Path, documents: int) -> tuple[str, str]:
    """Fill the database. Return the ids of an invoice that was read from data, and of one read from paper."""
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    rest = random.Random(7)
    for numbers in chunks(range(documents), 5000):
        rows: dict[str, list[dict[str, Any]]] = {}
        for number in numbers:
            for name, row in _document(house, number, rest):
                rows.setdefault(name, []).append(row)
        with transaction(house.engine) as tx:
            for table in tables.metadata.sorted_tables:
                for some in chunks(rows.get(table.name, ()), 5000):
                    tx.execute(insert(table), some)
    with transaction(house.engine) as tx:
        tx.execute(text("update ledger_head set seq = (select coalesce(max(seq), 0) from ledger)"))
    with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))
    paper = home / "paper.txt"
    paper.write_text(TEXT_INVOICE.format(number="8"), encoding="utf-8")
    return old_invoice(house, home, "RE-2001"), walked(house, paper)


def _document(house: House, number: int, rest: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of one document with their tables."""
    at = house.clock.now() - timedelta(minutes=5 * number)
    one = hashlib.sha256(f"paper {number}".encode()).hexdigest()
    state = rest.choices([name for name, _ in STATES], [share for _, share in STATES])[0]
    vendor = f"{rest.choice(NAMES)}{rest.choice(NAMES).lower()} {rest.choice(NAMES)} GmbH"
    total, name = f"{rest.randint(10, 90_000)}.{rest.randint(0, 99):02}", f"scan-{number:08}.pdf"
    yield "documents", {
        "id": one, "name": name, "sha256": one, "size": 100_000, "media_type": "application/pdf", "source": "api",
        "received_at": at, "parent_id": None, "flow": None, "state": state, "revision": 1, "changed_at": at,
    }  # fmt: skip
    lines = " ".join(f"{rest.choice(ITEMS)} {rest.randint(1000, 9999)}" for _ in range(4))
    texts = [
        vendor,
        f"RE-{number:08}",
        f"45{number:08}",
        total,
        f"5100{number}",
        lines,
        "EUR 2026-10-12",
        name,
        short_key(_key(number)),
    ]
    found = words(texts, most=300)
    spelled = "".join(f" {word}" for word in found)
    yield "search_documents", {
        "seq": 1_000_000 - number, "document_id": one, "words": spelled, "bank": f" de89{number:018}", "identity": "",
    }  # fmt: skip
    yield "search_words", {"word": f"de89{number:018}", "seq": 1_000_000 - number, "kind": "bank"}
    for word in found:
        yield "search_words", {"word": word, "seq": 1_000_000 - number, "kind": ""}
    yield "summaries", {
        "document_id": one, "type": "invoice", "entity": "DE01", "vendor_id": f"V{number % 3000}", "vendor": vendor,
        "number": f"RE-{number:08}", "po_number": f"45{number:08}", "currency": "EUR", "total": total,
        "stake": int(total.replace(".", "")), "issued_on": "2026-10-12", "due_on": "2026-11-12", "confidence": 950,
        "references": f"5100{number}" if state == "posted" else "", "search": " ".join(texts[:5]).lower(),
    }  # fmt: skip
    yield from _review(number, one, state, at, rest)
    yield from _operation(number, one, state, at)
    for step, kind in enumerate(("document_received", "document_read", "document_judged", f"document_{state}")):
        yield "ledger", {
            "seq": 4 * number + step + 1, "at": at, "document_id": one, "kind": kind, "actor": "system", "data": "{}",
            "previous_hash": "0" * 64, "hash": "0" * 64,
        }  # fmt: skip


def _review(number: int, one: str, state: str, at: Any, rest: random.Random) -> Iterator[tuple[str, dict[str, Any]]]:
    if state == "in_review" or number % 5 == 0:
        yield "reviews", {
            "document_id": one, "revision": 1, "queue": rest.choice(("ap_review", "procurement")),
            "reasons": [rest.choice(REASONS)], "message": "The total is not the sum of lines and tax.", "opened_at": at,
            "closed_at": None if state == "in_review" else at + timedelta(hours=2), "team": rest.choice(("ap", None)),
            "priority": rest.randint(1, 4), "due_at": at + timedelta(days=1),
        }  # fmt: skip


def _operation(number: int, one: str, state: str, at: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if state not in OPERATION_STATES and number != 7:
        return
    key = _key(number)
    yield "operations", {
        "key": key, "short_key": short_key(key), "document_id": one, "revision": 1, "target": "erp",
        "object": "vendor_invoice", "payload": {"header": {"number": str(number)}}, "options": {},
        "mapping": "files.ap_invoice_csv@1", "payload_digest": "0" * 64, "lineage": [], "after": [],
        "state": OPERATION_STATES.get(state, "cancelled"), "attempts": 1, "error": None, "planned_at": at, "changed_at": at,
        "deadline_hours": None, "due_at": None,
    }  # fmt: skip
    if state == "posted":
        yield "receipts", {
            "key": key, "external_id": f"5100{number}", "outcome": "created", "awaits_acknowledgement": False,
            "request": {}, "response": {}, "at": at, "version": "", "link": "",
        }  # fmt: skip


def signed_in(client: TestClient, house: House) -> TestClient:
    """Return a browser of somebody who may look at everything."""
    name = f"olga{time.time_ns()}"
    person = accounts.add(house, name, hand=HAND)
    for grant in (
        Grant(role="operator", fields=("bank",)),
        Grant(role="reviewer", team="ap"),
        Grant(role="auditor"),
        Grant(role="people_admin"),
        Grant(role="records_manager"),
    ):
        accounts.grant(house, name, grant, hand=HAND)
    came = browser(client)
    came.cookies.set("postroom-session", stay.begin(house, person, Where(), way="password"))
    return came


@contextmanager
def served() -> Iterator[str]:
    """Serve PostgreSQL for the block; yields the URL of an empty database."""
    binaries = postgres.find_binaries()
    if binaries is None:
        raise SystemExit(postgres.MISSING)
    server = postgres.start(binaries)
    try:
        yield server.url(server.create_database())
    finally:
        server.stop()


def _key(number: int) -> str:
    return f"ap_invoice/erp/vendor_invoice/invoice/V{number % 3000}/RE-{number:08}"


def _timed(visitor: TestClient, address: str) -> tuple[float, float]:
    """Return milliseconds from request to answer, and how long processors worked on it in this process."""
    began, worked = time.perf_counter(), time.process_time()
    answer = visitor.get(address)
    spent = 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    return spent


if __name__ == "__main__":
    main()
