"""People say where a file is to be cut, or that it is one document; their word replaces what the machine would do."""

from collections.abc import Sequence

from sqlalchemy import Connection

from engine.model.cut import Cut
from engine.model.document import SETTLED, Document
from engine.model.operation import OperationState
from engine.model.page import Reading
from engine.model.value import Value
from engine.runtime import again
from engine.runtime.corrections import Refused
from engine.runtime.house import House
from engine.runtime.splitting import is_cut_off
from engine.stages.split import cut_before, spoken
from engine.store import documents, ledger, operations
from engine.store.database import transaction

_LEFT_NOTHING: frozenset[OperationState] = frozenset({"rejected", "cancelled"})
"""States of operations that left nothing in a target, and will not."""


class Answer(Value):
    """What became of an answer."""

    revision: int
    """The one in which the file is cut, or read as one document."""
    is_new: bool
    """False when the same answer was given before; then nothing was changed."""


def answer(house: House, document_id: str, *, begins: Sequence[int], by: str) -> Answer:
    """Note where a person says that documents begin (pages of the second and later ones; none: it is one document).

    The review ends and the next revision begins; the caller queues it. The same answer again changes nothing. Raises
    Refused for pages that are not there, a file that is still being processed, was taken apart or posted already, or
    has no pages; LookupError for an unknown document.
    """
    cut = Cut(begins=tuple(sorted(set(begins))), by=by, at=house.clock.now())
    with transaction(house.engine) as tx:
        document = documents.lock(tx, document_id)
        before = documents.latest(tx, document_id, "cut")
        if before is not None and Cut.model_validate(before).begins == cut.begins:
            return Answer(revision=document.revision, is_new=False)
        _allow(tx, document, cut)
        if cut.begins:
            _check(tx, house, document, cut)
        return Answer(revision=_note(tx, house, document, cut), is_new=True)


def _note(tx: Connection, house: House, document: Document, cut: Cut) -> int:
    now = house.clock.now()
    ledger.append(
        tx, at=now, document_id=document.id, kind="split_decided", actor=cut.by,
        data={"revision": document.revision, "begins": spoken(cut.begins) if cut.begins else "one document"},
    )  # fmt: skip
    revision = again.begin(tx, document.id, flow=None, at=now)
    documents.save(tx, document.id, revision, "cut", cut.model_dump(mode="json"))
    return revision


def _check(tx: Connection, house: House, document: Document, cut: Cut) -> None:
    """Raise Refused when the file cannot be cut so."""
    data = documents.load(tx, document.id, document.revision, "reading")
    if data is None:
        raise Refused("This file has no pages that can be cut. Send its documents one by one.")
    reading = Reading.model_validate(data)
    if is_cut_off(reading):
        raise Refused("Only the first pages of this file were read. Send it in smaller files.")
    last = max((page.number for page in reading.pages), default=0)
    if wrong := [page for page in cut.begins if not 2 <= page <= last]:  # noqa: PLR2004 - the first begins on page 1
        raise Refused(
            f"The second document begins on page 2 or later, and there are {last} pages; not: {spoken(wrong)}."
        )
    found = cut_before(
        reading, cut.begins, house.library.vocabularies, separators=house.settings.separator_codes, by=cut.by
    )
    if len(found.parts) <= len(cut.begins):
        raise Refused("One of the documents would have nothing but empty pages or separator sheets.")


def _allow(tx: Connection, document: Document, cut: Cut) -> None:
    """Raise Refused when something happened to the document already that a cut would double."""
    if document.state == "unpacked":
        raise Refused("This file was taken apart already. What it held are documents of their own now.")
    if document.state not in SETTLED:
        raise Refused("The document is still being processed. Answer when it has come to rest.")
    sent = [one for one in operations.of_document(tx, document.id) if one.state not in _LEFT_NOTHING]
    if cut.begins and sent:
        raise Refused("The file was posted as one document. Take that back in the target, then send the parts.")
