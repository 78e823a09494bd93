"""What the vocabularies say about kinds of documents, compiled once: folded phrase -> what it tells."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from engine.content.vocabulary import Vocabulary
from engine.model.document import DocumentType
from engine.model.record import Aside
from engine.stages.extract.lexicon import LONGEST_PHRASE, Compiled, fold
from engine.stages.extract.lines_of_text import Line

COMPOUNDING = frozenset({"da", "de", "fi", "nb", "nl", "sv"})
"""Languages that glue words together, so that the last part of a word tells what it is: Stromrechnung."""
_HEAD_LEAST, _BEFORE_HEAD = 6, 3
_PREFIX, _TAIL = 3, 4
_WINDOW, _SPACED_OUT = 8, 26


class Meaning(NamedTuple):
    """What a phrase tells: it is a title or only a hint, of a type, in a language."""

    is_title: bool
    type: DocumentType
    language: str


class Phrase(NamedTuple):
    """A known phrase on a line: words[start:end] of it."""

    line: Line
    start: int
    end: int
    key: str
    meanings: tuple[Meaning, ...]

    @property
    def text(self) -> str:
        """The words as they are printed."""
        return self.line.part(self.start, self.end)


class KindWords:
    """The compiled vocabularies. Made once per set of vocabularies."""

    def __init__(self, vocabularies: Mapping[str, Vocabulary]) -> None:
        self.phrases: dict[str, tuple[Meaning, ...]] = {}
        self.heads: dict[str, tuple[Meaning, ...]] = {}
        self.references: dict[str, frozenset[str]] = {}
        self.negations: dict[str, frozenset[str]] = {}
        self.number_words: frozenset[str] = frozenset()
        self.asides: dict[str, Aside] = {}
        self.takers: dict[Aside, DocumentType] = {}
        """The type of papers that content reads, of those that are not to be paid."""
        self.known: dict[str, frozenset[str]] = {}
        """The single words of each language's phrases, by which its papers are told from those of others."""
        for language, vocabulary in vocabularies.items():
            self._add(language, vocabulary)
        self.prefixes = frozenset(key[:_PREFIX] for key in self.phrases)
        self.tails = frozenset(key[-_TAIL:] for key in self.heads)

    def _add(self, language: str, vocabulary: Vocabulary) -> None:
        tables = [(True, vocabulary.types), (True, vocabulary.titles), (False, vocabulary.cues), *_told(vocabulary)]
        for is_title, table in tables:
            for type_, phrases in table.items():
                for phrase in phrases:
                    self._phrase(phrase, Meaning(is_title, type_, language))
        self.takers |= {paper.aside: name for name, paper in vocabulary.papers.items() if paper.aside is not None}
        for aside, phrases in vocabulary.asides.items():
            for phrase in phrases:
                self._aside(phrase, aside, language)
        self.known[language] = frozenset(fold(word) for phrase in _phrases(vocabulary) for word in phrase.split())
        self.references[language] = frozenset(fold(word) for word in vocabulary.references)
        self.negations[language] = frozenset(fold(word) for word in vocabulary.negations)
        self.number_words |= {fold(word) for word in (*vocabulary.number_words, *vocabulary.date_words)}

    def _phrase(self, phrase: str, meaning: Meaning) -> None:
        key = fold(phrase)
        known = self.phrases.get(key, ())
        if meaning not in known:
            self.phrases[key] = (*known, meaning)
        if meaning.is_title and meaning.language in COMPOUNDING and " " not in phrase and len(key) >= _HEAD_LEAST:
            self.heads[key] = (*self.heads.get(key, ()), meaning)

    def _aside(self, phrase: str, aside: Aside, language: str) -> None:
        """Add a title of a paper that is not to be paid; of type `unknown` unless a type has the phrase as well."""
        self.asides.setdefault(fold(phrase), aside)
        if not any(meaning.is_title and meaning.language == language for meaning in self.phrases.get(fold(phrase), ())):
            self._phrase(phrase, Meaning(is_title=True, type="unknown", language=language))

    def phrases_on(self, line: Line, words: tuple[str, ...]) -> Iterator[Phrase]:
        """Yield the known phrases of a line, at each place the longest, never two that overlap and are titles."""
        return iter(line.remembered((words, self), lambda: list(self._phrases_on(line, words))))

    def _phrases_on(self, line: Line, words: tuple[str, ...]) -> Iterator[Phrase]:
        free = 0
        for start in range(len(words)):
            found = self._at(line, words, start)
            if found is None:
                continue
            is_title = any(meaning.is_title for meaning in found.meanings)
            if start < free and is_title:
                continue
            if is_title:
                free = found.end
            yield found

    def _at(self, line: Line, words: tuple[str, ...], start: int) -> Phrase | None:
        first = words[start]
        if not first:
            return None
        joined, best, is_short = "", None, True
        reach = _SPACED_OUT if len(first) == 1 else _WINDOW
        for end in range(start, min(start + reach, line.cells[line.cell_of[start]][1])):
            joined += words[end]
            if len(joined) > LONGEST_PHRASE:
                break
            if is_short and len(joined) >= _PREFIX:
                if joined[:_PREFIX] not in self.prefixes:
                    break
                is_short = False
            meanings = self.phrases.get(joined) if words[end] else None
            if meanings:
                best = Phrase(line, start, end + 1, joined, meanings)
        return best or self._compound(line, start, first)

    def _compound(self, line: Line, start: int, word: str) -> Phrase | None:
        if len(word) < _HEAD_LEAST + _BEFORE_HEAD or word[-_TAIL:] not in self.tails or not word.isalpha():
            return None
        for cut in range(_BEFORE_HEAD, len(word) - _HEAD_LEAST + 1):
            head = self.heads.get(word[cut:])
            if head:
                return Phrase(line, start, start + 1, word[cut:], head)
        return None


def _told(vocabulary: Vocabulary) -> Iterator[tuple[bool, Mapping[DocumentType, tuple[str, ...]]]]:
    """Yield the titles and cues of types that content brings, in the vocabulary's language."""
    for type_, paper in vocabulary.papers.items():
        yield True, {type_: paper.titles.get(vocabulary.language, ())}
        yield False, {type_: paper.cues.get(vocabulary.language, ())}


def _phrases(vocabulary: Vocabulary) -> Iterator[str]:
    for paper in vocabulary.papers.values():
        yield from paper.words(vocabulary.language)
    for labels in vocabulary.labels.values():
        yield from (*labels.strong, *labels.weak)
    tables: tuple[Mapping[Any, tuple[str, ...]], ...] = (
        vocabulary.columns, vocabulary.types, vocabulary.titles, vocabulary.asides, vocabulary.cues, vocabulary.units,
        vocabulary.nouns,
    )  # fmt: skip
    for table in tables:
        yield from (phrase for phrases in table.values() for phrase in phrases)
    yield from (*vocabulary.stop_words, *vocabulary.number_words, *vocabulary.date_words, *vocabulary.references)
    yield from (*vocabulary.terms.pay, *vocabulary.terms.days, *vocabulary.tax_words)


_KIND_WORDS = Compiled(KindWords)


def kind_words_of(vocabularies: Mapping[str, Vocabulary]) -> KindWords:
    """Return the compiled words of these vocabularies; the same objects are compiled once."""
    return _KIND_WORDS.of(vocabularies)
