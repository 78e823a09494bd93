"""AWS Textract: DetectDocumentText, AnalyzeDocument, AnalyzeExpense, and lists of their paged answers.

Coordinates are fractions of the page's sides; a size is not given. AnalyzeExpense repeats the words as Blocks since 2022;
older answers only have labels and values, which then stand for the words.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from adapters.ocr_results.forms import with_forms
from adapters.ocr_results.opinion import Said, names_of, opinion
from adapters.ocr_results.parts import apart
from adapters.ocr_results.sheet import Corner, Placement, Print, Sheet, aspect, lay_out, points_for, rectangle
from adapters.ocr_results.textract_forms import answers
from adapters.ocr_results.tree import Tree, misshapen
from engine.model.field import Box
from engine.model.page import Opinion, Reading
from engine.ports import Limits

SERVICE = "aws-textract"

_PERCENT = 100.0
_MAX_PAGE = 100_000
_FIRST_OF_ROW = frozenset({"EXPENSE_ROW"})
_LESS_SURE = 0.9
"""A general type with a group beside it is less sure than the type made for the field."""


class _Answer(NamedTuple):
    """Everything that the paged answers say, put together."""

    blocks: Sequence[Tree]
    expenses: Sequence[Tree]
    page_count: int


def read(root: Tree, limits: Limits) -> Reading:
    """Return pages and opinions. Raises ReadError for what is no Textract answer."""
    answer = _gather(root)
    prints = _prints(answer)
    count = max([answer.page_count, *prints])
    if count > limits.max_pages:
        # lay_out refuses them by the same rule; nothing is allocated for pages that are only counted
        count = limits.max_pages + 1
    signed = _signed(answer)
    sheets = (_sheet(prints.get(number, []), signed.get(number, [])) for number in range(1, count + 1))
    pages, placements = lay_out(sheets, by=SERVICE, limits=limits)
    if not any(page.words for page in pages) and not answer.expenses and not answer.blocks:
        raise misshapen("there are no Blocks and no ExpenseDocuments")
    opinions = _opinions(answer, placements)
    return Reading(pages=pages, page_count=len(pages), opinions=opinions, parts=apart(opinions, len(pages)))


def _opinions(answer: _Answer, placements: Sequence[Placement]) -> tuple[Opinion, ...]:
    """Return what AnalyzeExpense says of each document, with what AnalyzeDocument says of the only one."""
    names = names_of(SERVICE)
    found = [_expense(expense, placements) for expense in answer.expenses]
    heard = answers(
        answer.blocks, place=lambda block: _place(block, placements), corners=_corners,
        is_name=lambda alias: names.of("fields", alias) is not None,
    )  # fmt: skip
    if heard.said and not found:
        found = [opinion(names, fields=heard.said)]
    return with_forms(found, heard.forms, names)


def _place(block: Tree, placements: Sequence[Placement]) -> tuple[int, Box | None]:
    page = _page_of(block, "Page")
    return page, placements[page - 1].box(_corners(block)) if page <= len(placements) else None


def _gather(root: Tree) -> _Answer:
    answers = root.items() if isinstance(root.data, list) else [root]
    blocks: list[Tree] = []
    expenses: list[Tree] = []
    count = 1
    for answer in answers:
        status = answer.get("JobStatus").text()
        if status in {"FAILED", "IN_PROGRESS"}:
            raise misshapen(f"the job's status is {status}")
        blocks += answer.get("Blocks").items()
        expenses += answer.get("ExpenseDocuments").items()
        count = max(count, min(_MAX_PAGE, answer.get("DocumentMetadata", "Pages").whole() or 1))
    return _Answer(blocks, expenses, count)


def _prints(answer: _Answer) -> dict[int, list[Print]]:
    """Return the words by page: of all blocks, or of labels and values where there are none."""
    found: dict[int, list[Print]] = {}
    blocks = [*answer.blocks, *(block for expense in answer.expenses for block in expense.get("Blocks").items())]
    for block in blocks:
        if block.get("BlockType").text() == "WORD":
            found.setdefault(_page_of(block, "Page"), []).append(_print(block))
    if found or not answer.expenses:
        return found
    for page, one in _labels_and_values(answer.expenses):
        if one.corners and one not in found.setdefault(page, []):
            found[page].append(one)
    return found


def _signed(answer: _Answer) -> dict[int, list[tuple[Corner, ...]]]:
    """Return the corners of signatures by page, where AnalyzeDocument was asked for them (`SIGNATURES`)."""
    found: dict[int, list[tuple[Corner, ...]]] = {}
    for block in answer.blocks:
        if block.get("BlockType").text() == "SIGNATURE" and (corners := _corners(block)):
            found.setdefault(_page_of(block, "Page"), []).append(corners)
    return found


def _labels_and_values(expenses: Sequence[Tree]) -> Iterator[tuple[int, Print]]:
    for expense in expenses:
        rows = (field for row in _rows(expense) for field in row)
        for field in (*expense.get("SummaryFields").items(), *rows):
            if field.get("Type", "Text").text() not in _FIRST_OF_ROW:
                page = _page_of(field, "PageNumber")
                for part in ("LabelDetection", "ValueDetection"):
                    yield page, _print(field.get(part))


def _rows(expense: Tree) -> list[list[Tree]]:
    return [
        row.get("LineItemExpenseFields").items()
        for group in expense.get("LineItemGroups").items()
        for row in group.get("LineItems").items()
    ]


def _page_of(tree: Tree, key: str) -> int:
    return min(_MAX_PAGE, max(1, tree.get(key).whole() or 1))


def _print(tree: Tree) -> Print:
    return Print(tree.get("Text").text(), _corners(tree), tree.get("Confidence").share(of=_PERCENT, default=0.9))


def _corners(tree: Tree) -> tuple[Corner, ...]:
    geometry = tree.get("Geometry")
    points = [(point.get("X").number(), point.get("Y").number()) for point in geometry.get("Polygon").items()]
    corners = tuple((x, y) for x, y in points if x is not None and y is not None)
    if len(corners) == 4:  # noqa: PLR2004 - a quadrangle has four
        return corners
    box = geometry.get("BoundingBox")
    sides = [box.get(name).number() for name in ("Left", "Top", "Width", "Height")]
    left, top, width, height = (side or 0.0 for side in sides)
    return rectangle(left, top, width, height) if box and width > 0 and height > 0 else ()


def _sheet(prints: Sequence[Print], signed: Sequence[Sequence[Corner]]) -> Sheet:
    shape = aspect(prints)
    points = points_for(shape, 1.0)
    return Sheet(width=1.0, height=1.0, points=(shape * points, points), prints=prints, drawings=signed)


def _expense(expense: Tree, placements: Sequence[Placement]) -> Opinion:
    names = names_of(SERVICE)
    summary = expense.get("SummaryFields").items()
    rows = _rows(expense)
    numbers = [_page_of(field, "PageNumber") for field in (*summary, *(field for row in rows for field in row))]
    numbers += [_page_of(block, "Page") for block in expense.get("Blocks").items()]
    said = [one for field in summary for one in _said(field, placements)]
    return opinion(
        names, fields=[*said, *_currency(summary)], lines=[[one for field in row for one in _said(field, placements)] for row in rows],
        pages=(min(numbers), max(numbers)) if numbers else None,
    )  # fmt: skip


def _said(field: Tree, placements: Sequence[Placement]) -> Iterator[Said]:
    """Yield the field under its type and, for general types, under its group."""
    value, kind = field.get("ValueDetection"), field.get("Type", "Text").text()
    page = _page_of(field, "PageNumber")
    box = placements[page - 1].box(_corners(value)) if page <= len(placements) else None
    sure = min(value.get("Confidence").share(of=_PERCENT, default=0.5), field.get("Type", "Confidence").share(of=_PERCENT, default=0.9))  # fmt: skip
    one = Said(kind, value.get("Text").text().strip(), "", sure, page, box, value.path)
    yield one
    for group in field.get("GroupProperties").items():
        for name in group.get("Types").items():
            yield one._replace(name=f"{name.text()}/{kind}", confidence=round(sure * _LESS_SURE, 4))


def _currency(summary: Sequence[Tree]) -> Iterator[Said]:
    for field in summary:
        code = field.get("Currency", "Code").text()
        if code:
            sure = field.get("Currency", "Confidence").share(of=_PERCENT, default=0.5)
            yield Said("CURRENCY", code, code, sure, _page_of(field, "PageNumber"), None, field.get("Currency").path)
