"""What flows are told of a document when they say whether they take it. Pure."""

from engine.content.flow import Flow
from engine.content.library import Library
from engine.content.when import Seen, channel_of
from engine.model.document import Document
from engine.model.record import Record
from engine.stages.parties.entities import match_entity

_BUYER = {"not_asked": "unknown", "none": "other"}


def flow_for(library: Library, document: Document, record: Record) -> Flow | None:
    """Return the flow that a document belongs to: the one that its sender asked for, else the first that takes it."""
    return library.flow_for(seen_of(library, document, record), document.flow)


def seen_of(library: Library, document: Document, record: Record) -> Seen:
    """Return what a document and its record show; buyers are known as ours by the companies of the environment."""
    buyer = match_entity(record, entities=library.environment.company.entities)
    told = {
        "type": record.type, "name": document.name, "channel": channel_of(document.source) or "",
        "source": document.source.rpartition(":")[2], "language": record.classification.language or "",
        "buyer": _BUYER.get(buyer.outcome, "ours"),
        "company": buyer.chosen.id if buyer.outcome == "one" and buyer.chosen is not None else "",
    }  # fmt: skip
    return Seen(
        type=record.type, type_confidence=record.classification.type_confidence,
        origin=document.origin, source=document.source,
        record={field.name: field.value for field in record.fields if field.value.strip()},
        document={name: value for name, value in told.items() if value},
    )  # fmt: skip
