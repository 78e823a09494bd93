"""Events as documents: from bytes to a reading, by the inbound matrix that the environment names."""

from functools import lru_cache
from pathlib import Path

import structlog

from engine.content.converters import Inconvertible
from engine.content.inbound_matrix import InboundMatrix
from engine.content.ownership import Ownership, load_ownership
from engine.model.document import Document
from engine.model.errors import ReadError
from engine.model.event import Event, decoded
from engine.model.finding import Finding
from engine.model.page import Reading
from engine.runtime.house import House
from engine.stages import inbound
from engine.stages.inbound import Teller
from engine.store import sources, written
from engine.store.database import reading

log = structlog.get_logger()

PREFIX = "source:"
"""Begins the `source` of a document that a source told."""


def read(house: House, document: Document, path: Path, *, before: Reading | None = None) -> Reading:
    """Read an event by the matrix that the environment names for its source and object.

    `before` is what it was read as on its day; then nothing is asked of the store, which knows more by now. Raises ReadError
    when it is no event, or nothing says any more how it is read.
    """
    try:
        event = decoded(path.read_bytes())
    except ValueError as e:
        raise ReadError("The event cannot be read. Tell the operator.", code="event_unreadable", detail=str(e)) from e
    matrix = matrix_of(house, event)
    if matrix is None:
        raise ReadError(
            f"The environment does not say any more how {event.objectname} of {event.source} is read. "
            f"Name a matrix under sources.{event.source}.objects, or reject it.", code="event_unreadable",
        )  # fmt: skip
    environment = house.library.environment
    if before is not None and not concerns(house, matrix, event):
        return Reading(findings=(_passed_over(matrix),))
    return inbound.read(
        matrix,
        event,
        environment.xref,
        ownership=_ownership(house),
        teller=Teller(
            system=environment.sources[event.source].called,
            is_posted=_is_posted(house, document) if before is None else _was_posted(before),
        ),
    )


def concerns(house: House, matrix: InboundMatrix, event: Event) -> bool:
    """Tell whether a matrix wants to know of this version of an object."""
    try:
        return inbound.concerns(matrix, event, house.library.environment.xref)
    except Inconvertible as e:
        # what nobody can decide is for a person to see, not to be passed over
        log.warning(
            "event_condition_failed", source=event.source, object=event.objectname, key=event.subject, why=e.message
        )
        return True


def _passed_over(matrix: InboundMatrix) -> Finding:
    message = f"{matrix.ref} does not let this through: it would not have become a document."
    return Finding(code="event_passed_over", severity="fatal", message=message)


def matrix_of(house: House, event: Event) -> InboundMatrix | None:
    """Return the matrix by which an event is read, or None."""
    binding = house.library.environment.sources.get(event.source)
    followed = binding.objects.get(event.objectname) if binding else None
    return house.library.inbound.get(followed.reads or "") if followed else None


def _is_posted(house: House, document: Document) -> bool:
    """Tell whether an earlier version of an event's object was posted by now."""
    with reading(house.engine) as tx:
        noted = sources.of_document(tx, document.id)
        return noted is not None and written.stands(tx, sources.documents_of(tx, noted))


def _was_posted(before: Reading) -> bool:
    return before.embedded is not None and before.embedded.posted_before


def _ownership(house: House) -> Ownership:
    root = house.settings.content_folder()
    return _loaded(root, (root / "mappings" / "ownership.yaml").stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _loaded(root: Path, _changed: int) -> Ownership:
    return load_ownership(root)
