"""The payment terms, and the days until payment that they grant."""

import re
from collections.abc import Iterator, Sequence

from engine.stages.extract.build import found
from engine.stages.extract.candidates import Marked, Spot
from engine.stages.extract.choose import Choice, choose
from engine.stages.extract.labels import LabelHit, is_whole
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.places import above, level, under

_SHORTEST_PHRASE = 6
_LONGEST_TERM = 365
_IN_SENTENCE, _SHORTEST_NET = 0.55, 3
_USUAL_TERMS = frozenset({"7", "10", "14", "15", "20", "21", "28", "30", "40", "45", "60", "75", "90", "120"})


def net_days(terms: str, lexicon: Lexicon) -> int | None:
    """Return the days that plain terms grant (0: at once), or None when they are staged or not understood."""
    words = [fold(word) for word in re.findall(r"\d+|[^\W\d_]+|%", terms)]
    whole = "".join(words)
    if "%" in words or any(w in lexicon.terms.discount | lexicon.terms.end_of_month for w in words):
        return None
    if any(phrase in whole for phrase in lexicon.terms.end_of_month if len(phrase) >= _SHORTEST_PHRASE):
        return None
    if any(phrase in whole for phrase in lexicon.terms.immediately if len(phrase) >= _SHORTEST_PHRASE):
        return 0
    granted = [
        int(word)
        for at, word in enumerate(words)
        if word.isdigit()
        and ("".join(words[at + 1 : at + 2]) in lexicon.terms.days or (at > 0 and words[at - 1] in lexicon.terms.net))
    ]
    return granted[0] if len(granted) == 1 and granted[0] <= _LONGEST_TERM else None


def terms_of(pages: Sequence[Sequence[Marked]], lexicon: Lexicon) -> Choice | None:
    """Return the first labelled terms that speak of days or of paying at once; others only when nothing does.

    A label of the due date announces terms as well when days follow it instead of a date.
    """
    spots: list[Spot] = []
    for page in pages:
        inside: dict[int, int] = {}
        for marked in page:
            for hit in marked.labels:
                is_first = hit.start == marked.line.cells[marked.line.cell_of[hit.start]][0]
                is_taken = hit.start < inside.get(marked.line.index, 0)
                if hit.name in {"payment_terms", "due_date"} and is_first and not is_taken:
                    spot = _terms_at(hit, marked, page, lexicon)
                    if spot is not None:
                        # what follows `Terms:` is theirs, though it may begin like a label itself: `payment within`
                        inside[spot.line.index] = max(inside.get(spot.line.index, 0), spot.end)
                        spots.append(spot)
    if not any(_speaks(s.line.folded[s.start : s.end], lexicon) for s in spots):
        spots += [spot for page in pages for spot in _in_sentences(page, lexicon)]
    return choose(spots)


def net_term(line: Line, index: int, lexicon: Lexicon) -> bool:
    """Tell whether words[index] is the number of days of terms like `Net 30.`, not an amount."""
    start, end = line.cells[line.cell_of[index]]
    is_last = index + 1 == end or line.words[index].text.endswith((".", ","))
    return (
        index > start
        and line.folded[index] in _USUAL_TERMS
        and line.folded[index - 1] in lexicon.terms.net
        and len(line.folded[index - 1]) >= _SHORTEST_NET
        and (is_last or line.folded[index + 1] in lexicon.terms.days)
    )


def _in_sentences(page: Sequence[Marked], lexicon: Lexicon) -> Iterator[Spot]:
    """Yield terms without a label: days in a sentence about paying, or `Net 30` standing alone."""
    terms = lexicon.terms
    for number, marked in enumerate(page):
        line = marked.line
        words = line.folded
        days = [i for i in range(len(words) - 1) if words[i + 1] in terms.days and words[i].isdigit()]
        if len(days) > 1 or (not days and _USUAL_TERMS.isdisjoint(words)):
            continue
        whole = "".join(words)
        is_staged = "%" in line.text or any(word in terms.discount | terms.end_of_month for word in words)
        if is_staged or any(p in whole for p in terms.end_of_month if len(p) >= _SHORTEST_PHRASE):
            continue
        around = {word for near in page[max(0, number - 1) : number + 2] for word in near.line.folded}
        is_net = len(days) == 1 and days[0] > 0 and words[days[0] - 1] in terms.net
        speaks = terms.pay & (around if is_net else set(words))
        if days and speaks:
            start = days[0] - is_net
            yield found(line, start, days[0] + 2, line.part(start, days[0] + 2), _IN_SENTENCE)
        elif not days:
            for index in range(1, len(words)):
                if net_term(line, index, lexicon):
                    yield found(line, index - 1, index + 1, line.part(index - 1, index + 1).strip(".,"), _IN_SENTENCE)


def _terms_at(hit: LabelHit, marked: Marked, page: Sequence[Marked], lexicon: Lexicon) -> Spot | None:
    """Return the terms that a label announces: after it, else level with it, above a caption, or below."""
    for near, start, end in _places(hit, marked, page):
        text = near.line.part(start, end).strip(" :")
        speaks = _speaks(near.line.folded[start:end], lexicon)
        if (hit.name == "due_date" or near is not marked) and not speaks:
            continue
        if hit.name == "due_date" and any(start <= d.start < end for d in near.dates):
            continue
        if any(c.isalnum() for c in text):
            return found(near.line, start, end, text, (0.85 if speaks else 0.5) * hit.strength)
    return None


def _places(hit: LabelHit, marked: Marked, page: Sequence[Marked]) -> Iterator[tuple[Marked, int, int]]:
    """Yield the rest of the label's cell, else the cell beside it, then the cells around."""
    line = marked.line
    cell = line.cells[line.cell_of[hit.start]]
    if hit.end < cell[1]:
        yield marked, hit.end, cell[1]
        return
    follower = next((c for c in line.cells if c[0] >= hit.end), None)
    if follower and not any(h.start == follower[0] and is_whole(h) for h in marked.labels):
        yield marked, *follower
    yield from level(hit, page, is_text=True)
    for place in (above(hit, page, is_text=True), under(hit, page)):
        if place is not None:
            yield place


def _speaks(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Tell whether words name a number of days, or payment at once."""
    terms = lexicon.terms
    has_number = any(word.isdigit() for word in words)
    return (has_number and any(word in terms.days | terms.net for word in words)) or any(
        word in terms.immediately for word in words
    )
