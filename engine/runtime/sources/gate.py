"""What ends an event before it is judged: a later version of its object is known, or it is our own write coming back."""

from collections.abc import Iterator

from sqlalchemy import Connection

from engine.content.inbound_matrix import InboundMatrix
from engine.model.document import Document, State
from engine.runtime import steps
from engine.runtime.house import House
from engine.stages.echo import Written, is_echo
from engine.store import sources, written
from engine.store.database import reading
from engine.store.sources import Noted


def ended(house: House, document: Document, revision: int) -> bool:
    """End an event as `stale` or `echo` when it is one, and say so. A later revision is a person's word and goes on."""
    if document.origin != "event" or revision > 1:
        return False
    with reading(house.engine) as tx:
        noted = sources.of_document(tx, document.id)
        found = None if noted is None else _end(tx, house, noted)
    if found is None:
        return False
    state, told = found
    steps.conclude(house, document.id, revision, state, f"document_{state}", told)
    return True


def _end(tx: Connection, house: House, noted: Noted) -> tuple[State, dict[str, str]] | None:
    later = sources.newer(tx, noted)
    if later is not None:
        return "stale", {"newer": later.version, "object": noted.object, "key": noted.object_key}
    binding = house.library.environment.sources.get(noted.source)
    followed = binding.objects.get(noted.object) if binding else None
    matrix = house.library.inbound.get(followed.reads or "") if followed else None
    if binding is None or matrix is None or noted.said is None:
        return None
    previous = sources.last(tx, noted.source, noted.object, noted.object_key, before=noted.seq)
    before = None if previous is None else previous.said
    for operation, one in _written(tx, binding.target, matrix, noted):
        if is_echo(noted.said, before=before, written=one, version=noted.version, at=noted.at):
            return "echo", {"operation": operation, "object": noted.object, "key": noted.object_key}
    return None


def _written(tx: Connection, target: str, matrix: InboundMatrix, noted: Noted) -> Iterator[tuple[str, Written]]:
    """Yield what we wrote into the object, and what is on its way and may have arrived."""
    last = written.last_into(tx, target=target, object_=matrix.wrote, external_id=noted.object_key)
    if last is not None:
        yield last[0].key, Written(payload=last[0].payload, version=last[1])
    for operation in written.on_the_way(tx, target=target, object_=matrix.wrote):
        yield operation.key, Written(payload=operation.payload)
