"""A slip as rows: each line with its amounts, dates and what its words say."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.model.field import Box
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.receipts.moments import Moment, Order, moments_on, times_on
from engine.stages.extract.receipts.money import Money, mark_of, money_on
from engine.stages.extract.receipts.wording import Hit, Wording, find

_LIKELY = 0.65
_SUM_KINDS = frozenset({"payable", "total", "subtotal", "cash", "card", "change", "tax"})
"""Where an amount without its decimal mark may stand."""
_FIRST_KINDS = (
    "tip", "service", "discount", "change", "subtotal", "payable", "tax", "rounding", "cash", "card", "total",
    "total_weak",
)  # fmt: skip
"""Of several kinds in one label the first one counts."""
_LARGEST_ROUNDING = Decimal("0.99")
_NEAR = 1.8
"""Line heights to a row that may carry the label of an amount that stands alone."""


class Labelled(NamedTuple):
    """An amount and what the words beside it say."""

    money: Money
    label: str
    kind: str
    """One of the amount kinds of the wording, or empty."""
    score: float
    """How surely the label says so (0..1)."""


class SlipRow(NamedTuple):
    """One row of a slip."""

    position: int
    line: Line
    moments: tuple[Moment, ...]
    amounts: tuple[Labelled, ...]
    numbers: tuple[Hit, ...]
    heads: tuple[Hit, ...]
    place: float
    """Where on the slip it stands: 0 at the first row, 1 at the last."""

    @property
    def text(self) -> str:
        """Its words with single spaces."""
        return self.line.text

    @property
    def cents(self) -> tuple[Labelled, ...]:
        """Its amounts with two decimals."""
        return tuple(a for a in self.amounts if a.money.has_cents)


def rows_of(lines: Sequence[Line], wording: Wording, order: Order) -> list[SlipRow]:
    """Return the lines of all pages as rows, top to bottom."""
    lines = [line for line in lines if any(c.isalnum() for c in line.text)]
    decimal = mark_of(lines)
    rows = []
    for index, line in enumerate(lines):
        moments = tuple(moments_on(line, wording, order=order))
        taken = [(m.start, m.end) for m in moments] + times_on(line)
        moneys = money_on(line, wording, taken=taken, decimal=decimal)
        rows.append(
            SlipRow(
                index, line, moments, tuple(_labelled(line, moneys, wording)), tuple(find(line.text, wording.numbers)),
                tuple(find(line.text, wording.heads)), index / max(len(lines) - 1, 1),
            )
        )  # fmt: skip
    return [_with_neighbour(row, rows, wording) for row in rows]


def _labelled(line: Line, moneys: Sequence[Money], wording: Wording) -> list[Labelled]:
    found = []
    at = 0
    whole = label_of(line.text, moneys)
    for money in moneys:
        near = line.text[at : money.start]
        at = money.end
        label = near if sum(c.isalpha() for c in near) > 2 else whole  # noqa: PLR2004
        kind, score = kind_of(wording.amount_hits(label)) if money.value or not money.is_percent else ("", 0.0)
        if not kind and label is not whole:
            kind, score = kind_of(wording.amount_hits(whole))
            score *= 0.8
        if money.guess < _LIKELY and kind not in _SUM_KINDS:
            continue
        if kind == "rounding" and abs(money.value) > _LARGEST_ROUNDING:
            kind, score = "payable", 0.8 * score  # the sum after rounding
        found.append(Labelled(money, label.strip(" :.-"), kind, score))
    return found


def label_of(text: str, moneys: Sequence[Money]) -> str:
    """Return the text without its amounts."""
    parts, at = [], 0
    for money in moneys:
        parts.append(text[at : money.start])
        at = money.end
    return re.sub(r"\s+", " ", " ".join([*parts, text[at:]])).strip()


def _with_neighbour(row: SlipRow, rows: Sequence[SlipRow], wording: Wording) -> SlipRow:
    """Return a row that is nothing but amounts with the label of the row above or below it."""
    if not row.amounts or (row.amounts[-1].kind and any(c.isalpha() for c in row.amounts[-1].label)):
        return row
    if sum(c.isalpha() for c in label_of(row.text, [a.money for a in row.amounts])) > 3:  # noqa: PLR2004
        return row
    for step in (-1, 1):
        at = row.position + step
        if not 0 <= at < len(rows):
            continue
        near = rows[at]
        gap = abs(near.line.box.top + near.line.box.bottom - row.line.box.top - row.line.box.bottom) / 2
        if near.amounts or near.line.page != row.line.page or gap > _NEAR * max(near.line.height, row.line.height):
            continue
        kind, score = kind_of(wording.amount_hits(near.text))
        if kind:
            last = row.amounts[-1]._replace(label=near.text, kind=kind, score=0.8 * score)
            return row._replace(amounts=(*row.amounts[:-1], last))
    return row


def kind_of(hits: Sequence[Hit]) -> tuple[str, float]:
    """Return what a label as a whole says about its amount, and how surely."""
    kinds = {hit.kind: hit.score for hit in reversed(hits)}
    order = [hit.kind for hit in hits]
    totals = [kind for kind in ("payable", "total") if kind in kinds]
    if "other_amount" in kinds and "payable" not in kinds:
        return "other_amount", kinds["other_amount"]
    mixed = _mixed(kinds, totals, order)
    if mixed is not None:
        return mixed
    skipped = set()
    if "total" in kinds:
        # `Total cash` names the total, `Cash total` the payment
        skipped = {kind for kind in ("cash", "card") if kind in kinds and order.index("total") < order.index(kind)}
    for kind in _FIRST_KINDS:
        if kind in kinds and kind not in skipped:
            return kind, kinds[kind]
    return "", 0.0


def _mixed(kinds: Mapping[str, float], totals: Sequence[str], order: Sequence[str]) -> tuple[str, float] | None:
    """Return what several words say together: `Total excl. VAT`, `Total VAT`, `Total after rounding`."""
    if "excluding" in kinds and (totals or "subtotal" in kinds or "total_weak" in kinds):
        return "subtotal", 0.9
    if "tax" in kinds and totals:
        return (totals[0], 0.9) if "including" in kinds or order[0] == "payable" else ("tax", 0.8)
    return ("payable", 0.9) if "rounding" in kinds and totals else None


def box_of(line: Line, start: int, end: int) -> Box:
    """Return the box of text[start:end] of a line, cut out of its words by share of characters."""
    parts = []
    for word, offset in zip(line.words, line.offsets, strict=True):
        low, high = max(start, offset), min(end, offset + len(word.text))
        if low < high:
            size = (word.x1 - word.x0) / max(len(word.text), 1)
            parts.append(
                Box(word.x0 + size * (low - offset), word.top, word.x0 + size * (high - offset), word.bottom)
            )  # fmt: skip
    if not parts:
        return line.box
    return Box(
        min(b.x0 for b in parts), min(b.top for b in parts), max(b.x1 for b in parts), max(b.bottom for b in parts)
    )


def legibility(line: Line, start: int, end: int) -> float:
    """Return how sure recognition is of text[start:end] of a line: its least sure word (0..1)."""
    return min(
        (
            w.confidence
            for w, offset in zip(line.words, line.offsets, strict=True)
            if offset < end and start < offset + len(w.text) and any(c.isalnum() for c in w.text)
        ),
        default=1.0,
    )
