"""AWS Textract, AnalyzeDocument: pairs of keys and values (FORMS), answers to questions (QUERIES) and cells (TABLES).

Blocks name one another by Id: KEY -VALUE-> VALUE -CHILD-> WORD; QUERY -ANSWER-> QUERY_RESULT; TABLE -CHILD-> CELL
-CHILD-> WORD. Rows and columns count from 1. A MERGED_CELL only repeats cells that are there anyway.
Checked against the service model `textract` 2018-06-27.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from adapters.ocr_results.forms import MOST_PAIRS, MOST_TABLES, Forms, GridCell, labelled, table
from adapters.ocr_results.opinion import Said
from adapters.ocr_results.sheet import Corner
from adapters.ocr_results.tree import Tree
from engine.model.field import Box
from engine.model.page import Labelled, Printed, Table

_PERCENT = 100.0
_MOST_WORDS = 400
"""Words of one value or cell."""
_ASIDE = frozenset({"TABLE_TITLE", "TABLE_FOOTER", "TABLE_SECTION_TITLE", "TABLE_SUMMARY"})
_MOST_VALUES, _MOST_CELLS = 10, 20_000
"""Values of one key or answers to one question, and cells of one table."""
_HALF = 0.5

Place = Callable[[Tree], tuple[int, Box | None]]
"""Page and box of a block."""
Corners = Callable[[Tree], Sequence[Corner]]


class Answers(NamedTuple):
    """What forms say, and the answers to questions whose alias is a name."""

    forms: Forms
    said: Sequence[Said]


def answers(blocks: Sequence[Tree], *, place: Place, corners: Corners, is_name: Callable[[str], bool]) -> Answers:
    """Return pairs, tables and answers of blocks. `is_name` tells whether an alias is a name that we know."""
    known = {one.get("Id").text(): one for one in blocks if one.get("Id").text()}
    reading = _Blocks(known, place, corners)
    pairs: list[Labelled] = []
    said: list[Said] = []
    tables: list[Table] = []
    for block in blocks:
        kind = block.get("BlockType").text() if len(pairs) < MOST_PAIRS and len(tables) < MOST_TABLES else ""
        if kind == "KEY_VALUE_SET" and "KEY" in _entities(block):
            pairs += reading.pair(block)
        elif kind == "QUERY":
            alias = block.get("Query", "Alias").text().strip()
            if is_name(alias):
                said += reading.answered(block, alias)
            else:
                pairs += reading.answer(block)
        elif kind == "TABLE":
            tables.append(table(reading.cells(block)))
    return Answers(Forms(pairs, [one for one in tables if one.rows]), said)


class _Blocks:
    """The blocks of an answer by Id."""

    def __init__(self, known: Mapping[str, Tree], place: Place, corners: Corners) -> None:
        self._known = known
        self._place = place
        self._corners = corners
        self._texts: dict[str, str] = {}

    def pair(self, key: Tree) -> list[Labelled]:
        """Return the values of a key under its words."""
        label = self._text(key).replace("\n", " ")
        return [
            one
            for value in self._related(key, "VALUE", _MOST_VALUES)
            for one in labelled(label, self._printed(value, beside=key))
        ]

    def answer(self, query: Tree) -> list[Labelled]:
        """Return the answers to a question under its alias, and under the question."""
        alias = query.get("Query", "Alias").text().replace("_", " ")
        found: list[Labelled] = []
        for result in self._related(query, "ANSWER", _MOST_VALUES):
            value = self._printed(result)
            found += [*labelled(alias, value), *labelled(query.get("Query", "Text").text(), value)]
        return found

    def answered(self, query: Tree, name: str) -> Iterator[Said]:
        """Yield the answers to a question under a name of ours or of AnalyzeExpense."""
        for result in self._related(query, "ANSWER", _MOST_VALUES):
            one = self._printed(result)
            yield Said(name, one.raw.replace("\n", " "), "", one.confidence, one.page, one.box, result.path)

    def cells(self, stored: Tree) -> Iterator[GridCell]:
        """Yield the cells of a table."""
        for cell in self._related(stored, "CHILD", _MOST_CELLS):
            row, column = cell.get("RowIndex").whole() or 0, cell.get("ColumnIndex").whole() or 0
            if cell.get("BlockType").text() == "CELL":
                roles = _entities(cell)
                yield GridCell(row - 1, column - 1, self._printed(cell), "COLUMN_HEADER" in roles, bool(roles & _ASIDE))

    def _related(self, block: Tree, kind: str, most: int) -> list[Tree]:
        names = (
            name.text() for relation in block.get("Relationships").items() if relation.get("Type").text() == kind
            for name in relation.get("Ids").items()
        )  # fmt: skip
        return [self._known[name] for name in islice(names, most) if name in self._known]

    def _text(self, block: Tree) -> str:
        """Return the words of a block, put together once: many blocks may name the same one."""
        name = block.get("Id").text()
        if name not in self._texts:
            self._texts[name] = self._joined(block)
        return self._texts[name]

    def _joined(self, block: Tree) -> str:
        """Return the words of a block, or its own text; a word that stands lower begins a line."""
        words = [one for one in self._related(block, "CHILD", _MOST_WORDS) if one.get("BlockType").text() == "WORD"]
        if not words:
            return block.get("Text").text().strip()
        text, middle = "", 0.0
        for word in words:
            ys = [y for _, y in self._corners(word)] or [0.0]
            now, half = (min(ys) + max(ys)) / 2, (max(ys) - min(ys)) * _HALF
            text += ("" if not text else "\n" if now - middle > half else " ") + word.get("Text").text()
            middle = now
        return text

    def _printed(self, block: Tree, *, beside: Tree | None = None) -> Printed:
        page, box = self._place(block)
        sure = min(one.get("Confidence").share(of=_PERCENT, default=0.5) for one in (block, beside) if one is not None)
        return Printed(raw=self._text(block), confidence=sure, page=page, box=box)


def _entities(block: Tree) -> frozenset[str]:
    return frozenset(one.text() for one in block.get("EntityTypes").items())
