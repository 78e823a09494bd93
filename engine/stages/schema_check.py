"""Validators of JSON Schema that are ready and quick: references resolved once, what surely fits looked at without a detour.

jsonschema says what is wrong; a record for which nothing is wrong is not shown to it. Of the time of a decision it had half.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

Accepts = Callable[[object], bool]
"""Whether a value surely fits; False: the library has to look."""

_KEPT = 64
_READY: dict[int, tuple[Mapping[str, Any], "Ready"]] = {}
_TOLD = frozenset({"description", "title", "examples", "$comment", "$schema", "$id"})
_OF_TEXTS = frozenset({"type", "pattern", "minLength", "maxLength", "enum", "format"})
_OF_OBJECTS = frozenset({"type", "properties", "required", "additionalProperties"})
_OF_ARRAYS = frozenset({"type", "items", "minItems", "maxItems"})


class Ready:
    """A schema that is ready to be held against many records."""

    def __init__(self, schema: "_Node") -> None:
        self._accepts = schema.accepts
        self._library = _VALIDATOR(schema, format_checker=FormatChecker(["date"]))

    def iter_errors(self, instance: object) -> Iterator[ValidationError]:
        """Yield what is wrong, as the library says it."""
        if not self._accepts(instance):
            yield from self._library.iter_errors(instance)

    def is_valid(self, instance: object) -> bool:
        """Tell whether nothing is wrong."""
        return self._accepts(instance) or bool(self._library.is_valid(instance))


class _Node(dict[str, Any]):
    """A schema without references that knows what surely fits it."""

    @cached_property
    def accepts(self) -> Accepts:
        """What accepts that which surely fits."""
        asked = {key: value for key, value in self.items() if key not in _TOLD and not key.startswith("x-")}
        made = {"string": _text, "object": _object, "array": _array}.get(str(asked.get("type")), _never)(asked)
        return made or _nothing


def validator_of(schema: Mapping[str, Any]) -> Ready:
    """Return a validator of draft 2020-12 for a schema whose references are its own `$defs`.

    The same object gives the same validator; it must not be changed afterwards.
    """
    known = _READY.get(id(schema))
    if known is not None and known[0] is schema:
        return known[1]
    if len(_READY) >= _KEPT:
        _READY.clear()
    made = Ready(_inlined(schema, schema))
    _READY[id(schema)] = (schema, made)
    return made


def _inlined(node: Any, root: Mapping[str, Any]) -> Any:
    """Return a schema with what its references name in their place."""
    if isinstance(node, list | tuple):
        return [_inlined(one, root) for one in node]
    if not isinstance(node, Mapping):
        return node
    rest = _Node({key: _inlined(value, root) for key, value in node.items() if key not in {"$ref", "$defs"}})
    if "$ref" not in node:
        return rest
    target = _inlined(_named(node["$ref"], root), root)
    return target if all(key in _TOLD or key.startswith("x-") for key in rest) else _Node({"allOf": [target, rest]})


def _named(reference: str, root: Mapping[str, Any]) -> Any:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _properties(
    validator: Any, properties: Mapping[str, Any], instance: Any, _schema: Any
) -> Iterator[ValidationError]:  # fmt: skip
    """Check the keyword `properties`; only what does not surely fit is shown to the library."""
    if not validator.is_type(instance, "object"):
        return
    for name, schema in properties.items():
        if name in instance and not (isinstance(schema, _Node) and schema.accepts(instance[name])):
            yield from validator.descend(instance[name], schema, path=name, schema_path=name)


def _nothing(_: object) -> bool:
    return False


def _never(_: Mapping[str, Any]) -> Accepts | None:
    return None


def _text(asked: Mapping[str, Any]) -> Accepts | None:
    """Return what accepts texts, or None for keywords that are left to the library."""
    if not asked.keys() <= _OF_TEXTS or asked.get("format", "date") != "date":
        return None
    least, most, values = asked.get("minLength", 0), asked.get("maxLength"), asked.get("enum")
    search = re.compile(asked["pattern"]).search if "pattern" in asked else None
    is_day = "format" in asked

    def accepts(value: object) -> bool:
        return (
            isinstance(value, str)
            and len(value) >= least
            and (most is None or len(value) <= most)
            and (search is None or search(value) is not None)
            and (values is None or value in values)
            and (not is_day or _is_date(value))
        )

    return accepts


def _object(asked: Mapping[str, Any]) -> Accepts | None:
    """Return what accepts objects, or None for keywords that are left to the library."""
    if not asked.keys() <= _OF_OBJECTS or asked.get("additionalProperties", True) not in (True, False):
        return None
    known = {
        name: one.accepts if isinstance(one, _Node) else _nothing for name, one in asked.get("properties", {}).items()
    }
    required = frozenset(asked.get("required", ()))
    is_open = asked.get("additionalProperties", True)

    def accepts(value: object) -> bool:
        if type(value) is not dict or not required <= value.keys():
            return False
        for name, one in value.items():
            fits = known.get(name)
            if fits is None:
                if not is_open:
                    return False
            elif not fits(one):
                return False
        return True

    return accepts


def _array(asked: Mapping[str, Any]) -> Accepts | None:
    """Return what accepts arrays, or None for keywords that are left to the library."""
    if not asked.keys() <= _OF_ARRAYS or not isinstance(asked.get("items"), _Node):
        return None
    fits, least, most = asked["items"].accepts, asked.get("minItems", 0), asked.get("maxItems")

    def accepts(value: object) -> bool:
        if type(value) is not list or len(value) < least or (most is not None and len(value) > most):
            return False
        return all(map(fits, value))

    return accepts


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_VALIDATOR = extend(Draft202012Validator, {"properties": _properties})  # type: ignore[no-untyped-call]
