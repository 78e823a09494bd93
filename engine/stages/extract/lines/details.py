"""What stands inside the text of an item: codes in brackets or behind their own label."""

import re
from collections.abc import Sequence

from engine.stages.extract.columns import Piece
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines.rows import TableRow

_BRACKETED = re.compile(r"\[([A-Z0-9][\w./-]*)\]\s+(\S.*)")
_LABELLED = re.compile(r"([^:\d]{2,30}?)\s?:\s*([A-Z0-9][\w./-]*\d[\w./-]*)$")


def take_codes(rows: Sequence[TableRow], lexicon: Lexicon) -> None:
    """Give rows without a code the one in their text: `[A-17] Desk`, `Art. no.: 4711`."""
    for row in rows:
        texts = row.cells.get("description")
        if texts and "item_code" not in row.cells:
            code = _bracketed(row, texts) or next((c for c in (_labelled(p, lexicon) for p in texts) if c), None)
            if code is not None:
                row.cells["item_code"] = [code]


def _bracketed(row: TableRow, texts: Sequence[Piece]) -> Piece | None:
    for index, piece in enumerate(texts):
        match = _BRACKETED.match(piece.text)
        if match:
            row.cells["description"] = [*texts[:index], piece._replace(text=match[2]), *texts[index + 1 :]]
            return piece._replace(text=match[1])
    return None


def _labelled(piece: Piece, lexicon: Lexicon) -> Piece | None:
    match = _LABELLED.match(piece.text)
    is_code = match is not None and lexicon.columns.get(fold(match[1])) == "item_code"
    return piece._replace(text=match[2]) if match and is_code else None
