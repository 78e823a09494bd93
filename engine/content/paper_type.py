"""Types of paper as data: how a document of a type is known by its words, and which values stand under which labels.

One file `mappings/inbound/paper.<type>.v<version>.yaml` in all languages. With the schema of its record (`mappings/canonical/`) it
makes a type of documents; no program knows of it.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from jsonschema.exceptions import SchemaError
from pydantic import AfterValidator, Field, model_validator

from engine.content.facts import Name
from engine.content.json_schema import parse_schema
from engine.content.phrase import parse_phrase
from engine.content.record_schema import FOLDER, known_types, schema_file
from engine.content.strict_yaml import Source, load
from engine.content.wording import Wording, read
from engine.model.errors import ContentError
from engine.model.record import Aside
from engine.model.value import Value

ValueKind = Literal[
    "text", "id", "date", "amount", "number", "currency", "country", "email", "phone", "iban", "tax_id", "choice", "months",
    "signature",
]  # fmt: skip
"""What a value is: how it is told from other print, and in which spelling it is kept."""
WORDED: Mapping[ValueKind, frozenset[str]] = {
    "choice": frozenset(), "months": frozenset({"month", "quarter", "year"}), "signature": frozenset({"electronic"}),
}  # fmt: skip
"""Kinds that need words of their own, and what these may mean; of a choice anything."""
MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
"""Months of the periods that choices name."""
Side = Literal["sender", "sender_address", "addressee"]
Language = Annotated[str, Field(pattern="^[a-z]{2}$")]
"""ISO 639-1."""
MOST_WORDS, MOST_LETTERS = 9, 60
"""Words on a paper that are compared with one phrase, and the letters that these have at most."""
_SIGNS = frozenset("#%€$£°№")
"""Signs that count in a comparison; others are passed over."""


def _findable(phrase: str) -> str:
    """Return a phrase that a paper can show. Raises ValueError for one that is never found."""
    letters = sum(c.isalnum() or c in _SIGNS for c in phrase)
    if not letters:
        raise ValueError(
            f"{phrase!r} can never be found: it has no letter, no digit and none of {' '.join(sorted(_SIGNS))}"
        )
    if letters > MOST_LETTERS or len(phrase.split()) > MOST_WORDS:
        raise ValueError(f"{phrase!r} can never be found: shorten it to {MOST_WORDS} words and {MOST_LETTERS} letters")
    return phrase


def _is_phrase(text: str) -> str:
    parse_phrase(text)
    return text


Sentences = Mapping[Language, tuple[Annotated[str, AfterValidator(_is_phrase)], ...]]
"""Phrases of running text by language, as `engine.content.phrase` reads them."""
Phrases = Mapping[Language, tuple[Annotated[str, AfterValidator(_findable)], ...]]
"""Phrases by language. Matching ignores case, accents, signs and spaces; `n` alone is found as `n°`, `nº` and `no` as well."""


Part = Literal["date", "subject", "body", "writer"]
"""Part of a letter: the day above the greeting, the line right above it (else the first words), what is written, and who
signs below the closing."""


class LetterWords(Value):
    """How prose begins and ends that no title names."""

    greetings: Phrases
    closings: Phrases
    over: tuple[Name, ...] = ()
    """Types of which wordings alone do not speak against a letter: `driver` and `pallets` make no delivery note of prose."""


class PaperField(Value):
    """One value of a paper: what it is, and what announces it."""

    kind: ValueKind = "text"
    labels: Phrases = Field(default={})
    """What is printed before or above the value; of a column its headings."""
    is_long: bool = Field(default=False, alias="long")
    """It may run on over the lines below."""
    stands_for: Side | None = None
    """Where no label names it, the party that wrote the paper, its address, or to whom it is written."""
    part: Part | None = None
    """Where no label names it, the part of a letter that it is."""
    same_as: Name | None = None
    """The value that counts where this one is not said: of a row whose paper has but one column of amounts."""
    choices: Mapping[str, Phrases] = {}
    """Of a choice, by value: the words that mean it, and the sentences that mean it where they are ticked.

    Of `months` the units (`month quarter year`), of a `signature` the words of services for signing (`electronic`).
    """
    within: Name | None = None
    """The block of the paper in which its labels count, and nowhere else: where one side signs."""

    @model_validator(mode="after")
    def _fits(self) -> "PaperField":
        if bool(self.choices) != (self.kind in WORDED):
            raise ValueError("`choices` goes with `kind: choice`, `months` or `signature`, and these need them")
        if wrong := set(self.choices) - (WORDED.get(self.kind) or set(self.choices)):
            allowed = ", ".join(sorted(WORDED[self.kind]))
            raise ValueError(f"{min(wrong)!r} means nothing to `kind: {self.kind}`; there are: {allowed}")
        if self.kind == "months" and (split := [one for one in _spelled(self.choices) if not one.isalpha()]):
            raise ValueError(f"{split[0]!r} can never be found: a unit of time is one word of letters")
        if self.kind == "signature" and self.within is None:
            raise ValueError("a signature stands `within` a block")
        if self.is_long and self.kind != "text":
            raise ValueError("only a text is `long`")
        return self


def _spelled(choices: Mapping[str, Phrases]) -> list[str]:
    return [phrase for words in choices.values() for phrases in words.values() for phrase in phrases]


class Product(Value):
    """An amount for a span of time, from that for one period."""

    of: Name
    """The amount of one period."""
    per: Name
    """The choice that says how long that is: `month`, `quarter`, `year`; `once` is the whole."""
    over: Name
    """The whole span, in months."""


class PaperExample(Value):
    """A paper as plain text, and what is read of it. Two spaces or more part the cells of a line."""

    name: str
    text: str
    language: Language
    record: Mapping[str, Any]
    """What is read and normalized; nothing else may be."""

    @property
    def paths(self) -> frozenset[str]:
        """What it fills: `total`, `lines.amount`."""
        cells = (name for row in self.record.get("lines", ()) for name in row)
        return frozenset({*(name for name in self.record if name != "lines"), *(f"lines.{name}" for name in cells)})


class PaperType(Wording):
    """Everything that is known of how papers of one type are worded. Its name is the type."""

    titles: Phrases
    """What such a paper is headed."""
    aside: Aside | None = None
    """What vocabularies call papers of the type by their titles, where these look like bills and ask for no payment."""
    stands_alone: bool = False
    """It is never a part of another document: a page that is headed so begins one, in whatever packet it stands."""
    like: Name | None = None
    """Another type whose record it fills, and whose fields, columns, blocks and words it has as well, in the version in force."""
    cues: Phrases = Field(default={})
    """Words that hint at the type from anywhere on the page."""
    letter: LetterWords | None = None
    """A paper with a greeting and a closing, that nothing on it says to be of another type, is one of these."""
    fields: Mapping[Name, PaperField] = {}
    """Header fields of the record by name."""
    phrases: Mapping[Name, Sentences] = {}
    """By field, sentences of running text that hold its value, or of a choice mean it: `initial term of {}`, `renews => automatic`."""
    products: Mapping[Name, Product] = {}
    """Amounts that follow from others where they are not said: the price of a year, as often as the term has years."""
    numerals: Mapping[Annotated[str, Field(pattern="^[1-9][0-9]{0,2}$")], Phrases] = {}
    """Words for numbers, by what they count: of spans of time that have no digits."""
    blocks: Mapping[Name, Phrases] = {}
    """Parts of a page under a heading of their own, with those headings: where each side signs."""
    headed_by: Mapping[Name, Name] = {}
    """By block the field whose value heads it as well: the name of the party that signs there."""
    lines: Mapping[Name, PaperField] = {}
    """Columns of its table, by the names of the record's lines."""
    others: Phrases = Field(default={})
    """Labels of values that are none of ours, so that these are not taken for them."""
    examples: tuple[PaperExample, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_fields(self) -> "PaperType":
        if not self.fields and self.like is None:
            raise ValueError("name its `fields`, or the type that it is `like`")
        if self.letter is None and any(field.part for field in self.fields.values()):
            raise ValueError("a `part` of a letter needs the words of a `letter`: `greetings` and `closings`")
        return self

    @property
    def record(self) -> str:
        """The record that it fills: its own, or that of the type that it is like."""
        return self.like or self.name

    def of_block(self, block: Name | None) -> Mapping[Name, PaperField]:
        """Return the fields that stand in a block; None: those that stand in none."""
        return {name: field for name, field in self.fields.items() if field.within == block}

    @property
    def kinds(self) -> Mapping[str, ValueKind]:
        """What each value is, of the header and of lines."""
        return {name: field.kind for fields in (self.lines, self.fields) for name, field in fields.items()}

    @property
    def languages(self) -> frozenset[str]:
        """The languages that it has words of."""
        tables = (
            self.titles,
            self.cues,
            self.others,
            *self._framed,
            *self.blocks.values(),
            *(field.labels for field in self.all_fields),
            *self.phrases.values(),
        )
        return frozenset(language for table in tables for language in table)

    @property
    def all_fields(self) -> tuple[PaperField, ...]:
        """Fields of the header and of lines."""
        return (*self.fields.values(), *self.lines.values())

    @property
    def _framed(self) -> tuple[Phrases, ...]:
        return () if self.letter is None else (self.letter.greetings, self.letter.closings)

    def words(self, language: str) -> tuple[str, ...]:
        """Return every label, title and heading of one language."""
        tables = [self.titles, self.cues, self.others, *self._framed, *self.blocks.values()]
        for field in self.all_fields:
            tables += [field.labels, *field.choices.values()]
        return tuple(phrase for table in tables for phrase in table.get(language, ()))


def load_paper_types(root: Path, *, only: Collection[str] | None = None) -> Mapping[str, PaperType]:
    """Load `mappings/inbound/paper.*.yaml` under the content root, by type; the highest version wins.

    `only` are the versions (`lead@1`) that may be looked at; None: all. Raises ContentError for a broken file, and for
    one that names a field which the record of its type does not have.
    """
    folder = root / "mappings" / "inbound"
    found: dict[str, tuple[PaperType, Source]] = {}
    for file in _files(folder, only):
        paper = read(file, PaperType)
        source = load(file)
        if file.name != f"paper.{paper.name}.v{paper.version}.yaml":
            raise source.error(
                f"name and version belong to a file called paper.{paper.name}.v{paper.version}.yaml", "name"
            )
        if paper.like is None:
            _check(paper, source, root)
        if paper.name not in found or found[paper.name][0].version < paper.version:
            found[paper.name] = paper, source
    return {name: _whole(paper, source, found, root) for name, (paper, source) in found.items()}


def _files(folder: Path, only: Collection[str] | None) -> list[Path]:
    if only is None:
        return sorted(folder.glob("paper.*.yaml"))
    wanted = (folder / f"paper.{ref.replace('@', '.v')}.yaml" for ref in sorted(only))
    return [file for file in wanted if file.is_file()]


def _whole(paper: PaperType, source: Source, found: Mapping[str, tuple[PaperType, Source]], root: Path) -> PaperType:
    """Return a paper with the fields and words of the type that it is like; its own count first. Raises ContentError."""
    if paper.like is None:
        return paper
    others = sorted(name for name, (other, _) in found.items() if other.like is None)
    if paper.like not in others:
        raise source.error(f"no paper {paper.like!r} to be like; there are: {', '.join(others) or 'none'}", "like")
    other = found[paper.like][0]
    tables = ("fields", "phrases", "products", "numerals", "lines", "blocks", "headed_by", "others")
    whole = paper.model_copy(update={name: {**getattr(other, name), **getattr(paper, name)} for name in tables})
    _check(whole, source, root)
    return whole


def _check(paper: PaperType, source: Source, root: Path) -> None:
    """Refuse a paper whose record has no schema, or does not have what is read. Raises ContentError."""
    if paper.record not in known_types(root):
        raise source.error(
            f"no record {paper.record!r}: write mappings/canonical/{paper.record}.schema.json first; "
            f"there are: {', '.join(sorted(known_types(root)))}", "name",
        )  # fmt: skip
    file = schema_file(root / FOLDER, paper.record)
    try:
        properties = parse_schema(file.read_text(encoding="utf-8")).get("properties", {})
    except (OSError, ValueError, SchemaError) as e:
        raise ContentError(f"cannot be read as a JSON Schema: {e}", file=str(file)) from e
    _check_heads(paper, source)
    _check_phrases(paper, source)
    cells = properties.get("lines", {}).get("items", {}).get("properties", {})
    for group, fields, known in (("fields", paper.fields, properties), ("lines", paper.lines, cells)):
        for name, field in fields.items():
            if name not in known:
                allowed = ", ".join(sorted(known)) or "none"
                raise source.error(f"{name} is not in {file.name}; there are: {allowed}", group, name)
            if field.same_as is not None and field.same_as not in fields:
                raise source.error(f"{field.same_as} is not among the {group}", group, name, "same_as")
            if field.within is not None and field.within not in paper.blocks:
                allowed = ", ".join(sorted(paper.blocks)) or "none"
                raise source.error(
                    f"{field.within} is not among the blocks; there are: {allowed}", group, name, "within"
                )
            said = set(field.choices) if field.kind == "choice" else set()
            if wrong := said - set(known[name].get("enum", said)):
                raise source.error(f"{file.name} does not allow {min(wrong)!r}", group, name, "choices")


def _check_phrases(paper: PaperType, source: Source) -> None:
    for name, languages in paper.phrases.items():
        field = paper.fields.get(name)
        if field is None or field.kind == "signature":
            raise source.error("phrases tell one of the `fields`, and no signature", "phrases", name)
        meant = {parse_phrase(text).means for texts in languages.values() for text in texts} - {""}
        if wrong := meant - set(field.choices if field.kind == "choice" else ()):
            allowed = ", ".join(sorted(field.choices)) or "none"
            raise source.error(f"{min(wrong)!r} is no choice of {name}; there are: {allowed}", "phrases", name)
    wanted: Mapping[str, ValueKind] = {"of": "amount", "per": "choice", "over": "months"}
    for name, product in paper.products.items():
        kinds: dict[str, str] = {part: paper.kinds.get(getattr(product, part), "missing") for part in wanted}
        if paper.kinds.get(name) != "amount" or kinds != wanted:
            raise source.error("is an amount `of` an amount `per` a choice `over` months", "products", name)


def _check_heads(paper: PaperType, source: Source) -> None:
    for block, name in paper.headed_by.items():
        if block not in paper.blocks or name not in paper.fields:
            raise source.error(
                "names a block, and the field that heads it; one of the two is not there", "headed_by", block
            )
