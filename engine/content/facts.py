"""The catalogue of facts: every name a rule may test, with its type and meaning."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from engine.content import strict_yaml
from engine.content.record_schema import known_types
from engine.model.decision import FactValue
from engine.model.value import Value

FactType = Literal["boolean", "integer", "text"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
_TYPE = "document_type"
LARGEST = 2**53 - 1
"""Integers of facts stay within +-LARGEST, the range that every JSON reader keeps exact."""


class Fact(Value):
    """One thing that can be known about a document when it is judged."""

    type: FactType
    meaning: str = Field(min_length=1)
    unit: str | None = None
    """What an integer counts: `minor` (minor units of the document's currency), `days`, `per mille`, `fields` ..."""
    least: int | None = None
    """The smallest value an integer can take; lint finds tests that can therefore never or always hold."""
    most: int | None = None
    """The largest."""
    rests_on: tuple[str, ...] = ()
    """What of a ruleset's head the fact is computed from (`limits.large_without_order`)."""
    values: tuple[str, ...] = ()
    """The only texts this fact can be; a rule may not compare it with others. Empty: any text."""
    missing: str | None = None
    """When the fact has no value. A fact without this line always has one."""
    table: str | None = None
    """Name of the decision table that says it; no function computes it then."""
    asserted: bool = False
    """True: set by rules (`then: {assert: ...}`), false until one fires; no function computes it."""
    field: Name | None = None
    """The header field of the record that it repeats; no function computes it then. An integer of unit `minor` is an amount,
    of `days` the days from a date to the arrival, of another unit a whole number."""

    @property
    def may_be_missing(self) -> bool:
        """Whether a document can come without this fact."""
        return self.missing is not None

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the largest value of an integer."""
        return -LARGEST if self.least is None else self.least, LARGEST if self.most is None else self.most

    @model_validator(mode="after")
    def _fits(self) -> "Fact":
        if self.type == "integer" and not self.unit:
            raise ValueError("an integer fact says what it counts; add `unit:`")
        if self.unit and self.type != "integer":
            raise ValueError("only integer facts have a unit")
        if (self.least is not None or self.most is not None) and self.type != "integer":
            raise ValueError("only integer facts have `least` and `most`")
        if self.values and self.type != "text":
            raise ValueError("only text facts list their values")
        if self.table and (self.asserted or not self.missing):
            raise ValueError("what a table says is not asserted, and `missing:` tells what no answer means")
        if self.field and (self.type == "boolean" or self.table or self.asserted or not self.missing):
            raise ValueError("what repeats a field is a text or an integer, and `missing:` tells what no value means")
        if self.asserted and (self.type != "boolean" or self.missing):
            raise ValueError("an asserted fact is a boolean that is never missing")
        return self

    def refuse(self, value: FactValue) -> str | None:
        """Return what is wrong with a value for this fact, or None when it fits."""
        if value is None:
            return None if self.may_be_missing else "it is never missing"
        if self.type == "boolean":
            return None if isinstance(value, bool) else "it must be true or false"
        if self.type == "integer":
            fits = isinstance(value, int) and not isinstance(value, bool)
            if fits and abs(int(value)) > LARGEST:
                return f"it must lie between -{LARGEST} and {LARGEST}"
            return None if fits else "it must be an integer"
        if not isinstance(value, str):
            return "it must be text"
        return f"it must be one of {', '.join(self.values)}" if self.values and value not in self.values else None


class FactCatalogue(Value):
    """`rules/facts.yaml`: all facts by name."""

    name: Literal["facts"]
    version: int = Field(ge=1)
    facts: Mapping[Name, Fact]

    @field_validator("facts")
    @classmethod
    def _not_empty(cls, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
        if not facts:
            raise ValueError("a catalogue without facts judges nothing")
        return facts

    def __getitem__(self, name: str) -> Fact:
        """Return a fact. Raises KeyError for a name the catalogue does not hold."""
        return self.facts[name]

    def __contains__(self, name: str) -> bool:
        return name in self.facts

    @cached_property
    def computed(self) -> tuple[str, ...]:
        """Names of the facts that are there before any rule, in the order of the file."""
        return tuple(name for name, fact in self.facts.items() if not fact.asserted)

    @cached_property
    def tabled(self) -> tuple[str, ...]:
        """Names of the facts among them that decision tables say."""
        return tuple(name for name, fact in self.facts.items() if fact.table)

    @cached_property
    def asserted(self) -> tuple[str, ...]:
        """Names of the facts that rules assert."""
        return tuple(name for name, fact in self.facts.items() if fact.asserted)


def facts_file(root: Path, version: int | None = None) -> Path:
    """Return the file of a version of the catalogue: `rules/facts.v2.yaml`, else `rules/facts.yaml`.

    Without a version that of the highest `rules/facts.vN.yaml`.
    """
    named = {
        int(match[1]): file
        for file in (root / "rules").glob("facts.v*.yaml")
        if (match := re.fullmatch(r"facts\.v([1-9][0-9]*)\.yaml", file.name))
    }
    wanted = max(named, default=None) if version is None else version
    return named.get(wanted or 0, root / "rules" / "facts.yaml")


def load_facts(file: Path) -> FactCatalogue:
    """Read the catalogue. Raises ContentError naming line, path and what is allowed.

    `document_type` may be each type that the content folder has a canonical schema of, beside those that stand there.
    """
    return with_types(strict_yaml.parse(strict_yaml.load(file), FactCatalogue), root=file.parent.parent)


def with_types(catalogue: FactCatalogue, *, root: Path) -> FactCatalogue:
    """Return the catalogue with every type of documents that the content folder knows."""
    kind = catalogue.facts.get(_TYPE)
    if kind is None or not kind.values:
        return catalogue
    values = tuple(dict.fromkeys((*kind.values, *known_types(root))))
    return catalogue.model_copy(
        update={"facts": {**catalogue.facts, _TYPE: kind.model_copy(update={"values": values})}}
    )
