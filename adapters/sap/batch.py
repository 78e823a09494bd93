"""Many objects in one `$batch`: all are looked for, then what is not there is created in change sets of their own."""

from collections.abc import Sequence

from adapters.sap.client import SapClient
from adapters.sap.creation import Creation
from adapters.shared.answers import Answer, NotData
from adapters.shared.odata.batch import Part, multipart
from engine.model.errors import Ambiguous, TargetError, Transient
from engine.model.operation import Operation, Receipt

_CREATED = 201
Outcome = Receipt | TargetError


def send_batch(client: SapClient, kind: Creation, operations: Sequence[Operation]) -> Sequence[Outcome]:
    """Look for operations of one object and create those that are not there. Returns what came of each, in order.

    Raises like `send` when nothing is known of any.
    """
    outcomes = _looked_for(client, kind, operations)
    waiting = [index for index, outcome in enumerate(outcomes) if outcome is None]
    made = _created(client, kind, [operations[index] for index in waiting]) if waiting else []
    for index, outcome in zip(waiting, made, strict=True):
        outcomes[index] = outcome
    return [outcome or _silence() for outcome in outcomes]


def _looked_for(client: SapClient, kind: Creation, operations: Sequence[Operation]) -> list[Outcome | None]:
    """Return what stands there already of each, None for what does not.

    Raises Transient when SAP does not tell: nothing was sent.
    """
    outcomes: list[Outcome | None] = [None] * len(operations)
    asked: list[tuple[int, str]] = []
    for index, operation in enumerate(operations):
        try:
            asked += [(index, condition) for condition in kind.conditions(operation)]
        except TargetError as e:
            outcomes[index] = e
    parts = [Part("GET", f"{kind.entity_set}?{kind.question(condition)}") for _, condition in asked]
    for (index, _), answer in zip(asked, _answers(client, kind, parts, is_write=False), strict=True):
        try:
            outcomes[index] = outcomes[index] or kind.recognised(operations[index], client.rows_in(answer))
        except TargetError as e:
            outcomes[index] = e
    return outcomes


def _created(client: SapClient, kind: Creation, operations: Sequence[Operation]) -> Sequence[Outcome]:
    """Create all in one call. A change set each: what SAP refuses of one takes nothing back of another."""
    parts = [Part("POST", kind.entity_set, kind.body(one)) for one in operations]
    answers = _answers(client, kind, parts, is_write=True)
    return [_outcome(client, kind, one, answer) for one, answer in zip(operations, answers, strict=True)]


def _answers(client: SapClient, kind: Creation, parts: Sequence[Part], *, is_write: bool) -> Sequence[Answer | None]:
    """Send a batch, each part for itself, and return the answers."""
    if not parts:
        return ()
    batch = multipart([[part] for part in parts])
    headers = {"content-type": batch.content_type, "accept": "multipart/mixed"}
    path, expect = f"{kind.service}/$batch", (200, 202)
    if is_write:
        answer = client.api.write("POST", path, content=batch.content, headers=headers, expect=expect)
    else:
        answer = client.api.read(path, method="POST", content=batch.content, headers=headers, expect=expect)
    try:
        return batch.answers(answer)
    except NotData as e:
        error = Ambiguous if is_write else Transient
        raise error("SAP answered a batch with something else.", detail=client.api.hide(f"{e}: {answer.text}")) from e


def _outcome(client: SapClient, kind: Creation, operation: Operation, answer: Answer | None) -> Outcome:
    if answer is None:
        return _silence()
    if answer.status != _CREATED:
        return client.api.error(answer, is_write=True)
    try:
        return kind.receipt(operation, client.inner(answer), outcome="created", answer=answer)
    except TargetError as e:
        return e


def _silence() -> Ambiguous:
    return Ambiguous("SAP said nothing of this part of a batch.")
