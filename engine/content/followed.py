"""Sources of an environment: which systems are followed, and what becomes of what they tell."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from engine.content.facts import Name
from engine.model.value import Value


class Followed(Value):
    """What becomes of the changes of one object."""

    reads: str | None = Field(default=None, pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    """The inbound matrix, by name, by which a change becomes a record; its version is the one that was promoted."""
    refreshes: tuple[Name, ...] = ()
    """Kinds of master data that are asked for anew, as `postroom masterdata` calls them."""

    @field_validator("reads", mode="before")
    @classmethod
    def _without_version(cls, reads: object) -> object:
        if isinstance(reads, str) and "@" in reads:
            name = reads.partition("@")[0]
            raise ValueError(f"write {name}: which version is in force is promoted, as with all that is read with")
        return reads

    @model_validator(mode="after")
    def _does_one_thing(self) -> "Followed":
        if (self.reads is None) is not bool(self.refreshes):
            raise ValueError("a followed object either `reads` by a matrix or `refreshes` master data")
        return self


class SourceBinding(Value):
    """One source: a target whose system tells of changes, and what we want of it."""

    target: Name
    """Name of the target that is followed: the same system, with the same credentials."""
    settings: Mapping[str, Any] = {}
    """Laid over those of the target (`poll: [deals]`)."""
    system: Name | None = None
    """What `ownership.yaml` calls this system; the target's name when not said."""
    objects: Mapping[str, Followed] = Field(min_length=1)
    """By the name under which the system tells of them; changes of others are passed over."""
    is_polled: bool = True
    """False: it only calls us."""
    period_seconds: int = Field(default=60, ge=1, le=86_400)
    begin: Literal["now", "everything"] = "now"
    """`now`: what stood there before the first look is known and leads to nothing."""
    webhook: str | None = Field(default=None, pattern=r"^https?://[^\s?#]+$")
    """The address by which the system calls us, as it was registered there; without it calls are refused."""
    silent_hours: int = Field(default=4, ge=1, le=8760)
    """How long it may fail to answer before that is an alarm."""

    @property
    def called(self) -> str:
        """What ownership calls the system."""
        return self.system or self.target
