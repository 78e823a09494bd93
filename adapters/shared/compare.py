"""What stands in a system, held against what we would send: differences in words, for whoever decides."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

_DAY_ENDINGS = ("", "T00:00:00Z", "T12:00:00Z")
"""How a day reads in a field that keeps moments: plain, as midnight, or as noon UTC."""


def is_same(there: object, mine: object, *, any_case: bool = False) -> bool:
    """Whether two values mean the same: numbers by value, days also as moments, texts sign for sign or in any case."""
    if isinstance(there, bool) or isinstance(mine, bool):
        return there is mine
    if isinstance(there, int | Decimal):
        try:
            return Decimal(there) == Decimal(str(mine))
        except InvalidOperation:
            return False
    theirs, ours = str(there).strip(), str(mine).strip()
    if any_case:
        theirs, ours = theirs.casefold(), ours.casefold()
        return theirs in {f"{ours}{ending.casefold()}" for ending in _DAY_ENDINGS}
    return theirs in {f"{ours}{ending}" for ending in _DAY_ENDINGS}


def differences(
    wanted: Mapping[str, Any], there: Mapping[str, Any], *, any_case: bool = False, known_only: bool = False
) -> list[str]:
    """Return in words where an object differs from what we would send.

    `known_only` leaves out what the system does not tell: some properties are written and never read back.
    """
    return [
        f"{name} is {there.get(name)!s}, not {value}"
        for name, value in wanted.items()
        if (name in there or not known_only) and not is_same(there.get(name), value, any_case=any_case)
    ]


def line_differences(
    wanted: Sequence[Mapping[str, Any]], there: Sequence[Mapping[str, Any]], *, any_case: bool = False,
    known_only: bool = False,
) -> list[str]:  # fmt: skip
    """Return in words where lines differ, one by one in their order."""
    if len(there) != len(wanted):
        return [f"it has {len(there)} lines, not {len(wanted)}"]
    return [
        f"line {number}: {told}"
        for number, (line, mine) in enumerate(zip(there, wanted, strict=True), start=1)
        for told in differences(mine, line, any_case=any_case, known_only=known_only)
    ]
