"""`receipts.NAME.external_id` in a mapping row: a value that only the receipt of an earlier send of the flow will tell.

Until then a promise stands in the payload: an object with the key `$receipt`. It is kept, or the operation is parked, when
the earlier one is committed (engine/stages/promises.py).
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from engine.content.flow import Flow
from engine.content.matrix_row import MatrixRow
from engine.model.errors import ContentError

OWN = ("external_id", "version", "link")
"""What every receipt tells; the matrix of the earlier send may name more under `returns`."""
PROMISE = "$receipt"
_WRITTEN = re.compile(r"receipts\.(?P<send>[a-z][a-z0-9_]*)\.(?P<name>[a-z][a-z0-9_]*)")


class ReceiptReference(NamedTuple):
    """A value of the receipt of an earlier send."""

    send: str
    name: str


def reference_of(source: str | None) -> ReceiptReference | None:
    """Return what a row's `from` asks of a receipt, or None when it asks something else."""
    found = _WRITTEN.fullmatch(source or "")
    return None if found is None else ReceiptReference(found["send"], found["name"])


def references(rows: tuple[MatrixRow, ...]) -> Iterator[tuple[MatrixRow, ReceiptReference]]:
    """Yield every row, however deep, that asks a receipt, and what it asks."""
    for row in rows:
        asked = reference_of(row.source)
        if asked is not None:
            yield row, asked
        yield from references(tuple(row.below()))


def fault(row: MatrixRow) -> tuple[str, str] | None:
    """Return (key, what is wrong) of a row that asks a receipt and does more with it than to pass it on."""
    for key, is_there in (("via", row.via is not None), ("fallback", row.fallback in ("default", "reject"))):
        if is_there:
            return key, "a value of a receipt is passed on as it is: it is not known yet when the document is mapped"
    return None


def check_references(
    flow: Flow,
    rows_by_send: Mapping[str, tuple[MatrixRow, ...]],
    returns: Mapping[str, Mapping[str, str]],
    *,
    file: Path,
) -> None:
    """Refuse what sends ask of receipts that they do not wait for or that do not tell it. Raises ContentError.

    `rows_by_send` and `returns` (name -> path in the target's answer) by the name of the send.
    """
    for index, send in enumerate(flow.sends):
        for row, asked in references(rows_by_send[send.called]):
            where = f"sends[{index}].mapping"
            if asked.send not in send.after:
                said = ", ".join(send.after) or "none"
                raise ContentError(
                    f"{send.mapping} asks the receipt of {asked.send} ({row.to}), so {send.called} has to wait for it; "
                    f"its `after` names {said}", file=str(file), path=where,
                )  # fmt: skip
            earlier = next(one for one in flow.sends if one.called == asked.send)
            if earlier.each is not None and not send.is_paired(earlier):
                raise ContentError(
                    f"{send.mapping} asks the receipt of {asked.send} ({row.to}), which has one for each of {earlier.each}; "
                    f"only a send with the same `each` and `item_key` knows which", file=str(file), path=where,
                )  # fmt: skip
            told = (*OWN, *sorted(returns[asked.send]))
            if asked.name not in told:
                raise ContentError(
                    f"{send.mapping} asks {asked.name} of the receipt of {asked.send} ({row.to}); it tells "
                    f"{', '.join(told)}", file=str(file), path=where,
                )  # fmt: skip


def check_reversals(
    flow: Flow, rows_by_mapping: Mapping[str, tuple[MatrixRow, ...]], returns: Mapping[str, Mapping[str, str]], *,
    file: Path,
) -> None:  # fmt: skip
    """Refuse what reversals ask of receipts other than that of what they reverse. Raises ContentError."""
    for index, one in enumerate(flow.reversals):
        told = (*OWN, *sorted(returns[one.reverses]))
        for row, asked in references(rows_by_mapping[one.mapping]):
            if asked.send != one.reverses or asked.name not in told:
                raise ContentError(
                    f"{one.mapping} asks {asked.name} of the receipt of {asked.send} ({row.to}); a reversal can be told "
                    f"{', '.join(f'receipts.{one.reverses}.{name}' for name in told)}",
                    file=str(file), path=f"reversals[{index}].mapping",
                )  # fmt: skip


def promise(asked: ReceiptReference, row: MatrixRow) -> dict[str, Any]:
    """Return what stands in the payload until the receipt is there."""
    return {
        PROMISE: f"{asked.send}.{asked.name}", "need": row.need,
        "type": row.kind.model_dump(mode="json", exclude_defaults=True) or {"text": {}},
    }  # fmt: skip


def is_promise(value: object) -> bool:
    """Tell whether a part of a payload is a promise."""
    return isinstance(value, Mapping) and PROMISE in value
