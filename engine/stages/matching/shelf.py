"""Which lots an invoice line may mean at all, so that not every line is weighed against every lot.

Item number, line number, words and price each have an index. Where lines times lots are very many, only the likeliest
lots of a line are looked at; how alike descriptions are is then asked of those alone that share a rare word.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache

import numpy as np
from rapidfuzz import fuzz, process

from engine.stages.matching.billed import Billed, line_key, same_order
from engine.stages.matching.open_lines import Lot

_OTHER_NUMBERS = 30
"""Taken off the likeness of descriptions whose sizes differ: 3x1.5 is no 3x2.5."""
_MEANT = 90
"""Likeness from which an item is so clearly the same that units that do not convert are told."""
_MOST_LIKENESSES = 250_000
"""Descriptions compared with each other, each with each."""
_MOST_WEIGHED = 100_000
"""Pairs that are looked at closely."""
_FEWEST_LOTS = 96
"""Lots of a line that are looked at, however many lines there are."""
_CENT = Decimal("0.0101")
"""A cent, and a little for the division by a quantity that has no end."""
_DIGITS = re.compile(r"\d+(?:[.,]\d+)?")


class Shelf:
    """Lots by what they are known by."""

    def __init__(self, lots: Sequence[Lot], *, classes: int, score: int) -> None:
        """`classes` is how many different lines will ask; `score` the likeness from which words alone may do."""
        self._lots = lots
        self._score = min(score, _MEANT)
        self._most = max(_FEWEST_LOTS, _MOST_WEIGHED // max(1, classes))
        self._is_small = classes * len(lots) <= _MOST_LIKENESSES
        self._by_code: dict[str, list[int]] = {}
        self._by_order: dict[str, list[int]] = {}
        for place, lot in enumerate(lots):
            for code in lot.codes:
                self._by_code.setdefault(code, []).append(place)
            self._by_order.setdefault(lot.first.order.number, []).append(place)

    @cached_property
    def _by_line(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, lot in enumerate(self._lots):
            for one in lot.members:
                found.setdefault(line_key(one.line.line), []).append(place)
        return found

    def asked(self, lines: Sequence[Billed]) -> list[Sequence[tuple[int, int]]]:
        """Return for each line the lots that it may mean, in order, each with the likeness (0..100) of its words."""
        coded = [self._coded(line) for line in lines]
        by_words = iter(self._alike([line for line, places in zip(lines, coded, strict=True) if places is None]))
        return [
            [(place, 0) for place in places] if places is not None else self._open(line, next(by_words))
            for line, places in zip(lines, coded, strict=True)
        ]  # fmt: skip

    def _coded(self, line: Billed) -> Sequence[int] | None:
        """Return the lots with the line's item number; None where something else has to tell."""
        found = self._codes_of(line)
        return None if not found or line.order_line else self._nearest(line, found)

    def _codes_of(self, line: Billed) -> list[int]:
        codes = [code for code in (*line.codes, line.own_code) if code in self._by_code]
        places = {place for code in codes for place in self._by_code[code]}
        return sorted(places if not line.order or not places else places & self._within(line.order))

    def _within(self, order: str) -> frozenset[int]:
        """Return the lots of the orders that a printed number means."""
        return frozenset(
            place for number, places in self._by_order.items() if same_order(order, number) for place in places
        )

    def _open(self, line: Billed, words: dict[int, int]) -> Sequence[tuple[int, int]]:
        """Return the lots that words, numbers, a line number or an item number make possible."""
        places = {*words, *self._codes_of(line), *self._priced(line)}
        named = self._by_line.get(line.order_line, ()) if line.order_line else ()
        if line.order:
            within = self._within(line.order)
            places, named = places & within, [place for place in named if place in within]
        own = frozenset(_DIGITS.findall(line.words))
        kept = sorted({*self._nearest(line, places), *named[: self._most]})
        return [(place, _likeness(line.words, own, self._words[place], words.get(place))) for place in kept]

    def _priced(self, line: Billed) -> Iterable[int]:
        """Return the lots that have the line's price; where only a calculation can tell, all."""
        if line.quantity is None:
            return range(len(self._lots))
        if line.price is None:
            return ()
        prices, places, others = self._prices
        slack = _CENT / line.quantity
        first, behind = bisect_left(prices, line.price - slack), bisect_right(prices, line.price + slack)
        elsewhere = (place for unit, apart in others.items() if line.unit and unit != line.unit for place in apart)
        return [*places[first:behind], *elsewhere]

    @cached_property
    def _prices(self) -> tuple[list[Decimal], list[int], dict[str, list[int]]]:
        """Prices in order, their lots, and the lots by unit: in another unit the price is another."""
        ordered = sorted((lot.price, place) for place, lot in enumerate(self._lots) if lot.price is not None)
        units: dict[str, list[int]] = {}
        for place, lot in enumerate(self._lots):
            if unit := lot.first.line.unit:
                units.setdefault(unit, []).append(place)
        return [price for price, _ in ordered], [place for _, place in ordered], units

    def _nearest(self, line: Billed, places: Iterable[int]) -> list[int]:
        """Return places in order: all, or of very many those that bill nearest to the line's price and quantity."""
        found = sorted(places)
        if len(found) <= self._most:
            return found
        if line.price is not None:
            prices, by_price, _ = self._prices
            here = bisect_left(prices, line.price)
            wanted, near = set(found), by_price[max(0, here - self._most) : here + self._most]
            found = [place for place in near if place in wanted] or found
        return sorted(sorted(found, key=lambda place: self._far(line, place))[: self._most])

    def _far(self, line: Billed, place: int) -> tuple[Decimal, bool, int]:
        lot = self._lots[place]
        off = abs((lot.price or Decimal(0)) - (line.price or Decimal(0)))
        return off, line.quantity not in lot.whole, place

    @cached_property
    def _words(self) -> list[str]:
        return [lot.words for lot in self._lots]

    def _alike(self, lines: Sequence[Billed]) -> list[dict[int, int]]:
        """Return for each line the lots whose words are alike, with how much before sizes are compared."""
        if not lines:
            return []
        if self._is_small:
            return self._compared([line.words for line in lines])
        return [self._searched(line.words) for line in lines]

    def _compared(self, words: Sequence[str]) -> list[dict[int, int]]:
        sets = process.cdist(words, self._words, scorer=fuzz.token_set_ratio)
        sorts = process.cdist(words, self._words, scorer=fuzz.token_sort_ratio)
        together = (sets + sorts).astype(np.int32) // 2
        found: list[dict[int, int]] = [{} for _ in words]
        rows, places = np.nonzero(together >= self._score)
        for row, place, alike in zip(rows.tolist(), places.tolist(), together[rows, places].tolist(), strict=True):
            found[row][place] = alike
        return found

    def _searched(self, words: str) -> dict[int, int]:
        """Return the likeness of the lots that share the rarest words."""
        shared: dict[int, int] = {}
        for word in sorted(set(words.split()), key=lambda word: (len(self._by_word.get(word, ())), word)):
            for place in self._by_word.get(word, ())[: self._most]:
                shared[place] = shared.get(place, 0) + 1
            if len(shared) >= self._most:
                break
        likeliest = sorted(shared, key=lambda place: (-shared[place], place))[:_FEWEST_LOTS]
        found = {place: _together(words, self._words[place]) for place in likeliest}
        return {place: alike for place, alike in found.items() if alike >= self._score}

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, words in enumerate(self._words):
            for word in set(words.split()):
                found.setdefault(word, []).append(place)
        return found


def _likeness(words: str, own: frozenset[str], theirs: str, together: int | None) -> int:
    """Return how alike two descriptions are, 0 to 100; less when their sizes differ."""
    alike = _together(words, theirs) if together is None else together
    other = _digits(theirs)
    return alike - (_OTHER_NUMBERS if own and other and not (own <= other or other <= own) else 0)


@lru_cache(maxsize=20_000)
def _digits(words: str) -> frozenset[str]:
    return frozenset(_DIGITS.findall(words))


def _together(words: str, theirs: str) -> int:
    return int(fuzz.token_set_ratio(words, theirs) + fuzz.token_sort_ratio(words, theirs)) // 2
