"""How much the things seen on a page speak for a new document (positive) or against it, in log odds."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from engine.stages.bundle.look import APPENDIX, Look, Number
from engine.stages.bundle.numbering import Position

_BIAS = -1.0
_ATTACHED = frozenset({"goods_receipt", "unknown", "contract"})
"""Kinds that also come as an appendix of another document: delivery notes, timesheets, terms."""
_TITLE, _LARGE_TITLE, _NO_TITLE = 0.5, 0.85, 0.3
_SAME_HEAD, _HEAD_APART, _HEAD_LEAST = 0.5, 0.1, 4
_ALWAYS_OWN = frozenset({"invoice", "credit_note", "purchase_order", "bank_statement", "remittance"})
"""Kinds that hang on no other document; an order and its invoice name the same number."""
_ALONE = 3.5
"""Weight of the heading of a paper that is never a part of another one."""
_SAME_CASE, _BLANK = -0.5, 0.7
_TITLED = 1.5
"""Weight of a title from which on the page seems to begin something."""
_SIZE = 0.03
_APART, _ASIDE = 6.0, 24.0
"""Points between columns, and that a page may lie aside of the one before."""
_COLUMN_ROWS, _LEAST_COLUMNS, _LEAST_AMOUNTS, _LEAST_TABLE, _MOST_OF_THEM = 3, 2, 2, 6, 0.7
"""Tills print one column of amounts, so one column proves nothing."""
_ANOTHER, AGAIN = "another document number", "page number begins again"
_NAMED, _OTHERS, _OTHER_HEAD = "names the same number", "other parties", "another letterhead"
_SUMMED = frozenset({"invoice", "credit_note", "purchase_order"})
"""Kinds that end with a total."""
_OWN_NUMBERS = 2
"""A page with more numbers behind the same label lists documents."""


class Evidence(NamedTuple):
    """One thing that speaks for a cut before the page (or, negative, against it)."""

    name: str
    weight: float
    holds: bool = False
    """Whether it ties the page to the open document by more than looks: numbers, sums, a table that goes on."""
    puzzles: bool = False
    """Whether pages must be missing or out of order: whatever is decided, a person has to see it."""
    is_unfinished: bool = False
    """Whether a cut would leave the open document without its total."""


class Open:
    """The document that is open before a page: everything its pages have shown so far."""

    def __init__(self) -> None:
        self.last: Look | None = None
        self.position: Position | None = None
        self.numbers: set[Number] = set()
        self.tokens: set[str] = set()
        self.parties: set[str] = set()
        self.heads: list[frozenset[str]] = []
        self.titles: set[str] = set()
        self.type: str = ""
        self.has_head = False
        self.has_total = False

    def take(self, look: Look) -> None:
        """Add a page."""
        if self.last is None:
            self.has_head = look.has_head
        self.last = look
        self.position = look.position or self.position
        self.numbers |= look.numbers
        self.tokens |= look.tokens
        self.parties |= look.parties
        self.heads.append(look.head)
        if look.title is not None:
            self.titles.add(look.title.text.lower())
            self.type = self.type or look.title.type
        self.has_total |= look.has_total


def weigh(opened: Open, look: Look, *, has_blank: bool) -> list[Evidence]:
    """Return all evidence at the boundary before a page."""
    position, carried = _position(opened, look), _carried(opened, look)
    numbers, likeness = _identity(opened, look, position)
    title, totals = _title(opened, look), _totals(opened, look)
    if _hangs_on(opened, look, numbers):
        # small print and lists have a layout of their own, and no part in the numbering and the sums
        title = Evidence("title of an appendix" if look.is_annex else "nothing but sentences", -2.0, look.is_annex)
        position = position if position.weight < 0 or position.name == AGAIN else Evidence("", 0.0)
        likeness = [evidence for evidence in likeness if evidence.weight < 0]
        totals = Evidence("", 0.0)
    else:
        is_tied = position.holds or carried.weight < 0
        title = title._replace(puzzles=not is_tied and _is_of_one_number(opened, look, numbers, title))
        totals = totals._replace(is_unfinished=_is_unfinished(opened, look, position, likeness))
    found = [
        Evidence("most pages go on", _BIAS), position, numbers, title, *likeness, carried, _table(opened, look), totals,
        *_paper(opened, look), Evidence("blank page between", _BLANK if has_blank else 0.0),
    ]  # fmt: skip
    return [evidence for evidence in found if evidence.weight]


def _identity(opened: Open, look: Look, position: Evidence) -> tuple[Evidence, list[Evidence]]:
    """Return what the numbers of documents say, and how alike the pages are in parties, other numbers, letterhead."""
    numbers = _numbers(opened, look)
    likeness = [_parties(opened, look), _tokens(opened, look), _head(opened, look)]
    is_other_kind = _is_other_kind(opened, look)
    if is_other_kind:
        numbers = numbers._replace(weight=max(numbers.weight, _SAME_CASE), holds=False)
    if numbers.name == _NAMED and likeness[0].name == _OTHERS:
        numbers = numbers._replace(holds=False)  # short numbers meet by chance
    if numbers.name == _ANOTHER or position.name == AGAIN or is_other_kind:
        # one vendor sends several documents at once: that they look alike says nothing then
        likeness = [evidence for evidence in likeness if evidence.weight > 0]
    return numbers, likeness


def _is_of_one_number(opened: Open, look: Look, numbers: Evidence, title: Evidence) -> bool:
    """Tell whether two pages of one number both look whole: an order, its change and the answer to it do."""
    return numbers.holds and title.weight >= _TITLED and opened.has_total and look.has_total


def _is_unfinished(opened: Open, look: Look, position: Evidence, likeness: Sequence[Evidence]) -> bool:
    """Tell whether a cut of a scan would leave a document without its total: what seems another number may be misread."""
    if look.page.how != "ocr" or opened.has_total or position.name == AGAIN or opened.type not in _SUMMED:
        return False
    return not any(evidence.name in {_OTHERS, _OTHER_HEAD} for evidence in likeness)


def _hangs_on(opened: Open, look: Look, numbers: Evidence) -> bool:
    """Tell whether the page is small print, hours or a list of the open document."""
    is_titled = look.title is not None and look.title.weight >= _LARGE_TITLE and look.title.type in _ALWAYS_OWN
    if look.has_total or is_titled or look.stands_alone or numbers.name == _ANOTHER:
        return False
    return look.is_annex or (
        bool(opened.type) and look.is_prose and (look.title is None or look.title.weight < _NO_TITLE)
    )


def _position(opened: Open, look: Look) -> Evidence:
    here, on_last = look.position, opened.last.position if opened.last else None
    if here is not None:
        return _numbered(opened.position, on_last, here)
    if on_last is None:
        return Evidence("", 0.0)
    if on_last.total and on_last.number < on_last.total:
        return Evidence("pages are missing before", -2.0)
    return Evidence("last page was reached", 2.0 if on_last.total else 0.5)


def _numbered(before: Position | None, on_last: Position | None, here: Position) -> Evidence:
    """Return what the number of a page says."""
    if here.number == 1:
        is_over = on_last is not None and on_last.total and on_last.number == on_last.total
        return Evidence(AGAIN, 4.0 if is_over else 3.0 if here.total or before is not None else 1.5)
    if before is None:
        return Evidence("a later page by its number", -2.0, holds=here.total > 0)
    if here.number == before.number + 1 and here.total == before.total:
        return Evidence("page number goes on", -5.0, holds=True)
    is_later = here.number > before.number
    return Evidence(
        "page number jumps", -2.0 if is_later else -0.1, puzzles=not is_later and here.total == before.total
    )


def _numbers(opened: Open, look: Look) -> Evidence:
    shared = {number.label for number in look.numbers} & {number.label for number in opened.numbers}
    own = {n.value for n in look.numbers if n.label in shared}
    known = {n.value for n in opened.numbers if n.label in shared}
    if own & known:
        return Evidence("same document number", -3.5, holds=True)
    if shared:
        is_list = max(len(own), len(known)) > _OWN_NUMBERS
        return Evidence(_ANOTHER, 0.3 if is_list else 3.0 if "invoice_number" in shared else 1.5)
    if {n.value for n in opened.numbers} & look.tokens or _was_overlooked(opened, look):
        return Evidence(_NAMED, -2.5, holds=True)
    if look.numbers:
        return Evidence("a document number of its own", 0.8)
    return Evidence("no number of its own", -0.5 if opened.numbers else 0.0)


def _was_overlooked(opened: Open, look: Look) -> bool:
    """Tell whether the page repeats the title of the open document with a number that was not told from others there."""
    is_same = look.title is None or look.title.text.lower() in opened.titles
    return is_same and not opened.numbers and bool({number.value for number in look.numbers} & opened.tokens)


def _title(opened: Open, look: Look) -> Evidence:
    title = look.title
    if title is None or title.weight < _NO_TITLE:
        return _untitled(opened, look)
    if opened.type and APPENDIX.search(title.text):
        return Evidence("title of an appendix", -1.5)
    if title.weight < _TITLE:
        untitled = _untitled(opened, look)
        return untitled if untitled.holds else Evidence("hardly a title", -0.5)
    if title.text.lower() in opened.titles:
        return Evidence("same title again", 1.5 if opened.has_total and look.has_total else 0.5)
    if title.type in _ATTACHED and opened.type not in {"", title.type}:
        is_related = bool(opened.tokens & look.tokens)
        return Evidence("title of an appendix", -1.0 if is_related else 0.8)
    large = _ALONE if look.stands_alone and title.type != opened.type else 2.3
    return Evidence("a title of its own", large if title.weight >= _LARGE_TITLE or large == _ALONE else 1.8)


def _untitled(opened: Open, look: Look) -> Evidence:
    last = opened.last
    if last is not None and look.is_till and (look.page.how == "ocr" or last.is_till):
        return Evidence("a till roll", 3.0 if last.is_till else 1.5)
    # of a scan the head may have been missed, and photographed slips often have none
    is_plain = last is not None and look.page.how == last.page.how == "text_layer" and opened.has_head
    if is_plain and not look.has_head:
        return Evidence("begins in the middle", -2.5, holds=not (opened.has_total and look.has_total))
    return Evidence("no title", -1.5)


def _is_other_kind(opened: Open, look: Look) -> bool:
    """Tell whether the page calls itself something that is no appendix, and other than the open document."""
    title = look.title
    if title is None or title.weight < _TITLE or opened.type == title.type:
        return False
    return look.stands_alone or (title.type in _ALWAYS_OWN and opened.type in _ALWAYS_OWN)


def _parties(opened: Open, look: Look) -> Evidence:
    if not opened.parties or not look.parties:
        return Evidence("", 0.0)
    shared = opened.parties & look.parties
    if shared and opened.parties - shared and look.parties - shared:
        # all mail of a house names that house
        return Evidence("some other parties", 0.6)
    if shared:
        return Evidence("same parties", -0.8)
    return Evidence(_OTHERS, 1.5)


def _tokens(opened: Open, look: Look) -> Evidence:
    shared = len((opened.tokens & look.tokens) - look.parties)
    if shared:
        return Evidence("numbers in common", -1.5 if shared >= 3 else -0.7)  # noqa: PLR2004
    enough = len(opened.tokens) >= 3 and len(look.tokens) >= 3  # noqa: PLR2004
    return Evidence("no number in common", 0.6 if enough else 0.0)


def _head(opened: Open, look: Look) -> Evidence:
    best = 0.0
    compared = False
    for head in opened.heads:
        if len(head) >= _HEAD_LEAST and len(look.head) >= _HEAD_LEAST:
            compared = True
            best = max(best, len(head & look.head) / len(head | look.head))
    if best >= _SAME_HEAD:
        return Evidence("same letterhead", -0.8)
    return Evidence(_OTHER_HEAD, 0.8 if compared and best < _HEAD_APART else 0.0)


def _carried(opened: Open, look: Look) -> Evidence:
    runs_on = opened.last is not None and opened.last.runs_on
    if runs_on and look.goes_on:
        return Evidence("a sum is carried forward", -4.0, holds=True)
    return Evidence("a sum is carried forward", -2.5 if runs_on or look.goes_on else 0.0, holds=True)


def _table(opened: Open, look: Look) -> Evidence:
    """Return what the columns of amounts say: a table without a total goes on where they stand below each other."""
    is_titled = look.title is not None and look.title.weight >= _TITLE
    if opened.last is None or opened.has_total or is_titled or look.is_till or opened.last.is_till:
        return Evidence("", 0.0)
    is_alike = _aligned(opened.last.edges, look.edges)
    return Evidence("the table goes on", -2.0 if is_alike else 0.0, holds=is_alike)


def _aligned(before: Sequence[float], here: Sequence[float]) -> bool:
    """Tell whether amounts stand in the columns of the page before, which may lie a little aside on the glass."""
    tally = Counter(round(edge / _APART) for edge in before)
    columns = [edge for edge in dict.fromkeys(before) if tally[round(edge / _APART)] >= _COLUMN_ROWS]
    if len({round(edge / _APART) for edge in columns}) < _LEAST_COLUMNS or len(here) < _LEAST_AMOUNTS:
        return False
    shifts = {column - edge for column in columns for edge in here[:_COLUMN_ROWS] if abs(column - edge) <= _ASIDE}
    best = max((_matching(columns, here, shift) for shift in shifts), default=0)
    return best >= _MOST_OF_THEM * len(here)


def _matching(columns: Sequence[float], here: Sequence[float], shift: float) -> int:
    return sum(any(abs(edge + shift - column) <= _APART / 2 for column in columns) for edge in here)


def _totals(opened: Open, look: Look) -> Evidence:
    if opened.has_total:
        is_till = look.has_total and opened.last is not None and (opened.last.is_till or look.is_till)
        return Evidence("total was reached", 1.6 if is_till else 0.9 if look.has_total else 0.3)
    is_untitled = look.title is None or look.title.weight < _NO_TITLE
    if look.has_total and is_untitled and opened.last is not None and len(opened.last.edges) >= _LEAST_TABLE:
        return Evidence("the sum of the open table", -1.5)
    return Evidence("no total yet", -0.6 if look.has_total else -0.2)


def _paper(opened: Open, look: Look) -> list[Evidence]:
    if opened.last is None:
        return []
    before, here = opened.last.page, look.page
    sides = (sorted((before.width, before.height)), sorted((here.width, here.height)))
    is_other = any(abs(a - b) > _SIZE * max(a, b, 1.0) for a, b in zip(*sides, strict=True))
    is_turned = (before.width > before.height) != (here.width > here.height)
    return [
        Evidence("another paper size", 0.9 if is_other else 0.2 if is_turned else 0.0),
        Evidence("scanned and printed", 0.7 if before.how != here.how else 0.0),
    ]
