"""Events as documents: from bytes to a reading, by the inbound matrix that the environment names."""

from functools import lru_cache
from pathlib import Path

from engine.content.environment import Environment
from engine.content.inbound_matrix import InboundMatrix
from engine.content.ownership import Ownership, load_ownership
from engine.model.document import Document
from engine.model.errors import ReadError
from engine.model.event import Event, decoded
from engine.model.page import Reading
from engine.runtime.house import House
from engine.stages import inbound
from engine.stages.inbound import Teller
from engine.store import sources, written
from engine.store.database import reading

PREFIX = "source:"
"""Begins the `source` of a document that a source told."""


def read(house: House, document: Document, path: Path) -> Reading:
    """Read an event by the matrix that the environment names for its source and object.

    Raises ReadError when it is no event, or nothing says any more how it is read.
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
    return inbound.read(
        matrix,
        event,
        environment.xref,
        ownership=_ownership(house),
        teller=_teller(house, environment, document, event),
    )


def matrix_of(house: House, event: Event) -> InboundMatrix | None:
    """Return the matrix by which an event is read, or None."""
    binding = house.library.environment.sources.get(event.source)
    followed = binding.objects.get(event.objectname) if binding else None
    return house.library.inbound.get(followed.reads or "") if followed else None


def read_with(house: House, pages: Reading) -> dict[str, str]:
    """Return the digest of the matrix by which an event was read; of other readings nothing."""
    embedded = pages.embedded
    if embedded is None or embedded.syntax != "event":
        return {}
    ref = f"inbound/{embedded.by}"
    return {ref: house.library.digests[ref]} if ref in house.library.digests else {}


def _teller(house: House, environment: Environment, document: Document, event: Event) -> Teller:
    with reading(house.engine) as tx:
        noted = sources.of_document(tx, document.id)
        is_posted = noted is not None and written.stands(tx, sources.documents_of(tx, noted))
    return Teller(system=environment.sources[event.source].called, is_posted=is_posted)


def _ownership(house: House) -> Ownership:
    root = house.settings.content_folder()
    return _loaded(root, (root / "mappings" / "ownership.yaml").stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _loaded(root: Path, _changed: int) -> Ownership:
    return load_ownership(root)
