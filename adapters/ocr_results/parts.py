"""Page ranges of the documents that a service found in one file."""

from collections.abc import Sequence
from itertools import pairwise

from engine.model.page import Opinion


def apart(opinions: Sequence[Opinion], page_count: int) -> tuple[tuple[int, int], ...]:
    """Return the page ranges (1-based, first and last) of several documents that share no page; none otherwise."""
    return ranges([one.pages for one in opinions if one.pages is not None], page_count)


def ranges(found: Sequence[tuple[int, int]], page_count: int) -> tuple[tuple[int, int], ...]:
    """Return ranges in page order when there are several, none shares a page and all lie in the file; none otherwise."""
    order = sorted(set(found))
    is_apart = all(before[1] < after[0] for before, after in pairwise(order))
    fits = all(1 <= first <= last <= page_count for first, last in order)
    return tuple(order) if len(order) > 1 and is_apart and fits else ()
