"""Types of paper as data: how a document of a type is known by its words, and which values stand under which labels.

One file `mappings/inbound/paper.<type>.v<version>.yaml` in all languages. With the schema of its record (`mappings/canonical/`) it
makes a type of documents; no program knows of it.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from jsonschema.exceptions import SchemaError
from pydantic import Field, model_validator

from engine.content.facts import Name
from engine.content.json_schema import parse_schema
from engine.content.record_schema import FOLDER, known_types, schema_file
from engine.content.strict_yaml import Source, load
from engine.content.wording import Wording, read
from engine.model.errors import ContentError
from engine.model.value import Value

ValueKind = Literal[
    "text", "id", "date", "amount", "number", "currency", "country", "email", "phone", "iban", "tax_id", "choice",
]  # fmt: skip
"""What a value is: how it is told from other print, and in which spelling it is kept."""
Side = Literal["sender", "addressee"]
Language = Annotated[str, Field(pattern="^[a-z]{2}$")]
"""ISO 639-1."""
Phrases = Mapping[Language, tuple[str, ...]]
"""Phrases by language. Matching ignores case, accents, signs and spaces."""


class PaperField(Value):
    """One value of a paper: what it is, and what announces it."""

    kind: ValueKind = "text"
    labels: Phrases = Field(default={})
    """What is printed before or above the value; of a column its headings."""
    is_long: bool = Field(default=False, alias="long")
    """It may run on over the lines below."""
    stands_for: Side | None = None
    """Where no label names it, the party that wrote the paper, or to whom it is written."""
    same_as: Name | None = None
    """The value that counts where this one is not said: of a row whose paper has but one column of amounts."""
    choices: Mapping[str, Phrases] = {}
    """Of a choice, by value: the words that mean it, and the sentences that mean it where they are ticked."""

    @model_validator(mode="after")
    def _fits(self) -> "PaperField":
        if bool(self.choices) != (self.kind == "choice"):
            raise ValueError("`choices` goes with `kind: choice`, and a choice needs them")
        if self.is_long and self.kind != "text":
            raise ValueError("only a text is `long`")
        return self


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
    cues: Phrases = Field(default={})
    """Words that hint at the type from anywhere on the page."""
    fields: Mapping[Name, PaperField]
    """Header fields of the record by name."""
    lines: Mapping[Name, PaperField] = {}
    """Columns of its table, by the names of the record's lines."""
    others: Phrases = Field(default={})
    """Labels of values that are none of ours, so that these are not taken for them."""
    examples: tuple[PaperExample, ...] = Field(min_length=1)

    @property
    def kinds(self) -> Mapping[str, ValueKind]:
        """What each value is, of the header and of lines."""
        return {name: field.kind for fields in (self.lines, self.fields) for name, field in fields.items()}

    @property
    def languages(self) -> frozenset[str]:
        """The languages that it has words of."""
        tables = (self.titles, self.cues, self.others, *(field.labels for field in self.all_fields))
        return frozenset(language for table in tables for language in table)

    @property
    def all_fields(self) -> tuple[PaperField, ...]:
        """Fields of the header and of lines."""
        return (*self.fields.values(), *self.lines.values())

    def phrases(self, language: str) -> tuple[str, ...]:
        """Return every phrase of one language."""
        tables = [self.titles, self.cues, self.others]
        for field in self.all_fields:
            tables += [field.labels, *field.choices.values()]
        return tuple(phrase for table in tables for phrase in table.get(language, ()))


def load_paper_types(root: Path, *, only: Collection[str] | None = None) -> Mapping[str, PaperType]:
    """Load `mappings/inbound/paper.*.yaml` under the content root, by type; the highest version wins.

    `only` are the versions (`lead@1`) that may be looked at; None: all. Raises ContentError for a broken file, and for
    one that names a field which the record of its type does not have.
    """
    folder = root / "mappings" / "inbound"
    found: dict[str, PaperType] = {}
    for file in _files(folder, only):
        paper = read(file, PaperType)
        source = load(file)
        if file.name != f"paper.{paper.name}.v{paper.version}.yaml":
            raise source.error(
                f"name and version belong to a file called paper.{paper.name}.v{paper.version}.yaml", "name"
            )
        _check(paper, source, root)
        if paper.name not in found or found[paper.name].version < paper.version:
            found[paper.name] = paper
    return found


def _files(folder: Path, only: Collection[str] | None) -> list[Path]:
    if only is None:
        return sorted(folder.glob("paper.*.yaml"))
    wanted = (folder / f"paper.{ref.replace('@', '.v')}.yaml" for ref in sorted(only))
    return [file for file in wanted if file.is_file()]


def _check(paper: PaperType, source: Source, root: Path) -> None:
    """Refuse a paper whose record has no schema, or does not have what is read. Raises ContentError."""
    if paper.name not in known_types(root):
        raise source.error(
            f"no record {paper.name!r}: write mappings/canonical/{paper.name}.schema.json first; "
            f"there are: {', '.join(sorted(known_types(root)))}", "name",
        )  # fmt: skip
    file = schema_file(root / FOLDER, paper.name)
    try:
        properties = parse_schema(file.read_text(encoding="utf-8")).get("properties", {})
    except (OSError, ValueError, SchemaError) as e:
        raise ContentError(f"cannot be read as a JSON Schema: {e}", file=str(file)) from e
    cells = properties.get("lines", {}).get("items", {}).get("properties", {})
    for group, fields, known in (("fields", paper.fields, properties), ("lines", paper.lines, cells)):
        for name, field in fields.items():
            if name not in known:
                allowed = ", ".join(sorted(known)) or "none"
                raise source.error(f"{name} is not in {file.name}; there are: {allowed}", group, name)
            if field.same_as is not None and field.same_as not in fields:
                raise source.error(f"{field.same_as} is not among the {group}", group, name, "same_as")
            if wrong := set(field.choices) - set(known[name].get("enum", field.choices)):
                raise source.error(f"{file.name} does not allow {min(wrong)!r}", group, name, "choices")
