"""The words of one type of paper, compiled once: folded phrase -> what it announces."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from engine.content.paper_type import MOST_WORDS, PaperField, PaperType
from engine.content.phrase import literals
from engine.content.vocabulary import Vocabulary
from engine.model.document import DocumentType
from engine.stages.extract.lexicon import LONGEST_PHRASE, Compiled, fold
from engine.stages.extract.lines_of_text import Line, Sheet
from engine.stages.papers.phrases import compiled

OTHER = ""
"""What announces a value that is none of ours."""
_NUMBER, _IN_FULL = "n", "no"
_REMARK = 4
"""Words in brackets behind a label."""
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
        self.fields = paper.fields
        self.labels = _compiled({**paper.of_block(None), OTHER: PaperField(labels=paper.others)})
        self.headings = _compiled({**paper.lines, OTHER: PaperField(labels=paper.others)})
        self.blocks = _compiled({name: PaperField(labels=labels) for name, labels in paper.blocks.items()})
        letter = paper.letter
        self.greetings = _compiled({OTHER: PaperField(labels=letter.greetings)}) if letter else {}
        self.closings = _compiled({OTHER: PaperField(labels=letter.closings)}) if letter else {}
        self._inside = {name: BlockWords(self, name) for name in paper.blocks}
        self.told = compiled(paper, paper.of_block(None))
        phrases = [phrase for language in paper.languages for phrase in paper.words(language)]
        phrases += [word for one in compiled(paper, paper.fields) for word in literals(one.pattern)]
        self._words = tuple(
            {fold(word) for phrase in phrases for word in phrase.split() if len(fold(word)) >= _MISREAD_LEAST}
        )

    def labels_on(self, line: Line, *, is_ocr: bool) -> list[Named]:
        """Return the labels of a line, left to right, at each place the longest."""
        return list(self.named_on(line, self.labels, is_ocr=is_ocr))

    def headings_on(self, line: Line, *, is_ocr: bool) -> list[Named]:
        """Return the headings of columns on a line, left to right."""
        return list(self.named_on(line, self.headings, is_ocr=is_ocr))

    def blocks_on(self, line: Line, *, is_ocr: bool) -> list[Named]:
        """Return the headings of blocks on a line, left to right."""
        return list(self.named_on(line, self.blocks, is_ocr=is_ocr))

    def inside(self, block: str) -> "BlockWords":
        """Return what labels announce within a block."""
        return self._inside[block]

    def named_on(self, line: Line, phrases: Phrases, *, is_ocr: bool) -> Iterator[Named]:
        """Yield what phrases of a table stand on a line, left to right, at each place the longest."""
        mended = tuple(self.mended(word) for word in line.folded) if is_ocr else ()
        free = 0
        for start in range(len(line.folded)):
            if start < free or not line.folded[start]:
                continue
            # as it was read first: words that only look misread, such as `d'effet`, are words too
            read = (_longest(line, words, start, phrases) for words in (line.folded, mended) if words)
            found = max(filter(None, read), key=lambda one: one[0], default=None)
            if found is not None:
                end, key = found
                free = _with_colon(line, end)
                for name, languages in phrases[key].items():
                    yield Named(name, line, start, free, languages)

    def mended(self, word: str) -> str:
        """Return the word of the paper's labels and phrases that a recognised word, folded, is taken for; else itself."""
        if len(word) < _MISREAD_LEAST or not word.isalpha():
            return word
        hit = process.extractOne(word, self._words, scorer=Levenshtein.distance, score_cutoff=_FARTHEST)
        return hit[0] if hit else word


class BlockWords:
    """What labels announce within one block of a type of paper."""

    def __init__(self, paper: PaperWords, block: str) -> None:
        self._paper = paper
        self.fields = paper.paper.of_block(block)
        self._labels = _compiled({**self.fields, OTHER: PaperField(labels=paper.paper.others)})
        signed = {name: field for name, field in self.fields.items() if field.kind == "signature"}
        spelled = [words for field in signed.values() for words in field.choices.values()]
        self._electronic = _compiled({str(at): PaperField(labels=words) for at, words in enumerate(spelled)})
        self._needed = frozenset(signed or self.fields)
        self.told = compiled(paper.paper, self.fields)

    @property
    def has_signature(self) -> bool:
        """Whether somebody signs there."""
        return any(field.kind == "signature" for field in self.fields.values())

    def labels_on(self, line: Line, *, is_ocr: bool) -> list[Named]:
        """Return the labels of a line, left to right, at each place the longest."""
        return list(self._paper.named_on(line, self._labels, is_ocr=is_ocr))

    def electronic_on(self, line: Line, *, is_ocr: bool) -> list[Named]:
        """Return the words of services for signing on a line."""
        return list(self._paper.named_on(line, self._electronic, is_ocr=is_ocr))

    def first_on(self, sheet: Sheet, *, is_ocr: bool) -> Line | None:
        """Return the first line with a label of the block, of its signature where it is one for signing; None without one."""
        for line in sheet.lines:
            needed = any(one.name in self._needed for one in self.leading_on(line, is_ocr=is_ocr))
            if needed or self.electronic_on(line, is_ocr=is_ocr):
                return line
        return None

    def mended(self, word: str) -> str:
        """Return what a recognised word is taken for, as on the rest of the paper."""
        return self._paper.mended(word)

    def leading_on(self, line: Line, *, is_ocr: bool) -> list[Named]:
        """Return the labels that lead a cell: set apart by a colon, before a line to write on, or alone; not words of a sentence."""
        return [one for one in self.labels_on(line, is_ocr=is_ocr) if _leads(one)]


def _leads(one: Named) -> bool:
    line, (start, end) = one.line, one.line.cells[one.line.cell_of[one.start]]
    is_first = not any(line.folded[start : one.start])
    return is_first and (one.has_colon or not any(line.folded[one.end : end]))


def _compiled(fields: Mapping[str, PaperField]) -> Phrases:
    table: dict[str, dict[str, frozenset[str]]] = {}
    for name, field in fields.items():
        for language, phrases in field.labels.items():
            for printed in (spelling for phrase in phrases for spelling in _spellings(phrase)):
                known = table.setdefault(printed, {})
                known[name] = known.get(name, frozenset()) | {language}
    return table


def _spellings(phrase: str) -> Iterator[str]:
    """Yield a folded phrase as papers print it: the `n` of `n tva` stands for a number and is printed `N°` or `No`, too."""
    words = phrase.split()
    yield fold(phrase)
    if _NUMBER in words:
        yield "".join(_IN_FULL if word == _NUMBER else fold(word) for word in words)


def _longest(line: Line, words: tuple[str, ...], start: int, phrases: Phrases) -> tuple[int, str] | None:
    joined, best = "", None
    for end in range(start, min(start + MOST_WORDS, line.cells[line.cell_of[start]][1])):
        joined += words[end]
        if len(joined) > LONGEST_PHRASE:
            break
        if words[end] and joined in phrases:
            best = end + 1, joined
    return best


def _with_colon(line: Line, end: int) -> int:
    """Return the end of a label with what belongs to it: a remark in brackets, points that stand apart: `Term (months) :`."""
    end = _with_remark(line, end)
    while end < len(line.words) and not line.texts[end].strip(".:?"):
        end += 1
    return end


def _with_remark(line: Line, end: int) -> int:
    """Return the end of a label with a remark in brackets that a colon, or the end of its cell, follows."""
    cell_end = line.cells[line.cell_of[end - 1]][1]
    if end == cell_end or not line.texts[end].startswith("(") or line.texts[end - 1].endswith(":"):
        return end
    for at in range(end, min(cell_end, end + _REMARK)):
        text = line.texts[at]
        if text.rstrip(":").endswith(")"):
            return at + 1 if text.endswith(":") or at + 1 == cell_end or line.texts[at + 1] == ":" else end
    return end


_COMPILED = Compiled(
    lambda vocabularies: {
        name: PaperWords(paper) for one in vocabularies.values() for name, paper in one.papers.items()
    }
)


def words_of(vocabularies: Mapping[str, Vocabulary], type_: DocumentType) -> PaperWords | None:
    """Return the compiled words of a type of paper, or None when programs read it; the same objects are compiled once."""
    return _COMPILED.of(vocabularies).get(type_)


def letters_of(vocabularies: Mapping[str, Vocabulary]) -> Mapping[DocumentType, PaperWords]:
    """Return the compiled words of the types whose papers are letters, by type."""
    return {name: words for name, words in _COMPILED.of(vocabularies).items() if words.greetings}


def paper_of(vocabularies: Mapping[str, Vocabulary], type_: DocumentType) -> PaperType | None:
    """Return what content says of papers of a type, or None when programs read them."""
    return next((one.papers[type_] for one in vocabularies.values() if type_ in one.papers), None)
