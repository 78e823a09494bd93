"""Azure Document Intelligence: pairs of keys and values, and tables, of the layout and general document models.

From 3.0 on both stand beside the pages, with regions; 2.1 has them by page in `pageResults`. Rows and columns count from 0.
Checked against the models of the SDK azure-ai-documentintelligence 1.0 (API 2024-11-30) and the reference of 2.1.
"""

from collections.abc import Callable, Iterator

from adapters.ocr_results.forms import Forms, GridCell, labelled, table
from adapters.ocr_results.tree import Tree, snake
from engine.model.field import Box
from engine.model.page import Labelled, Printed

_UNSURE = 0.8
"""Confidence of print that the service gives none for: cells of tables have none."""

Place = Callable[[Tree, int | None], tuple[int | None, Box | None]]
"""Page and box of a part that stands on a page of that number (None when the part says it itself)."""


def forms(result: Tree, place: Place) -> Forms:
    """Return the pairs and tables of an answer."""
    pairs = [one for pair, page in _listed(result, "keyValuePairs") for one in _pair(pair, place, page)]
    tables = [table(_cells(one, place, page)) for one, page in _listed(result, "tables")]
    return Forms(pairs, [one for one in tables if one.rows])


def _listed(result: Tree, name: str) -> Iterator[tuple[Tree, int | None]]:
    """Yield what stands under a name, with the page's number where it stands under a page."""
    for one in result.get(name).items():
        yield one, None
    for page in result.get("pageResults").items():
        for one in page.get(name).items():
            yield one, page.get("page").whole()


def _pair(pair: Tree, place: Place, page: int | None) -> list[Labelled]:
    key, value = pair.get("key"), pair.get("value")
    sure = pair.get("confidence").share(default=_UNSURE)
    return labelled((key.get("content") or key.get("text")).text(), _printed(value, place, page, sure)) if value else []


def _cells(stored: Tree, place: Place, page: int | None) -> Iterator[GridCell]:
    for cell in stored.get("cells").items():
        row, column = cell.get("rowIndex").whole() or 0, cell.get("columnIndex").whole() or 0
        is_heading = snake(cell.get("kind").text()) == "column_header" or cell.get("isHeader").data is True
        yield GridCell(row, column, _printed(cell, place, page, _UNSURE), is_heading)


def _printed(part: Tree, place: Place, page: int | None, sure: float) -> Printed:
    text = (part.get("content") or part.get("text")).text()
    lines = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    number, box = place(part, page)
    return Printed(raw=lines, confidence=sure, page=number, box=box)
