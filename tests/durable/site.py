"""A home and a database on which hubs live and die, and what is found there afterwards."""

import csv
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from engine.model.document import SETTLED, Document
from engine.model.operation import AuditEvent
from engine.runtime import intake
from engine.runtime.house import House
from engine.store import documents, ledger, masterdata, operations, outbox
from engine.store.database import reading, transaction
from tests.durable import hub
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.forked import Forked

CHECKOUT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


@dataclass
class Site:
    """One installation. `lives` runs scripted hubs, `worker` and `command` the real command."""

    home: Path
    database_url: str | None
    processes: list[Forked] = field(default_factory=list)
    _house: House | None = None

    def __enter__(self) -> Self:
        self.home.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.end()
        if self._house is not None:
            self._house.close()

    @property
    def out(self) -> Path:
        return self.home / "out"

    @property
    def house(self) -> House:
        """A house of this process on the same database, that knows the vendor."""
        if self._house is None:
            self._house = hub.house_of({"home": str(self.home), "database_url": self.database_url})
            with transaction(self._house.engine) as tx:
                masterdata.upsert_vendors(tx, [VENDOR])
        return self._house

    def invoices(self, count: int, *, first: int = 1001) -> list[Path]:
        return [ubl_invoice(self.home.parent, f"RE-{first + at}") for at in range(count)]

    def lives(self, *lives: dict[str, Any]) -> list[int]:
        """Lead lives one after the other and return how each ended: 0, or minus the number of the signal.

        Raises AssertionError when one of them ended otherwise, with what it wrote.
        """
        done = self.start("tests.durable.hub:main", self._config(*lives))
        output, errors = done.communicate(timeout=2 * PATIENCE_SECONDS)
        if done.returncode != 0:
            raise AssertionError(errors[-3000:])
        codes: list[int] = json.loads(output.splitlines()[-1])
        if any(code > 0 for code in codes):
            raise AssertionError(f"{codes}\n{errors[-3000:]}")
        return codes

    def worker(self, **settings: object) -> Forked:
        """Start the real `postroom worker`."""
        return self.command("worker", **settings)

    def command(self, *arguments: str, **settings: object) -> Forked:
        """Start the real `postroom`."""
        given = {
            "home": self.home, "heartbeat_seconds": 0.1, "dead_after_seconds": 1.5, "log_level": "warning",
            "retry_pauses_seconds": "[0,0,0]", **settings,
        }  # fmt: skip
        if self.database_url is not None:
            given["database_url"] = self.database_url
        environment = {f"POSTROOM_{name.upper()}": str(value) for name, value in given.items()}
        return self.start("admin.cli.main:main", *arguments, environment={**os.environ, **environment})

    def start(self, main: str, *arguments: object, environment: Mapping[str, str] | None = None) -> Forked:
        """Start a process that runs a function, given as `module:function`."""
        process = Forked(main, arguments, environment=environment or os.environ, folder=CHECKOUT)
        self.processes.append(process)
        return process

    def accept(self, *files: Path) -> list[str]:
        """Take files in without queueing them, as a process that dies in between does. Returns the ids."""
        ids = []
        for file in files:
            with file.open("rb") as stream:
                ids.append(intake.accept(self.house, stream, name=file.name, source="test").document.id)
        return ids

    def pending(self, process: Forked) -> int:
        """Return how many documents a worker process holds, as the workflow database says."""
        schema = "" if self.database_url is None else "dbos."
        engine = create_engine(self.house.settings.workflow_url())
        query = text(
            f"SELECT count(*) FROM {schema}workflow_status WHERE status = 'PENDING' AND executor_id LIKE :who"  # noqa: S608
        )
        try:
            with engine.connect() as connection:
                return int(connection.execute(query, {"who": f"%:{process.pid}:%"}).scalar_one())
        except (OperationalError, ProgrammingError):  # the worker has not made its tables yet
            return 0
        finally:
            engine.dispose()

    def all_documents(self) -> list[Document]:
        with reading(self.house.engine) as tx:
            return documents.recent(tx, 1000)

    def on_the_way(self) -> dict[str, tuple[int, int]]:
        """Return for each target how many operations are on their way, and how many calls run."""
        with reading(self.house.engine) as tx:
            return outbox.counts(tx)

    def states(self) -> Counter[str]:
        """Return how many documents are in each state."""
        return Counter(document.state for document in self.all_documents())

    def settled(self) -> bool:
        found = self.states()
        return bool(found) and set(found) <= SETTLED

    def events(self, kind: str) -> list[AuditEvent]:
        """Return the ledger's events of one kind."""
        with reading(self.house.engine) as tx:
            return [event for event in reversed(ledger.recent(tx, 100_000)) if event.kind == kind]

    def dropped(self) -> list[str]:
        """Return the invoice numbers in the drop folder, read by the standard library and not by our own code."""
        return sorted(number for file in self.out.rglob("*.csv") for number in numbers_in(file))

    def assert_each_posted_once(self, count: int, numbers: list[str] | None = None) -> None:
        """Check everything that is promised, from the drop folder back to the ledger."""
        expected = [f"RE-{1001 + at}" for at in range(count)]
        with reading(self.house.engine) as tx:
            committed = operations.counts(tx)
            chain = ledger.verify(tx)
        endings = Counter(event.kind for kind in ENDINGS for event in self.events(kind))
        assert (self.dropped() if numbers is None else sorted(numbers)) == expected
        assert self.states() == {"posted": count}
        assert committed["committed"] == sum(committed.values()) == count
        assert endings == {"document_posted": count, "operation_committed": count}
        assert chain.is_intact

    def _config(self, *lives: dict[str, Any]) -> Path:
        config = self.home.parent / f"lives-{len(self.processes)}.json"
        content = {"home": str(self.home), "database_url": self.database_url, "lives": lives}
        config.write_text(json.dumps(content))
        return config


ENDINGS = ("document_posted", "operation_committed", "review_opened", "operation_stands_twice", "document_parked")


def numbers_in(file: Path) -> list[str]:
    """Return the invoice numbers in one dropped file."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    column = [name.upper() for name in rows[0]].index("INVOICE_NO")
    return sorted({row[column] for row in rows[1:]})


def wait_until(ready: Callable[[], bool], what: str) -> None:
    """Look again and again until something is so. Raises AssertionError when patience ends."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise AssertionError(f"not in time: {what}")
        time.sleep(0.02)


class Consumer:
    """An ERP that takes every file away the moment it appears under its final name."""

    def __init__(self, folder: Path) -> None:
        self.numbers: list[str] = []
        self._folder = folder
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._consume, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self._take()

    def _consume(self) -> None:
        while not self._end.is_set():
            self._take()

    def _take(self) -> None:
        for file in self._folder.glob("*.csv"):
            taken = file.rename(self._folder.parent / f"{file.name}.{len(self.numbers)}.taken")
            self.numbers += numbers_in(taken)
