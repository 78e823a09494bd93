"""The payment terms, and the days until payment that they grant."""

import re
from collections.abc import Sequence

from engine.stages.extract.build import found
from engine.stages.extract.candidates import Marked, Spot
from engine.stages.extract.choose import Choice, choose
from engine.stages.extract.lexicon import Lexicon, fold

_SHORTEST_PHRASE = 6
_LONGEST_TERM = 365


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
    numbers = [index for index, word in enumerate(words) if word.isdigit()]
    if len(numbers) != 1:
        return None
    at = numbers[0]
    is_days = at + 1 < len(words) and words[at + 1] in lexicon.terms.days
    is_net = at > 0 and words[at - 1] in lexicon.terms.net
    return int(words[at]) if (is_days or is_net) and int(words[at]) <= _LONGEST_TERM else None


def terms_of(pages: Sequence[Sequence[Marked]], lexicon: Lexicon) -> Choice | None:
    """Return the first labelled terms that speak of days or of paying at once; others only when nothing does.

    A label of the due date announces terms as well when days follow it instead of a date.
    """
    spots: list[Spot] = []
    for marked in (m for page in pages for m in page):
        line = marked.line
        for hit in marked.labels:
            if hit.name not in {"payment_terms", "due_date"} or hit.start != line.cells[line.cell_of[hit.start]][0]:
                continue
            start = min(hit.end, len(line.words) - 1)
            end = line.cells[line.cell_of[start]][1] if hit.end < len(line.words) else hit.end
            text = line.part(hit.end, end).strip(" :")
            speaks = _speaks(line.folded[hit.end : end], lexicon)
            if hit.name == "due_date" and (not speaks or any(hit.end <= d.start < end for d in marked.dates)):
                continue
            if any(c.isalnum() for c in text):
                spots.append(found(line, hit.end, end, text, (0.85 if speaks else 0.5) * hit.strength))
    return choose(spots)


def _speaks(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Tell whether words name a number of days, or payment at once."""
    terms = lexicon.terms
    has_number = any(word.isdigit() for word in words)
    return (has_number and any(word in terms.days | terms.net for word in words)) or any(
        word in terms.immediately for word in words
    )
