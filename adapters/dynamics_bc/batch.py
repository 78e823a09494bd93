"""Many documents in one `$batch`: all are looked for, then what is not there is created, each for itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.dynamics_bc.client import BusinessCentral
from adapters.dynamics_bc.documents import Documents
from adapters.shared.answers import Answer
from adapters.shared.odata.batch import Part
from engine.model.errors import Ambiguous, TargetError
from engine.model.operation import Operation, Receipt

Outcome = Receipt | TargetError


def send_batch(client: BusinessCentral, kind: Documents, operations: Sequence[Operation]) -> list[Outcome]:
    """Look for operations of one object and create those that are not there. Returns what came of each, in order.

    Steps after the creation (dimensions, posting) are made one by one. Raises like `send` when nothing is known of any.
    """
    outcomes: list[Outcome | None] = [None] * len(operations)
    asked: dict[int, Part] = {}
    for index, operation in enumerate(operations):
        try:
            asked[index] = Part("GET", _question(client, kind, operation))
        except TargetError as e:
            outcomes[index] = e
    absent: list[int] = []
    for index, answer in _answers(client, asked, is_write=False).items():
        try:
            found = kind.recognised(operations[index], client.listed(_said(answer)))
            if found is None:
                absent.append(index)
            else:
                outcomes[index] = kind.finished(operations[index], found, "already_there")
        except TargetError as e:
            outcomes[index] = e
    path = client.address(kind.kind.path)
    parts = {index: Part("POST", path, kind.body(operations[index])) for index in absent}
    for index, answer in _answers(client, parts, is_write=True).items():
        outcomes[index] = _made(client, kind, operations[index], answer)
    return [outcome or _silence() for outcome in outcomes]


def _question(client: BusinessCentral, kind: Documents, operation: Operation) -> str:
    return client.address(kind.kind.path, kind.question(operation), expand=kind.kind.expand)


def _answers(client: BusinessCentral, parts: Mapping[int, Part], *, is_write: bool) -> dict[int, Answer | None]:
    if not parts:
        return {}
    return dict(zip(parts, client.many(list(parts.values()), is_write=is_write), strict=True))


def _made(client: BusinessCentral, kind: Documents, operation: Operation, answer: Answer | None) -> Outcome:
    try:
        made: Mapping[str, Any] = client.created(_said(answer))
        return kind.finished(operation, made, "created")
    except TargetError as e:
        return e


def _said(answer: Answer | None) -> Answer:
    if answer is None:
        raise _silence()
    return answer


def _silence() -> Ambiguous:
    return Ambiguous("Business Central said nothing of this part of a batch.")
