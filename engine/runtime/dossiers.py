"""Dossiers: papers of one applicant are collected until all are there; what is missing is asked for.

The Aggregator of the Enterprise Integration Patterns, out of what the house has: a paper is judged as any document, and one
that is let through joins a dossier instead of being sent. The dossier is a document of its own; its record is what its papers
say together, its rules say whether it waits, and it is woken as what waits for an order is (engine/runtime/waiting.py).
"""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection

from engine.content.flow import Flow
from engine.content.when import Seen
from engine.model.document import Document
from engine.model.dossier import decoded
from engine.model.errors import ReadError
from engine.model.event import DOSSIER
from engine.model.page import Reading
from engine.model.record import Record
from engine.runtime.house import House
from engine.stages import dossier as stage
from engine.stages.dossier import Joined
from engine.store import documents, dossiers, waits
from engine.store.database import reading
from engine.store.dossiers import Paper

SOURCE = "dossier"


def flow_of(house: House, type_: str) -> Flow | None:
    """Return the live flow of dossiers of a type, or None."""
    flow = house.library.flow_for(Seen(type=type_, source=SOURCE))
    return flow if flow is not None and flow.collects is not None else None


def read(house: House, document: Document, path: Path) -> Reading:
    """Read a dossier by the papers that are in it now, or a reminder. Raises ReadError when no live flow collects it."""
    try:
        file = decoded(path.read_bytes())
    except ValueError as e:
        raise ReadError(
            "The dossier cannot be read. Tell the operator.", code="dossier_unreadable", detail=str(e)
        ) from e
    if file.opened_by is None:
        return stage.reminder(file)
    flow = flow_of(house, file.type)
    if flow is None or flow.collects is None:
        raise ReadError(
            f"No live flow collects papers for {file.type}. Make one live, or reject the dossier.",
            code="dossier_unreadable",
        )
    with reading(house.engine) as tx:
        there = dossiers.papers(tx, document.id)
        wait = waits.of_document(tx, document.id)
        joined = [one for one in (_joined(tx, paper) for paper in there) if one is not None]
    return stage.put_together(
        file.type, flow.collects, joined, schema=house.library.schemas[flow.record],
        reminders=wait.tries if wait is not None else 0, mark=dossiers.mark(there),
    )  # fmt: skip


def mark(tx: Connection, document: Document, revision: int) -> str:
    """Return the mark of the papers that a dossier's record was put together of."""
    data = documents.load(tx, document.id, revision, "reading")
    embedded = Reading.model_validate(data).embedded if data is not None else None
    return f"{waits.papers_of(document.id)}={embedded.profile if embedded is not None else ''}"


def _joined(tx: Connection, paper: Paper) -> Joined | None:
    data = documents.load(tx, paper.document_id, paper.revision, "record")
    document = documents.get(tx, paper.document_id)
    if data is None or document is None or document.state == "erased":
        return None
    return Joined(Record.model_validate(data), document.name)


def standing(house: House, document_id: str) -> Mapping[str, str] | None:
    """Return the papers of a dossier by id with their types; None for a document that is none."""
    with reading(house.engine) as tx:
        document = documents.get(tx, document_id)
        if document is None or document.blob.media_type != DOSSIER:
            return None
        return {one.document_id: one.type for one in dossiers.papers(tx, document_id)}
