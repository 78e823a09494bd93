"""Values in running text: phrases of a type of paper, found in its sentences.

Each place of a phrase is tried once at each word of a text, so that the time goes with the length of the text.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.content.paper_type import PaperField, PaperType, ValueKind
from engine.content.phrase import Element, Gap, Pattern, Slot, Spelled, parse_phrase
from engine.model.field import Box
from engine.model.page import Word
from engine.stages.extract.lexicon import fold
from engine.stages.extract.lines_of_text import has_digit, union
from engine.stages.papers.sentences import Token
from engine.stages.values.company import split_name

Reader = Callable[[str, str], str | None]
"""The value of a field that a print has, by the field's name; None where the print has not its form."""

_TOLD, _OTHER = 0.92, 0.95
"""How sure it is that the print in a phrase is its value, and the share of that in another language than the paper's."""
_WIDEST: Mapping[ValueKind, int] = {
    "date": 8,
    "amount": 6,
    "months": 5,
    "id": 1,
    "tax_id": 5,
    "phone": 6,
    "iban": 9,
    "choice": 5,
}
_SIGNED: frozenset[ValueKind] = frozenset({"date", "amount", "months"})
"""Kinds whose values hold commas and brackets: `March 3, 2026`, `twelve (12) months`."""
_FEWEST, _AND = 2, frozenset({"&", "+", "and", "und", "et"})
"""Words before one that goes on with a name, and the one between."""
_NEXT = 2
"""Words behind a phrase among which a number stands that was meant to be its value."""
_MOST_TEXT, _MOST_COMPANY, _SKIPPED = 8, 10, 3
"""Words of a text, of the name of a company, and those that a value of a form may have before it: `the sum of`."""
_AROUND = " ,;:\u201c\u201d\u201e\u00ab\u00bb\"'\u2019\u2018"
_MOST_TRIED = 300
"""Places at which one phrase is tried; a text that says it more often is no paper of people."""


class Phrase(NamedTuple):
    """A pattern that holds the value of a field, and the languages that it is written in."""

    name: str
    kind: ValueKind
    pattern: Pattern
    languages: frozenset[str]
    firsts: tuple[str, ...]
    """How it may begin: folded words, with `*` at the end where they may go on; none where it begins with a name."""


class Told(NamedTuple):
    """A print that a phrase says to be a value; what it means where the phrase itself says so."""

    name: str
    raw: str
    means: str
    box: Box
    page: int
    score: float
    """0..1, by the language of the phrase."""
    legible: float
    """Confidence (0..1) of the word that was recognised worst."""
    is_read: bool = True
    """False where a number stands at the place of a span of time that is none."""


class _Match(NamedTuple):
    phrase: Phrase
    start: int
    end: int
    """Of the whole phrase, in tokens."""
    value: tuple[int, int]
    """Of what it holds; of the whole phrase where that means the value."""
    is_read: bool = True


def compiled(paper: PaperType, fields: Mapping[str, PaperField]) -> tuple[Phrase, ...]:
    """Return the phrases of a type of paper that tell some of its fields."""
    return tuple(
        Phrase(name, field.kind, pattern, frozenset({language}), tuple(_firsts(pattern.elements)))
        for name, field in fields.items() for language, texts in paper.phrases.get(name, {}).items()
        for pattern in (_folded(parse_phrase(text)) for text in texts)
    )  # fmt: skip


def told_in(tokens: Sequence[Token], phrases: Sequence[Phrase], read: Reader, *, language: str | None) -> list[Told]:
    """Return what phrases say in a text, in its order.

    Of the matches of one phrase that end together the shortest counts, so that `between A and B ("Customer")` names B. Of two
    values that hold the same print the one whose phrase has more parts counts, as the longer label does, else the one whose match
    is shorter: `A ("Supplier") and those who sign ("Customer")` names no customer. Of the phrases of one field that end together
    those with most parts count.
    """
    found: list[_Match] = []
    for phrase in phrases:
        ends: dict[int, _Match] = {}
        for match in _matches(tokens, phrase, read):
            ends[match.end] = match
        found += ends.values()
    unread = [one for one in found if not one.is_read]
    found = [one for one in found if one.is_read]
    surest: dict[tuple[str, int], int] = {}
    for one in found:
        surest[one.phrase.name, one.end] = max(surest.get((one.phrase.name, one.end), 0), _weight(one))
    found = [one for one in found if _weight(one) == surest[one.phrase.name, one.end]]
    held = [one for one in found if not one.phrase.pattern.means]
    at: dict[int, list[_Match]] = {}
    for one in held:
        for index in range(*one.value):
            at.setdefault(index, []).append(one)
    best = {index: min(_rank(one) for one in several) for index, several in at.items()}
    lost = {
        id(one)
        for index, several in at.items()
        for one in several
        if _rank(one) > best[index] and _is_disputed(several)
    }
    kept = [one for one in found if id(one) not in lost]
    return [_told(one, tokens, language) for one in sorted((*kept, *unread), key=lambda one: one.value)]


def _is_disputed(matches: Sequence[_Match]) -> bool:
    return len({one.phrase.name for one in matches}) > 1


def _rank(match: _Match) -> tuple[int, int]:
    """Return how a match stands against others of the same print; the lowest counts."""
    return -_weight(match), match.end - match.start


def _weight(match: _Match) -> int:
    return sum(isinstance(one, Spelled) and not one.is_optional for one in match.phrase.pattern.elements)


def _told(match: _Match, tokens: Sequence[Token], language: str | None) -> Told:
    said = tokens[slice(*match.value)]
    words: list[Word] = [word for token in said for word in token.words if token.page == said[0].page]
    own = 1.0 if language is None or language in match.phrase.languages else _OTHER
    legible = min((word.confidence for token in said for word in token.words), default=1.0)
    means = match.phrase.pattern.means
    return Told(match.phrase.name, raw_of(said), means, union(words), said[0].page, own * _TOLD, legible, match.is_read)


def raw_of(tokens: Sequence[Token]) -> str:
    """Return words of a text as they are printed, without the signs around them."""
    said = " ".join(token.text for token in tokens).strip(_AROUND)
    return said.rstrip("." + _AROUND) if tokens and tokens[-1].ends else said


def _matches(tokens: Sequence[Token], phrase: Phrase, read: Reader) -> Iterator[_Match]:
    places = [at for at in range(len(tokens)) if _may_begin(tokens, at, phrase)]
    search = _Search(tokens, phrase, read)
    for at in places[:_MOST_TRIED]:
        found = search.match(0, at)
        if found is not None:
            end, value = found
            yield _Match(phrase, at, end, value or (at, end))
    yield from (_Match(phrase, *place, place, is_read=False) for place in search.unread)


def _may_begin(tokens: Sequence[Token], at: int, phrase: Phrase) -> bool:
    """Tell whether a phrase may begin at a word; one that begins with a name, where a run of words with capitals does."""
    if phrase.firsts:
        return any(_is_word(tokens[at], first) for first in phrase.firsts)
    before = tokens[at - 1] if at > 0 else None
    # of `V-1110 Ash Ltd` the name begins behind the number, of `3011 AB Rotterdam` nowhere
    is_name = before is not None and before.text[:1].isupper() and not has_digit(before.text)
    is_run = before is not None and not before.stops and (is_name or before.text.isdecimal())
    return not is_run and tokens[at].text.lstrip(_AROUND)[:1].isupper()


_Found = tuple[int, tuple[int, int] | None]
"""Where a phrase ends, and where its value stands."""


class _Search:
    """One phrase in one text; what was tried at a word is not tried again."""

    def __init__(self, tokens: Sequence[Token], phrase: Phrase, read: Reader) -> None:
        self._tokens, self._phrase, self._read = tokens, phrase, read
        self._elements = phrase.pattern.elements
        self._known: dict[tuple[int, int], _Found | None] = {}
        self.unread: list[tuple[int, int]] = []
        """Places of a span of time, right behind the words before it, at which a number stands that is none: `24 lunar months`."""

    def match(self, part: int, at: int) -> _Found | None:
        """Return how the phrase goes on from one of its parts at a word; None: not at all."""
        if part == len(self._elements):
            return at, None
        if (part, at) not in self._known:
            self._known[part, at] = self._tried(part, at)
        return self._known[part, at]

    def _tried(self, part: int, at: int) -> _Found | None:
        element = self._elements[part]
        if isinstance(element, Slot):
            return self._held(part, at, element)
        for end in (
            self._gap(at, element) if isinstance(element, Gap) else self._spelled(at, element, is_first=part == 0)
        ):
            found = self.match(part + 1, end)
            if found is not None:
                return found
        return None

    def _gap(self, at: int, gap: Gap) -> Iterator[int]:
        yield at
        if at > 0 and self._tokens[at - 1].ends:
            return
        for end in range(at + 1, min(at + gap.most, len(self._tokens)) + 1):
            if self._tokens[end - 1].ends:
                return
            yield end

    def _spelled(self, at: int, element: Spelled, *, is_first: bool) -> Iterator[int]:
        # a sentence that ended does not go on
        if is_first or at == 0 or not self._tokens[at - 1].ends:
            for way in element.ways:
                end = at + len(way)
                here = self._tokens[at:end]
                is_here = len(here) == len(way) and all(map(_is_word, here, way))
                if is_here and not any(one.ends for one in here[:-1]) and (not element.is_term or _is_term(here)):
                    yield end
        if element.is_optional:
            yield at

    def _held(self, part: int, at: int, slot: Slot) -> _Found | None:
        if at > 0 and self._tokens[at - 1].ends:
            return None
        ranges = _companies if slot.kind else _texts if self._phrase.kind == "text" else self._shaped
        held = list(ranges(self._tokens, at))
        # nothing says where a text ends that ends the phrase but the next sign
        if not held and self._phrase.kind == "months" and isinstance(self._elements[part - 1], Spelled):
            self._note(at)
        is_open = ranges is _texts and part + 1 == len(self._elements)
        for start, end in reversed(held) if is_open else held:
            found = self.match(part + 1, end)
            if found is not None:
                return found[0], (start, end)
        return None

    def _note(self, at: int) -> None:
        """Keep a place where a number stands in the next words of the sentence."""
        for end in range(at + 1, min(at + _NEXT, len(self._tokens)) + 1):
            if raw_of(self._tokens[end - 1 : end]).isdecimal():
                self.unread.append((at, min(end + 2, len(self._tokens))))
                return
            if self._tokens[end - 1].stops:
                return

    def _shaped(self, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, int]]:
        """Yield the print that begins near a word and has the form of the field: as many words as change what it means."""
        widest = min(at + _WIDEST.get(self._phrase.kind, 4), len(tokens))
        end, best = at, self._value(at, at)
        for stop in range(at + 1, widest + 1):
            value = self._value(at, stop)
            if value is not None and value != best:
                end, best = stop, value
            token = tokens[stop - 1]
            if token.ends or (token.stops and self._phrase.kind not in _SIGNED):
                break
        start = at
        while start + 1 < end and start < at + _SKIPPED and self._value(start + 1, end) == best:
            start += 1
        if best is not None:
            # the sign of a currency behind an amount belongs to it, whatever follows
            yield from (
                (start, stop) for stop in range(end, widest + 1) if stop == end or self._value(start, stop) == best
            )

    def _value(self, start: int, end: int) -> str | None:
        said = raw_of(self._tokens[start:end])
        # a span of time has its unit in a sentence: `for 60 days` is none of 60 months
        is_value = bool(said) and not (self._phrase.kind == "months" and said.isdecimal())
        return self._read(self._phrase.name, said) if is_value else None


def _texts(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, int]]:
    """Yield texts from a word on, up to the next sign, the longest last."""
    for end in range(at + 1, min(at + _MOST_TEXT, len(tokens)) + 1):
        yield at, end
        if tokens[end - 1].stops:
            return


def _companies(tokens: Sequence[Token], at: int) -> Iterator[tuple[int, int]]:
    """Yield the name of a company that begins at a word: the longest print before a comma that ends in a legal form."""
    best = 0
    if _goes_on(tokens, at):
        return
    for end in range(at + 1, min(at + _MOST_COMPANY, len(tokens)) + 1):
        if best and tokens[end - 1].opens:
            break
        said = raw_of(tokens[at:end])
        if said[:1].isalnum() and not said[:1].islower() and _is_company(said):
            best = end
        # a comma may stand before a form: `Ash, Inc.`
        if tokens[end - 1].stops and (best or not tokens[end - 1].text.endswith(",")):
            break
    if best:
        yield at, best


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word goes on with a name: of `Ash & Sons Ltd` and `Ash and Sons Ltd` no company begins with `Sons`."""
    if at < _FEWEST or tokens[at - 1].stops or tokens[at - 1].text.lower() not in _AND:
        return False
    before = tokens[at - 2]
    return before.text[:1].isupper() and not before.stops and not split_name(f"X {before.text}").form


def _is_company(said: str) -> bool:
    """Tell whether a print is a name with a legal form; what stands behind a comma is nothing but the form, as in `Ash, Inc.`."""
    _, comma, tail = said.rpartition(", ")
    return bool(split_name(said).form) and (not comma or split_name(f"X {tail}").name == "X")


def _is_word(token: Token, word: str) -> bool:
    if word.endswith("*"):
        return any(said.startswith(word[:-1]) for said in token.said)
    return word in token.said


def _is_term(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and (tokens[0].opens or tokens[-1].closes)


def _folded(pattern: Pattern) -> Pattern:
    return pattern._replace(elements=tuple(_element(one) for one in pattern.elements))


def _element(one: Element) -> Element:
    if not isinstance(one, Spelled):
        return one
    return one._replace(ways=tuple(tuple(fold(word) + "*" * word.endswith("*") for word in way) for way in one.ways))


def _firsts(elements: Sequence[Element]) -> Iterator[str]:
    first = elements[0]
    if isinstance(first, Spelled):
        yield from (way[0] for way in first.ways)
