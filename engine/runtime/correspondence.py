"""The mail that a document came with, as far as it says something about the document."""

from engine.model.document import Document
from engine.model.errors import ReadError
from engine.runtime.house import House
from engine.runtime.mail import unpack
from engine.runtime.media_type import MAIL
from engine.stages.contradict.around import Letter, letter
from engine.store import documents
from engine.store.database import reading


def letter_of(house: House, document: Document) -> Letter | None:
    """Return what the mail says that a document was taken out of; None without one, and when it cannot be read again."""
    if document.parent_id is None:
        return None
    with reading(house.engine) as tx:
        parent = documents.get(tx, document.parent_id)
    if parent is None or parent.blob.media_type != MAIL:
        return None
    try:
        mail = unpack(house.blobs.local(parent.blob), limits=house.settings.limits())
    except (ReadError, OSError):
        return None
    return letter(
        subject=mail.subject, sender=mail.sender, text=mail.text, html=mail.html, document_count=max(1, len(mail.parts))
    )
