"""Reading without a trace: nothing is stored, judged or posted."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from engine.model.document import Blob, Document
from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.model.record import Record
from engine.model.value import Value
from engine.runtime import mail, mail_body, reading, splitting, understanding
from engine.runtime.house import House
from engine.runtime.media_type import MAIL, sniff
from engine.runtime.names import printable_name
from engine.stages.split import part_of


class Part(Value):
    """One document read: the file itself, an attachment of the mail that it is, or a part of the bundle that it is."""

    path: str
    name: str
    media_type: str
    pages: int
    record: Record


def read_file(house: House, file: Path) -> Iterator[Part]:
    """Yield what stands in a file; a mail yields its attachments. Raises ReadError for what cannot be read."""
    media_type = sniff(file)
    if media_type == MAIL:
        yield from _read_mail(house, file)
        return
    size = file.stat().st_size
    if size > house.settings.max_bytes:
        raise ReadError(
            f"The file has {size:,} bytes; POSTROOM_MAX_BYTES allows {house.settings.max_bytes:,}.", code="too_large"
        )
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    document = Document(
        id=sha256, name=printable_name(file.name), blob=Blob(sha256=sha256, size=size, media_type=media_type),
        source="cli", received_at=datetime.now(UTC),
    )  # fmt: skip
    yield from _read_parts(house, document, file, reading.read_path(house, document, file))


def _read_parts(house: House, document: Document, file: Path, seen: Reading) -> Iterator[Part]:
    """Yield the documents of a file as they would be cut; one in doubt is read whole, with the question as finding."""
    found, question = splitting.plan(house, document, seen)
    if found is None:
        asked = seen.model_copy(update={"findings": (*seen.findings, question)}) if question else seen
        yield _read(house, document, asked, path=str(file))
        return
    for part in found.parts:
        name = splitting.named(document.name, part)
        pages = ",".join(str(page) for page in part.pages)
        own = hashlib.sha256(f"{document.id}:{pages}".encode()).hexdigest()
        cut = document.model_copy(update={"id": own, "name": name})
        yield _read(house, cut, part_of(seen, part), path=f"{file}#{name}")


def _read(house: House, document: Document, seen: Reading, *, path: str) -> Part:
    record = understanding.understand(house, document, seen, revision=1).record
    media_type = document.blob.media_type
    return Part(path=path, name=document.name, media_type=media_type, pages=seen.page_count, record=record)


def _read_mail(house: House, file: Path) -> Iterator[Part]:
    parts = mail_body.documents_of(house, mail.unpack(file, limits=house.settings.limits()))
    if not parts:
        raise ReadError("The mail has no attachment.", code="no_attachment")
    folder = Path(tempfile.mkdtemp(prefix="postroom-mail-"))
    try:
        for number, part in enumerate(parts):
            place = folder / str(number)
            place.write_bytes(part.content)
            for read in read_file(house, place):
                yield read.model_copy(update={"path": f"{file}#{part.name}", "name": part.name})
    finally:
        shutil.rmtree(folder, ignore_errors=True)
