"""People say that several documents are one paper: their pages become one document, in the order that they say.

The parts end like a file that was taken apart, and give back what they claimed. They stay so, however often they are
walked again, until the whole is rejected.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from engine.model.document import Blob, Document
from engine.model.page import Reading
from engine.model.value import Value
from engine.runtime import again, intake, joining, merged, metrics, splitting, steps
from engine.runtime.desk import answering
from engine.runtime.desk.taking import Refused, held
from engine.runtime.house import House
from engine.runtime.merged import SOURCE, Merge
from engine.store import desk, documents, ledger, reviews, waits
from engine.store.database import reading, transaction

MOST = 50
"""Documents that become one."""
_WHY = "It became a part of another document."


class Part(Value):
    """A document as somebody saw it."""

    id: str
    revision: int


class Merged(Value):
    """What documents became."""

    id: str
    revision: int
    """The one that begins, which the caller queues."""
    is_new: bool
    """False when the same was said before; then nothing was changed."""


def merge(house: House, parts: Sequence[Part], *, by: str) -> Merged:
    """Make one document of several in review, with their pages in this order.

    The same answer again changes nothing. Raises Gone for a part that changed meanwhile, Refused for parts that cannot
    become one (nothing was changed then), ReadError for files that cannot be put together, LookupError for no such document.
    """
    if not 2 <= len(parts) <= MOST or len({one.id for one in parts}) != len(parts):  # noqa: PLR2004 - one is none to merge
        raise Refused(f"Name 2 to {MOST} different documents, in the order of their pages.")
    with transaction(house.engine) as tx:
        if (done := _done(tx, parts)) is not None:
            return done
        papers = [_checked(tx, one, by=by, house=house) for one in parts]
    whole = _whole(house, papers)
    with transaction(house.engine) as tx:
        for one in sorted(parts, key=lambda one: one.id):
            _end(tx, house, one, by=by, into=whole.id)
        return _begin(tx, house, whole, parts, by=by)


def undo(house: House, document_id: str, *, revision: int, by: str, why: str) -> tuple[Part, ...]:
    """Reject a document that was made of several, and begin these anew; return their revisions, which the caller queues.

    Repeatable: what was begun already is not begun again. Raises Gone or Refused: for what is no such document, without a reason,
    and for what stands in a target.
    """
    with reading(house.engine) as tx:
        said, whole = merged.of(tx, document_id), documents.get(tx, document_id)
    if said is None or whole is None or not said.parts:
        raise Refused("It was not made of several documents.")
    if whole.state != "rejected":
        answering.reject(house, document_id, revision=revision, by=by, why=why)
    begun: list[Part] = []
    with transaction(house.engine) as tx:
        for one in sorted(said.parts):
            part, now = merged.of(tx, one), documents.lock(tx, one)
            if now.state == "unpacked" and part is not None and part.into == document_id:
                again_at = again.begin(tx, one, flow=None, at=house.clock.now())
                begun.append(Part(id=one, revision=again_at))
        ledger.append(
            tx, at=house.clock.now(), document_id=document_id, kind="merge_undone", actor=by,
            data={"parts": [one.id for one in begun], "why": why},
        )  # fmt: skip
    return tuple(begun)


def _done(tx: Connection, parts: Sequence[Part]) -> Merged | None:
    """Return what the same parts in the same order became before, while that counts."""
    into = {merged.became(tx, one.id) for one in parts}
    whole = documents.get(tx, next(iter(into)) or "") if len(into) == 1 else None
    said = merged.of(tx, whole.id) if whole else None
    if whole is None or said is None or said.parts != tuple(one.id for one in parts):
        return None
    return Merged(id=whole.id, revision=whole.revision, is_new=False)


def _checked(tx: Connection, part: Part, *, by: str, house: House) -> Document:
    """Return a document that may become a part. Raises Gone, Refused, LookupError."""
    document = held(tx, part.id, revision=part.revision, by=by, at=house.clock.now())
    if document.state != "in_review":
        raise Refused(f"{document.name} is {document.state.replace('_', ' ')}: only what is in review is merged.")
    if document.blob.media_type not in joining.JOINABLE:
        raise Refused(
            f"{document.name} is {document.blob.media_type}: only pages of PDF, TIFF, PNG and JPEG are merged."
        )
    return document


def _whole(house: House, papers: Sequence[Document]) -> Document:
    """Return the document that the parts become; its bytes are kept. Raises Refused, ReadError."""
    _refuse_two_invoices(house, papers)
    first, flows = papers[0], {one.flow for one in papers}
    with tempfile.TemporaryDirectory(prefix="postroom-merge-") as folder:
        file = Path(folder) / "whole"
        joining.join(
            [(house.blobs.local(one.blob), one.blob.media_type) for one in papers], file, limits=house.settings.limits()
        )
        with file.open("rb") as stream:
            sha256, size = house.blobs.put(stream, limit=house.settings.max_bytes)
    made = Document(
        id=sha256, name=f"{Path(first.name).stem}, merged of {len(papers)}.pdf", source=first.source,
        blob=Blob(sha256=sha256, size=size, media_type=joining.PDF), received_at=house.clock.now(), parent_id=first.id,
        flow=first.flow if len(flows) == 1 else None,
    )  # fmt: skip
    intake.refuse_erased(house, made)
    return made


def _refuse_two_invoices(house: House, papers: Sequence[Document]) -> None:
    """Refuse files of which the machine would read less than all, or more than one (Refused)."""
    carries: list[str] = []
    for one in papers:
        with reading(house.engine) as tx:
            data = documents.latest(tx, one.id, "reading")
        known = Reading() if data is None else Reading.model_validate(data)
        if splitting.is_cut_off(known):
            raise Refused(f"Only the first pages of {one.name} were read. Merge smaller files.")
        carries += [one.name] if known.embedded is not None else []
    if len(carries) > 1:
        raise Refused(f"{carries[0]} and {carries[1]} each carry an e-invoice: they are two documents.")


def _end(tx: Connection, house: House, part: Part, *, by: str, into: str) -> None:
    """End a part for good, as far as the whole counts. Raises Gone, Refused when something of it stands in a target."""
    now = house.clock.now()
    _checked(tx, part, by=by, house=house)
    answering.call_off(tx, part.id, by=by, why=_WHY, at=now)
    documents.move(tx, part.id, "processing", at=now)
    documents.move(tx, part.id, "unpacked", at=now)
    before = merged.of(tx, part.id)
    said = Merge(by=by, into=into, parts=before.parts if before else ())
    documents.save(tx, part.id, part.revision, "merge", said.model_dump(mode="json"))
    steps.give_back(tx, part.id, at=now)
    waits.end(tx, part.id)
    reviews.close_reviews(tx, part.id, now)
    desk.drop_draft(tx, part.id, by=by)
    ledger.append(
        tx, at=now, document_id=part.id, kind="merged_into", actor=by, data={"revision": part.revision, "into": into}
    )
    metrics.DOCUMENTS.labels("unpacked").inc()


def _begin(tx: Connection, house: House, whole: Document, parts: Sequence[Part], *, by: str) -> Merged:
    """Register the whole, or begin its next revision where it was rejected before. Raises Refused."""
    known = documents.get(tx, whole.id)
    if known is not None and known.state != "rejected":
        raise Refused(
            f"These pages are a document already, and it is {known.state.replace('_', ' ')}: {known.id[:12]}."
        )
    now, ids = house.clock.now(), tuple(one.id for one in parts)
    document = intake.register(tx, whole).document if known is None else known
    for one in ids if known is None else ():
        if one != whole.parent_id:
            documents.add(tx, whole.model_copy(update={"parent_id": one, "source": SOURCE}))
    ledger.append(
        tx,
        at=now,
        document_id=whole.id,
        kind="documents_merged",
        actor=by,
        data={"parts": list(ids), "name": whole.name},
    )
    revision = document.revision if known is None else again.begin(tx, whole.id, flow=None, at=now)
    documents.save(tx, whole.id, revision, "merge", Merge(by=by, parts=ids).model_dump(mode="json"))
    return Merged(id=whole.id, revision=revision, is_new=True)
