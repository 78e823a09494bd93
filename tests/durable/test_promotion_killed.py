"""A promotion whose process is killed: what was live stays live or what is new is, never something between."""

import os
import signal
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
from tests.forked import Forked
from tests.house import furnished_house

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

    process = Forked(
        "tests.durable.promoting:main", [house.settings.home, content, report.id, moment], environment=os.environ
    )

    assert process.wait(60) == -signal.SIGKILL
    process.end()
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
