"""The base of every noun: frozen, closed, comparable by value."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class Value(BaseModel):
    """A frozen value with a closed set of fields. Change makes a new one (`model_copy(update=...)`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=False)


CLOSED = ConfigDict(extra="forbid", arbitrary_types_allowed=False)


class Slotted:
    """What a frozen dataclass with slots has in common with a `Value`: for nouns of which a file holds half a million.

    A pydantic model spends 1 kB on its two dictionaries; slots take a tenth.
    """

    __slots__: tuple[str, ...] = ()

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """Return a copy with some fields replaced, as `BaseModel.model_copy` does: the new values are not checked."""
        made, given = object.__new__(type(self)), update or {}
        for name in self.__slots__:
            object.__setattr__(made, name, given[name] if name in given else getattr(self, name))
        return made


def canonical_json(data: object) -> str:
    """Return one spelling for equal JSON data: sorted keys, no spaces, Unicode kept.

    `data` is plain JSON (dict, list, str, int, float, bool, None). Digests and the ledger chain are taken over this text.
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(data: object) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of `data`."""
    return hashlib.sha256(canonical_json(data).encode()).hexdigest()
