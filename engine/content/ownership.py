"""Who owns what: the teams behind mapping rows, and which system may write a field."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from engine.content import strict_yaml
from engine.model.value import Value


class Team(Value):
    """A group of people that must agree to changes of what it owns."""

    title: str
    why: str = ""


class Writer(Value):
    """The system that may write some fields, and until when."""

    fields: tuple[str, ...] = Field(min_length=1)
    """Canonical names; `*` for all others."""
    system: str
    """`document` (the paper is the truth), `person`, or a target's name."""
    until: Literal["posted", "paid", "always"] = "always"
    """The moment at which the field changes hands."""
    then: str | None = None
    """The system that may write it from that moment."""

    @model_validator(mode="after")
    def _hands_over(self) -> "Writer":
        if (self.until == "always") is not (self.then is None):
            raise ValueError("`until` a moment needs `then`, and only then")
        return self


class Ownership(Value):
    """The file `mappings/ownership.yaml`."""

    name: Literal["ownership"]
    version: int = Field(ge=1)
    teams: Mapping[str, Team] = Field(min_length=1)
    records: Mapping[str, tuple[Writer, ...]] = {}
    """Writers of each canonical record, the first that names a field wins."""
    content: Mapping[str, str] = {}
    """Team that must agree to a change, by kind of content (`ruleset`) or by one piece of it (`ruleset/ap_invoice`)."""

    @model_validator(mode="after")
    def _known_teams(self) -> "Ownership":
        if unknown := sorted(set(self.content.values()) - set(self.teams)):
            raise ValueError(f"content names the team {unknown[0]!r}; there are: {', '.join(self.teams)}")
        return self

    def owner(self, piece: str) -> str | None:
        """Return the team that owns a piece of content (`kind/name`), or None. Mapping rows name theirs themselves."""
        return self.content.get(piece, self.content.get(piece.partition("/")[0]))

    def writer(self, record: str, field: str) -> Writer | None:
        """Return who may write a field of a record, or None when nobody is named."""
        writers = self.records.get(record, ())
        named = (w for w in writers if field in w.fields)
        return next(named, next((w for w in writers if "*" in w.fields), None))


def load_ownership(root: Path) -> Ownership:
    """Return `root/mappings/ownership.yaml`. Raises ContentError with file, line and path."""
    source = strict_yaml.load(root / "mappings" / "ownership.yaml")
    return strict_yaml.parse(source, Ownership)
