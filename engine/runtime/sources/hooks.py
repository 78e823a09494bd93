"""Calls of systems that tell us of a change by themselves. A call is checked and kept, and looked into by whoever asks its source."""

from collections.abc import Mapping

import structlog

from engine.model.errors import Unauthorised
from engine.ports import Greets
from engine.runtime.house import House
from engine.runtime.sources.connecting import binding_of, close, connect
from engine.store import sources
from engine.store.database import transaction

log = structlog.get_logger()

MOST_BYTES = 1024 * 1024
"""Of one call. HubSpot sends at most 100 events of some hundred bytes, Dataverse at most 256 KiB."""


def address(house: House, name: str, query: str) -> str:
    """Return the address at which a source was called, as its system knows it. Raises LookupError where no calls are taken."""
    webhook = binding_of(house, name).webhook
    if webhook is None:
        raise LookupError(f"The source {name} takes no calls.")
    return f"{webhook}?{query}" if query else webhook


def greeting(house: House, name: str, query: Mapping[str, str]) -> str | None:
    """Return what to answer a call by which a system only checks that we are there; None for other calls."""
    source = connect(house, name)
    try:
        return source.greeting(query) if isinstance(source, Greets) else None
    finally:
        close(source)


def take(house: House, name: str, body: bytes, headers: Mapping[str, str], *, method: str, url: str) -> int:
    """Check a call and keep what it tells. Returns how many of its events are new. Raises Unauthorised."""
    source = connect(house, name)
    now = house.clock.now()
    try:
        told = source.accept(body, headers, method=method, url=url, now=now)
    except Unauthorised:
        log.warning("call_refused", source=name)
        raise
    finally:
        close(source)
    followed = binding_of(house, name).objects
    rows = [row for row in told.rows if row.object in followed]
    with transaction(house.engine) as tx:
        sources.begin(tx, name, now)
        new = sum(sources.take_call(tx, name, row, now) for row in rows)
        if new:
            sources.ring(tx, name, now)
    log.info("call_taken", source=name, events=len(rows), new=new)
    return new
