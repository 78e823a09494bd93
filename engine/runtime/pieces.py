"""Files that carry several documents as data: each becomes a document of its own."""

import io
from collections.abc import Sequence
from pathlib import PurePath

from engine.model.document import Document
from engine.ports import Piece, TakesApart
from engine.runtime import intake, reading
from engine.runtime.house import House


def pieces_of(house: House, document: Document) -> Sequence[Piece]:
    """Return the documents in a file; nothing for a file of one. Raises ReadError."""
    for _, reader in reading.readers(house, document.blob.media_type):
        if isinstance(reader, TakesApart):
            path = house.blobs.local(document.blob)
            return reader.pieces(path, document.blob.media_type, limits=house.settings.limits())
    return ()


def unpack(house: House, document: Document, pieces: Sequence[Piece]) -> list[str]:
    """Take every piece in as a document that knows its parent. Safe to repeat. Returns their ids.

    A piece that stands in the file twice is one document.
    """
    children: dict[str, None] = {}
    for piece in pieces:
        arrival = intake.accept(
            house, io.BytesIO(piece.content), name=named(document.name, piece.name), source=document.source,
            parent_id=document.id, flow=document.flow,
        )  # fmt: skip
        if arrival.document.id != document.id:
            children[arrival.document.id] = None
    return list(children)


def named(name: str, piece: str) -> str:
    """Return the name of a piece, for people: `monday.idoc` becomes `monday, ORDRSP 4711.idoc`."""
    path = PurePath(name)
    return f"{path.stem}, {piece}{path.suffix}" if piece else name
