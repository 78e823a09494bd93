"""The words of one type of paper, compiled once: folded phrase -> what it announces."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from engine.content.paper_type import PaperField, PaperType
from engine.content.vocabulary import Vocabulary
from engine.model.document import DocumentType
from engine.stages.extract.lexicon import LONGEST_PHRASE, Compiled, fold
from engine.stages.extract.lines_of_text import Line

OTHER = ""
"""What announces a value that is none of ours."""
_WINDOW = 9
_MISREAD_LEAST, _FARTHEST = 5, 1
"""Letters of a word that may be one letter off on a scan."""


class Named(NamedTuple):
    """A label or heading on a line: words[start:end] of it, and the languages in which it says so."""

    name: str
    line: Line
    start: int
    end: int
    languages: frozenset[str]

    @property
    def has_colon(self) -> bool:
        """Whether a colon sets it apart from what follows."""
        return self.line.words[self.end - 1].text.endswith(":")


Phrases = Mapping[str, Mapping[str, frozenset[str]]]
"""Folded phrase -> name -> languages."""


class PaperWords:
    """What labels and headings of one type of paper announce."""

    def __init__(self, paper: PaperType) -> None:
        self.paper = paper
        self.labels = _compiled({**paper.fields, OTHER: PaperField(labels=paper.others)})
        self.headings = _compiled({**paper.lines, OTHER: PaperField(labels=paper.others)})
        phrases = [phrase for language in paper.languages for phrase in paper.phrases(language)]
        self._words = tuple(
            {fold(word) for phrase in phrases for word in phrase.split() if len(fold(word)) >= _MISREAD_LEAST}
        )

    def labels_on(self, line: Line, *, is_ocr: bool) -> list[Named]:
        """Return the labels of a line, left to right, at each place the longest."""
        return list(self._on(line, self.labels, is_ocr=is_ocr))

    def headings_on(self, line: Line, *, is_ocr: bool) -> list[Named]:
        """Return the headings of columns on a line, left to right."""
        return list(self._on(line, self.headings, is_ocr=is_ocr))

    def _on(self, line: Line, phrases: Phrases, *, is_ocr: bool) -> Iterator[Named]:
        words = tuple(self._mended(word) for word in line.folded) if is_ocr else line.folded
        free = 0
        for start in range(len(words)):
            if start < free or not words[start]:
                continue
            found = _longest(line, words, start, phrases)
            if found is not None:
                end, key = found
                free = _with_colon(line, end)
                for name, languages in phrases[key].items():
                    yield Named(name, line, start, free, languages)

    def _mended(self, word: str) -> str:
        if len(word) < _MISREAD_LEAST or not word.isalpha():
            return word
        hit = process.extractOne(word, self._words, scorer=Levenshtein.distance, score_cutoff=_FARTHEST)
        return hit[0] if hit else word


def _compiled(fields: Mapping[str, PaperField]) -> Phrases:
    table: dict[str, dict[str, frozenset[str]]] = {}
    for name, field in fields.items():
        for language, phrases in field.labels.items():
            for phrase in phrases:
                known = table.setdefault(fold(phrase), {})
                known[name] = known.get(name, frozenset()) | {language}
    return table


def _longest(line: Line, words: tuple[str, ...], start: int, phrases: Phrases) -> tuple[int, str] | None:
    joined, best = "", None
    for end in range(start, min(start + _WINDOW, line.cells[line.cell_of[start]][1])):
        joined += words[end]
        if len(joined) > LONGEST_PHRASE:
            break
        if words[end] and joined in phrases:
            best = end + 1, joined
    return best


def _with_colon(line: Line, end: int) -> int:
    """Return the end of a label with the points that stand apart behind it: `Name :`, `Name ....`."""
    while end < len(line.words) and not line.texts[end].strip(".:?"):
        end += 1
    return end


_COMPILED = Compiled(
    lambda vocabularies: {
        name: PaperWords(paper) for one in vocabularies.values() for name, paper in one.papers.items()
    }
)


def words_of(vocabularies: Mapping[str, Vocabulary], type_: DocumentType) -> PaperWords | None:
    """Return the compiled words of a type of paper, or None when programs read it; the same objects are compiled once."""
    return _COMPILED.of(vocabularies).get(type_)


def paper_of(vocabularies: Mapping[str, Vocabulary], type_: DocumentType) -> PaperType | None:
    """Return what content says of papers of a type, or None when programs read them."""
    return next((one.papers[type_] for one in vocabularies.values() if type_ in one.papers), None)
