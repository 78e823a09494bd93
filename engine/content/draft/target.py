"""The fields of a target, out of its JSON Schema."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_DEEPEST = 12


class Field(NamedTuple):
    """One field of a target."""

    path: tuple[str, ...]
    """Names from the root; a list ends in `[]`: ("lines[]", "amount")."""
    schema: Mapping[str, Any]
    is_required: bool

    @property
    def name(self) -> str:
        """The last name."""
        return self.path[-1].removesuffix("[]")

    @property
    def dotted(self) -> str:
        """`lines[].amount`."""
        return ".".join(self.path)


def fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    """Yield every field that holds a value, in the order of the schema (its `$ref`s written out)."""
    yield from _below(schema, ())


def _below(schema: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[Field]:
    if len(at) > _DEEPEST:
        return
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        kind = inner.get("type")
        kinds = kind if isinstance(kind, list) else [kind]
        if "array" in kinds and "properties" in inner.get("items", {}):
            yield from _below(inner["items"], (*at, f"{name}[]"))
        elif "properties" in inner:
            yield from _below(inner, (*at, name))
        elif not {"array", "object"} & set(kinds):
            yield Field((*at, name), inner, name in required)
