"""What is different between two meanings, one change a part, each in a sentence."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from typing import Any, Literal

from engine.content.diff.meaning import ORDER, Meaning
from engine.content.diff.words import is_name_in, phrase, shown, turned
from engine.model.value import Value

ChangeKind = Literal["added", "removed", "changed"]
_EXPLAINING = frozenset({"why", "examples", "meaning", "message", "title", "description", "card"})
"""Parts that explain or test and decide nothing; the `name` of a rule or of a vendor with a layout is one too."""


class Change(Value):
    """One part that is not the same."""

    kind: ChangeKind
    ref: str
    """`ruleset/ap_invoice@2`."""
    path: tuple[str, ...]
    """Where in its meaning."""
    before: str | None
    after: str | None
    words: str
    """`rule vendor_unsure: vendor_probability below 900 -> below 950`."""
    decides: bool = True
    """False for what only explains or tests: nothing is judged otherwise for it."""


def changes(ref: str, before: Meaning, after: Meaning) -> tuple[Change, ...]:
    """Return what is different between two meanings of a piece, in the order of the file."""
    return tuple(_walk(ref, (), before, after))


def _walk(ref: str, path: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            if name == ORDER:
                yield from _order(ref, path, before, after)
            elif name not in after or (after[name] in _NOTHING and name in before):
                yield from _one(ref, "removed", (*path, name), before[name], after.get(name))
            elif name not in before or before[name] in _NOTHING:
                yield from _one(ref, "added", (*path, name), before.get(name), after[name])
            else:
                yield from _walk(ref, (*path, name), before[name], after[name])
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list(ref, path, before, after)
    else:
        yield _change(ref, "changed", path, before, after, turned(path, before, after))


_NOTHING: Sequence[Any] = (None, {}, [], "")


def _one(ref: str, kind: ChangeKind, path: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:
    """Yield the change of a part that came or went; one that is nothing on both sides is none."""
    if before in _NOTHING and after in _NOTHING:
        return
    value = after if kind == "added" else before
    what = f" ({shown(value)})" if shown(value) else ""
    yield _change(ref, kind, path, before, after, f"{phrase(path)}: {kind}{what}")


def _order(ref: str, path: tuple[str, ...], before: Meaning, after: Meaning) -> Iterator[Change]:
    """Yield one change when what stands on both sides stands in another order."""
    both = [[name for name in side.get(ORDER, ()) if name in before and name in after] for side in (before, after)]
    if both[0] != both[1]:
        words = f"{phrase(path)}: in another order: {', '.join(both[1])}"
        yield _change(ref, "changed", (*path, ORDER), both[0], both[1], words)


def _list(ref: str, path: tuple[str, ...], before: list[Any], after: list[Any]) -> Iterator[Change]:
    if path[-1:] == ("template",):
        lines = [
            line for line in unified_diff(before, after, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))
        ]
        yield _change(ref, "changed", path, None, None, f"{phrase(path)}: {'; '.join(lines)}")
        return
    came = [one for one in after if one not in before]
    went = [one for one in before if one not in after]
    parts = [f"{word} {shown(some)}" for word, some in (("added", came), ("removed", went)) if some]
    words = "; ".join(parts) or f"in another order or number: {shown(after)}"
    yield _change(ref, "changed", path, before, after, f"{phrase(path)}: {words}")


def _change(ref: str, kind: ChangeKind, path: tuple[str, ...], before: Any, after: Any, words: str) -> Change:
    is_name = path[:1] in {("rules",), ("vendors",)} and path[-1:] == ("name",)
    return Change(
        kind=kind, ref=ref, path=path, before=_text(before), after=_text(after), words=words,
        decides=not (is_name or _explains(path)),
    )  # fmt: skip


def _explains(path: tuple[str, ...]) -> bool:
    """Tell whether a part explains or tests; what is only called so (a row `description`) may decide."""
    return any(part in _EXPLAINING and not is_name_in(path, at) for at, part in enumerate(path))


def _text(value: Any) -> str | None:
    return None if value in _NOTHING else shown(value)
