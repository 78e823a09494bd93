"""The body of a mail that is itself the document: an order in the text, an invoice as a table."""

import html
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.model.errors import ReadError
from engine.runtime import reading
from engine.runtime.house import House
from engine.runtime.mail import MailPart, MailParts
from engine.runtime.names import printable_name
from engine.stages.classify import classify

HTML = "text/html"
_LEAST_SURE = 0.5
"""How sure the kind of a body has to be; a letter about an invoice is not one."""
_LEAST_WORDS = 8


def documents_of(house: House, parts: MailParts) -> Sequence[MailPart]:
    """Return the attachments of a mail; of one without, the body when it is a business document by itself."""
    if parts.parts:
        return parts.parts
    body = as_html(parts)
    return (body,) if body is not None and _is_document(house, body) else ()


def as_html(parts: MailParts) -> MailPart | None:
    """Return the body as a file: its HTML where that has tables or is all there is, else its text."""
    content = parts.html
    if not content.strip() or (parts.text.strip() and "<table" not in content.lower()):
        content = f"<pre>{html.escape(parts.text)}</pre>" if parts.text.strip() else content
    if not content.strip():
        return None
    # the subject often names the document and its number, the body only the rest
    subject = f"<h1>{html.escape(parts.subject)}</h1>" if parts.subject else ""
    whole = f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{subject}<div>{content}</div></body></html>'
    name = printable_name(f"{parts.subject[:80] or 'mail'}.html".replace("/", "-"))
    return MailPart(name=name, media_type=HTML, content=whole.encode("utf-8", "replace"))


def _is_document(house: House, body: MailPart) -> bool:
    readers = list(reading.readers(house, HTML))
    if not readers:
        return False
    with tempfile.TemporaryDirectory(prefix="postroom-body-") as folder:
        path = Path(folder) / "body.html"
        path.write_bytes(body.content)
        try:
            seen = readers[0][1].read(path, HTML, pages=None, limits=house.settings.limits())
        except ReadError:
            return False
    if sum(len(page.words) for page in seen.pages) < _LEAST_WORDS:
        return False
    found = classify(seen, house.library.vocabularies)
    return found.type != "unknown" and found.type_confidence >= _LEAST_SURE
