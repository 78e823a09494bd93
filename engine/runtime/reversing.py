"""Taking back what took effect: asked for by a person, declared by the flow, sent on the way of every other operation."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from engine.content.flow import Flow, Reversal
from engine.content.library import Library
from engine.model.errors import PostroomError
from engine.model.finding import Finding
from engine.model.operation import Operation
from engine.model.record import Match, Record
from engine.model.value import digest
from engine.runtime.house import House
from engine.stages import reversal as stage
from engine.stages.promises import addressed, keep
from engine.stages.transform import transform
from engine.store import documents, operations
from engine.store.database import reading

Plan = Callable[[Mapping[str, str]], Sequence[Operation]]
"""Plans the operations of a document, some of them under other keys than their own."""


class Refused(PostroomError):
    """What stands cannot be taken back. Nothing was changed."""


class Arranged(NamedTuple):
    """What is written down for a document: reversals first, then what takes the place of what they take back."""

    operations: tuple[Operation, ...]
    findings: tuple[Finding, ...] = ()
    """Why a reversal cannot be mapped; then nothing is to be written."""


def declared(library: Library, operation: Operation) -> tuple[Flow, Reversal]:
    """Return by which live flow and how an operation is taken back. Raises Refused with what to declare."""
    name, _, _ = operation.key.partition("/")
    flow = next((library.flows[ref] for ref in library.environment.flows if library.flows[ref].name == name), None)
    if flow is None:
        raise Refused(f"No version of {name} is live here, so nothing says how {operation.object} is taken back.")
    send = next((one for one in flow.sends if (one.target, one.object) == (operation.target, operation.object)), None)
    found = None if send is None else flow.reversal_of(send.called)
    if found is None:
        called = operation.object if send is None else send.called
        raise Refused(
            f"{flow.ref} does not say how {called} is taken back in {operation.target}. Declare it in a next version of the "
            f"flow and promote that: `reversals: [{{reverses: {called}, object: {called}_reversal, mapping: NAME@1}}]`.",
            detail=operation.key,
        )  # fmt: skip
    return flow, found


def ask(tx: Connection, document_id: str, revision: int, stand: Sequence[Operation]) -> None:
    """Note that a revision takes back what stands, as far as it would write something else."""
    documents.save(tx, document_id, revision, "reversal", {"keys": [one.key for one in stand]})


def check(house: House, stand: Sequence[Operation]) -> None:
    """Refuse what cannot be taken back: nothing declares how, or it cannot be mapped. Raises Refused."""
    for one in stand:
        _, findings = _reversal(house, one, revision=one.revision)
        if findings:
            raise Refused(f"The reversal of {one.object} cannot be written: {findings[0].message}", detail=one.key)


def arranged(house: House, document_id: str, revision: int, plan: Plan) -> Arranged:
    """Return what is to be written of a document in this revision. Repeatable: the same comes out again.

    Without anything that was or is to be taken back, that is what was planned.
    """
    with reading(house.engine) as tx:
        written = operations.of_document(tx, document_id)
        asked = _asked(tx, document_id, revision)
    plain = plan({})
    if not asked and not stage.taken_back(written):
        return Arranged(tuple(plain))
    stand = stage.standing(written)
    now = plan(stage.next_keys([one.key for one in plain], written, ()))
    same = {one.key for one in now} & {one.key for one in stand if _says(now, one)}
    back = [one for one in stand if one.key in asked and one.key not in same]
    made = {one.key: _reversal(house, one, revision=revision) for one in back}
    if findings := tuple(finding for _, some in made.values() for finding in some):
        return Arranged((), findings)
    reversals = stage.in_order({key: one for key, (one, _) in made.items()}, stand)
    wanted = plan(stage.next_keys([one.key for one in plain], written, [one.key for one in back]))
    fresh = [one for one in wanted if one.key not in same]
    return Arranged((*(one for one in wanted if one.key in same), *stage.behind(fresh, reversals)))


def _says(now: Sequence[Operation], one: Operation) -> bool:
    return any(other.key == one.key and other.payload_digest == one.payload_digest for other in now)


def _asked(tx: Connection, document_id: str, revision: int) -> frozenset[str]:
    """Return what a person asked to take back since something was planned last: by then it was answered."""
    for number in range(revision, 0, -1):
        asked = documents.load(tx, document_id, number, "reversal")
        if asked is not None:
            return frozenset(asked["keys"])
        if number < revision and documents.load(tx, document_id, number, "plan") is not None:
            return frozenset()
    return frozenset()


def _reversal(house: House, one: Operation, *, revision: int) -> tuple[Operation, tuple[Finding, ...]]:
    """Map the record that was posted to the operation that takes it back; with findings it must not be written."""
    flow, how = declared(house.library, one)
    with reading(house.engine) as tx:
        record = documents.load(tx, one.document_id, one.revision, "record")
        matched = documents.load(tx, one.document_id, one.revision, "match") or {}
        receipt = operations.receipt(tx, one.key)
    if record is None:
        raise Refused(f"What was posted as {one.object} is not kept any more. Take it back in {one.target} by hand.")
    matrix = house.library.matrices[how.mapping]
    made = transform(
        Record.model_validate(record), matrix=matrix, vendor=Match.model_validate(matched["vendor"]),
        order=Match.model_validate(matched["purchase_order"]), environment=house.library.environment,
    )  # fmt: skip
    findings = () if made.is_sendable else made.findings
    payload = addressed(made.payload, flow, {how.reverses: one.key}, house.library.matrices)
    operation = Operation(
        key=stage.reversal_key(one.key), document_id=one.document_id, revision=revision, target=one.target,
        object=how.object, payload=payload, options=matrix.options, mapping=matrix.ref, payload_digest=digest(payload),
        lineage=made.lineage,
    )  # fmt: skip
    if findings:
        return operation, findings
    final = keep(operation, {} if receipt is None else {one.key: receipt}, schema=matrix.payload_schema)
    return final.operation, tuple(_unkept(one, why) for why in final.why_not)


def _unkept(one: Operation, why: str) -> Finding:
    return Finding(
        code="reversal_not_told", severity="error",
        message=f"The receipt of {one.object} does not tell what its reversal needs: {why}. Reverse it in {one.target} by hand.",
        evidence=(("operation", one.key),),
    )  # fmt: skip
