"""Whatever dies, wherever: every document ends once, and every operation takes effect once."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.runtime.house import House, open_house
from engine.runtime.settings import Settings
from engine.store import documents, ledger, operations
from engine.store.database import reading
from tests.durable.hub import FOLDER_CALLS, ROOMS
from tests.durable.invoices import ubl_invoice

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]
DEATHS: list[dict[str, Any]] = [
    *({"when": when, "step": step, "call": 1} for step in ROOMS for when in ("before", "after")),
    *({"when": when, "folder": call, "call": 1} for call in FOLDER_CALLS for when in ("before", "after")),
]


@dataclass
class Hub:
    """Starts hubs one after the other on one database and one drop folder."""

    home: Path
    database_url: str | None
    runs: int = field(default=0)

    def run(self, accept: list[Path], death: dict[str, Any] | None = None) -> int:
        self.runs += 1
        config = self.home.parent / f"run-{self.runs}.json"
        config.write_text(
            json.dumps(
                {"home": str(self.home), "database_url": self.database_url, "out": str(self.home / "out"), "patience": 90,
                 "accept": [str(path) for path in accept], "death": death or {}}
            )
        )  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "tests.durable.hub", str(config)], cwd=CHECKOUT, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        if done.returncode not in {0, -9}:
            pytest.fail(f"the hub ended with {done.returncode}:\n{done.stderr[-3000:]}")
        return done.returncode

    def house(self) -> House:
        return open_house(Settings(home=self.home, database_url=self.database_url, env="dev"), out=self.home / "out")


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hub]:
    if request.param == "sqlite":
        yield Hub(tmp_path / "home", None)
        return
    yield Hub(tmp_path / "home", request.getfixturevalue("postgres_url"))


def dropped_invoices(home: Path) -> list[str]:
    """Return the invoice numbers in the drop folder, read by the standard library and not by our own code."""
    numbers: list[str] = []
    for file in sorted((home / "out").rglob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, delimiter=";"))
        column = [name.upper() for name in rows[0]].index("INVOICE_NO")
        numbers += sorted({row[column] for row in rows[1:]})
    return sorted(numbers)


@pytest.mark.parametrize("death", DEATHS, ids=lambda d: f"{d['when']}-{d.get('step') or 'folder-' + d['folder']}")
def test_a_killed_hub_leaves_each_operation_exactly_once(hub: Hub, death: dict[str, Any], tmp_path: Path) -> None:
    numbers = ["RE-1001", "RE-1002", "RE-1003"]
    files = [ubl_invoice(tmp_path, number) for number in numbers]

    died = hub.run(files, death)
    ended = hub.run(files)

    assert (died, ended) == (-9, 0)
    assert dropped_invoices(hub.home) == numbers
    house = hub.house()
    with reading(house.engine) as tx:
        states = {document.name: document.state for document in documents.recent(tx, 10)}
        committed = operations.counts(tx)
        chain = ledger.verify(tx)
        endings = [
            event.kind for document in documents.recent(tx, 10) for event in ledger.story(tx, document.id)
            if event.kind in {"document_posted", "operation_committed"}
        ]  # fmt: skip
    house.close()
    assert set(states.values()) == {"posted"}
    assert committed["committed"] == sum(committed.values()) == len(numbers)
    assert sorted(endings) == ["document_posted"] * len(numbers) + ["operation_committed"] * len(numbers)
    assert chain.is_intact
