"""YAML as content authors expect it: no surprises, every complaint with file, line and path.

Only `true`/`false` are booleans and only plain integers are numbers; `NO`, `010`, `5000.00` and `12:30` stay text.
Duplicate keys, anchors, aliases, tags and several documents in one file are refused.
"""

import json
import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.model.errors import ContentError

_KEY = re.compile(r"[a-z_]+")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""LibYAML's scanner where it is built in: ten times quicker, same tokens and marks."""
_WORDS = {
    "model_type": "keys with values belong here", "dict_type": "keys with values belong here",
    "tuple_type": "a list belongs here", "list_type": "a list belongs here", "missing": "this key is required",
    "string_type": "text belongs here; quote what looks like a number", "int_type": "a whole number belongs here",
    "bool_type": "true or false belongs here",
}  # fmt: skip
"""Plain words for what the checker calls by its own."""
_NULLS = frozenset({"null", "~", ""})

Model = TypeVar("Model", bound=BaseModel)


class Source:
    """A parsed file that remembers the line of every path."""

    def __init__(self, file: Path, data: Any, lines: dict[tuple[str | int, ...], int]) -> None:
        self.file = file
        self.data = data
        self._lines = lines

    @property
    def spelled(self) -> list[tuple[str, int]]:
        """Where each part stands: two files of the same data may have it in other lines."""
        return [(dotted(path), line) for path, line in self._lines.items()]

    def line(self, path: tuple[str | int, ...]) -> int | None:
        """Return the line (1-based) of the nearest known ancestor of `path`."""
        while path not in self._lines:
            if not path:
                return None
            path = path[:-1]
        return self._lines[path]

    def error(self, message: str, *path: str | int) -> ContentError:
        """Return an error that names file, line and path."""
        return ContentError(message, file=str(self.file), path=dotted(path), line=self.line(path))


_MAYBE_ALIAS = re.compile(r"(?:^|[\s\[{,:?-])[&*!][^\s]", re.MULTILINE)
"""Where an anchor, an alias or a tag may begin (YAML 1.2, sections 6.9 and 7.1): only then every token is looked at."""
_REMEMBERED = 2_000
_PARSED: dict[str, tuple[str, dict[tuple[str | int, ...], int]]] = {}
"""Texts that were parsed in this process: live and candidate content share most of their files."""


def dotted(path: tuple[str | int, ...]) -> str:
    """Return `rules[2].when` for ("rules", 2, "when")."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def load(file: Path) -> Source:
    """Parse one file. Raises ContentError with file and line for anything that is not plain, strict YAML."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise ContentError(f"cannot be read as UTF-8 text: {e}", file=str(file)) from e
    return loads(text, file=file)


def loads(text: str, *, file: Path) -> Source:
    """Parse text that is to stand in `file`. Raises ContentError as `load` does."""
    known = _PARSED.get(text)
    if known is None:
        known = _parsed(text, file)
        if len(_PARSED) >= _REMEMBERED:
            _PARSED.clear()
        _PARSED[text] = known
    packed, lines = known
    return Source(file, json.loads(packed), lines)


def _parsed(text: str, file: Path) -> tuple[str, dict[tuple[str | int, ...], int]]:
    """Return the data of a text as JSON, and the line of each path."""
    loader = _LOADER(text)
    try:
        if _MAYBE_ALIAS.search(text):
            _refuse_aliases(text, file)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark
        raise ContentError(str(e.problem), file=str(file), line=mark.line + 1 if mark else None) from e
    except (yaml.YAMLError, RecursionError) as e:
        raise ContentError(f"is no YAML text: {e}".splitlines()[0], file=str(file)) from e
    finally:
        loader.dispose()
    if node is None:
        raise ContentError("the file is empty", file=str(file))
    lines: dict[tuple[str | int, ...], int] = {}
    return json.dumps(_plain(node, (), file, lines)), lines


def parse(source: Source, model: type[Model]) -> Model:
    """Check a parsed file against a closed model. Raises ContentError naming path, line and the allowed values."""
    try:
        # By way of JSON, because there strict means strict and a list is still taken for a tuple.
        return model.model_validate_json(json.dumps(source.data), strict=True)
    except ValidationError as e:
        first = _telling(e.errors())
        path = _known_part(first["loc"], source.data)
        raise source.error(_sentence(first, model, path), *path) from e


def complaints(source: Source, model: type[BaseModel]) -> list[ContentError]:
    """Return everything that a closed model refuses in a parsed file, where `parse` raises the most telling one."""
    try:
        model.model_validate_json(json.dumps(source.data), strict=True)
    except ValidationError as e:
        places = [(error, _known_part(error["loc"], source.data)) for error in e.errors()]
        return [source.error(_sentence(error, model, path), *path) for error, path in places]
    return []


def _telling(errors: list[ErrorDetails]) -> ErrorDetails:
    """Return the error that helps most: a misspelt key rather than the one that is missing because of it."""
    first = errors[0]
    misspelt = (e for e in errors if e["type"] == "extra_forbidden" and e["loc"][:-1] == first["loc"][:-1])
    return next(misspelt, first) if first["type"] == "missing" else first


def _sentence(error: ErrorDetails, model: type[BaseModel], path: tuple[str | int, ...]) -> str:
    """Return what is wrong in words for the author of the file."""
    if error["type"] == "extra_forbidden":
        return f"unknown key; allowed here: {', '.join(_allowed(model, path[:-1])) or 'none'}"
    message = _WORDS.get(error["type"], error["msg"].removeprefix("Value error, "))
    if error["type"] == "string_pattern_mismatch":
        message = f"{error['input']!r} should match pattern {error['ctx']['pattern']}"
    elif error["type"] != "missing" and not isinstance(error["input"], (dict, list)):
        message = f"{message} (found {'nothing' if error['input'] is None else repr(error['input'])})"
    return message


def _known_part(location: tuple[str | int, ...], data: Any) -> tuple[str | int, ...]:
    """Return the parts of an error's location that stand in the file; the rest names variants of types."""
    path: list[str | int] = []
    for part in location:
        inside = (isinstance(data, dict) and part in data) or (isinstance(data, list) and isinstance(part, int))
        if inside:
            data = data[part]
            path.append(part)
        elif isinstance(data, dict) and part == location[-1] and isinstance(part, str) and _KEY.fullmatch(part):
            path.append(part)
    return tuple(path)


def _refuse_aliases(text: str, file: Path) -> None:
    for token in yaml.scan(text, Loader=_LOADER):
        if isinstance(token, (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)):
            raise ContentError(
                "anchors, aliases and tags are not allowed; write the value out or quote it",
                file=str(file), line=token.start_mark.line + 1,
            )  # fmt: skip


def _plain(node: yaml.Node, path: tuple[str | int, ...], file: Path, lines: dict[tuple[str | int, ...], int]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, file, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), file, lines) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(
    node: yaml.MappingNode, path: tuple[str | int, ...], file: Path, lines: dict[tuple[str | int, ...], int]
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise ContentError("a key is plain text", file=str(file), line=key_node.start_mark.line + 1)
        key = str(key_node.value)
        if key in data:
            raise ContentError(
                f"key {key!r} stands twice",
                file=str(file),
                path=dotted((*path, key)),
                line=key_node.start_mark.line + 1,
            )
        if node.flow_style and value_node.start_mark.index == value_node.end_mark.index:
            raise ContentError(
                f"{key!r} has no value; text with a comma inside {{ }} must be quoted",
                file=str(file), path=dotted((*path, key)), line=key_node.start_mark.line + 1,
            )  # fmt: skip
        data[key] = _plain(value_node, (*path, key), file, lines)
        lines[(*path, key)] = key_node.start_mark.line + 1
    return data


def _scalar(node: yaml.Node) -> bool | int | str | None:
    text = str(node.value)
    if getattr(node, "style", None):  # quoted or block text; plain is None or "" by loader
        return text
    if text in {"true", "false"}:
        return text == "true"
    if text in _NULLS:
        return None
    return int(text) if _INTEGER.fullmatch(text) else text


def _allowed(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the model allows at `path`, of every variant there is."""
    current: list[Any] = [model]
    for part in path:
        current = [inner for annotation in current for inner in _below(annotation, part)]
    return list(
        dict.fromkeys(
            field.alias or name
            for annotation in current
            for variant in _variants(annotation)
            if isinstance(variant, type) and issubclass(variant, BaseModel)
            for name, field in variant.model_fields.items()
        )
    )


def _below(annotation: Any, part: str | int) -> list[Any]:
    """Return the types of what stands under a key or at an index."""
    found: list[Any] = []
    for variant in _variants(annotation):
        arguments = [argument for argument in get_args(variant) if argument is not Ellipsis]
        if isinstance(variant, type) and issubclass(variant, BaseModel):
            found += [field.annotation for name, field in variant.model_fields.items() if part in (name, field.alias)]
        elif arguments:
            found.append(arguments[-1])
    return found


def _variants(annotation: Any) -> list[Any]:
    """Return the members of a union, without names given by `Annotated`."""
    if get_origin(annotation) is Annotated:
        return _variants(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [variant for argument in get_args(annotation) for variant in _variants(argument)]
    return [annotation]
