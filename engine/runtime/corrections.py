"""People put a value right: the document is judged anew, and the vendor's next one is read right."""

from collections.abc import Sequence

import structlog
from jsonschema import Draft202012Validator

from engine.model.correction import Correction
from engine.model.document import SETTLED, Document, DocumentType
from engine.model.errors import PostroomError
from engine.model.layout import Placing
from engine.model.page import Reading
from engine.model.record import Extraction
from engine.runtime import again, thresholds
from engine.runtime.house import House
from engine.stages.correct import TYPE, complaint, corrected
from engine.stages.layout.apply import identities
from engine.stages.layout.columns import learn_column
from engine.stages.layout.learn import learn
from engine.stages.layout.spans import compact
from engine.store import corrections as correction_store
from engine.store import documents, layouts, ledger
from engine.store.database import reading as reading_tx
from engine.store.database import transaction

log = structlog.get_logger()
_SCHEMA = "invoice"
"""Names of all record types are the same where the meaning is (DESIGN 5); this schema has the most."""


class Refused(PostroomError):
    """A correction that cannot be taken. Say it differently; nothing was changed."""


def correct(house: House, document_id: str, changes: Sequence[Correction], *, by: str, seen: int | None = None) -> int:
    """Note what a person said, learn the vendor's layout from it, and begin the next revision; return its number.

    The caller queues the revision. Raises Refused for an unknown field, a value of the wrong form, a document that is
    still being processed or has no pages, or is in another revision than the one that was `seen`; LookupError for an
    unknown document.
    """
    document, reading, extraction = _load(house, document_id)
    if document.state not in SETTLED:
        raise Refused("The document is still being processed. Correct it when it has come to rest.")
    for change in changes:
        _check(house, change, extraction)
    now = house.clock.now()
    signed = [change.model_copy(update={"by": by, "at": now}) for change in changes]
    values = [one for one in signed if one.path != TYPE]
    placings = _placings(house, reading, extraction, values)
    known_by = _identities(house, corrected(extraction, signed)) if placings else ()
    with transaction(house.engine) as tx:
        there = documents.lock(tx, document_id).revision
        if there != document.revision or seen not in {None, there}:
            raise Refused(f"This is revision {there} by now. Look at it again.")
        correction_store.add(tx, document_id=document_id, revision=document.revision, corrections=signed, by=by, at=now)
        layouts.learn(tx, identities=known_by, placings=placings, document_id=document_id, at=now)
        thresholds.review(tx, house, document_id, thresholds.wrong_of(extraction, values), by=by)
        ledger.append(
            tx, at=now, document_id=document_id, kind="document_corrected", actor=by,
            data={
                "revision": document.revision, "values": {change.path: change.value for change in signed},
                "learned": [placing.field for placing in placings] if known_by else [],
            },
        )  # fmt: skip
        return again.begin(tx, document_id, flow=None, at=now)


def _load(house: House, document_id: str) -> tuple[Document, Reading, Extraction]:
    with reading_tx(house.engine) as tx:
        document = documents.get(tx, document_id)
        if document is None:
            raise LookupError(f"no document {document_id}")
        pages = documents.load(tx, document_id, document.revision, "reading")
        extraction = documents.load(tx, document_id, document.revision, "extraction")
    if pages is None or extraction is None:
        raise Refused("Nothing could be read of this document, so there is nothing to correct. Enter it in the target.")
    return document, Reading.model_validate(pages), Extraction.model_validate(extraction)


def _check(house: House, change: Correction, extraction: Extraction) -> None:
    if change.path == TYPE:
        _check_type(house, change)
        return
    schema = house.library.schemas[_SCHEMA]
    wrong = complaint(change, extraction, schema)
    if wrong is not None:
        raise Refused(wrong)
    if change.value is None:
        return
    group, _, name = change.path.rpartition(".")
    properties = schema["properties"][group.split("[")[0]]["items"]["properties"] if group else schema["properties"]
    form = {**properties[name], "$defs": schema.get("$defs", {})}
    error = next(iter(Draft202012Validator(form).iter_errors(change.value)), None)
    if error is not None:
        raise Refused(
            f"{change.path}: {change.value!r} has not the right form. Write dates as 2026-11-30, amounts as 1204.50, "
            "currencies as EUR.", detail=error.message,
        )  # fmt: skip


def types(house: House) -> tuple[DocumentType, ...]:
    """Return what a person may say that a document is: the types that live flows take, in their order."""
    flows = (house.library.flows[ref] for ref in house.library.environment.flows)
    return tuple(dict.fromkeys(one for flow in flows if flow.when.origin == "document" for one in flow.when.types))


def _check_type(house: House, change: Correction) -> None:
    known = types(house)
    if change.value not in known:
        raise Refused(f"No live flow takes documents of type {change.value!r}. There are: {', '.join(known)}.")


def _placings(
    house: House, reading: Reading, extraction: Extraction, changes: Sequence[Correction]
) -> tuple[Placing, ...]:
    """Return where the corrected values stand on the page: header fields, and columns of cells of line items."""
    found = (
        learn_column(reading, extraction, change, vocabularies=house.library.vocabularies)
        if "[" in change.path
        else learn(
            reading, field=change.path, value=change.value, page=change.page, box=change.box,
            vocabularies=house.library.vocabularies, language=extraction.classification.language,
        )
        for change in changes
        if change.value is not None
    )  # fmt: skip
    return tuple({placing.field: placing for placing in found if placing is not None}.values())


def _identities(house: House, extraction: Extraction) -> tuple[str, ...]:
    """Return what the vendor is known by. Our own numbers are no vendor's: they stand on everybody's invoices."""
    ours = {compact(entity.tax_id) for entity in house.library.environment.company.entities if entity.tax_id}
    known = tuple(one for one in identities(extraction) if one.partition(":")[2] not in ours)
    if not known:
        log.info("layout_not_learned", document=extraction.document_id, why="no identity of the vendor was read")
    return known
