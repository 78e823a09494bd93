"""Two versions of the same thing, mixed part by part: each part is taken from the one or the other, and those that differ are told."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from engine.content.diff.words import phrase, turned
from engine.content.row_type import FieldType
from engine.content.spreadsheet.type_words import said as type_said
from engine.model.change import CauseKind
from engine.model.value import Value

_NAMED = frozenset({"name", "version"})
_RULESET_KINDS: Mapping[str, CauseKind] = {
    "confidence": "threshold", "tolerances": "threshold", "limits": "threshold", "match": "match",
    "duplicates": "match",
}  # fmt: skip
_EXPLAINING = frozenset({"why", "examples", "meaning", "owner", "file", "line"})
_SPLIT = frozenset({"confidence", "tolerances", "limits", "match", "fields", "orders"})
"""Sections of a ruleset whose entries are edits of their own."""


class Edit(NamedTuple):
    """One part that is not the same in both."""

    kind: CauseKind
    ref: str
    """`ruleset/ap_invoice@2#rules.vendor_unsure`; the version is the candidate's."""
    live: Any = None
    """The part as it is live; None: it is not there."""
    candidate: Any = None

    @property
    def said(self) -> str:
        """What was edited, in words: `rule vendor_unsure: vendor_probability below 900 -> below 950`."""
        path = _path(self.ref.partition("#")[2] or self.ref)
        if self.live is None or self.candidate is None:
            return f"{phrase(path)}: {'added' if self.live is None else 'removed'}"
        ways = [turned((*path, *below), was, now) for below, was, now in _ways(self.live, self.candidate)]
        named = f"{phrase(path)}: "
        return named + "; ".join(way.removeprefix(named).removeprefix(phrase(path)).strip() for way in ways)


def _path(part: str) -> tuple[str, ...]:
    """Return the steps to a part as the diff of content names them."""
    first, _, rest = part.removeprefix("confidence.").partition(".")
    return (_AS_IN_DIFF.get(first, first), rest) if rest else (first,)


_AS_IN_DIFF = {"fields": "thresholds"}


class Pair(NamedTuple):
    """The same thing as it is live and as it is in the candidate."""

    live: Any
    candidate: Any


class Mix:
    """Takes each part from the candidate when it is chosen, else from what is live; and tells the parts that differ."""

    def __init__(self, chosen: Collection[str] | None) -> None:
        self._chosen = chosen
        self.found: list[Edit] = []

    def pick(self, kind: CauseKind, ref: str, pair: Pair) -> Any:
        """Return one part as a whole."""
        if pair.live == pair.candidate or _acting(pair.live) == _acting(pair.candidate):
            return pair.candidate
        self.found.append(Edit(kind, ref, *pair))
        return pair.candidate if self._chosen is None or ref in self._chosen else pair.live

    def keyed(self, kind: CauseKind, ref: str, pair: Pair) -> list[Any]:
        """Return things with keys, each an edit of its own; the order of those on both sides is one more."""
        live, candidate = dict(pair.live), dict(pair.candidate)
        shared = [[key for key in keys if key in live and key in candidate] for keys in (live, candidate)]
        order = self.pick(kind, f"{ref}.order", Pair(*shared))
        keys = merged(list(live), list(candidate), first=order)
        made = ((key, self.pick(kind, f"{ref}.{key}", Pair(live.get(key), candidate.get(key)))) for key in keys)
        return [one for _, one in made if one is not None]

    def value(self, kind: CauseKind, ref: str, pair: Pair, *, leave: Collection[str] = ()) -> Any:
        """Return a value of which each field is an edit, a few of them entry by entry."""
        update = {
            name: self._part(
                kind, _below(ref, name), Pair(getattr(pair.live, name), getattr(pair.candidate, name)), name
            )
            for name in type(pair.live).model_fields
            if name not in _NAMED and name not in leave
        }
        return pair.live.model_copy(update=update)

    def _part(self, kind: CauseKind, ref: str, pair: Pair, name: str) -> Any:
        kind = _RULESET_KINDS.get(name, kind)
        if pair.live == pair.candidate or name not in _SPLIT:
            return self.pick(kind, ref, pair)
        if isinstance(pair.live, Value):
            return self.value(kind, ref, pair)
        keys = dict.fromkeys((*pair.live, *pair.candidate))
        picked = {
            key: self.pick(kind, f"{ref}.{key}", Pair(pair.live.get(key), pair.candidate.get(key))) for key in keys
        }
        return {key: value for key, value in picked.items() if value is not None}


def _below(ref: str, name: str) -> str:
    return f"{ref}{name}" if ref.endswith("#") else f"{ref}.{name}"


def _acting(part: Any) -> Any:
    """Return a part without what only explains it or tests it."""
    if isinstance(part, Decimal):
        return f"{part:f}"
    if isinstance(part, FieldType):
        return type_said(part.model_dump(mode="json", exclude_defaults=True))
    if isinstance(part, Value):
        part = {name: getattr(part, name) for name in type(part).model_fields}
    elif isinstance(part, tuple) and hasattr(part, "_asdict"):
        part = part._asdict()
    if isinstance(part, Mapping):
        return {name: _acting(inner) for name, inner in part.items() if name not in _EXPLAINING}
    return [_acting(inner) for inner in part] if isinstance(part, list | tuple) else part


def _ways(live: Any, candidate: Any) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield (path, before, after) of what differs inside a part."""
    was, now = _acting(live), _acting(candidate)
    if isinstance(was, dict) and isinstance(now, dict):
        for name in dict.fromkeys((*was, *now)):
            if was.get(name) != now.get(name):
                yield from (((name, *below), *pair) for below, *pair in _ways(was.get(name), now.get(name)))
    elif was != now:
        yield (), was, now


def merged(live: Sequence[str], candidate: Sequence[str], *, first: Sequence[str]) -> list[str]:
    """Return all keys: those on both sides in the order given, each other one after what stands before it on its side."""
    merged = list(first)
    for side in (live, candidate):
        for index, key in enumerate(side):
            if key not in merged:
                before = next((one for one in reversed(side[:index]) if one in merged), None)
                merged.insert(0 if before is None else merged.index(before) + 1, key)
    return merged
