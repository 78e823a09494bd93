"""Asking sources what changed: one worker asks a source at a time, and its cursor moves with what it covers.

Whatever dies in between, nothing is lost and nothing comes twice: what was told and not kept is told again, because the cursor
stands where it stood, and what was kept is known by source, object, key and version.
"""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy import Connection

from engine.content.followed import SourceBinding
from engine.model.errors import PostroomError, Transient
from engine.model.value import Value
from engine.ports import Source
from engine.runtime import intake, master_sync
from engine.runtime.house import House
from engine.runtime.sources.connecting import binding_of, close, connect
from engine.runtime.sources.events import PREFIX
from engine.runtime.sources.telling import Listener, Telling
from engine.store import sources
from engine.store.database import reading, transaction
from engine.store.sources import SourceState

log = structlog.get_logger()

LEASE = timedelta(minutes=10)
"""How long one part of a look may take; renewed with every page. A worker that dies is noticed sooner."""
_MOST_PAUSE = timedelta(hours=1)
_MOST_CALLS = 500
_MOST_PAGES = 1000
_KEPT = timedelta(days=90)


class Polled(Value):
    """What came of a look at a source."""

    source: str
    what: Literal["answered", "failed", "busy"]
    """busy: it is not due, or somebody else asks it at this moment."""
    changes: int = 0
    """Versions that were not known before."""
    documents: tuple[str, ...] = ()
    """Ids of documents that are new."""
    refreshed: tuple[str, ...] = ()
    """Kinds of master data that were asked for anew."""
    why: str = ""


class _Lost(Exception):
    """Somebody else asks the source by now; what we heard they will hear too."""


def poll(house: House, name: str, *, by: str, at_once: bool = False, connected: Source | None = None) -> Polled:
    """Ask a source what changed, if it is due or `at_once`, until it says that this was all.

    `connected` is used in the place of a connection of its own. A failure is noted with a pause that doubles from one to the
    next; the cursor stays. Raises LookupError for an unknown source.
    """
    binding = binding_of(house, name)
    now = house.clock.now()
    with transaction(house.engine) as tx:
        sources.begin(tx, name, now)
        state = sources.lease(tx, name, by=by, at=now, until=now + LEASE, at_once=at_once)
    if state is None:
        return Polled(source=name, what="busy")
    look = _Look(house, name, binding, by)
    try:
        with _connection(house, name, connected) as source:
            look.take_calls(source, state)
            if binding.is_polled:
                look.ask(source, state)
        look.end()
    except _Lost:
        log.info("source_taken_over", source=name)
    except PostroomError as e:
        look.fail(e, state)
        return look.result("failed", e.message)
    return look.result("answered")


@contextlib.contextmanager
def _connection(house: House, name: str, connected: Source | None) -> Iterator[Source]:
    if connected is not None:
        yield connected
        return
    source = connect(house, name)
    try:
        yield source
    finally:
        close(source)


class _Look:
    """One look at one source."""

    def __init__(self, house: House, name: str, binding: SourceBinding, by: str) -> None:
        self._house, self._name, self._binding, self._by = house, name, binding, by
        self._cursor = ""
        self._changes = 0
        self._documents: list[str] = []
        self._refreshed: list[str] = []

    def take_calls(self, source: Source, state: SourceState) -> None:
        """Look into calls that came in since, the oldest first."""
        self._cursor = state.cursor
        while True:
            with reading(self._house.engine) as tx:
                calls = sources.open_calls(tx, self._name, limit=_MOST_CALLS)
            if not calls:
                return
            listener = Listener(self._house, self._name, self._binding, source)
            told = listener.hear(listener.fetched([call.change for call in calls]), are_whole=True)
            self._keep(told, cursor=self._cursor, is_begun=state.is_begun, calls=[call.id for call in calls])

    def ask(self, source: Source, state: SourceState) -> None:
        """Ask from the cursor on, page by page."""
        is_begun = state.is_begun
        for _ in range(_MOST_PAGES):
            changes = source.poll(self._cursor)
            listener = Listener(
                self._house, self._name, self._binding, source, began_at=None if is_begun else state.began_at
            )
            told = listener.hear(changes.rows)
            is_begun = is_begun or changes.is_all
            self._keep(told, cursor=changes.cursor, is_begun=is_begun)
            if changes.is_all:
                return

    def end(self) -> None:
        """Note that the source answered, and when it is asked next."""
        now = self._house.clock.now()
        with transaction(self._house.engine) as tx:
            self._hold(tx)
            sources.advance(
                tx, self._name, answered_at=now, failures=0, why="", lease_by=None, lease_until=None,
                next_at=now + timedelta(seconds=self._binding.period_seconds),
            )  # fmt: skip
            sources.forget(tx, self._name, before=now - _KEPT)

    def fail(self, error: PostroomError, state: SourceState) -> None:
        """Note that the source did not answer, and leave it alone for a while."""
        now = self._house.clock.now()
        with transaction(self._house.engine) as tx:
            if sources.hold(tx, self._name, by=self._by, cursor=self._cursor) is None:
                return
            sources.advance(
                tx, self._name, failures=state.failures + 1, why=error.message, lease_by=None, lease_until=None,
                next_at=now + self._pause(error, state.failures),
            )  # fmt: skip
        log.warning("source_failed", source=self._name, kind=type(error).__name__, why=error.message)

    def result(self, what: Literal["answered", "failed"], why: str = "") -> Polled:
        """Return what came of it."""
        refreshed = tuple(dict.fromkeys(self._refreshed))
        return Polled(
            source=self._name, what=what, changes=self._changes, documents=tuple(self._documents), refreshed=refreshed,
            why=why,
        )  # fmt: skip

    def _keep(self, told: Telling, *, cursor: str, is_begun: bool, calls: Sequence[str] = ()) -> None:
        """Refresh master data, then keep what was told together with the cursor. Raises _Lost."""
        if told.refreshes:
            master_sync.sync(
                self._house,
                self._binding.target,
                actor=f"{PREFIX}{self._name}",
                kinds=told.refreshes,
                changed_only=True,
            )
        now = self._house.clock.now()
        new: list[str] = []
        with transaction(self._house.engine) as tx:
            seq = self._hold(tx).last_seq
            for noted, document in told.noted:
                seq += 1
                if document is not None and intake.register(tx, document).is_new:
                    new.append(document.id)
                sources.note(tx, noted.model_copy(update={"seq": seq}))
            sources.close_calls(tx, calls, now)
            sources.advance(
                tx, self._name, cursor=cursor, is_begun=is_begun, last_seq=seq, lease_until=now + LEASE
            )  # fmt: skip
        self._cursor = cursor
        self._changes += len(told.noted)
        self._documents += new
        self._refreshed += told.refreshes
        if told.noted:
            log.info("source_told", source=self._name, changes=len(told.noted), documents=len(new))

    def _hold(self, tx: Connection) -> SourceState:
        state = sources.hold(tx, self._name, by=self._by, cursor=self._cursor)
        if state is None:
            raise _Lost
        return state

    def _pause(self, error: PostroomError, failures: int) -> timedelta:
        period = timedelta(seconds=self._binding.period_seconds)
        pause = min(period * (1 << min(failures, 12)), max(_MOST_PAUSE, period))
        asked = error.retry_after if isinstance(error, Transient) else None
        return max(pause, timedelta(seconds=asked)) if asked else pause


def is_due(house: House, name: str, now: datetime) -> bool:
    """Tell whether a source should be asked now; cheap, for those who look often."""
    with reading(house.engine) as tx:
        state = sources.state(tx, name)
    return state is None or (state.next_at <= now and (state.lease_until is None or state.lease_until < now))
