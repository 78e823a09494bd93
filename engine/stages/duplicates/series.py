"""Whether two numbers that a scan might have confused are rather two numbers of one series.

A number is a row of runs: `A-8545/25` is `A`, `8545`, `25`. The next invoices of a vendor differ from one another in the
last digits of one run, or in the run that repeats their date. A sign misread stands anywhere.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from typing import Literal

from engine.model.value import Value

StepLevel = Literal["next", "near", "jump"]

_RUN = re.compile(r"\d+|[^\W\d_]+")
_NEXT = 3
"""Digits that look alike and are that near are rather the next number of a series."""
_ROUND = 2
"""A run that differs before so many equal digits would be a step of exactly hundreds: one in a hundred invoices."""
_DAYS = ("%Y%m%d", "%d%m%Y", "%y%m%d", "%d%m%y", "%Y%m", "%m%Y", "%y%m", "%m%y", "%Y", "%y", "%m", "%d")
_SURE = 4
"""Digits that a form of a day needs to be no chance when the other number repeats nothing."""
_HEADS = ("%Y%m%d", "%Y%m", "%y%m", "%Y", "%y")
_TAILS = ("%Y%m%d", "%Y%m", "%m%Y", "%y%m", "%m%y", "%Y")


class Run(Value):
    """A run of digits or letters, and where it stands among the letters and digits of its number."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.start + len(self.text)


def runs(number: str) -> tuple[Run, ...]:
    """Return the runs of a number in capitals."""
    texts = _RUN.findall(unicodedata.normalize("NFKC", number).upper())
    starts = accumulate(map(len, texts), initial=0)
    return tuple(Run(text=text, start=start) for text, start in zip(texts, starts, strict=False))


def step(mine: str, theirs: str) -> StepLevel:
    """Return how far two numbers lie apart that have as many signs and differ in digits alone.

    `next`: by so little that they follow one another. `jump`: before digits that are equal, as steps of exactly hundreds
    would. `near`: anything between.
    """
    pairs = list(_differing(mine, theirs))
    if not pairs or not all(one.isdecimal() and other.isdecimal() for one, other in pairs):
        return "near"
    if all(abs(int(one) - int(other)) <= _NEXT for one, other in pairs):
        return "next"
    if len(pairs) > 1:
        return "near"
    one, other = pairs[0]
    last = max(at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
    return "jump" if len(one) - 1 - last >= _ROUND else "near"


def follows_date(mine: str, issued: date | None, theirs: str, other_issued: date | None) -> bool | None:
    """Return whether two numbers differ as their dates do.

    True: each repeats its own date where they differ, as numbers do that begin with the month. False: one does and the
    other does not, so one of the two was misread. None: nothing can be said.
    """
    if issued is None or other_issued is None:
        return None
    told = [
        (_repeated(one, other, issued), _repeated(other, one, other_issued)) for one, other in _differing(mine, theirs)
    ]
    if any(min(pair) > 0 for pair in told):
        return True
    return False if any(max(pair) >= _SURE for pair in told) else None


def _differing(mine: str, theirs: str) -> Iterator[tuple[str, str]]:
    """Yield the runs that differ, cut where either number is cut; nothing for numbers of other lengths."""
    ours, others = runs(mine), runs(theirs)
    first, second = ("".join(run.text for run in one) for one in (ours, others))
    if len(first) != len(second):
        return
    cuts = sorted({run.end for run in (*ours, *others)})
    for start, end in zip([0, *cuts], cuts, strict=False):
        if first[start:end] != second[start:end]:
            yield first[start:end], second[start:end]


def _repeated(run: str, other: str, day: date) -> int:
    """Return how many signs of a run repeat a day: all, or those at one end within which alone the other differs."""
    if run in {day.strftime(form) for form in _DAYS}:
        return len(run)
    places = [place for place, (a, b) in enumerate(zip(run, other, strict=True)) if a != b]
    heads, tails = ([day.strftime(form) for form in forms] for forms in (_HEADS, _TAILS))
    found = [len(head) for head in heads if run.startswith(head) and places[0] < len(head)]
    found += [len(tail) for tail in tails if run.endswith(tail) and places[0] >= len(run) - len(tail)]
    return max(found, default=0)
