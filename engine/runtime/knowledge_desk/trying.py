"""A draft on documents that were judged: what it would do with them. Nothing is written, claimed or posted."""

from collections.abc import Sequence
from pathlib import Path

from engine.content.diff.changes import Change as Difference
from engine.content.library import Library
from engine.model.change import Change
from engine.model.document import Document
from engine.model.errors import PostroomError
from engine.model.value import Value
from engine.runtime import differing, mappings, replay, rules
from engine.runtime.house import House
from engine.runtime.knowledge_desk import pieces
from engine.runtime.knowledge_desk.beside import beside
from engine.runtime.knowledge_desk.pieces import Piece
from engine.runtime.knowledge_desk.taking_up import flows_over
from engine.runtime.mappings import Trial as MappingTrial
from engine.runtime.rules import Trial as RulesTrial
from engine.stages.compare import compare


class Tried(Value):
    """One document under a draft."""

    document: Document
    rules: RulesTrial | None = None
    """Of a ruleset: where the document would go."""
    payload: MappingTrial | None = None
    """Of a matrix: what would be written, each value with the row that made it."""
    flow: str = ""
    """Of anything else: the draft of a flow by which the document was judged again."""
    change: Change | None = None
    """What that flow would do otherwise; None: nothing."""
    skipped: str = ""
    """Why it could not be tried."""


def tried(house: House, ref: str, text: str, judged: Sequence[Document]) -> list[Tried]:
    """Put documents through a draft with this text. Raises ContentError when it is broken."""
    root = house.settings.content_folder()
    piece = pieces.open_piece(root, ref).piece
    with beside(root, piece.file, text) as there:
        if piece.kind == "ruleset":
            return [
                Tried(document=one.document, rules=one, skipped=one.skipped)
                for one in rules.tried(house, there / piece.file, judged)
            ]
        if piece.kind == "matrix":
            return [
                Tried(document=one.document, payload=one, skipped=one.skipped)
                for one in mappings.tried(house, there, piece.called, judged)
            ]
        return _by_flow(house, there, piece, judged)


def _by_flow(house: House, there: Path, piece: Piece, judged: Sequence[Document]) -> list[Tried]:
    """Judge documents again by the newest draft of a flow that rests on a piece."""
    flows = flows_over(there, piece.ref)
    if not flows:
        raise PostroomError(f"No flow uses {piece.ref} yet. Take it into a flow first, then try it.")
    return [_judged(house, there, flows[0], one) for one in judged]


def _judged(house: House, there: Path, flow: str, document: Document) -> Tried:
    try:
        one = replay.one(house, document.id)
    except LookupError as e:
        return Tried(document=document, flow=flow, skipped=str(e))
    candidate = Library.candidate(there, house.library.environment.name, flow)
    known = house.library.digests
    change = compare(
        replay.judged(replay.under(house, house.library), one, live=known),
        replay.judged(replay.under(house, candidate), one, live=known),
    )
    return Tried(document=document, flow=flow, change=change)


def baseline(root: Path, piece: Piece) -> str | None:
    """Return the version with which a draft is compared: the live one of its name, else the one before it."""
    alike = [one for one in pieces.overview(root) if (one.kind, one.name) == (piece.kind, piece.name)]
    live = [one for one in alike if one.live_in and one.ref != piece.ref]
    earlier = [one for one in alike if one.version < piece.version]
    return next((one.ref for one in (*live, *earlier)), None)


def differences(root: Path, piece: Piece) -> tuple[str | None, tuple[Difference, ...]]:
    """Return the version that a draft is compared with, and what is different, in words. Raises ContentError."""
    before = baseline(root, piece)
    return before, differing.versions(root, before, piece.ref) if before else ()
