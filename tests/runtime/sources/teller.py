"""A system in memory that tells what changed in it, and misbehaves as it is told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.content.environment import Binding
from engine.content.followed import SourceBinding
from engine.model.errors import Transient, Unauthorised
from engine.ports import Change, Changes, Directory, DirectoryPage, Manifest, Reader, Target
from engine.runtime.house import House
from tests.house import StoppedClock

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRET = {"x-signature": "right"}


@dataclass
class TellingPlug:
    """Tells changes in the order in which they were made, `page` at a time; each poll repeats the last `overlap`."""

    made: list[Change] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    page: int = 100
    overlap: int = 0
    asked: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    refuses_lists: bool = False
    connected: int = 0

    @property
    def manifest(self) -> Manifest:
        return Manifest(name="hubspot", title="A system that tells", kind=("source", "directory"))

    def reader(self) -> Reader:
        raise LookupError

    def target(self, settings: Mapping[str, Any]) -> Target:
        raise LookupError

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        return ()

    def source(self, settings: Mapping[str, Any]) -> "TellingPlug":
        self.connected += 1
        return self

    def poll(self, cursor: str) -> Changes:
        self.asked.append(cursor)
        if self.errors:
            raise self.errors.pop()
        start = int(cursor or 0)
        rows = self.made[max(0, start - self.overlap) : start + self.page]
        end = min(start + self.page, len(self.made))
        return Changes(rows=tuple(rows), cursor=str(end), is_all=end == len(self.made))

    def accept(self, body: bytes, headers: Mapping[str, str], *, method: str, url: str, now: datetime) -> Changes:
        if headers.get("x-signature") != "right":
            raise Unauthorised("not signed")
        rows = tuple(Change.model_validate({**one, "at": now}) for one in json.loads(body))
        return Changes(rows=rows, cursor="")

    def change(self, key: str, n: int = 1, *, stage: str = "closedwon", name: str = "deals", **more: str) -> Change:
        """Let a deal come to its n-th version."""
        data = {"dealstage": stage, "po_number": f"PO-{key}", "deal_currency_code": "EUR", "closedate": "2026-11-02",
                "companies": [{"customer_number": "C-1"}], "dealname": f"v{n}", "description": f"v{n}", **more}  # fmt: skip
        made = Change(object=name, id=key, version=str(n), at=BEGIN + timedelta(seconds=n), data=data)
        self.made.append(made)
        return made


class Fetching(TellingPlug):
    """Shows a deal as it stands now too."""

    def fetch(self, object: str, id: str) -> Change | None:  # noqa: A002 - the port's
        if self.errors:
            raise self.errors.pop()
        return next((one for one in reversed(self.made) if (one.object, one.id) == (object, id)), None)


class Listing(TellingPlug):
    """Lists one vendor, and notes when it is asked to."""

    def directory(self, settings: Mapping[str, Any]) -> Directory:
        return _Directory(self)


class _Directory:
    def __init__(self, plug: TellingPlug) -> None:
        self._plug = plug

    def look_up(self, kind: str, by: Mapping[str, str]) -> Sequence[Any]:
        return ()

    def kinds(self) -> Sequence[str]:
        return ["vendors"]

    def page(self, kind: str, *, after: str, since: datetime | None) -> DirectoryPage:
        self._plug.listed.append(kind)
        if self._plug.refuses_lists:
            raise Transient("the directory is away")
        return DirectoryPage(rows=({"id": "V1", "name": "Firm"},), is_all=since is None)


def following(house: House, plug: TellingPlug, **binding: Any) -> House:
    """Return the house with a source `crm` that is this system, and a clock that stands still."""
    there = house.library.environment
    source = {"target": "crm", "objects": {"deals": {"reads": "hubspot.deals"}}, "begin": "everything", **binding}
    environment = there.model_copy(update={
        "targets": {**there.targets, "crm": Binding(adapter="telling")}, "flows": ("won_deal_sap@1",),
        "sources": {"crm": SourceBinding.model_validate(source)},
    })  # fmt: skip
    return replace(
        house, library=replace(house.library, environment=environment), plugs={**house.plugs, "telling": plug},
        clock=StoppedClock(BEGIN),
    )  # fmt: skip


def later(house: House, **duration: float) -> House:
    """Return the house some time later."""
    return replace(house, clock=StoppedClock(house.clock.now() + timedelta(**duration)))
