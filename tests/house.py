"""A whole hub in this process, for tests: real SQLite, real readers, real rules, drop folders in a temporary place."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from engine.model.correction import Correction
from engine.model.document import SETTLED
from engine.runtime import again, corrections, intake, story, workflow
from engine.runtime.house import House, open_house
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker
from engine.store import masterdata
from engine.store.database import transaction
from tests.durable.invoices import VENDOR

PATIENCE_SECONDS = 60


class StoppedClock:
    """A clock that shows what it was set to."""

    def __init__(self, moment: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def test_settings(home: Path, **changes: object) -> Settings:
    values: dict[str, object] = {
        "home": home, "env": "dev", "log_level": "error", "retry_pauses_seconds": (0, 0), "heartbeat_seconds": 0.2,
        "dead_after_seconds": 2.0, **changes,
    }  # fmt: skip
    return Settings.model_validate(values)


test_settings.__test__ = False  # type: ignore[attr-defined]


def furnished_house(home: Path, **changes: object) -> House:
    """Open a house that knows one vendor."""
    house = open_house(test_settings(home, **changes), out=home / "out")
    with transaction(house.engine) as tx:
        masterdata.upsert_vendors(tx, [VENDOR])
    return house


class Hub:
    """A house with a running worker."""

    def __init__(self, house: House) -> None:
        self.house = house

    def process(
        self, path: Path, *, name: str | None = None, flow: str | None = None, reprocess: bool = False
    ) -> story.Line:
        """Send one file through the whole house and return its line."""
        with path.open("rb") as stream:
            arrival = intake.accept(self.house, stream, name=name or path.name, source="test", flow=flow)
        revision = arrival.document.revision
        if reprocess and not arrival.is_new:
            revision = again.next_revision(self.house, arrival.document.id, flow=flow)
        workflow.enqueue(arrival.document.id, revision)
        return self.settled(arrival.document.id)

    def correct(self, document_id: str, **values: str | None) -> story.Line:
        """Put values right as Anna and return the line of the revision that follows."""
        changes = [Correction(path=path, value=value) for path, value in values.items()]
        workflow.enqueue(document_id, corrections.correct(self.house, document_id, changes, by="anna"))
        return self.settled(document_id)

    def settled(self, document_id: str) -> story.Line:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while story.states(self.house, [document_id])[document_id] not in SETTLED:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{document_id} did not settle")
            time.sleep(0.02)
        return story.line(story.story(self.house, document_id))


@contextmanager
def running_hub(home: Path, **changes: object) -> Iterator[Hub]:
    """Run a hub until the block ends."""
    house = furnished_house(home, **changes)
    worker = Worker(house)
    worker.start()
    try:
        yield Hub(house)
    finally:
        worker.stop(wait_seconds=5)
        house.close()
