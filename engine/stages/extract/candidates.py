"""Possible values beside and below their labels, with a score."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from engine.content.vocabulary import LabelName
from engine.model.field import Box
from engine.stages.extract.amounts import Amount
from engine.stages.extract.dates import DateSpan
from engine.stages.extract.identifiers import Identifier, number_shape
from engine.stages.extract.labels import LabelHit
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.places import above, below, level, right_of

_CLEAR = 0.75
_REACH = 25.0
"""How far beside its label a value may stand to be surely its own, in line heights."""
_FAR = 45.0
_GOOD_SHAPE = 0.85
_LABEL_ENOUGH = 0.45
"""A weaker hit under a label does not stop the search for its value."""
_LEVEL, _ABOVE, _NEAR = 0.92, 0.86, 0.9
"""Weight of values on another baseline and over captions, and how sure a clear label makes them."""
_REGISTER_WORDS = 5
"""Words that may stand before the number in a register: `RCS Paris B 123 456 789`."""
_PREFIX = 3
"""Letters that may stand before a number and belong to it: `F 1234`."""
_OF_COLUMN = 0.5
"""Weight of the first of several days in a column: they are those of items, arrivals or payments."""
_PIECE, _LONG_PIECE = 6, 8
"""Signs that a further piece of a number may have, more after a prefix."""
CENTS = 2


Relation = Literal["beside", "level", "above", "below", "none"]


class Spot(NamedTuple):
    """A value on the page with a score: words[start:end] of a line."""

    value: str
    raw: str
    line: Line
    start: int
    end: int
    score: float
    other: str | None = None
    """A second reading of the same print."""
    proof: float = 0.0
    """How sure the place alone makes it: a clear label with nothing between it and a value of the right form."""
    label: float = 0.0
    """Strength of the label that announces it; 0 without one."""
    relation: Relation = "none"
    """Where it stands to its label."""

    @property
    def box(self) -> Box:
        """The box of its words."""
        return self.line.box_of(self.start, self.end)


class Marked(NamedTuple):
    """A line with everything recognised on it."""

    line: Line
    labels: tuple[LabelHit, ...]
    dates: tuple[DateSpan, ...]
    amounts: tuple[Amount, ...]
    identifiers: tuple[Identifier, ...]
    page_height: float
    is_ocr: bool


def _told(spot: Spot, hit: LabelHit) -> Spot:
    """Return the spot with the label that announces it and where it stands to it."""
    first, word = hit.line.words[hit.start], spot.line.words[spot.start]
    relation: Relation
    if spot.line is hit.line:
        relation = "beside"
    elif min(first.bottom, word.bottom) > max(first.top, word.top):
        relation = "level"
    else:
        relation = "below" if word.top > first.top else "above"
    return spot._replace(label=hit.strength, relation=relation)


def _distance(hit: LabelHit, line: Line, start: int) -> float:
    """Return a factor that shrinks with the way from the label to the value."""
    gap = max(0.0, line.words[start].x0 - line.words[hit.end - 1].x1) / max(line.height, 4.0)
    return 1.0 - min(gap, _FAR) / 120.0


def _prior(marked: Marked) -> float:
    """Return a factor for the place on the page: header values stand early."""
    place = marked.line.box.top / max(marked.page_height, 1.0)
    return (1.0 if marked.line.page == 1 else 0.85) * (1.0 if place < 0.6 else 0.93)  # noqa: PLR2004


def _has_siblings(hit: LabelHit, marked: Marked) -> bool:
    """Tell whether other labels stand on the line: then values are expected below."""
    return any(o.start >= hit.end or o.end <= hit.start for o in marked.labels)


def date_spots(name: LabelName, page: Sequence[Marked]) -> Iterator[Spot]:
    """Yield dates that labels of this name announce."""
    for marked in page:
        for hit in marked.labels:
            if hit.name != name:
                continue
            start, end = right_of(hit, marked)
            beside = [d for d in marked.dates if start <= d.start < end]
            for rank, span in enumerate(beside[:2]):
                score = hit.strength * _distance(hit, hit.line, span.start) * (1.0 - 0.25 * rank) * _prior(marked)
                proof = _beside_proof(hit, marked, span.start) if rank == 0 else 0.0
                yield _told(_date(span, score)._replace(proof=proof), hit)
            if beside:
                continue
            yield from (_told(spot, hit) for spot in _dates_around(hit, marked, page))


def _dates_around(hit: LabelHit, marked: Marked, page: Sequence[Marked]) -> Iterator[Spot]:
    """Yield the date level with a label, above it when it is a caption, else those below."""
    for near, low, high in level(hit, page):
        spans = [d for d in near.dates if low <= d.start < high]
        if spans:
            yield _date(spans[0], _LEVEL * hit.strength * _prior(marked))._replace(proof=_near_proof(hit, marked))
            return
    caption = above(hit, page)
    if caption is not None:
        near, low, high = caption
        for span in [d for d in near.dates if low <= d.start < high][:1]:
            yield _date(span, _ABOVE * hit.strength * _prior(marked))._replace(proof=_near_proof(hit, marked))
        return
    if hit.strength < _LABEL_ENOUGH and not _has_siblings(hit, marked):
        return
    rows = [(under, [d for d in under.dates if low <= d.start < high]) for under, low, high in below(hit, page)]
    is_column = hit.name == "issue_date" and len({d.value for _, spans in rows for d in spans[:1]}) > 1
    for under, spans in rows:
        for span in sorted(spans, key=lambda d: _aside(hit, d.line, d.start, d.end))[:1]:
            proof = 0.0 if is_column else _below_proof(hit, marked, under, span.start, span.end)
            score = (_OF_COLUMN if is_column else 0.9) * hit.strength * _prior(marked)
            yield _date(span, score)._replace(proof=proof)
        if spans or hit.name != "issue_date":
            break


def _clear(hit: LabelHit, marked: Marked) -> bool:
    """Tell whether a label can be nothing else: strong at the start of its cell, or alone in it."""
    cell_start, cell_end = hit.line.cells[hit.line.cell_of[hit.start]]
    if hit.start != cell_start:
        return False
    is_alone = hit.end == cell_end or hit.line.words[hit.end - 1].text.endswith(":")
    is_only = all(other.name == hit.name or other.strength < hit.strength for other in marked.labels if other.start == hit.start)  # fmt: skip
    return (hit.strength >= _CLEAR or is_alone) and is_only


def _near_proof(hit: LabelHit, marked: Marked) -> float:
    """Return how sure a value of the right form is that stands level with its label or above its caption."""
    return _NEAR if hit.strength >= _CLEAR and _clear(hit, marked) else 0.0


def _beside_proof(hit: LabelHit, marked: Marked, start: int) -> float:
    """Return how sure a value of the right form is that follows its label with nothing but small words between."""
    line = hit.line
    between = [i for i in range(hit.end, start) if any(c.isalnum() for c in line.words[i].text)]
    is_near = start < hit.end or line.words[start].x0 - line.words[hit.end - 1].x1 < _REACH * line.height
    cells = line.cell_of[start] - line.cell_of[hit.end - 1] if start >= hit.end else 0
    small = all(any(h.start <= i < h.end for h in marked.labels) for i in between)
    if not _clear(hit, marked) or not small or not is_near or cells > 1:
        return 0.0
    return 0.95 if hit.strength >= _CLEAR else 0.91


def _below_proof(hit: LabelHit, marked: Marked, under: Marked, start: int, end: int) -> float:
    """Return how sure a value of the right form is that stands right below its label."""
    line = under.line
    gap = line.box.top - hit.box.bottom
    if not _clear(hit, marked) or gap > 2.0 * hit.line.height or _aside(hit, line, start, end) > 2.0 * hit.line.height:
        return 0.0
    return 0.94 if hit.strength >= _CLEAR else 0.9


def _aside(hit: LabelHit, line: Line, start: int, end: int) -> float:
    """Return by how many points a value misses to be left, right or centre aligned with its label."""
    box, words = hit.box, line.words
    low, high = words[start].x0, words[end - 1].x1
    return min(abs(low - box.x0), abs(high - box.x1), abs(low + high - box.x0 - box.x1) / 2)


def _date(span: DateSpan, score: float) -> Spot:
    return Spot(
        span.value.isoformat(), span.raw, span.line, span.start, span.end, score,
        span.other.isoformat() if span.other else None,
    )  # fmt: skip


def amount_spots(name: LabelName, page: Sequence[Marked]) -> Iterator[Spot]:
    """Yield amounts that labels of this name announce: beside them the last counts most, below them the last row."""
    for marked in page:
        for hit in marked.labels:
            if hit.name != name:
                continue
            start, end = right_of(hit, marked)
            beside = [a for a in marked.amounts if start <= a.start < end and _is_money(a)]
            for rank, amount in enumerate(reversed(beside)):
                score = hit.strength * (1.0 - 0.12 * rank) * _shape(amount) * _place(marked)
                yield _told(_amount(amount, score), hit)
            if not beside:
                yield from (_told(spot, hit) for spot in _amounts_around(hit, marked, page))


def _amounts_around(hit: LabelHit, marked: Marked, page: Sequence[Marked]) -> Iterator[Spot]:
    """Yield the amount level with a label, above it when it is a caption, else those of its column."""
    for near, low, high in level(hit, page):
        beside = [a for a in near.amounts if low <= a.start < high and _is_money(a)]
        if beside:
            yield _amount(beside[-1], _LEVEL * hit.strength * _shape(beside[-1]) * _place(near))
            return
    caption = above(hit, page)
    if caption is not None:
        near, low, high = caption
        for amount in [a for a in near.amounts if low <= a.start < high and _is_money(a)][-1:]:
            yield _amount(amount, _ABOVE * hit.strength * _shape(amount) * _place(near))
        return
    yield from _column(hit, marked, page)


def _column(hit: LabelHit, marked: Marked, page: Sequence[Marked]) -> Iterator[Spot]:
    """Yield the amounts under a heading; the last row of a sum table is the sum."""
    has_siblings = _has_siblings(hit, marked)
    spots = []
    box = hit.box
    for under, _, _ in below(hit, page):
        slack = 2.5 * hit.line.height
        for amount in under.amounts:
            span = amount.line.box_of(amount.start, amount.end)
            if (
                _is_money(amount)
                and not _counts(amount)
                and span.x1 > box.x0 - slack / 2
                and span.x0 < box.x1 + slack / 2
            ):
                spots.append((amount, under))
    for rank, (amount, under) in enumerate(reversed(spots)):
        weight = (0.85 if has_siblings else 0.7) - 0.08 * min(rank, 3)
        yield _amount(amount, hit.strength * weight * _shape(amount) * _place(under))


def _place(marked: Marked) -> float:
    """Return a factor for sums: they stand in the lower part."""
    return 0.94 + 0.06 * min(marked.line.box.top / max(marked.page_height, 1.0), 1.0)


def _counts(amount: Amount) -> bool:
    """Tell whether a whole number goes on with a word, as a postcode with its town: no money under a label."""
    line, cell = amount.line, amount.line.cell_of[amount.start]
    has_word = amount.end < line.cells[cell][1] and line.words[amount.end].text[:1].isalpha()
    return has_word and not amount.decimals and not amount.currency


def _is_money(amount: Amount) -> bool:
    return not amount.is_percent


def _shape(amount: Amount) -> float:
    """Two decimals or a currency are the sign of money."""
    if amount.decimals == 2:  # noqa: PLR2004
        return 1.0
    if amount.currency:
        return 0.95
    return 0.6 if amount.decimals == 0 else 0.75


def _amount(amount: Amount, score: float) -> Spot:
    return Spot(plain(amount.value), amount.raw, amount.line, amount.start, amount.end, score)


def plain(value: Decimal) -> str:
    """Return the canonical text of a number: no exponent, no thousands separators, at least two decimals for money."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -2:  # noqa: PLR2004
        value = value.quantize(Decimal("0.01"))
    return f"{value:f}"


def number_spots(name: LabelName, page: Sequence[Marked]) -> Iterator[Spot]:
    """Yield document numbers that labels of this name announce."""
    for marked in page:
        for hit in marked.labels:
            if hit.name != name:
                continue
            start, end = right_of(hit, marked)
            spot = _number(marked, start, end, hit, limit=_REGISTER_WORDS if name == "registration_id" else 2)
            if spot:
                score = spot.score * hit.strength * _distance(hit, hit.line, spot.start) * _prior(marked)
                proof = _beside_proof(hit, marked, spot.start) if spot.score >= _GOOD_SHAPE else 0.0
                yield _told(spot._replace(score=score, proof=proof if hit.strength >= _CLEAR else 0.0), hit)
                continue
            yield from (_told(spot, hit) for spot in _numbers_around(hit, marked, page))


def _numbers_around(hit: LabelHit, marked: Marked, page: Sequence[Marked]) -> Iterator[Spot]:
    """Yield the number level with a label, above it when it is a caption, else the one below."""
    for near, low, high in level(hit, page):
        spot = _number(near, low, high, hit, limit=2)
        if spot:
            proof = _near_proof(hit, marked) if spot.score >= _GOOD_SHAPE else 0.0
            yield spot._replace(score=spot.score * _LEVEL * hit.strength * _prior(marked), proof=proof)
            return
    caption = above(hit, page)
    if caption is not None:
        spot = _number(*caption, hit, limit=2)
        if spot:
            proof = _near_proof(hit, marked) if spot.score >= _GOOD_SHAPE else 0.0
            yield spot._replace(score=spot.score * _ABOVE * hit.strength * _prior(marked), proof=proof)
        return
    is_whole = (hit.start, hit.end) == hit.line.cells[hit.line.cell_of[hit.start]]
    if hit.strength < (_LABEL_ENOUGH if is_whole else 0.9) and not _has_siblings(hit, marked):
        return
    for under, low, high in below(hit, page):
        first = next((i for i in range(low, high) if under.line.words[i].x1 > hit.box.x0 - 3), low)
        spot = _number(under, first, high, hit, limit=2)
        if spot:
            is_good = spot.score >= _GOOD_SHAPE and hit.strength >= _CLEAR
            proof = _below_proof(hit, marked, under, spot.start, spot.end) if is_good else 0.0
            yield spot._replace(score=spot.score * 0.88 * hit.strength * _prior(marked), proof=proof)
        return


def _number(marked: Marked, start: int, end: int, hit: LabelHit, *, limit: int) -> Spot | None:
    """Return the first words from `start` that have the shape of a number and are nothing else."""
    line = marked.line
    taken = {i for d in marked.dates for i in range(d.start, d.end)}
    taken |= {
        i for a in marked.amounts if a.is_percent or (a.decimals == CENTS and a.currency) for i in range(a.start, a.end)
    }
    taken |= {i for d in marked.identifiers if d.kind != "vat" for i in range(d.start, d.end)}
    seen = 0
    for index in range(start, end):
        if not line.folded[index] or line.folded[index] in {"#", "no", "nr"}:
            continue
        seen += 1
        if seen > limit or index in taken:
            return None
        shape = number_shape(line.words[index].text)
        if shape > 0.0:
            return _join(marked, index, end, shape, taken)
        if hit.line is line and index > start and line.cell_of[index] != line.cell_of[index - 1]:
            return None
    return None


def _join(marked: Marked, index: int, end: int, shape: float, taken: set[int]) -> Spot:
    """Join the pieces of a number that is printed with spaces, such as `F 1234/12` or `AB 123 456`."""
    line = marked.line
    start, stop = index, index + 1
    before = line.words[index - 1].text if index else ""
    near = 0.5 * line.height
    if (
        before.isupper()
        and before.isalpha()
        and len(before) <= _PREFIX
        and line.cell_of[index] == line.cell_of[index - 1]
        and not any(h.start <= index - 1 < h.end for h in marked.labels)
    ):
        start -= 1
    while stop < end and stop not in taken and line.words[stop].x0 - line.words[stop - 1].x1 < near:
        text = line.words[stop].text
        is_piece = any(c.isdigit() for c in text) and number_shape(text) > 0.5 and not text.islower()  # noqa: PLR2004
        if text in {"/", "-"} and stop + 1 < end and any(c.isdigit() for c in line.words[stop + 1].text):
            stop += 2
        elif is_piece and len(text) <= (_LONG_PIECE if start < index else _PIECE):
            stop += 1
        else:
            break
    raw = line.part(start, stop)
    return Spot(raw.strip("#.,;:()*").strip(), raw, line, start, stop, shape)


def without_labels(pages: Sequence[Sequence[Marked]], lines: frozenset[tuple[int, int]]) -> list[list[Marked]]:
    """Return the pages without the labels on some lines ((page, line index)), such as column headings of items."""
    return [
        [m._replace(labels=()) if (m.line.page, m.line.index) in lines else m for m in page] for page in pages
    ]  # fmt: skip
