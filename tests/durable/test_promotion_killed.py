"""A promotion whose process is killed: what was live stays live or what is new is, never something between."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.content.library import Library
from engine.content.live import read_live
from engine.runtime.house import House
from engine.runtime.promotion import kept, switch
from engine.runtime.promotion.look import look, versions
from engine.store import ledger
from engine.store.database import reading
from tests.content.content_folder import adopted, copied, stricter_flow
from tests.house import furnished_house

KILLED = """
import os, signal, sys
from pathlib import Path
from engine.content import live
from engine.runtime.house import open_house
from engine.runtime.promotion import kept, switch
from tests.house import test_settings

home, content, report, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def before(module, name):
    setattr(module, name, die)

def after(module, name):
    done = getattr(module, name)
    setattr(module, name, lambda *a, **k: (done(*a, **k), die()))

tell = switch._tell
if moment == "before the ledger":
    before(switch, "_tell")
elif moment == "after the intent":
    before(switch, "write_live")
elif moment == "in the middle of the file":
    before(os, "fsync")
elif moment == "before the rename":
    before(Path, "replace")
elif moment == "after the rename":
    after(Path, "replace")
elif moment == "before the end is told":
    switch._tell = lambda house, kind, **rest: die() if kind == "promoted" else tell(house, kind, **rest)
house = open_house(test_settings(home, content=content), out=home / "out")
switch.promote(house, kept.find(house, report), by="anna")
"""
ROOT = Path(__file__).parents[2]
POLICY = "promotion: {from: [], released: false, tests: false, approvals: none, four_eyes: false}\n"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    content = copied(tmp_path / "content")
    with (content / "environments/dev.yaml").open("a", encoding="utf-8") as file:
        file.write(POLICY)
    adopted(content, "dev")
    opened = furnished_house(tmp_path / "home", content=content)
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "is_new"),
    [
        ("before the ledger", False), ("after the intent", False), ("in the middle of the file", False),
        ("before the rename", False), ("after the rename", True), ("before the end is told", True),
    ],
)  # fmt: skip
def test_one_of_the_two_sets_is_live_whole_and_the_ledger_knows_which(
    house: House, tmp_path: Path, moment: str, is_new: bool
) -> None:
    content = house.settings.content_folder()
    flow = stricter_flow(content)
    report = look(house, versions(house, flow), by="anna")
    kept.keep(house, report)

    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(house.settings.home), str(content), report.id, moment], cwd=ROOT, check=False
    )

    assert done.returncode == -9
    live = read_live(content, "dev")
    assert live is not None
    assert live.refs[0] == (flow if is_new else "ap_invoice@1")
    assert Library.load(content, "dev").environment.flows == live.refs
    switch.settle(house)
    with reading(house.engine) as tx:
        kinds = [one.kind for one in ledger.recent(tx, 1)]
        assert ledger.verify(tx).is_intact
    expected = "promotion_judged" if moment == "before the ledger" else "promoted" if is_new else "promotion_lost"
    assert kinds == [expected]
    assert is_new or switch.promote(house, report, by="anna").refs[0] == flow
