"""Covers bank data and numbers of identity in JSON data before it is shown. Pure.

A first look collects the covered values by the names of the fields in which they stand, a second one covers them wherever
they stand: in fields, payloads, messages, the words of a target.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.model.rights import FieldGroup
from engine.model.sensitive import group_of

_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b")
_FIELD_TEXTS = frozenset({"value", "raw", "text"})
_LEAST = 6
"""Letters and digits from which a value is looked for in other texts too."""
_TAIL = 4
_DOTS = "••••"


def values(data: Any, hidden: frozenset[FieldGroup]) -> frozenset[str]:
    """Return the values of JSON data that fields of hidden groups have."""
    return frozenset(one for one in _found(data, hidden) if any(c.isdigit() for c in one))


def covered(data: Any, known: frozenset[str], hidden: frozenset[FieldGroup]) -> Any:
    """Return JSON data in which no known value stands, and no account number that looks like an IBAN if banks are hidden.

    Of a bank detail the last four signs are left, to tell one from another; of the other numbers nothing.
    """
    if not hidden:
        return data
    return _Cover(_pattern(known), hidden).data(data)


def spans(text: str, known: frozenset[str], hidden: frozenset[FieldGroup]) -> list[tuple[int, int]]:
    """Return from where to where in a text stands what `covered` would cover."""
    pattern = _pattern(known) if hidden else None
    found = [one.span() for one in pattern.finditer(text)] if pattern else []
    if "bank" in hidden:
        found += [one.span() for one in _IBAN.finditer(text) if _is_iban(one.group())]
    return found


def _pattern(known: frozenset[str]) -> re.Pattern[str] | None:
    """Return what finds the values that are long enough, however they are spaced."""
    long = sorted((compact for one in known if len(compact := _compact(one)) >= _LEAST), key=len, reverse=True)
    spelled = "|".join(r"[\s.\-/]*".join(map(re.escape, one)) for one in long)
    return re.compile(spelled, re.IGNORECASE) if long else None


class _Cover:
    def __init__(self, pattern: re.Pattern[str] | None, hidden: frozenset[FieldGroup]) -> None:
        self._pattern = pattern
        self._hidden = hidden

    def data(self, data: Any) -> Any:
        if isinstance(data, str):
            return self._text(data)
        if isinstance(data, Mapping):
            return self._object(data)
        if isinstance(data, list | tuple):
            if _is_pair(data) and group_of(data[0]) in self._hidden:
                return [data[0], _dots(data[1], group_of(data[0]))]
            return [self.data(one) for one in data]
        return data

    def _object(self, data: Mapping[str, Any]) -> dict[str, Any]:
        field = _field_group(data)
        made = {}
        for key, one in data.items():
            group = field if key in _FIELD_TEXTS else group_of(key)
            if group in self._hidden and isinstance(one, str):
                made[key] = _dots(one, group)
            else:
                made[key] = self.data(one)
        return made

    def _text(self, text: str) -> str:
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: _dots(found.group(), None), text)
        if "bank" in self._hidden:
            text = _IBAN.sub(
                lambda found: _dots(found.group(), "bank") if _is_iban(found.group()) else found.group(), text
            )
        return text


def _found(data: Any, hidden: frozenset[FieldGroup]) -> Iterator[str]:
    if isinstance(data, Mapping):
        field = _field_group(data)
        yield from _of_payload(data, hidden)
        for key, one in data.items():
            group = field if key in _FIELD_TEXTS else group_of(key)
            if group in hidden and isinstance(one, str):
                yield one
            elif group in hidden and isinstance(one, list | tuple):
                yield from (text for text in one if isinstance(text, str))
            else:
                yield from _found(one, hidden)
    elif isinstance(data, list | tuple):
        if _is_pair(data) and group_of(data[0]) in hidden:
            yield data[1]
        for one in data:
            yield from _found(one, hidden)


def _of_payload(data: Mapping[str, Any], hidden: frozenset[FieldGroup]) -> Iterator[str]:
    """Yield what an operation sends of hidden fields, in the form in which it sends it."""
    lineage, payload = data.get("lineage"), data.get("payload")
    if not isinstance(lineage, list | tuple) or not isinstance(payload, Mapping):
        return
    rests_on_hidden = {
        one["path"] for one in lineage if any(group_of(field) in hidden for field in one.get("fields", ()))
    }  # fmt: skip
    yield from (text for path, text in _leaves(payload, "") if path in rests_on_hidden)


def _leaves(data: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, one in data.items():
            yield from _leaves(one, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list | tuple):
        for index, one in enumerate(data):
            yield from _leaves(one, f"{path}[{index}]")
    elif isinstance(data, str):
        yield path, data


def _field_group(data: Mapping[str, Any]) -> FieldGroup | None:
    """Return the group of an object that is a field, an alternative of one, a leaf of a payload or a correction."""
    for key in ("name", "path", "field"):
        if isinstance(named := data.get(key), str) and (group := group_of(named)):
            return group
    words = re.split(r"[,\s]+", str(data.get("comes_from", "")))
    return next((group for one in words if (group := group_of(one))), None)


def _is_pair(data: Any) -> bool:
    return len(data) == 2 and all(isinstance(one, str) for one in data)  # noqa: PLR2004 - (name, value)


def _dots(text: str, group: FieldGroup | None) -> str:
    compact = _compact(text)
    is_bank = group == "bank" or (group is None and _is_iban(text))
    return f"{_DOTS}{compact[-_TAIL:]}" if is_bank and len(compact) > 2 * _TAIL else _DOTS if text.strip() else text


def _is_iban(text: str) -> bool:
    """Tell whether the check digits are right (ISO 13616, MOD 97-10)."""
    compact = _compact(text)
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", compact):
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def _compact(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())
