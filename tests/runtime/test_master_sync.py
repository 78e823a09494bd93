from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.content.environment import Binding
from engine.model.errors import ContentError, PostroomError, Transient
from engine.model.master_kinds import VENDORS
from engine.model.record import Candidate
from engine.ports import Directory, DirectoryPage, Manifest, Reader, Target
from engine.runtime.house import House
from engine.runtime.master_sync import sync
from engine.store import master_history
from engine.store.database import reading
from tests.house import StoppedClock


@dataclass
class ListingPlug:
    """A system of record in memory that lists its master data two rows a page. Records what it was asked."""

    rows: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)
    asked: list[tuple[str, str, datetime | None]] = field(default_factory=list)
    fails_at: str = "never"
    kind: tuple[str, ...] = ("directory",)
    repeats: bool = False

    @property
    def manifest(self) -> Manifest:
        return Manifest(name="listing", title="A listing system", kind=self.kind)

    def reader(self) -> Reader:
        raise LookupError

    def target(self, settings: Mapping[str, Any]) -> Target:
        raise LookupError

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        return ()

    def directory(self, settings: Mapping[str, Any]) -> Directory:
        return self

    def look_up(self, kind: str, by: Mapping[str, str]) -> Sequence[Candidate]:
        return ()

    def kinds(self) -> Sequence[str]:
        return list(self.rows)

    def page(self, kind: str, *, after: str, since: datetime | None) -> DirectoryPage:
        self.asked.append((kind, after, since))
        if after == self.fails_at:
            raise Transient("the system is away")
        start = int(after or 0)
        rows = self.rows[kind][start : start + 2]
        more = start + 2 < len(self.rows[kind])
        return DirectoryPage(rows=tuple(rows), next="2" if self.repeats else str(start + 2) if more else "")


def vendors(*ids: str) -> list[Mapping[str, str]]:
    return [{"id": one, "name": f"Firm {one}"} for one in ids]


@pytest.fixture
def plug() -> ListingPlug:
    orders: list[Mapping[str, str]] = [{"number": "PO-1", "vendor_id": "1"}]
    lines: list[Mapping[str, str]] = [{"number": "PO-1", "line": "10", "quantity": "5"}]
    return ListingPlug({"order_lines": lines, "orders": orders, "vendors": vendors("1", "2", "3")})


@pytest.fixture
def house(empty_house: House, plug: ListingPlug) -> House:
    """A house whose target `erp` is the listing system."""
    environment = empty_house.library.environment
    targets = {**environment.targets, "erp": Binding(adapter="listing", settings={})}
    library = replace(empty_house.library, environment=environment.model_copy(update={"targets": targets}))
    return replace(empty_house, library=library, plugs={**empty_house.plugs, "listing": plug}, clock=StoppedClock())


def known(house: House) -> list[str]:
    with reading(house.engine) as tx:
        return [row["id"] for row in master_history.rows(tx, VENDORS)]


def test_everything_that_a_system_lists_is_brought_in_page_by_page(house: House, plug: ListingPlug) -> None:
    done = sync(house, "erp", actor="cron")

    assert {one.kind: one.new for one in done} == {"vendors": 3, "orders": 1, "order_lines": 1}
    assert [after for kind, after, _ in plug.asked if kind == "vendors"] == ["", "2"]


def test_a_vendor_that_is_not_listed_any_more_goes_out_of_use(house: House, plug: ListingPlug) -> None:
    sync(house, "erp", actor="cron")
    plug.rows["vendors"] = vendors("1", "3")

    sync(house, "erp", actor="cron", kinds=["vendors"])

    assert known(house) == ["1", "3"]


def test_what_changed_is_asked_for_since_the_last_time_of_that_kind(house: House, plug: ListingPlug) -> None:
    clock = house.clock
    assert isinstance(clock, StoppedClock)
    first = clock.moment
    sync(house, "erp", actor="cron", kinds=["vendors"])
    clock.moment += timedelta(hours=1)
    plug.rows["vendors"] = vendors("4")
    plug.asked.clear()

    sync(house, "erp", actor="cron", changed_only=True)

    assert {kind: since for kind, _, since in plug.asked} == {"vendors": first, "orders": None, "order_lines": None}
    assert known(house) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"fails_at": "2"}, "the system is away"),
        ({"repeats": True}, "gave page '2' twice"),
        ({"rows": {"vendors": [{"id": "1", "name": "x"}, {"id": "2"}]}}, "erp: vendors, row 2: name is missing"),
    ],
    ids=["away on the second page", "goes in circles", "row without a name"],
)
def test_nothing_is_brought_in_when_anything_is_wrong(
    house: House, plug: ListingPlug, changes: Mapping[str, Any], why: str
) -> None:
    for name, value in changes.items():
        setattr(plug, name, value)

    with pytest.raises(PostroomError, match=why):
        sync(house, "erp", actor="cron")

    assert known(house) == []


def test_a_dry_run_brings_nothing_in(house: House) -> None:
    done = sync(house, "erp", actor="cron", dry_run=True)

    assert (done[0].new, known(house)) == (3, [])


@pytest.mark.parametrize(
    ("target", "kinds", "why"),
    [
        ("nowhere", [], "no target 'nowhere'; there are: "),
        ("erp", ["items"], "erp does not list items; it lists: order_lines, orders, vendors"),
    ],
    ids=["unknown target", "unknown kind"],
)
def test_what_cannot_be_listed_is_said(house: House, target: str, kinds: list[str], why: str) -> None:
    with pytest.raises(PostroomError, match=why):
        sync(house, target, actor="cron", kinds=kinds)


def test_a_target_without_a_directory_says_so(house: House, plug: ListingPlug) -> None:
    plug.kind = ("target",)

    with pytest.raises(ContentError, match="adapter 'listing' lists no master data; import files instead"):
        sync(house, "erp", actor="cron")
