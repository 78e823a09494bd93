"""Echo: whether a change that a system tells of is our own write coming back. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.model.value import Value

_INDEX = re.compile(r"\[\d+\]")


class Written(Value):
    """What we last wrote into an object."""

    payload: Mapping[str, Any]
    version: str = ""
    """The system's version of what it had then, as the receipt says; empty where it has none or no receipt came yet."""


def is_echo(
    said: Mapping[str, str], *, before: Mapping[str, str] | None, written: Written, version: str, at: datetime | None
) -> bool:
    """Tell whether a version of an object holds nothing but what we wrote.

    It is the very version that the receipt names, or each value that is other than in the version before (of the first one: each
    value that is looked at) is what we wrote there. A value that we did not write is somebody else's, however small.
    """
    if _is_version(written.version, version, at):
        return True
    changed = {path: value for path, value in said.items() if before is None or before.get(path) != value}
    if not changed or (before is not None and before.keys() - said.keys()):
        return False
    leaves = dict(_leaves(written.payload))
    return all(any(same(value, wrote) for wrote in _at(leaves, path)) for path, value in changed.items())


def same(one: str, other: str) -> bool:
    """Tell whether two systems spell one value: `10` and `10.00`, a day and its midnight."""
    if one.strip() == other.strip():
        return True
    try:
        return Decimal(one.strip()) == Decimal(other.strip())
    except InvalidOperation:
        first, second = moment(one), moment(other)
        return first is not None and first == second


def moment(text: str) -> datetime | None:
    """Return the moment that an ISO 8601 text says, midnight UTC of a day; None for other texts."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _is_version(written: str, version: str, at: datetime | None) -> bool:
    if not written:
        return False
    then = moment(written)
    return written == version or (then is not None and then in (at, moment(version)))


def _at(leaves: Mapping[str, Sequence[str]], path: str) -> Sequence[str]:
    """Return what stands at a path of an object; our payload may hold the object inside another (`properties.amount`)."""
    return leaves.get(path, ())


def _leaves(payload: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for path, value in _walk("", payload):
        parts = path.split(".")
        for start in range(len(parts)):
            found.setdefault(_joined(parts[start:]), []).append(value)
    yield from found.items()


def _joined(parts: Sequence[str]) -> str:
    """Return a path as events spell it: objects inside others joined by an underscore, rows of a list by a point."""
    path = parts[0]
    for part in parts[1:]:
        path += ("." if _INDEX.search(path.rpartition("_")[2]) and path.endswith("]") else "_") + part
    return path


def _walk(before: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _walk(f"{before}.{name}" if before else str(name), inner)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _walk(f"{before}[{index}]", inner)
    elif value is not None:
        yield before, ("true" if value else "false") if isinstance(value, bool) else str(value)
