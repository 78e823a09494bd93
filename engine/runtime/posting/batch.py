"""Sends many operations in one call, with the same promise for each: intent first, and nothing lost is sent blindly."""

from collections.abc import Sequence

import structlog

from engine.model.errors import Ambiguous, IllegalMove, Rejected, TargetError, Transient
from engine.model.operation import Operation, Receipt
from engine.ports import Batches
from engine.runtime import dispatcher
from engine.runtime.dispatcher import Outcome, Overtaken
from engine.runtime.house import House
from engine.runtime.posting import breaker
from engine.store.database import reading, transaction
from engine.store.operations import of_keys

log = structlog.get_logger()

Answer = Receipt | TargetError


def most_at_once(house: House, target: str) -> int:
    """Return how many operations one call to a target may take: 1 for one that takes no batches, or is not connected yet.

    Asked by the thread that claims for every target: it must not wait for one that does not answer.
    """
    connected = house.connected(target)
    if connected is None or not isinstance(connected, Batches):
        return 1
    return max(1, connected.most_at_once)


def post_many(house: House, keys: Sequence[str], tries: Sequence[int]) -> list[Outcome]:
    """Bring operations of one target and object forward by one call. Returns what came of each, in order.

    Whatever is not as new as it was when it was claimed goes alone, by `dispatcher.post`. After a call that failed
    every item goes alone too: each is looked for first, and one bad item holds no others up.
    """
    with reading(house.engine) as tx:
        found = of_keys(tx, keys)
    fresh = [found[key] for key in keys if key in found and (found[key].state, found[key].attempts) == ("planned", 0)]
    attempts = dict(zip(keys, tries, strict=True))
    outcomes = _send(house, fresh, attempts) if len(fresh) > 1 else {}
    return [outcomes.get(key) or dispatcher.post(house, key, attempt=attempts[key]) for key in keys]


def _send(house: House, wanted: Sequence[Operation], attempts: dict[str, int]) -> dict[str, Outcome]:
    target = house.target(wanted[0].target)
    if not isinstance(target, Batches):
        return {}
    asked_at = house.clock.now()
    sending = _intend(house, wanted)
    try:
        dispatcher.refuse_standstill(house, asked_at)
    except Overtaken as e:
        log.warning("batch_overtaken", target=wanted[0].target, operations=len(sending), why=e.detail)
        return {}
    try:
        answers = _as_long(sending, target.send_many(sending))
    except TargetError as e:
        answers = [_of_the_whole(e)] * len(sending)
    return _note(house, sending, answers, attempts)


def _intend(house: House, wanted: Sequence[Operation]) -> list[Operation]:
    """Write the intent of every operation down in one transaction; what a rival took meanwhile stays behind."""
    now = house.clock.now()
    sending: list[Operation] = []
    with transaction(house.engine) as tx:
        for operation in sorted(wanted, key=lambda one: one.key):
            try:
                intent = {"digest": operation.payload_digest, "batch": len(wanted)}
                sending.append(
                    dispatcher.moved(tx, operation, "sending", "operation_sending", intent, at=now, bump=True)
                )
            except (Overtaken, IllegalMove):
                continue
    return sending


def _as_long(sending: Sequence[Operation], answers: object) -> list[Answer]:
    """Return an answer for every operation; one that is missing, or of a wrong kind, tells nothing."""
    if not isinstance(answers, Sequence) or isinstance(answers, str | bytes) or len(answers) != len(sending):
        return [Ambiguous("The target's answer does not say what came of each.")] * len(sending)
    return [_checked(operation, answer) for operation, answer in zip(sending, answers, strict=True)]


def _checked(operation: Operation, answer: object) -> Answer:
    if isinstance(answer, TargetError):
        return answer
    try:
        return dispatcher.given(operation, answer)
    except Ambiguous as e:
        return e


def _of_the_whole(error: TargetError) -> TargetError:
    """Return what an error about the whole batch says of each item: a refused batch is no refused item."""
    if isinstance(error, Rejected):
        return Transient(f"The target refused a batch: {error.message}", detail=error.detail)
    return error


def _note(
    house: House, sending: Sequence[Operation], answers: Sequence[Answer], attempts: dict[str, int]
) -> dict[str, Outcome]:
    """Keep what came of each. The breaker hears of one call, however many items it had."""
    pairs = list(zip(sending, answers, strict=True))
    good = [(operation, answer) for operation, answer in pairs if isinstance(answer, Receipt)]
    bad = [(operation, answer) for operation, answer in pairs if isinstance(answer, TargetError)]
    outcomes: dict[str, Outcome] = {}
    if good:
        committed = dispatcher.commit(house, good)
        outcomes |= {operation.key: one for (operation, _), one in zip(good, committed, strict=True)}
    failing = [answer for _, answer in bad if not isinstance(answer, Rejected)]
    if failing and (not good or isinstance(failing[0], Transient)):
        breaker.failed(house, sending[0].target, failing[0])
    for operation, answer in bad:
        try:
            outcomes[operation.key] = dispatcher.sorted_out(house, operation, attempts[operation.key], answer)
        except (Overtaken, IllegalMove):
            continue
    return outcomes
