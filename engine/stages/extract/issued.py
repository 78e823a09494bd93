"""When the document was issued and when it is due."""

from collections.abc import Sequence
from datetime import date, timedelta

from engine.content.vocabulary import LabelName
from engine.model.record import Classification
from engine.stages.extract.candidates import Marked, Spot, date_spots, without_labels
from engine.stages.extract.choose import Choice, choose
from engine.stages.extract.dates import DateSpan
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.marks import Conventions
from engine.stages.extract.terms import net_days, terms_of

_ORDERS = frozenset({"purchase_order", "order_form"})
_MOST_UNPROVEN = 0.65
"""The most that a date is worth whose day and month may be swapped."""
_SWAPPED = 0.8
_BESIDE_NUMBER = 0.15
"""What a date gains that is printed in one run with the document's number."""
_DISCOUNTED, _STRANGE_ORDER = 0.5, 0.3
_OF_THE_BILL, _NAMED = 0.3, 0.7
"""Weight of the invoice date on a reminder or statement, and the strength of a label that names it so."""
_NUMBERS = frozenset({
    "invoice_number", "credit_note_number", "preceding_invoice_number", "po_number", "delivery_note_number", "other_number", "customer_number",
})  # fmt: skip
_LINK, _FOREIGN, _OF_ITEMS = 3, 0.3, 0.6
"""Letters of `vom`, `du`; weight of a date that they tie to another document's number, and of one under a column heading."""
_STAGES, _NEXT_ROW, _LEADING = 4, 1.5, 2
"""Rows of staged terms, their distance in line heights, and small words before the day."""
_OF_DELIVERY, _LEAST_WANTED = 0.8, 0.35
"""Weight of the day of delivery as the date of a delivery note, and the least at which one is the day that an order asks for."""

Pages = Sequence[Sequence[Marked]]
Places = set[tuple[int, int, int]]


def dates(
    pages: Pages, conventions: Conventions, classification: Classification, lexicon: Lexicon,
    headings: frozenset[tuple[int, int]], number: Choice | None = None,
) -> dict[str, Choice | None]:  # fmt: skip
    """Return issue and due date, of an order the day of delivery in its place; of unlabelled dates the topmost serves as a last resort.

    `number` is the document's own: a date that follows it on its line is the document's. `headings` are the lines of column headings: dates under them are those of items and are less sure.
    """
    is_order = classification.type in _ORDERS
    issue = _spots("issue_date", pages, headings)
    theirs: Places = set()
    if is_order:
        issue, theirs = _of_order([*issue, *_spots("order_date", pages, headings)], lexicon)
    if classification.aside in {"reminder", "statement"}:
        issue = [s._replace(score=_OF_THE_BILL * s.score, proof=0.0) if s.label >= _NAMED else s for s in issue]
    own = _own_numbers(classification)
    issue = [
        s._replace(score=_FOREIGN * s.score, proof=0.0) if _of_another(s, _page_of(s, pages), own) else s for s in issue
    ]
    delivery = _spots("delivery_date", pages, headings)
    if classification.type == "goods_receipt":
        issue += [s._replace(score=_OF_DELIVERY * s.score) for s in delivery]
    due = [_after_discount(s, pages, lexicon) for s in _spots("due_date", pages, headings)]
    claimed = theirs | {_place(s) for s in due if s.score > 0.5}  # noqa: PLR2004
    others: tuple[LabelName, ...] = ("other_date", "order_date", "delivery_date")
    for name in others:
        if (name != "order_date" or not is_order) and (
            name != "delivery_date" or classification.type != "goods_receipt"
        ):
            claimed |= {_place(s) for s in _spots(name, pages, headings) if s.score > 0.6}  # noqa: PLR2004
    issue = [s if _place(s) not in claimed else s._replace(score=s.score * 0.6, proof=0.0) for s in issue]
    issue = [_with_number(s, number) for s in [*issue, *_loose(pages, claimed)]]
    chosen, due_choice = _in_order(choose(issue), choose(due, least=0.35), pages, conventions, lexicon)
    if chosen and due_choice and due_choice.spot.value < chosen.spot.value:
        due_choice = due_choice._replace(confidence=round(due_choice.confidence * 0.7, 3))
    if not is_order:
        return {"issue_date": chosen, "due_date": due_choice}
    wanted = choose([s for s in delivery if chosen is None or _place(s) != _place(chosen.spot)], least=_LEAST_WANTED)
    return {"issue_date": chosen, "delivery_date": _in_time(wanted, chosen, conventions)}


def _in_time(wanted: Choice | None, issue: Choice | None, conventions: Conventions) -> Choice | None:
    """Return the day of delivery that an order asks for; one before the order was written is doubted."""
    if wanted is not None and issue is not None and wanted.spot.value < issue.spot.value:
        wanted = wanted._replace(confidence=round(wanted.confidence * 0.7, 3))
    return _settled(wanted) if conventions.order_is_proven else _unsure(wanted)


def _own_numbers(classification: Classification) -> frozenset[str]:
    """Return the names under which the document's own number is printed."""
    if classification.type in _ORDERS:
        return frozenset({"po_number", "invoice_number"})
    if classification.type == "goods_receipt":
        return frozenset({"delivery_note_number", "invoice_number"})
    return frozenset({"invoice_number", "credit_note_number"})


def _page_of(spot: Spot, pages: Pages) -> Sequence[Marked]:
    return next(page for page in pages if page and page[0].line.page == spot.line.page)


def _of_order(spots: list[Spot], lexicon: Lexicon) -> tuple[list[Spot], Places]:
    """Take weight from days of an order that their line calls the customer's: a confirmation is issued later.

    Returns the spots and the places of those days; none when the paper shows no other day.
    """
    yours = frozenset(fold(word) for v in lexicon.vocabularies.values() for word in v.yours)
    theirs = {_place(s) for s in spots if s.line.folded[s.line.cells[s.line.cell_of[s.start]][0]] in yours}
    if theirs >= {_place(s) for s in spots}:
        return spots, set()
    weighed = [s._replace(score=_STRANGE_ORDER * s.score, proof=0.0) if _place(s) in theirs else s for s in spots]
    return weighed, theirs


def _after_discount(spot: Spot, pages: Pages, lexicon: Lexicon) -> Spot:
    """Return the later day of the same terms for one until which a discount is granted, else take weight away."""
    line = spot.line
    page = _page_of(spot, pages)
    later = next((d for d in page[line.index].dates if d.start >= spot.end), None)
    row_end = len(line.words) if spot.relation == "below" else line.cells[line.cell_of[spot.start]][1]
    if not _grants_discount(line, spot.end, later.start if later else row_end, lexicon):
        return spot
    later = later or _without_discount(page, line, lexicon)
    if later is None:
        return spot._replace(score=_DISCOUNTED * spot.score, proof=0.0)
    if later.value.isoformat() <= spot.value:
        return spot
    return spot._replace(
        value=later.value.isoformat(), raw=later.raw, line=later.line, start=later.start, end=later.end, proof=0.0,
        other=later.other.isoformat() if later.other else None,
    )  # fmt: skip


def _grants_discount(line: Line, start: int, end: int, lexicon: Lexicon) -> bool:
    return any(line.folded[i] in lexicon.terms.discount or "%" in line.words[i].text for i in range(start, end))


def _without_discount(page: Sequence[Marked], line: Line, lexicon: Lexicon) -> DateSpan | None:
    """Return the first day in the rows right below, where the sentence or the table goes on, that grants no discount."""
    last = line
    for marked in page[line.index + 1 : line.index + 1 + _STAGES]:
        under = marked.line
        if under.box.top - last.box.bottom > _NEXT_ROW * last.height:
            return None
        day = next((d for d in marked.dates if abs(d.start - under.cells[under.cell_of[d.start]][0]) <= _LEADING), None)
        if day and not _grants_discount(under, day.end, len(under.words), lexicon):
            return day
        last = under
    return None


def _of_another(spot: Spot, page: Sequence[Marked], own: frozenset[str]) -> bool:
    """Tell whether a date follows the number of another document: `Lieferschein Nr. 77 vom 3. 5.`."""
    line, begin = spot.line, spot.line.cells[spot.line.cell_of[spot.start]][0]
    before = [h for h in page[line.index].labels if begin <= h.start and h.end <= spot.start]
    links = [h for h in before if h.name == "issue_date" and len("".join(line.folded[h.start : h.end])) <= _LINK]
    named = [h for h in before if h.name in _NUMBERS and h.strength >= _NAMED]
    is_linked = bool(links) and links[-1].start >= max((h.end for h in before if h is not links[-1]), default=0)
    return is_linked and bool(named) and not any(h.name in own for h in before if h.name in _NUMBERS)


def _with_number(spot: Spot, number: Choice | None) -> Spot:
    own = number.spot if number else None
    is_beside = (
        own is not None and spot.line is own.line and spot.line.cell_of[spot.start] == own.line.cell_of[own.start]
    )
    return spot._replace(score=min(1.0, spot.score + _BESIDE_NUMBER)) if is_beside else spot


def _spots(name: LabelName, pages: Pages, headings: frozenset[tuple[int, int]]) -> list[Spot]:
    clear = {s: None for page in without_labels(pages, headings) for s in date_spots(name, page)}
    rest = [s for page in pages for s in date_spots(name, page) if s not in clear]
    return [*clear, *(s._replace(score=_OF_ITEMS * s.score, proof=0.0) for s in rest)]


def _place(spot: Spot) -> tuple[int, int, int]:
    return spot.line.page, spot.line.index, spot.start


def _loose(pages: Pages, claimed: Places) -> list[Spot]:
    spots = []
    flat = [marked for page in pages for marked in page]
    for rank, (marked, span) in enumerate((m, d) for m in flat for d in m.dates):
        if (span.line.page, span.line.index, span.start) in claimed:
            continue
        is_alone = span.end - span.start == len(marked.line.words) or marked.line.box.top < 0.35 * marked.page_height
        score = (0.38 if is_alone else 0.25) - 0.02 * min(rank, 5)
        spots.append(Spot(span.value.isoformat(), span.raw, span.line, span.start, span.end, score, span.other.isoformat() if span.other else None))  # fmt: skip
    return spots


def _in_order(
    issue: Choice | None, due: Choice | None, pages: Pages, conventions: Conventions, lexicon: Lexicon
) -> tuple[Choice | None, Choice | None]:
    """Settle whether day or month comes first: by the document's habit, else by the days that the terms grant."""
    if conventions.order_is_proven:
        return _settled(issue), _settled(due)
    terms = terms_of(pages, lexicon)
    days = net_days(terms.spot.value, lexicon) if terms else None
    if issue and due and days is not None:
        if _apart(issue.spot.value, due.spot.value, days):
            return _settled(issue), _settled(due)
        swapped = _apart(issue.spot.other or issue.spot.value, due.spot.other or due.spot.value, days)
        if swapped and (issue.spot.other or due.spot.other):
            return _settled(_swap(issue)), _settled(_swap(due))
    return _unsure(issue), _unsure(due)


def _apart(issue: str, due: str, days: int) -> bool:
    return date.fromisoformat(issue) + timedelta(days=days) == date.fromisoformat(due)


def _swap(choice: Choice) -> Choice:
    spot = choice.spot
    return choice if spot.other is None else choice._replace(spot=spot._replace(value=spot.other, other=spot.value))


def _settled(choice: Choice | None) -> Choice | None:
    return choice and choice._replace(spot=choice.spot._replace(other=None))


def _unsure(choice: Choice | None) -> Choice | None:
    """Take confidence away when day and month may be swapped and nothing settles it."""
    if choice is None or choice.spot.other is None:
        return choice
    return choice._replace(confidence=round(min(choice.confidence * _SWAPPED, _MOST_UNPROVEN), 3))
