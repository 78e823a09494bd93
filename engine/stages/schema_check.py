"""Validators of JSON Schema that are ready and quick: references resolved once, plain texts looked at without a detour.

jsonschema says what is wrong; a text for which nothing is wrong is not shown to it. Of the time of a decision it had half.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

_KEPT = 64
_READY: dict[int, tuple[Mapping[str, Any], Any]] = {}
_TOLD = frozenset({"description", "title", "examples", "$comment"})
_KNOWN = frozenset({"type", "pattern", "minLength", "maxLength", "enum", "format"})


def validator_of(schema: Mapping[str, Any]) -> Any:
    """Return a validator of draft 2020-12 for a schema whose references are its own `$defs`.

    The same object gives the same validator; it must not be changed afterwards.
    """
    known = _READY.get(id(schema))
    if known is not None and known[0] is schema:
        return known[1]
    if len(_READY) >= _KEPT:
        _READY.clear()
    made = _VALIDATOR(_inlined(schema, schema), format_checker=FormatChecker(["date"]))
    _READY[id(schema)] = (schema, made)
    return made


def _inlined(node: Any, root: Mapping[str, Any]) -> Any:
    """Return a schema with what its references name in their place."""
    if isinstance(node, list | tuple):
        return [_inlined(one, root) for one in node]
    if not isinstance(node, Mapping):
        return node
    rest = {key: _inlined(value, root) for key, value in node.items() if key not in {"$ref", "$defs"}}
    if "$ref" not in node:
        return rest
    target = _inlined(_named(node["$ref"], root), root)
    return target if all(key in _TOLD or key.startswith("x-") for key in rest) else {"allOf": [target, rest]}


def _named(reference: str, root: Mapping[str, Any]) -> Any:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _properties(
    validator: Any, properties: Mapping[str, Any], instance: Any, _schema: Any
) -> Iterator[ValidationError]:  # fmt: skip
    """Check the keyword `properties`; only what is not a fitting plain text is shown to the library."""
    if not validator.is_type(instance, "object"):
        return
    for name, schema in properties.items():
        if name in instance and not _fits(schema, instance[name]):
            yield from validator.descend(instance[name], schema, path=name, schema_path=name)


def _fits(schema: Any, value: object) -> bool:
    """Tell whether a text surely fits; False: the library has to look."""
    if not isinstance(value, str) or not isinstance(schema, dict) or schema.get("type") != "string":
        return False
    for key, asked in schema.items():
        if key in _TOLD or key.startswith("x-"):
            continue
        if key not in _KNOWN or not _holds(key, asked, value):
            return False
    return True


def _holds(key: str, asked: Any, value: str) -> bool:
    if key == "pattern":
        return _pattern(asked).search(value) is not None
    if key in {"minLength", "maxLength"}:
        return bool(len(value) >= asked if key == "minLength" else len(value) <= asked)
    if key == "enum":
        return bool(value in asked)
    return key == "type" or (key == "format" and asked == "date" and _is_date(value))


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


_VALIDATOR = extend(Draft202012Validator, {"properties": _properties})  # type: ignore[no-untyped-call]
