"""Owner, priority and due time of the review items of stored documents."""

from sqlalchemy import Connection

from engine.content.routing import Routing
from engine.model.record import Record
from engine.runtime.house import House
from engine.stages.seen import flow_for
from engine.stages.triage import triage
from engine.store import documents
from engine.store.reviews import Urgency


def of_document(
    tx: Connection, house: House, document_id: str, revision: int, *, queue: str, is_audit: bool = False
) -> Urgency:  # fmt: skip
    """Return how urgent an item about a document is that is opened now; one without a record is of normal urgency."""
    data = documents.load(tx, document_id, revision, "record")
    record = None if data is None else Record.model_validate(data)
    document = documents.get(tx, document_id)
    flow = None
    if record and document:
        flow = flow_for(house.library, document, record)
    routing = flow.routing if flow else _any_routing(house)
    return Urgency(*triage(record, routing=routing, queue=queue, now=house.clock.now(), is_audit=is_audit))


def _any_routing(house: House) -> Routing:
    """Return the routing of the first live flow: a document that belongs to no flow still belongs to a team."""
    return next((house.library.flows[ref].routing for ref in house.library.environment.flows), Routing())
