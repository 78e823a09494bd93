"""The table of items: columns by name, rows over several pages, sums carried forward."""

from collections.abc import Callable
from decimal import Decimal

from admin.samples.model import Item, Paper
from admin.samples.pages.draft import Draft
from admin.samples.pages.layouts import Layout
from admin.samples.words import unit

_WIDTHS = {
    "position": 4.2,
    "code": 9.5,
    "quantity": 7.5,
    "unit": 7.5,
    "unit_price": 11,
    "discount": 8,
    "rate": 7,
    "amount": 12,
}
"""In widths of the letter n; the description takes what is left."""
_RIGHT = {"position", "quantity", "unit_price", "discount", "rate", "amount"}
_FOOT = 96
"""Points kept free at the bottom of every page."""


def columns_of(layout: Layout, paper: Paper) -> tuple[str, ...]:
    """Return the columns this paper needs: a delivery note has no prices, the discount column goes where none is given."""
    names = layout.columns
    if paper.type == "goods_receipt":
        return tuple(name for name in names if name not in {"unit_price", "discount", "rate", "amount"})
    if not any(item.discount for item in paper.items):
        names = tuple(name for name in names if name != "discount")
    if paper.type == "purchase_order":
        names = tuple(name for name in names if name != "rate")
    return names


class Table:
    """Draws the items of a draft, opening pages as needed. `turn` closes a page and opens the next."""

    def __init__(self, draft: Draft, turn: Callable[[], None]) -> None:
        self._draft = draft
        self._turn = turn
        self._columns = columns_of(draft.layout, draft.paper)
        self._edges = self._layout()
        self._sum = Decimal(0)
        self._row = 0

    def _layout(self) -> dict[str, tuple[float, float]]:
        draft = self._draft
        letter = draft.sheet.measure("n")
        inner = draft.right - draft.left
        fixed = {
            name: max(_WIDTHS[name] * letter, self._needed(name) + letter * 1.6)
            for name in self._columns
            if name != "description"
        }
        widths = {name: fixed.get(name, inner - sum(fixed.values())) for name in self._columns}
        edges, x = {}, draft.left
        for name in self._columns:
            edges[name] = (x, x + widths[name])
            x += widths[name]
        return edges

    def _needed(self, name: str) -> float:
        texts = [self._heading(name), *(self._cell(name, item, at) for at, item in enumerate(self._draft.paper.items))]
        return max(self._draft.sheet.measure(text, bold=True) for text in texts)

    def draw(self) -> None:
        """Draw head and rows; afterwards `y` of the draft is below the last row."""
        draft = self._draft
        self._head()
        for at, item in enumerate(draft.paper.items):
            lines = self._description(item)
            height = len(lines) * draft.leading + 4
            if draft.y + height > draft.sheet.height - _FOOT - (draft.leading if draft.layout.carries else 0):
                self._break()
            self._draw_row(item, at, lines, height)
        self._bottom()

    def _break(self) -> None:
        draft = self._draft
        carries = draft.layout.carries and "amount" in self._columns
        if carries:
            self._carried("carry_out")
        self._bottom()
        self._turn()
        self._head()
        if carries:
            self._carried("carry_in")

    def _carried(self, key: str) -> None:
        draft = self._draft
        draft.y += draft.leading
        draft.sheet.text(self._edges["description"][0] + 3, draft.y, draft.say(key), italic=True)
        draft.sheet.text(self._edges["amount"][1] - 3, draft.y, draft.amount(self._sum), align="right", italic=True)
        draft.y += 4

    def _head(self) -> None:
        draft, sheet, style = self._draft, self._draft.sheet, self._draft.layout.table
        height = draft.leading + 6
        self._top = draft.y
        if style in {"zebra", "ruled"}:
            sheet.box(
                draft.left,
                draft.y,
                draft.right - draft.left,
                height,
                fill=draft.layout.ink if style == "zebra" else "#e9edf2",
            )
        for name in self._columns:
            colour = "#ffffff" if style == "zebra" else "#000000"
            self._put(name, self._heading(name), draft.y + draft.leading, bold=True, colour=colour)
        draft.y += height
        if style == "typed":
            self._dashes(draft.y)
            draft.y += 4
        elif style != "plain":
            sheet.line(draft.left, draft.y, draft.right, draft.y, width=0.9)

    def _dashes(self, y: float) -> None:
        draft = self._draft
        count = int((draft.right - draft.left) / draft.sheet.measure("-"))
        draft.sheet.text(draft.left, y, "-" * count)

    def _draw_row(self, item: Item, at: int, lines: list[str], height: float) -> None:
        draft, sheet, style = self._draft, self._draft.sheet, self._draft.layout.table
        if style == "zebra" and at % 2:
            sheet.box(draft.left, draft.y, draft.right - draft.left, height, fill="#eef3f1")
        y = draft.y + draft.leading
        for name in self._columns:
            if name != "description":
                self._put(name, self._cell(name, item, at), y)
        for row, line in enumerate(lines):
            self._put("description", line, y + row * draft.leading)
        draft.y += height
        self._sum += item.amount
        if style == "ruled":
            sheet.line(draft.left, draft.y, draft.right, draft.y, width=0.3, colour="#999999")

    def _bottom(self) -> None:
        draft, sheet, style = self._draft, self._draft.sheet, self._draft.layout.table
        if style == "typed":
            draft.y += draft.leading * 0.8
            self._dashes(draft.y)
        elif style == "boxed":
            draft.y += 4
            for name in self._columns:
                sheet.line(self._edges[name][0], self._top, self._edges[name][0], draft.y)
            sheet.box(draft.left, self._top, draft.right - draft.left, draft.y - self._top, stroke="#000000")
        elif style != "plain":
            sheet.line(draft.left, draft.y, draft.right, draft.y, width=0.9)

    def _description(self, item: Item) -> list[str]:
        x0, x1 = self._edges["description"]
        lines = self._draft.sheet.wrap(item.description, width=x1 - x0 - 6)
        return [*lines, *self._draft.sheet.wrap(item.detail, width=x1 - x0 - 6)] if item.detail else lines

    def _put(self, name: str, text: str, y: float, *, bold: bool = False, colour: str = "#000000") -> None:
        x0, x1 = self._edges[name]
        if name in _RIGHT:
            self._draft.sheet.text(x1 - 3, y, text, align="right", bold=bold, colour=colour)
        else:
            self._draft.sheet.text(x0 + 3, y, text, bold=bold, colour=colour)

    def _heading(self, name: str) -> str:
        text = self._draft.say(name)
        bare = self._draft.layout.money.startswith("code") and not self._draft.layout.symbols
        return f"{text} {self._draft.paper.currency}" if name == "amount" and bare else text

    def _cell(self, name: str, item: Item, at: int) -> str:
        draft = self._draft
        cells: dict[str, Callable[[], str]] = {
            "position": lambda: str((at + 1) * (10 if draft.layout.wording else 1)),
            "code": lambda: item.code,
            "description": lambda: item.description,
            "quantity": lambda: draft.number(item.quantity),
            "unit": lambda: unit(draft.paper.language, item.unit),
            "unit_price": lambda: draft.amount(item.unit_price),
            "discount": lambda: draft.number(item.discount) if item.discount else "",
            "rate": lambda: draft.number(item.rate) + ("%" if draft.layout.wording == 2 else ""),
            "amount": lambda: draft.amount(item.amount),
        }
        return cells[name]()
