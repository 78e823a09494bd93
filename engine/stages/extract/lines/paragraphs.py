"""Lines of an item's text: which go on from the one before because the column was too narrow, and which are notes."""

import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from engine.stages.extract.columns import Piece
from engine.stages.extract.lines.rows import TableRow

_LABEL = re.compile(r"[^:]{1,40}\s?:|[*•–>-]\s|\(?\d{1,2}[.)]\s")  # noqa: RUF001 - the dash is meant
"""What begins a line of its own: a label, a bullet, a number of a list."""
_HYPHEN = re.compile(r"\w-$")
_BREAK = re.compile(r"[^\W\d_]{2}-$")
_AND = frozenset({"und", "oder", "and", "or", "et", "ou", "y", "o", "e", "en", "of", "i", "lub", "un", "vai"})
"""After these a hyphen stands for a left-out part: `Ein- und Ausgang`."""
_WALL = 0.3
"""Text that stays this share of its column away from the next one was not broken for want of room."""
_LEAST_ROOM = 25.0
_NARROW, _OPEN = 20, frozenset(",-/&(+")
"""A column of fewer characters breaks its texts anywhere; in a wider one a capital or digit begins a note."""
_SAME_LINE = 3.0
_EDGE = 1.0


class Room(NamedTuple):
    """How far the descriptions of a table reach, and where what stands right of them begins, in points."""

    edge: float
    wall: float


def room_of(rows: Sequence[TableRow]) -> Room | None:
    """Return the room that descriptions have, or None when they end far from the next column and none was broken."""
    texts = [piece for row in rows for piece in row.cells.get("description", ()) if not _LABEL.match(piece.text)]
    start = median(p.box.x0 for p in texts) if texts else 0.0
    others = [p.box.x0 for row in rows for name, ps in row.cells.items() if name != "description" for p in ps]
    wall = min((x for x in others if x > start + _LEAST_ROOM), default=None)
    inside = [p.box.x1 for p in texts if wall is not None and p.box.x1 < wall + _EDGE]
    if wall is None or not inside:
        return None
    edge = max(inside)
    if wall - edge > max(_LEAST_ROOM, _WALL * (wall - start)):
        return None
    return Room(edge, wall)


def lines_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces by the line of text that they stand on, in their order."""
    lines: list[list[Piece]] = []
    for piece in pieces:
        last = lines[-1][0] if lines else None
        if last and last.page == piece.page and abs(last.box.bottom - piece.box.bottom) < _SAME_LINE:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return lines


def text_of(pieces: Sequence[Piece], room: Room | None) -> str:
    """Return the text of an item: a line that goes on from a full one after a space, others on lines of their own."""
    text, last = "", None
    for line in lines_of(pieces):
        own = " ".join(piece.text for piece in line)
        if last is None:
            text = own
        elif room is not None and _goes_on(last, line, room):
            text = _joined(text, own)
        else:
            text += f"\n{own}"
        last = line
    return text


def _joined(text: str, more: str) -> str:
    """Return two lines as one: without the hyphen that only the break needed, without a space after any other."""
    first = more.split(maxsplit=1)[0]
    if _BREAK.search(text) and first[:1].islower() and first not in _AND:
        return text[:-1] + more
    is_glued = (_HYPHEN.search(text) and first[:1].isalnum() and first not in _AND) or re.match(r"-\w", more)
    return text + more if is_glued else f"{text} {more}"


def _goes_on(upper: Sequence[Piece], lower: Sequence[Piece], room: Room) -> bool:
    """Tell whether the first word of a line had no room at the end of the line above it."""
    own = lower[0].text
    if _LABEL.match(own) or upper[-1].text.endswith(":") or upper[-1].page != lower[0].page:
        return False
    end, box = upper[-1].box.x1, lower[0].box
    character = (box.x1 - box.x0) / max(len(own), 1)
    is_free = room.wall - upper[0].box.x0 <= _NARROW * character and not _LABEL.match(upper[0].text)
    if not (is_free or own[0].islower() or upper[-1].text[-1] in _OPEN):
        return False
    needed = end + character * (1 + len(own.split(maxsplit=1)[0]))
    return needed > (room.wall if end > room.edge - _EDGE else room.edge)
