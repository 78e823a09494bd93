"""In which language a document is written: small words, labels and titles, and letters that only some languages have."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from engine.stages.extract.lexicon import Lexicon
from engine.stages.extract.lines_of_text import Sheet
from engine.stages.kinds.words import Phrase

_PAGES = 3
_LABEL, _PHRASE, _LETTER = 1.5, 1.5, 0.6
_MOST = 12
"""Times that one small word counts; a long table repeats a few of them."""
_MOST_LETTERS = 8
_LEAST = 2.0
"""One hit may be chance."""
_LETTERS: Mapping[str, str] = {
    "pl": "łąęśżźćń", "lv": "āēīūķļņģ", "pt": "ãõ", "es": "ñ¿¡", "de": "ßäöü", "fr": "êœûîèçà", "it": "òìùè",
}  # fmt: skip


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
