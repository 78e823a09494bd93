"""What flows are told of a document when they say whether they take it. Pure."""

from collections.abc import Sequence

from engine.content.environment import Entity
from engine.content.when import Seen, channel_of
from engine.model.document import Document
from engine.model.record import Record
from engine.stages.parties.entities import match_entity

_BUYER = {"not_asked": "unknown", "none": "other"}


def seen_of(document: Document, record: Record, entities: Sequence[Entity]) -> Seen:
    """Return what a document and its record show; `entities` are our own companies, by which buyers are known as ours."""
    buyer = match_entity(record, entities=entities)
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
