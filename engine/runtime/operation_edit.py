"""A person changes what is sent: the new payload is held against the target's schema and kept as a revision of its own."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.content.matrix import Matrix
from engine.model.operation import Lineage, Operation
from engine.model.value import digest
from engine.runtime.house import House
from engine.runtime.operations import Refused, refuse_edit, refuse_unless_current
from engine.stages.promises import promises
from engine.stages.schema_check import validator_of
from engine.store import ledger, operation_payloads, operations
from engine.store.database import transaction

_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_PATH = re.compile(r"[^.\[\]]+(\[\d+\])*(\.[^.\[\]]+(\[\d+\])*)*")
_MOST_SHOWN = 3


def edit(house: House, key: str, changes: Mapping[str, str], *, by: str, why: str) -> Operation:
    """Change leaves of a payload (`lines[0].amount` -> text) and return the operation, which stays where it is.

    Only of what was rejected or parked and surely does not stand in the target; `retry` sends it. Raises Refused, also
    with the schema's words for a payload that the target would not take.
    """
    if not why.strip() or not changes:
        raise Refused("Say what is to be changed, and why; both stand in the ledger beside your name.")
    now = house.clock.now()
    with transaction(house.engine) as tx:
        known = operations.get(tx, key)
        if known is None:
            raise Refused(f"No operation is called {key}.")
        refuse_unless_current(tx, known)
        operation = operations.lock(tx, key)
        refuse_edit(tx, operation)
        edited = _edited(operation, changes, _matrix(house, operation), by=by)
        number = operation_payloads.add(tx, operation, edited, changes=changes, by=by, why=why, at=now)
        operations.rewrite(tx, edited, now)
        ledger.append(
            tx, at=now, document_id=operation.document_id, kind="operation_edited", actor=by,
            data={"key": key, "why": why, "paths": sorted(changes), "payload_revision": number,
                  "digest_before": operation.payload_digest, "digest": edited.payload_digest},
        )  # fmt: skip
    return edited


def _matrix(house: House, operation: Operation) -> Matrix:
    matrix = house.library.matrices.get(operation.mapping)
    if matrix is None:
        raise Refused(
            f"The mapping {operation.mapping} is not there any more, so nobody can tell what the target takes. "
            f"Walk the document again: postroom run FILE --again."
        )
    if matrix.template is not None:
        raise Refused(
            "A template writes this file from the whole document, so single values of it cannot be changed. Correct the "
            f"document instead: postroom correct {operation.document_id[:12]}."
        )
    return matrix


def _edited(operation: Operation, changes: Mapping[str, str], matrix: Matrix, *, by: str) -> Operation:
    payload = copy.deepcopy(dict(operation.payload))
    for path, text in changes.items():
        put(payload, path, _fitting(operation.payload, path, text, matrix))
    wrong = list(_complaints(payload, matrix))
    if wrong:
        raise Refused(f"The target would not take it: {'; '.join(wrong[:_MOST_SHOWN])}")
    if digest(payload) == operation.payload_digest:
        raise Refused("That is what stands there already; nothing was changed.")
    final = {"payload": payload, "payload_digest": digest(payload), "lineage": _lineage(operation, changes, by)}
    return operation.model_copy(update=final)


def _fitting(payload: Mapping[str, Any], path: str, text: str, matrix: Matrix) -> Any:
    """Return a text as what the target takes at a path: text, or the number or truth value that it spells."""
    for value in (text, *_spelled(text)):
        tried = copy.deepcopy(dict(payload))
        put(tried, path, value)
        if not any(one.startswith(f"{path}:") for one in _complaints(tried, matrix)):
            return value
    return text


def _spelled(text: str) -> Iterator[Any]:
    try:
        value = json.loads(text, parse_float=str)
    except ValueError:
        return
    if isinstance(value, bool | int):
        yield value


def _complaints(payload: Mapping[str, Any], matrix: Matrix) -> Iterator[str]:
    """Yield what the target's schema says against a payload; values that a receipt will tell are looked at later."""
    promised = {path for path, _ in promises(payload)}
    for error in validator_of(matrix.payload_schema).iter_errors(payload):
        path = error.json_path.removeprefix("$").removeprefix(".")
        if not any(f"{path}.".startswith(f"{one}.") for one in promised):
            yield f"{path}: {error.message[:300]}"


def put(payload: dict[str, Any], path: str, value: Any) -> None:
    """Set a leaf below a path (`lines[0].amount`). Raises Refused for a path that leads nowhere, or to no single value."""
    if not _PATH.fullmatch(path):
        raise Refused(f"{path!r} is no path; write one such as header.invoice_no or lines[0].amount.")
    parts: list[str | int] = [name or int(index) for name, index in _PART.findall(path)]
    place: Any = payload
    for part in parts[:-1]:
        if not _leads_on(place, part):
            raise Refused(f"{path} leads nowhere: there is no {part}. `postroom operations show` lists every path.")
        place = place[part]
    last = parts[-1]
    if isinstance(place, dict) and isinstance(last, str):
        is_single = not isinstance(place.get(last), dict | list) or "$receipt" in place[last]
    else:
        is_single = _leads_on(place, last) and not isinstance(place[last], dict | list)
    if not is_single:
        raise Refused(f"{path} is no single value; write the path of one leaf.")
    place[last] = value


def _leads_on(place: Any, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(place, list) and part < len(place)
    return isinstance(place, dict) and part in place


def _lineage(operation: Operation, changes: Mapping[str, str], by: str) -> tuple[Lineage, ...]:
    """Return the lineage in which changed leaves rest on a person's word and on no field any more."""
    kept = tuple(leaf for leaf in operation.lineage if leaf.path not in changes)
    return kept + tuple(Lineage(path=path, row="human", fields=(), note=f"human: {by}") for path in changes)
