"""YAML as content authors expect it: no surprises, every complaint with file, line and path.

Only `true`/`false` are booleans and only plain integers are numbers; `NO`, `010`, `5000.00` and `12:30` stay text.
Duplicate keys, anchors, aliases, tags and several documents in one file are refused.
"""

import re
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from engine.model.errors import ContentError

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""LibYAML's scanner where it is built in: ten times quicker, same tokens and marks."""
_NULLS = frozenset({"null", "~", ""})

Model = TypeVar("Model", bound=BaseModel)


class Source:
    """A parsed file that remembers the line of every path."""

    def __init__(self, file: Path, data: Any, lines: dict[tuple[str | int, ...], int]) -> None:
        self.file = file
        self.data = data
        self._lines = lines

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


def dotted(path: tuple[str | int, ...]) -> str:
    """Return `rules[2].when` for ("rules", 2, "when")."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def load(file: Path) -> Source:
    """Parse one file. Raises ContentError with file and line for anything that is not plain, strict YAML."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise ContentError(f"cannot be read as UTF-8 text: {e}", file=str(file)) from e
    loader = _LOADER(text)
    try:
        _refuse_aliases(text, file)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark
        raise ContentError(str(e.problem), file=str(file), line=mark.line + 1 if mark else None) from e
    finally:
        loader.dispose()
    if node is None:
        raise ContentError("the file is empty", file=str(file))
    lines: dict[tuple[str | int, ...], int] = {}
    return Source(file, _plain(node, (), file, lines), lines)


def parse(source: Source, model: type[Model]) -> Model:
    """Check a parsed file against a closed model. Raises ContentError naming path, line and the allowed values."""
    try:
        return model.model_validate(source.data)
    except ValidationError as e:
        first = e.errors()[0]
        path = tuple(part for part in first["loc"] if not str(part).startswith(("function-", "tagged-")))
        message = first["msg"]
        if first["type"] == "extra_forbidden":
            message = f"unknown key; allowed here: {', '.join(_allowed(model, path[:-1])) or 'none'}"
        elif first["type"] == "missing":
            message = "this key is required"
        elif not isinstance(first["input"], (dict, list)):
            message = f"{message} (found {first['input']!r})"
        raise source.error(message, *path) from e


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
        key = str(key_node.value)
        if key in data:
            raise ContentError(
                f"key {key!r} stands twice", file=str(file), path=dotted(path), line=key_node.start_mark.line + 1
            )
        if node.flow_style and value_node.start_mark.index == value_node.end_mark.index:
            raise ContentError(
                f"{key!r} has no value; text with a comma inside {{ }} must be quoted",
                file=str(file), path=dotted(path), line=key_node.start_mark.line + 1,
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
    """Return the keys that the model allows at `path`, as far as it can be followed."""
    current: Any = model
    for part in path:
        if isinstance(part, str) and isinstance(current, type) and issubclass(current, BaseModel):
            field = next((f for n, f in current.model_fields.items() if part in (n, f.alias)), None)
            current = field.annotation if field else None
        current = _inner(current)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [field.alias or name for name, field in current.model_fields.items()]
    return []


def _inner(annotation: Any) -> Any:
    """Return the model inside `tuple[M, ...]`, `Mapping[str, M]` or `M | None`."""
    while get_origin(annotation) is not None:
        models = [a for a in get_args(annotation) if a not in (type(None), Ellipsis, str)]
        if not models:
            return None
        annotation = models[-1]
    return annotation
