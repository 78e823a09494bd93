"""In which language a document is written: small words, labels and titles, and letters that only some languages have."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from engine.stages.extract.lexicon import Lexicon
from engine.stages.extract.lines_of_text import Sheet
from engine.stages.kinds.words import KindWords, Phrase

_PAGES = 3
_LABEL, _PHRASE, _LETTER = 1.5, 1.5, 0.6
_MOST = 12
"""Times that one small word counts; a long table repeats a few of them."""
_MOST_LETTERS = 8
_LEAST = 2.0
"""One hit may be chance."""
_LETTERS: Mapping[str, str] = {
    "pl": "łąęśżźćń", "lv": "āēīūķļņģ", "pt": "ãõ", "es": "ñ¿¡", "de": "ßäöü", "fr": "êœûîèçà", "it": "òìùè",
    "sv": "åäö", "fi": "äö", "da": "æøå", "nb": "æøå", "cs": "ěřůčšž",
}  # fmt: skip
KNOWN = 0.2
"""Share of a paper's words that its language's vocabulary has, at least: of invoices in a language that has one 0.34 to
0.8, in eleven languages without one 0.03 to 0.13."""
_SURE = 0.3
"""Share from which on nothing speaks against the language."""
_FEW_WORDS, _SHORT = 12, 3
_RIVAL = 1.5
"""How much better than the chosen one another language must fit when the chosen one hardly does."""


def language_of(sheets: Sequence[Sheet], lexicon: Lexicon, phrases: Iterable[Phrase]) -> tuple[str | None, float]:
    """Return the likeliest language (ISO 639-1, None when nothing tells) and how far it leads (0..1)."""
    words = Counter(chain.from_iterable(line.folded for sheet in sheets[:_PAGES] for line in sheet.lines))
    del words[""]
    weights: dict[str, float] = dict.fromkeys(lexicon.stop_words, 0)
    shares: dict[str, float] = {}
    for word, count in words.items():
        for language in lexicon.small_words.get(word, ()):
            weights[language] += min(count, _MOST)
        if word in lexicon.labels:
            _share(shares, {entry.language for entry in lexicon.labels[word]}, _LABEL * min(count, 3))
    seen: set[str] = set()
    for phrase in phrases:
        if phrase.key not in seen:
            seen.add(phrase.key)
            _share(shares, {meaning.language for meaning in phrase.meanings}, _PHRASE)
    _letters(sheets, shares)
    for language, weight in shares.items():
        weights[language] = weights.get(language, 0) + weight
    return _leader(weights)


class Fit(NamedTuple):
    """How well the words of a paper fit a language: the share of its different words that the vocabulary has."""

    language: str | None
    share: float
    is_foreign: bool


def fit_of(sheets: Sequence[Sheet], words: KindWords, language: str | None) -> Fit:
    """Return the language, or a better one when the words hardly fit it, and whether they fit none at all.

    Signs of few words tell nothing: the language is kept then.
    """
    found = {
        word for sheet in sheets[:_PAGES] for line in sheet.lines for word in line.folded
        if len(word) >= _SHORT and word.isalpha()
    }  # fmt: skip
    if len(found) < _FEW_WORDS:
        return Fit(language, 1.0, is_foreign=False)
    share = len(found & words.known.get(language or "", frozenset())) / len(found)
    if share >= _SURE:
        return Fit(language, share, is_foreign=False)
    best = max(words.known, key=lambda known: len(found & words.known[known]))
    rival = len(found & words.known[best]) / len(found)
    if rival >= max(KNOWN, _RIVAL * share):
        return Fit(best, rival, is_foreign=False)
    if share >= KNOWN:
        return Fit(language, share, is_foreign=False)
    return Fit(None, max(share, rival), is_foreign=True)


def _share(shares: dict[str, float], languages: Iterable[str], weight: float) -> None:
    known = set(languages)
    for language in known:
        shares[language] = shares.get(language, 0.0) + weight / len(known)


def _letters(sheets: Sequence[Sheet], shares: dict[str, float]) -> None:
    counts: Counter[str] = Counter()
    for sheet in sheets[:_PAGES]:
        for word in sheet.page.words:
            if not word.text.isascii():
                lower = word.text.lower()
                counts.update(language for language, letters in _LETTERS.items() if any(c in lower for c in letters))
    for language, count in counts.items():
        shares[language] = shares.get(language, 0.0) + _LETTER * min(count, _MOST_LETTERS)


def _leader(weights: Mapping[str, float]) -> tuple[str | None, float]:
    order = sorted(weights.items(), key=lambda pair: -pair[1])
    if not order or order[0][1] < _LEAST:
        return None, 0.0
    best, second = order[0][1], order[1][1] if len(order) > 1 else 0.0
    return order[0][0], round(min(0.99, best / (best + second) + min(best, 40) / 200), 3)
