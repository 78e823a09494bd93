"""Promises in a payload: values that the receipt of an earlier operation will tell (`receipts.vendor.external_id`).

Pure. The plan holds the promises, with the key of the operation that keeps each. When it is committed they are replaced, and
only then payload and digest are final; the target's schema is held against the whole payload once more.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.content.converters import Inconvertible
from engine.content.flow import Flow, Send
from engine.content.matrix import Matrix
from engine.content.receipt_reference import OWN, PROMISE, is_promise
from engine.content.row_type import FieldType
from engine.model.operation import Lineage, Operation, Receipt
from engine.model.value import Value, digest
from engine.stages.schema_check import validator_of

Found = tuple[str, Mapping[str, Any]]
"""Path in the payload, and the promise that stands there."""


class Kept(Value):
    """An operation with its final payload, or why it cannot have one."""

    operation: Operation
    why_not: tuple[str, ...] = ()
    """For people; empty when every promise was kept."""


def promises(payload: Any, path: str = "") -> Iterator[Found]:
    """Yield every promise of a payload."""
    if is_promise(payload):
        yield path, payload
    elif isinstance(payload, Mapping):
        for name, inner in payload.items():
            yield from promises(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(payload, list | tuple):
        for index, inner in enumerate(payload):
            yield from promises(inner, f"{path}[{index}]")


def addressed(
    payload: Mapping[str, Any], flow: Flow, keys: Mapping[str, str], matrices: Mapping[str, Matrix]
) -> Mapping[str, Any]:
    """Return a payload whose promises name the operation that keeps them, and where in the target's answer it stands.

    `keys` are operation keys by the name of the send.
    """
    if next(promises(payload), None) is None:
        return payload
    sends: Mapping[str, Send] = {send.called: send for send in flow.sends}

    def address(promise: Mapping[str, Any]) -> Mapping[str, Any]:
        send, _, name = promise[PROMISE].partition(".")
        returns = matrices[sends[send].mapping].returns
        return {**promise, "of": keys[send], **({"at": returns[name]} if name not in OWN else {})}

    made: Mapping[str, Any] = _replaced(payload, lambda _path, promise: address(promise), "")
    return made


def keep(operation: Operation, receipts: Mapping[str, Receipt], *, schema: Mapping[str, Any]) -> Kept:
    """Return an operation in whose payload every promise is replaced by what the receipts tell.

    `receipts` by operation key; `schema` is the JSON Schema of the payload. A value that is not there or does not fit is
    said in words, and the operation comes back as it was.
    """
    wrong: list[str] = []
    notes: dict[str, str] = {}

    def value(path: str, promise: Mapping[str, Any]) -> Any:
        told = _told(promise, receipts.get(promise["of"]))
        if told is None:
            if promise["need"] == "must":
                wrong.append(f"{path}: the receipt of {promise['of']} does not tell {promise[PROMISE]}")
            return None
        notes[path] = f"receipt of {promise['of']}"
        try:
            return FieldType.model_validate(promise["type"]).fit(told)
        except Inconvertible as e:
            wrong.append(f"{path}: {promise[PROMISE]} is {told!r}: {e.message}")
            return None

    payload = _replaced(operation.payload, value, "")
    if not wrong:
        wrong += [f"{error.json_path}: {error.message[:300]}" for error in validator_of(schema).iter_errors(payload)]
    if wrong:
        return Kept(operation=operation, why_not=tuple(wrong))
    lineage = tuple(_noted(leaf, notes) for leaf in operation.lineage)
    final = {"payload": payload, "payload_digest": digest(payload), "lineage": lineage}
    return Kept(operation=operation.model_copy(update=final))


def told(payload: Mapping[str, Any], receipts: Mapping[str, Mapping[str, str]]) -> Mapping[str, Any]:
    """Return a payload with the promises replaced that these values keep, by send and name; the others stay."""

    def value(_path: str, promise: Mapping[str, Any]) -> Any:
        send, _, name = promise[PROMISE].partition(".")
        known = receipts.get(send, {}).get(name)
        return promise if known is None else FieldType.model_validate(promise["type"]).fit(known)

    made: Mapping[str, Any] = _replaced(payload, value, "") if receipts else payload
    return made


def _noted(leaf: Lineage, notes: Mapping[str, str]) -> Lineage:
    return leaf.model_copy(update={"note": notes[leaf.path]}) if leaf.path in notes else leaf


def _told(promise: Mapping[str, Any], receipt: Receipt | None) -> str | None:
    """Return what a receipt tells as text, or None."""
    if receipt is None:
        return None
    name = promise[PROMISE].partition(".")[2]
    found: Any = getattr(receipt, name) if name in OWN else receipt.response
    for part in str(promise.get("at", "")).split(".") if name not in OWN else ():
        if isinstance(found, list | tuple) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, Mapping):
            found = found.get(part)
        else:
            return None
    is_plain = isinstance(found, str | int) and not isinstance(found, bool)
    return str(found) if is_plain and str(found).strip() else None


def _replaced(data: Any, value: Callable[[str, Mapping[str, Any]], Any], path: str) -> Any:
    """Return data with every promise replaced; what is replaced by None is left out."""
    if is_promise(data):
        return value(path, data)
    if isinstance(data, Mapping):
        made = {name: _replaced(one, value, f"{path}.{name}" if path else str(name)) for name, one in data.items()}
        return {name: one for name, one in made.items() if one is not None}
    if isinstance(data, list | tuple):
        return [_replaced(one, value, f"{path}[{index}]") for index, one in enumerate(data)]
    return data
