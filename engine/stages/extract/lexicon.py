"""All vocabularies as one index, compiled once: folded phrase -> what it may announce."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from babel import Locale

from engine.content.vocabulary import ColumnName, LabelName, Noun, Numbers, Vocabulary
from engine.model.document import DocumentType

Index = TypeVar("Index")
_MOST_SETS = 8
"""A running hub has one set of vocabularies; tests make a few."""

_EXTRA = {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "°": "o", "№": "no"}
_KEPT_SIGNS = frozenset("#%€$£")
_OF_TITLE: Mapping[DocumentType, tuple[LabelName, LabelName]] = {
    "invoice": ("invoice_number", "issue_date"), "receipt": ("invoice_number", "issue_date"),
    "credit_note": ("credit_note_number", "issue_date"), "purchase_order": ("po_number", "order_date"),
    "order_form": ("po_number", "order_date"), "goods_receipt": ("delivery_note_number", "delivery_date"),
}  # fmt: skip
"""Which number and date a document's title announces."""
_OF_NOUN: Mapping[Noun, tuple[LabelName | None, LabelName | None]] = {
    "invoice": ("invoice_number", "issue_date"), "credit_note": ("credit_note_number", "issue_date"),
    "order": ("po_number", "order_date"), "delivery_note": ("delivery_note_number", "delivery_date"),
    "customer": ("customer_number", None), "due": (None, "due_date"), "delivery": (None, "delivery_date"),
}  # fmt: skip
_OWNED = frozenset({"order"})
_BARE = frozenset({"order", "delivery_note"})
"""Nouns that alone may stand over their number: Order, Pedido."""
LONGEST_PHRASE = 60
_FUZZY_LEAST = 5
_ELIDED = 2
"""Letters of an article before an apostrophe."""


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return `text` as labels are compared: lower case, no accents, only letters, digits and `# % € $ £`."""
    if text.isascii():
        lower = text.lower()
        return lower if lower.isalnum() else "".join([c for c in lower if c.isalnum() or c in _KEPT_SIGNS])
    parts = (part for char in text.lower() for part in _EXTRA.get(char) or unicodedata.normalize("NFKD", char))
    return "".join(_EXTRA.get(part, part) for part in parts if part.isalnum() or part in _KEPT_SIGNS)


class LabelEntry(NamedTuple):
    """What a phrase announces, how surely (0..1), and in which language."""

    name: LabelName
    strength: float
    language: str


class TitleEntry(NamedTuple):
    """A document title in a language."""

    type: DocumentType
    language: str


class TermWords(NamedTuple):
    """Folded words of payment terms of all languages."""

    days: frozenset[str]
    net: frozenset[str]
    discount: frozenset[str]
    immediately: frozenset[str]
    end_of_month: frozenset[str]
    pay: frozenset[str]


class Lexicon:
    """The compiled vocabularies. Cheap to ask, made once per set of vocabularies."""

    def __init__(self, vocabularies: Iterable[Vocabulary]) -> None:
        self.vocabularies = {v.language: v for v in vocabularies}
        self.labels: dict[str, list[LabelEntry]] = {}
        self.columns: dict[str, ColumnName] = {}
        self.titles: dict[str, list[TitleEntry]] = {}
        self.cues: dict[str, set[DocumentType]] = {}
        self.months: dict[str, int] = {}
        self.units: dict[str, str] = {}
        self.currencies: dict[str, str] = {}
        self.currency_hints: dict[str, str] = {}
        self.stop_words: dict[str, set[str]] = {}
        for vocabulary in self.vocabularies.values():
            self._add(vocabulary)
        self.legal_forms = self._words("legal_forms")
        self.address_words = self._words("address_words")
        self.address_ends = tuple(word for word in self.address_words if len(word) > _ELIDED)
        self.registers = self._words("registers")
        self.tax_words = self._words("tax_words")
        self.carried_forward = self._words("carried_forward")
        self.number_words = self._words("number_words")
        self.date_words = self._words("date_words")
        self.salutations = self._words("salutations")
        self.name_words = self._words("name_words")
        self.title_words = self.number_words | self.date_words
        self.heads = self._words("heads")
        self.head_tails = frozenset(head[-4:] for head in self.heads)
        self.replies = self._words("replies")
        self.yours = self._words("yours")
        self.including = self._words("including")
        self.excluding = self._words("excluding")
        self.all_stop_words = frozenset(word for words in self.stop_words.values() for word in words)
        self.small_words = _inverted(self.stop_words)
        self.hint_starts = frozenset(hint[:n] for hint in self.currency_hints for n in range(len(hint) + 1))
        self.unit_codes = frozenset(self.units.values())
        self.terms = self._terms()
        self.month_starts = frozenset(month[:3] for month in self.months)
        self.fuzzy_tuple = self._fuzzy_words()
        self.fuzzy_set = frozenset(self.fuzzy_tuple)
        self.headed = self._headed()
        self.prefixes = frozenset(key[:3] for key in (*self.labels, *self.columns, *self.titles, *self.cues))

    def numbers(self, language: str | None) -> Numbers:
        """Return the number habits of a language (decimal point when it is unknown)."""
        known = self.vocabularies.get(language or "")
        return known.numbers if known else Numbers(decimal=".")

    def ref(self, language: str | None) -> str:
        """Return `name@version` of the vocabulary of a language, or of all of them."""
        known = self.vocabularies.get(language or "")
        return known.ref if known else "+".join(v.ref for v in self.vocabularies.values())

    def _add(self, vocabulary: Vocabulary) -> None:
        language = vocabulary.language
        self.stop_words[language] = {fold(word) for word in vocabulary.stop_words}
        for name, labels in vocabulary.labels.items():
            for strength, phrases in ((1.0, labels.strong), (0.5, labels.weak)):
                for phrase in phrases:
                    self._label(phrase, LabelEntry(name, strength, language))
        for noun, forms in vocabulary.nouns.items():
            for form in forms:
                self._compose(noun, form, vocabulary)
        for column, headings in vocabulary.columns.items():
            for phrase in headings:
                self.columns.setdefault(fold(phrase), column)
        self._add_types(vocabulary)
        for locale in vocabulary.dates.locales:
            self._add_months(locale)
        _add_codes(self.units, vocabulary.units)
        _add_codes(self.currencies, vocabulary.currency_words)
        _add_codes(self.currency_hints, vocabulary.currency_hints)

    def _add_types(self, vocabulary: Vocabulary) -> None:
        for type_, phrases in vocabulary.types.items():
            for phrase in phrases:
                self.titles.setdefault(fold(phrase), []).append(TitleEntry(type_, vocabulary.language))
                self._title_labels(phrase, type_, vocabulary)
        for type_, phrases in vocabulary.cues.items():
            for phrase in phrases:
                self.cues.setdefault(fold(phrase), set()).add(type_)

    def _label(self, phrase: str, entry: LabelEntry) -> None:
        entries = self.labels.setdefault(fold(phrase), [])
        if all((known.name, known.language) != (entry.name, entry.language) for known in entries):
            entries.append(entry)

    def _title_labels(self, phrase: str, type_: DocumentType, vocabulary: Vocabulary) -> None:
        """Let a title with a number or date word after it be a label: Facture + no, Rechnung + vom."""
        named = _OF_TITLE.get(type_)
        if named is None:
            return
        for name, strength in ((named[0], 0.55), (named[1], 0.35)):
            self._label(phrase, LabelEntry(name, strength, vocabulary.language))
        for name, words in zip(named, (vocabulary.number_words, vocabulary.date_words), strict=True):
            for word in words:
                known = self.labels.get(fold(phrase + word), ())
                if not any(e.language == vocabulary.language and e.name.startswith("other_") for e in known):
                    self._label(phrase + word, LabelEntry(name, 1.0, vocabulary.language))

    def _compose(self, noun: Noun, form: str, vocabulary: Vocabulary) -> None:
        """Add the labels that a noun makes with number and date words, and with words for yours and ours."""
        language, noun_form, number_name = vocabulary.language, fold(form), _OF_NOUN[noun][0]
        if noun in _BARE and number_name is not None:
            self._compound(noun_form, LabelEntry(number_name, 0.5, language))
        links = list(dict.fromkeys(("", *(fold(link) for link in vocabulary.links))))
        yours, ours = ([fold(word) for word in words] for words in (vocabulary.yours, vocabulary.ours))
        for name, words in zip(_OF_NOUN[noun], (vocabulary.number_words, vocabulary.date_words), strict=True):
            if name is None:
                continue
            entry = LabelEntry(name, 1.0, language)
            other = entry._replace(name="other_number" if name == "po_number" else "other_date")
            folded = list(dict.fromkeys(fold(word) for word in words))
            phrases = [noun_form + word for word in folded] + [w + link + noun_form for w in folded for link in links]
            for phrase in phrases:
                self._compound(phrase, entry)
            if noun not in _OWNED:
                continue
            for phrase in (*phrases, noun_form) if name == "po_number" else phrases:
                for word in yours:
                    self._compound(word + phrase, entry)
                for word in ours:
                    self._compound(word + phrase, other)

    def _compound(self, phrase: str, entry: LabelEntry) -> None:
        """Add a composed and folded label unless the language's own list gives the phrase a meaning."""
        entries = self.labels.setdefault(phrase, [])
        if all(known.language != entry.language for known in entries):
            entries.append(entry)

    def _add_months(self, locale: str) -> None:
        months = Locale.parse(locale).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    folded = fold(name)
                    if folded.isalpha() and len(folded) > 2:  # noqa: PLR2004 - shorter ones are ordinary words
                        self.months.setdefault(folded, number)
                        if width == "wide":
                            self.months.setdefault(folded[:3], number)

    def _words(self, name: str) -> frozenset[str]:
        return frozenset(fold(word) for v in self.vocabularies.values() for word in getattr(v, name))

    def _terms(self) -> TermWords:
        def words(name: str) -> frozenset[str]:
            return frozenset(fold(w) for v in self.vocabularies.values() for w in getattr(v.terms, name))

        return TermWords(
            days=words("days"), net=words("net"), discount=words("discount"), immediately=words("immediately"),
            end_of_month=words("end_of_month"), pay=words("pay"),
        )  # fmt: skip

    def _headed(self) -> frozenset[str]:
        """Return the words that content's papers are headed with, elided ones as one (`d'immatriculation`): none is misread."""
        found: set[str] = set()
        for vocabulary in self.vocabularies.values():
            for paper in vocabulary.papers.values():
                for phrase in paper.titles.get(vocabulary.language, ()):
                    words = [fold(word) for word in phrase.split()]
                    found |= {*words, *(a + b for a, b in pairwise(words) if len(a) == 1)}
        return frozenset(found)

    def _fuzzy_words(self) -> tuple[str, ...]:
        """Return single words of labels, headings and titles that are long enough to be known when misread."""
        phrases = [
            phrase
            for v in self.vocabularies.values()
            for group in (
                *(labels.strong for labels in v.labels.values()), *(labels.weak for labels in v.labels.values()),
                *v.columns.values(), *v.types.values(),
            )
            for phrase in group
        ]  # fmt: skip
        words = {
            word for phrase in phrases for word in _words_in(phrase) if len(word) >= _FUZZY_LEAST and word.isalpha()
        }
        for vocabulary in self.vocabularies.values():
            words |= _compounds(vocabulary)
        return tuple(sorted(words))


def _inverted(words: Mapping[str, set[str]]) -> Mapping[str, tuple[str, ...]]:
    """Return the languages that have each small word."""
    found: dict[str, tuple[str, ...]] = {}
    for language, own in words.items():
        for word in own:
            found[word] = (*found.get(word, ()), language)
    return found


def _compounds(vocabulary: Vocabulary) -> set[str]:
    """Return nouns joined with number and date words when the language writes them as one, as German does."""
    printed = {fold(p) for labels in vocabulary.labels.values() for p in labels.strong if " " not in p}
    joined = {
        fold(form + word)
        for forms in vocabulary.nouns.values()
        for form in forms
        for word in (*vocabulary.number_words, *vocabulary.date_words)
        if len(form + word) >= _FUZZY_LEAST + _FUZZY_LEAST // 2
    }
    return {word for word in joined if word.isalpha()} if len(joined & printed) > _FUZZY_LEAST else set()


def _words_in(phrase: str) -> Iterator[str]:
    """Yield the folded words of a phrase, and pairs that print as one: `d émission` is printed `d'émission`."""
    words = [fold(word) for word in phrase.split()]
    yield from words
    yield from (left + right for left, right in pairwise(words) if len(left) <= _ELIDED)


def _add_codes(table: dict[str, str], words: Mapping[str, tuple[str, ...]]) -> None:
    for code, phrases in words.items():
        for phrase in phrases:
            table.setdefault(fold(phrase), code)


class Compiled(Generic[Index]):
    """Compiles vocabularies into an index, the same objects once."""

    def __init__(self, compile_: Callable[[Mapping[str, Vocabulary]], Index]) -> None:
        self._compile = compile_
        self._known: dict[tuple[int, ...], tuple[tuple[Vocabulary, ...], Index]] = {}

    def of(self, vocabularies: Mapping[str, Vocabulary]) -> Index:
        """Return the index of these vocabularies."""
        values = tuple(vocabularies.values())
        key = tuple(id(value) for value in values)
        known = self._known.get(key)
        if known is None:
            if len(self._known) > _MOST_SETS:
                self._known.clear()
            # the vocabularies are kept beside the index so that their ids stay taken
            known = self._known[key] = (values, self._compile(vocabularies))
        return known[1]


_LEXICONS = Compiled(lambda vocabularies: Lexicon(tuple(vocabularies.values())))


def lexicon_of(vocabularies: Mapping[str, Vocabulary]) -> Lexicon:
    """Return the compiled index of these vocabularies; the same objects are compiled once."""
    return _LEXICONS.of(vocabularies)
