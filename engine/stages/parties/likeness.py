"""How alike two texts are, word by word, where a rare word tells more than one that everybody has."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

_NEAR = 75.0
"""Likeness (0..100) of two words from which one may be the other misread."""
_SHORTEST_FUZZY = 4
_INITIAL_SHARE = 0.4
"""What an initial is worth (`J` for `Jansen`) against the whole word."""
_OTHERS = 50
"""Texts without the word that are thought to stand beside those that are known, so that few known ones decide nothing."""
_BITS = 10.0
"""Signs are in units of so many bits, which keeps them near 0..1."""


class Weights(NamedTuple):
    """What a word tells: the fewer texts have it, the more."""

    counts: Mapping[str, int]
    size: int

    def bits(self, word: str) -> float:
        """Return how much a word tells, in bits; at least half a bit."""
        return max(0.5, math.log2((self.size + _OTHERS) / (self.counts.get(word, 0) + 1)))


def weights(texts: Iterable[Sequence[str]]) -> Weights:
    """Return what words tell among some texts, each given as its words."""
    counts: Counter[str] = Counter()
    size = 0
    for words in texts:
        counts.update(set(words))
        size += 1
    return Weights(counts, size)


def words_alike(mine: Sequence[str], theirs: Sequence[str], tell: Weights) -> dict[str, float]:
    """Return signs of how alike two texts are, or nothing when one is empty.

    `agreed`: bits of the words that they share, `share` and `cover`: that as a part of the longer and of the shorter
    text, `odd`: bits that the text with fewer of them has alone; all as parts of 1 or in tens of bits.
    """
    if not mine or not theirs:
        return {}
    agreed = _agreed(mine, theirs, tell)
    ones, others = sum(map(tell.bits, mine)), sum(map(tell.bits, theirs))
    return {
        "agreed": min(agreed / _BITS, 4.0),
        "share": agreed / max(ones, others),
        "cover": agreed / min(ones, others),
        "odd": max(0.0, min(ones, others) - agreed) / _BITS,
        "glued": fuzz.ratio("".join(mine), "".join(theirs)) / 100,
        "same": yes(sorted(mine) == sorted(theirs)),
    }  # fmt: skip


def codes_alike(mine: str, theirs: str) -> dict[str, float]:
    """Return signs of two numbers or codes, without punctuation: the same, one sign off, another; nothing when one is empty."""
    if not mine or not theirs:
        return {}
    off = DamerauLevenshtein.distance(mine, theirs, score_cutoff=2)
    return {"same": yes(off == 0), "near": yes(off == 1), "other": yes(off > 1)}


def yes(claim: bool) -> float:  # noqa: FBT001 - the claim is all it takes
    """Return a claim as a sign: 1 when it holds."""
    return 1.0 if claim else 0.0


def _agreed(mine: Sequence[str], theirs: Sequence[str], tell: Weights) -> float:
    """Return the bits of the words that two texts share; each word is set against one other, the likest pairs first."""
    left, right = Counter(mine), Counter(theirs)
    both = left & right
    total = sum(tell.bits(word) * count for word, count in both.items())
    pairs = sorted(
        ((share, one, other) for one in left - both for other in right - both if (share := _word(one, other))), reverse=True
    )  # fmt: skip
    used: set[tuple[int, str]] = set()
    for share, one, other in pairs:
        if (0, one) not in used and (1, other) not in used:
            used |= {(0, one), (1, other)}
            total += share * min(tell.bits(one), tell.bits(other))
    return total


def _word(one: str, other: str) -> float:
    """Return what two different words are worth as one (0..1): a misread letter costs a part, an initial most."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == 1 or (len(shorter) < _SHORTEST_FUZZY and longer.startswith(shorter)):
        return _INITIAL_SHARE if longer.startswith(shorter) else 0.0
    likeness = fuzz.ratio(one, other)
    if likeness < _NEAR or any(sign.isdigit() for sign in one + other):
        return 0.0
    return likeness / 100
