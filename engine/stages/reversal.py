"""Reversals: what took effect is taken back by an operation of its own before it is written otherwise.

Pure. A key tells the whole story of one business fact: `K` is written, `K/reversal/1` takes it back, `K/again/1` is written in
its place, `K/again/1/reversal/1` takes that back. Parts of business keys are capitals with `/` escaped, so none of them reads
like these ends.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from engine.model.operation import Operation

_REVERSAL = "/reversal/1"
_AGAIN = re.compile(r"/again/([1-9][0-9]*)$")


def reversal_key(key: str) -> str:
    """Return the key of the operation that takes one back. Each operation is taken back once at most."""
    return f"{key}{_REVERSAL}"


def is_reversal(key: str) -> bool:
    """Tell whether an operation takes another one back."""
    return key.endswith(_REVERSAL)


def planned_key(key: str) -> str:
    """Return the key by which an operation was planned first: without the count of its later tries."""
    return _AGAIN.sub("", key)


def taken_back(written: Sequence[Operation]) -> frozenset[str]:
    """Return the keys of operations that are surely taken back: the target committed to the reversal."""
    committed = {one.key for one in written if one.state == "committed"}
    return frozenset(one.key for one in written if reversal_key(one.key) in committed)


def standing(written: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return the operations that took effect and still have it, in the order in which they were written."""
    gone = taken_back(written)
    return tuple(
        one
        for one in written
        if one.state in {"delivered", "committed"} and not is_reversal(one.key) and one.key not in gone
    )


def next_keys(keys: Collection[str], written: Sequence[Operation], reversed_: Collection[str]) -> dict[str, str]:
    """Return for keys as they are planned those under which they are written now, where that is another one.

    A key that was taken back, or is in `reversed_`, is used up; the next one takes its place.
    """
    there = {one.key for one in written}
    used_up = taken_back(written) | set(reversed_)
    found: dict[str, str] = {}
    for key in keys:
        now, count = key, 0
        while now in there and now in used_up:
            count += 1
            now = f"{key}/again/{count}"
        if now != key:
            found[key] = now
    return found


def in_order(reversals: Mapping[str, Operation], stand: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return reversals (by the key of what they take back), the last write first.

    What waited for another one is taken back before that one is.
    """
    ordered: list[Operation] = []
    for one in reversed([one for one in stand if one.key in reversals]):
        waiting = [other.key for other in stand if one.key in other.after and other.key in reversals]
        after = tuple(reversal_key(key) for key in waiting)
        ordered.append(reversals[one.key].model_copy(update={"after": after}))
    return tuple(ordered)


def behind(wanted: Sequence[Operation], reversals: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return reversals, and what leaves only when all of them are committed."""
    first = tuple(one.key for one in reversals)
    return (*reversals, *(one.model_copy(update={"after": (*first, *one.after)}) for one in wanted))
