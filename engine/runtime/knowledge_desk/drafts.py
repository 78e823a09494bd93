"""Drafts: versions that neither decide anything nor were released, edited by people who may see each other's work.

A draft is a file of the content folder that loads. What does not load yet is kept apart, by person, and never stands in
anybody's way. Who wrote what is noted in the ledger, so that nobody agrees to their own work.
"""

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Connection

from engine.content.lint.finding import LintFinding
from engine.content.spreadsheet import patch
from engine.model.errors import PostroomError
from engine.runtime.house import House
from engine.runtime.knowledge_desk import examining, pieces
from engine.runtime.knowledge_desk.pieces import Piece, Text
from engine.store import ledger
from engine.store.database import reading, transaction

BEGUN, EDITED, DISCARDED = "content_begun", "content_edited", "content_discarded"
_PLAIN_NAME = re.compile(r"[^a-z0-9_.-]+")


class Changed(PostroomError):
    """Somebody else changed the draft meanwhile; both texts are kept."""


class Broken(PostroomError):
    """The content folder would not load with this text. It is kept for whoever wrote it."""

    def __init__(self, findings: tuple[LintFinding, ...]) -> None:
        super().__init__(findings[0].message)
        self.findings = findings


def begin(house: House, ref: str, *, by: str) -> str:
    """Copy a version into the next one, to be edited, and return its reference. Raises NotThere, PostroomError."""
    root = house.settings.content_folder()
    open_one = pieces.open_piece(root, ref)
    if open_one.piece.version == 0:
        raise PostroomError(f"{ref} has no versions: it is changed in its file, and read at the next start.")
    alike = [one for one in pieces.overview(root) if (one.kind, one.name) == (open_one.piece.kind, open_one.piece.name)]
    version = max(one.version for one in alike) + 1
    made = f"{open_one.piece.kind}/{open_one.piece.name}@{version}"
    text = numbered(open_one, version)
    path = root / open_one.piece.file.replace(f".v{open_one.piece.version}.", f".v{version}.")
    try:
        with path.open("xb") as file:
            file.write(text.encode())
    except FileExistsError as e:
        raise Changed(f"Somebody has begun {made} just now.") from e
    _note(house, BEGUN, made, by=by, data={"of": ref, "after": pieces.digest_of(text)})
    return made


def numbered(one: Text, version: int) -> str:
    """Return the text of a piece with another version."""
    if one.path.suffix == ".csv":
        head, newline, rest = one.text.partition("\n")
        cells = head.split(",")
        return ",".join([*cells[:2], str(version), *cells[3:]]) + newline + rest
    return patch.set_key(one.text, (), "version", version, order=("name", "version"))


def save(house: House, ref: str, text: str, *, seen: str, by: str) -> str:
    """Put a text into the file of a draft and return its digest.

    `seen` is the digest of the text that was edited. Raises Changed when it is another by now, Broken when the content
    would not load; the text is kept then, and `unfinished` returns it. Raises PostroomError for what is no draft.
    """
    root = house.settings.content_folder()
    was = _editable(root, ref)
    text = text.replace("\r\n", "\n") if "\r\n" not in was.text else text
    if was.digest != seen:
        keep(house, ref, text, by=by)
        raise Changed(f"{ref} was changed by somebody else while you edited it. Your text is kept below theirs.")
    if text == was.text:
        drop(house, ref, by=by)
        return was.digest
    if wrong := examining.whole(root, was.piece, text):
        keep(house, ref, text, by=by)
        raise Broken(wrong)
    _replace(was.path, text)
    after = pieces.digest_of(text)
    _note(house, EDITED, ref, by=by, data={"before": was.digest, "after": after})
    drop(house, ref, by=by)
    return after


def discard(house: House, ref: str, *, by: str) -> None:
    """Take a draft away. Raises PostroomError when something else names it; its text stays in the ledger's digest only."""
    root = house.settings.content_folder()
    was = _editable(root, ref)
    if wrong := examining.whole(root, was.piece, None):
        raise PostroomError(f"{ref} is still needed: {wrong[0].message}")
    was.path.unlink()
    _note(house, DISCARDED, ref, by=by, data={"before": was.digest})
    drop(house, ref, by=by)


def keep(house: House, ref: str, text: str, *, by: str) -> None:
    """Keep what somebody typed and could not save."""
    file = _own_file(house, ref, by)
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, text)


def unfinished(house: House, ref: str, *, by: str) -> str | None:
    """Return what somebody typed and could not save, or None."""
    file = _own_file(house, ref, by)
    return file.read_bytes().decode() if file.is_file() else None


def drop(house: House, ref: str, *, by: str) -> None:
    """Forget what somebody typed and could not save."""
    _own_file(house, ref, by).unlink(missing_ok=True)


def note_begun(house: House, ref: str, *, by: str) -> None:
    """Note who made a draft that another verb wrote (a layout out of what was learned)."""
    found = pieces.open_piece(house.settings.content_folder(), ref)
    _note(house, BEGUN, ref, by=by, data={"of": "", "after": found.digest})


def authors(house: House, refs: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Return who wrote pieces on pages, by reference. Those written elsewhere are missing: nobody knows who typed them."""
    with reading(house.engine) as tx:
        found = _authors(tx)
    return {ref: found[ref] for ref in refs if ref in found}


def written_by(tx: Connection, refs: Iterable[str]) -> frozenset[str]:
    """Return who wrote any of these pieces on pages. A reference may be without its kind (`ap_invoice@2`)."""
    wanted, found = set(refs), _authors(tx)
    return frozenset[str]().union(*(who for ref, who in found.items() if {ref, ref.partition("/")[2]} & wanted))


def _authors(tx: Connection) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for kind in (BEGUN, EDITED):
        for one in ledger.of_house(tx, kind):
            ref = str(one.data["ref"])
            found[ref] = found.get(ref, frozenset()) | {one.actor}
    return found


def _editable(root: Path, ref: str) -> Text:
    found = pieces.open_piece(root, ref)
    if not found.piece.is_editable:
        raise PostroomError(f"{_why_not(found.piece)} Begin the next version and change that.")
    return found


def _why_not(piece: Piece) -> str:
    if piece.live_in:
        return f"{piece.ref} is live in {', '.join(piece.live_in)}."
    return f"{piece.ref} is released." if piece.state == "released" else f"{piece.ref} is not edited here."


def _own_file(house: House, ref: str, by: str) -> Path:
    """Return where a person's unfinished text of a piece is kept: in the data folder, outside of the content."""
    return house.settings.home / "unfinished" / _PLAIN_NAME.sub("_", by.casefold()) / ref.replace("/", ".")


def _replace(file: Path, text: str) -> None:
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}.new")
    try:
        fresh.write_bytes(text.encode())
        os.replace(fresh, file)  # noqa: PTH105 - atomic on every system
    finally:
        fresh.unlink(missing_ok=True)


def _note(house: House, kind: str, ref: str, *, by: str, data: Mapping[str, str]) -> None:
    with transaction(house.engine) as tx:
        ledger.append(
            tx, at=house.clock.now(), document_id=None, kind=kind, actor=by, data={"ref": ref, **data}
        )  # fmt: skip
