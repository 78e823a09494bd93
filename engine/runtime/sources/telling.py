"""What becomes of a change that a source tells: a document, master data asked for anew, or nothing, and then why."""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import structlog

from engine.content.followed import SourceBinding
from engine.content.inbound_matrix import InboundMatrix
from engine.model.document import Blob, Document
from engine.model.errors import Rejected
from engine.model.event import EVENT, Event, encoded, plain_data
from engine.ports import Change, Fetches, Source
from engine.runtime.house import House
from engine.runtime.names import printable_name
from engine.runtime.sources import events
from engine.runtime.sources.connecting import plug_of
from engine.runtime.sources.events import PREFIX
from engine.stages import inbound
from engine.store import sources
from engine.store.database import reading
from engine.store.sources import Noted, Told, change_id

log = structlog.get_logger()


Kept = tuple[Noted, Document | None]
"""A version, and the document that it becomes."""


class Telling(NamedTuple):
    """What is to be kept of one look at a source."""

    noted: tuple[Kept, ...]
    """Versions that were not known, in the order in which they were told, with the documents that they become."""
    refreshes: tuple[str, ...]
    """Kinds of master data to ask for anew."""


class Listener:
    """Listens to what one source tells. `began_at` is set while it lists what stood there when we began."""

    def __init__(
        self, house: House, name: str, binding: SourceBinding, source: Source, *, began_at: datetime | None = None
    ) -> None:
        self._house, self._name, self._binding, self._source = house, name, binding, source
        self._began_at = began_at if binding.begin == "now" else None
        self._system = plug_of(house, binding)[0].manifest.name
        self._last: dict[tuple[str, str], Noted] = {}
        """Versions of objects that were looked at earlier in this look."""
        self._told: set[str] = set()
        self._refused: list[Kept] = []
        """Objects of calls that the system does not show."""

    def hear(self, changes: Iterable[Change], *, are_whole: bool = False) -> Telling:
        """Return what becomes of changes. Asks the system only for objects that it told with less than the whole."""
        followed = [one for one in changes if one.object in self._binding.objects and one.id]
        with reading(self._house.engine) as tx:
            known = sources.known(tx, [self._id(one) for one in followed])
        noted, self._refused = self._refused, []
        refreshes: list[str] = []
        for change in followed:
            if self._id(change) in known | self._told:
                continue
            handling = self._binding.objects[change.object]
            if handling.reads:
                found = self._event(change, self._house.library.inbound[handling.reads], is_whole=are_whole)
            else:
                found = [(self._noted(change, "refreshed"), None)]
                refreshes += handling.refreshes
            noted += found
            self._told |= {one.id for one, _ in found}
        return Telling(tuple(noted), tuple(dict.fromkeys(refreshes)))

    def fetched(self, calls: Iterable[Change]) -> list[Change]:
        """Return what calls are about, as it stands there now; what cannot be fetched as the call told it."""
        source = self._source
        found: list[Change] = []
        for call in calls:
            if not (isinstance(source, Fetches) and call.id and call.object in self._binding.objects):
                found += [call] if call.id else []
                continue
            try:
                now = source.fetch(call.object, call.id)
            except Rejected as e:
                self._refused.append(self._not_shown(call, e))
                continue
            found += [now] if now is not None else [call.model_copy(update={"data": {}})]
        return found

    def _event(self, change: Change, matrix: InboundMatrix, *, is_whole: bool) -> list[Kept]:
        is_old = self._began_at is not None and change.at is not None and change.at < self._began_at
        if is_old or self._stands_as_before(matrix, change):
            return [(self._noted(change, "before", self._said(matrix, change)), None)]
        is_part = matrix.is_whole and not is_whole
        if not (is_part and isinstance(self._source, Fetches) and self._concerns(matrix, change)):
            return [self._looked_at(matrix, change)]
        try:
            whole = self._source.fetch(change.object, change.id)
        except Rejected as e:
            return [self._not_shown(change, e)]
        if whole is None:
            return [(self._noted(change, "gone"), None)]
        if self._id(whole) == self._id(change):
            return [self._looked_at(matrix, whole)]
        overtaken: Kept = (self._noted(change, "overtaken"), None)
        with reading(self._house.engine) as tx:
            is_known = bool(sources.known(tx, [self._id(whole)])) or self._id(whole) in self._told
        return [overtaken] if is_known else [overtaken, self._looked_at(matrix, whole)]

    def _stands_as_before(self, matrix: InboundMatrix, change: Change) -> bool:
        """Tell whether what a list tells of an object is still what stood there when we began.

        It was not fetched then, so of what belongs to it nothing is known to compare.
        """
        last = self._before(change) if matrix.is_whole and isinstance(self._source, Fetches) else None
        if last is None or last.outcome != "before" or last.said is None:
            return False
        return _header(self._said(matrix, change)) == _header(last.said)

    def _not_shown(self, change: Change, error: Rejected) -> Kept:
        """Note an object that the system told and does not show: the others go on, and an alarm says so."""
        log.error("event_refused", source=self._name, object=change.object, key=change.id, why=error.message)
        return self._noted(change, "refused"), None

    def _looked_at(self, matrix: InboundMatrix, change: Change) -> Kept:
        """Return what becomes of a version that is new to us."""
        said = self._said(matrix, change)
        if not self._concerns(matrix, change):
            return self._noted(change, "ignored", said), None
        last = self._before(change)
        if last is not None and said == last.said:
            return self._noted(change, "same", said), None
        document = self._document(change)
        return self._noted(change, "document", said, document), document

    def _concerns(self, matrix: InboundMatrix, change: Change) -> bool:
        return events.concerns(self._house, matrix, self._as_event(change))

    def _said(self, matrix: InboundMatrix, change: Change) -> dict[str, str]:
        return inbound.said(matrix, self._as_event(change), self._house.library.environment.xref)

    def _before(self, change: Change) -> Noted | None:
        """Return the version of the object that was looked at last."""
        place = (change.object, change.id)
        if place in self._last:
            return self._last[place]
        with reading(self._house.engine) as tx:
            return sources.last(tx, self._name, change.object, change.id)

    def _document(self, change: Change) -> Document:
        """Keep the bytes of an event and return the document that they are."""
        content = encoded(self._as_event(change))
        sha256, size = self._house.blobs.put(io.BytesIO(content), limit=self._house.settings.max_bytes)
        name = printable_name(f"{self._name} {change.object} {change.id}.json")
        return Document(
            id=sha256, name=name, blob=Blob(sha256=sha256, size=size, media_type=EVENT), source=f"{PREFIX}{self._name}",
            received_at=self._house.clock.now(),
        )  # fmt: skip

    def _as_event(self, change: Change) -> Event:
        return Event(
            id=f"{change.object}/{change.id}/{change.version}", source=self._name,
            type=f"postroom.{self._system}.{change.object}.changed", subject=change.id, time=change.at,
            objectname=change.object, objectversion=change.version, data=plain_data(change.data),
        )  # fmt: skip

    def _noted(
        self, change: Change, outcome: Told, said: Mapping[str, str] | None = None, document: Document | None = None
    ) -> Noted:
        noted = Noted(
            source=self._name, object=change.object, object_key=change.id, version=change.version, at=change.at,
            seen_at=self._house.clock.now(), outcome=outcome, said=said, document_id=document.id if document else None,
        )  # fmt: skip
        if said is not None:
            self._last[change.object, change.id] = noted
        return noted

    def _id(self, change: Change) -> str:
        return change_id(self._name, change.object, change.id, change.version)


def _header(said: Mapping[str, str]) -> dict[str, str]:
    """Return what was said of the object itself, without what belongs to it."""
    return {path: value for path, value in said.items() if "[" not in path and "_first_" not in path}
