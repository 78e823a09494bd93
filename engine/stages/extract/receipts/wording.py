"""The wording of receipts as an index: what a label says, whatever recognition did to its spaces."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from rapidfuzz import fuzz, process

from engine.content.receipt_words import ReceiptWords
from engine.content.vocabulary import Vocabulary
from engine.stages.extract.lexicon import fold

AMOUNT_KINDS = (
    "other_amount", "payable", "subtotal", "tax", "service", "tip", "discount", "rounding", "change", "cash", "card",
    "total", "including", "excluding", "total_weak",
)  # fmt: skip
"""What words beside an amount say; of equal phrases the kind named first wins."""
NUMBER_KINDS = ("tax_id", "registration", "other_number", "number", "number_weak", "other_date", "date")
HEAD_KINDS = ("title", "closing")
_WORD_SETS = ("address", "legal_forms", "legal_prefixes", "trade_words", "item_headings")
_SHORT = 5
"""Phrases below this length count only as whole words: `bar` is not a part of `barista`."""
_FUZZY_LEAST, _FUZZY_SCORE = 5, 84
_LONG_COUNTRY = 7
_LONG_ADDRESS, _LONG_HEAD, _REMEMBERED = 4, 8, 20_000
_GLUED_CODE = re.compile(r"[^\W\d]{3,5}(?=\d{6})")
_NO_SIGNS = dict.fromkeys(map(ord, "#%€$£"))
_LETTERS = str.maketrans("015$8", "oissb")
"""Digits that recognition reads for letters."""


@lru_cache(maxsize=65536)
def squash(text: str) -> str:
    """Return a text as receipt labels are compared: folded, without spaces and signs."""
    return fold(text).translate(_NO_SIGNS)


def places_of(text: str) -> list[int]:
    """Return for each sign of the squashed text its place in the text."""
    return [index for index, char in enumerate(text) for _ in squash(char)]


class Hit(NamedTuple):
    """A phrase in a label: squashed[start:end] says `kind`."""

    kind: str
    start: int
    end: int
    score: float = 1.0


class Wording:
    """The compiled wording: phrases by kind, word sets, months, countries, signs."""

    def __init__(self, words: ReceiptWords) -> None:
        self.words = words
        self.amounts = _phrases(words, AMOUNT_KINDS)
        self.numbers = _phrases(words, NUMBER_KINDS)
        self.heads = _phrases(words, HEAD_KINDS)
        self.signs = {
            fold(sign): code for code, signs in words.signs.items() for sign in signs if any(c.isalnum() for c in sign)
        }
        self.symbols = {s: code for code, signs in words.signs.items() for s in signs if not s.isalnum()}
        self.countries = {
            squash(word): code for code, country in words.countries.items() for word in country.words
        }  # fmt: skip
        self.long_countries = {
            word: code for word, code in self.countries.items() if len(word) >= _LONG_COUNTRY or not word.isascii()
        }  # fmt: skip
        self.months = _months(words.languages)
        sets = {name: _set(words, name) for name in _WORD_SETS}
        self.address, self.legal_forms = sets["address"], sets["legal_forms"]
        self.legal_prefixes = sets["legal_prefixes"]
        self.trade_words, self.item_headings = sets["trade_words"], sets["item_headings"]
        self.long_address = tuple(word for word in self.address if len(word) >= _LONG_ADDRESS)
        self.long_heads = tuple(phrase for phrase in self.heads if len(phrase) >= _LONG_HEAD)
        self._misread_before: dict[str, list[Hit]] = {}
        self._fuzzy = [p for p, kind in self.amounts.items() if len(p) >= _FUZZY_LEAST and kind != "including"]

    @property
    def ref(self) -> str:
        """The wording as `name@version`."""
        return self.words.ref

    def amount_hits(self, label: str) -> list[Hit]:
        """Return what the words before an amount say, left to right; misread words are understood when nothing else is."""
        hits = find(label, self.amounts)
        if any(h.kind not in {"including", "excluding", "total_weak"} for h in hits):
            return hits
        key = squash(label)
        if key not in self._misread_before:
            if len(self._misread_before) > _REMEMBERED:
                self._misread_before.clear()
            self._misread_before[key] = self._misread(key)
        return hits + self._misread_before[key]

    def _misread(self, label: str) -> list[Hit]:
        if len(label) < _FUZZY_LEAST - 1:
            return []
        best = process.extractOne(label.translate(_LETTERS), self._fuzzy, scorer=fuzz.ratio, score_cutoff=_FUZZY_SCORE)
        if best is None and len(label) > _FUZZY_LEAST:
            for size in (5, 8):
                near = process.extractOne(
                    label.translate(_LETTERS)[:size], self._fuzzy, scorer=fuzz.ratio, score_cutoff=89
                )
                best = near if near and (best is None or near[1] > best[1]) else best
        return [] if best is None else [Hit(self.amounts[best[0]], 0, len(best[0]), 0.7 * best[1] / 100)]


def find(text: str, phrases: Mapping[str, str]) -> list[Hit]:
    """Return the phrases in a text, longest first taken, in order of place. Short ones count only as whole words."""
    squashed, edges = _edges(text)
    if not squashed:
        return []
    taken = [False] * len(squashed)
    hits: list[Hit] = []
    for phrase in _candidates(squashed, phrases):
        at = squashed.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            free = not any(taken[at:end])
            whole = at in edges and end in edges
            part = len(phrase) >= _SHORT and (at in edges or end in edges or len(phrase) > 2 * _SHORT - 2)
            if free and (whole or part):
                taken[at:end] = [True] * len(phrase)
                edges |= {at, end}
                hits.append(Hit(phrases[phrase], at, end, 1.0 if whole else 0.9))
            at = squashed.find(phrase, at + 1)
    return sorted(hits, key=lambda hit: hit.start)


def _candidates(squashed: str, phrases: Mapping[str, str]) -> list[str]:
    """Return the phrases that occur, longest first."""
    size = len(squashed)
    longest = min(size, 40)
    seen = {
        squashed[i : i + n]
        for i in range(size)
        for n in range(1, min(longest, size - i) + 1)
        if squashed[i : i + n] in phrases
    }
    return sorted(seen, key=len, reverse=True)


def _edges(text: str) -> tuple[str, set[int]]:
    """Return the squashed text and the places where a word starts or ends in it; digits set letters apart."""
    squashed, edges = "", {0}
    for word in re.split(r"[\s:.,/()*=_|-]+", text):
        squashed += squash(word)
        edges.add(len(squashed))
    edges |= {i for i in range(1, len(squashed)) if squashed[i].isdigit() != squashed[i - 1].isdigit()}
    for match in _GLUED_CODE.finditer(squashed):
        # a label printed without a space before a code that starts with a letter: `CIFB12345674`
        edges |= {match.end() - 1} if match.start() in edges or match.start() == 0 else set()
    return squashed, edges


def _phrases(words: ReceiptWords, kinds: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in kinds:
        for language in words.languages.values():
            for phrase in getattr(language, kind):
                key = squash(phrase)
                if key:
                    found.setdefault(key, kind)
    return found


def _set(words: ReceiptWords, name: str) -> frozenset[str]:
    return frozenset(squash(word) for language in words.languages.values() for word in getattr(language, name))


def _months(languages: Iterable[str]) -> dict[str, int]:
    """Return the names of months of all languages, long and short."""
    months: dict[str, int] = {}
    for language in ("en", *languages):
        try:
            names = Locale.parse("nb" if language == "no" else language).months
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in names[context][width].items():
                    folded = fold(name)
                    if folded.isalpha() and len(folded) > 2:  # noqa: PLR2004 - shorter ones are ordinary words
                        months.setdefault(folded, number)
                        months.setdefault(folded[:3], number)
    months.setdefault("sept", 9)
    return months


@lru_cache(maxsize=4)
def _compiled(key: int, held: "_Held") -> Wording:
    del key
    return Wording(held.words)


class _Held:
    """Keeps the words alive beside their id; equal by identity."""

    def __init__(self, words: ReceiptWords) -> None:
        self.words = words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.words is self.words

    def __hash__(self) -> int:
        return id(self.words)


def wording_of(vocabularies: Mapping[str, Vocabulary]) -> Wording | None:
    """Return the compiled wording that came with these vocabularies; the same object is compiled once."""
    words = next((v.receipts for v in vocabularies.values() if v.receipts is not None), None)
    return None if words is None else _compiled(id(words), _Held(words))
