"""A request with a key takes effect once: the second time it is answered as the first time, whatever died in between.

The key is taken before the work begins. The first transaction of the work notes in itself that there is an effect, so a
request whose process died is known to have written nothing (it is done now) or something (its answer is lost, and nothing
is done again). That a process lives is told by its heartbeat.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from engine.model.errors import PostroomError
from engine.runtime.house import House
from engine.runtime.people.secrets import seal, unseal
from engine.store import keyed_calls, workers
from engine.store.database import also, reading, transaction
from engine.store.keyed_calls import KeyedCall

KEPT = timedelta(hours=24)
"""How long an answer is kept."""


class Running(PostroomError):
    """The same request is being answered at this moment."""


class Lost(PostroomError):
    """The request began to take effect and nobody knows how it was answered."""


def claim(house: House, holder: str, key: str, *, executor_id: str) -> tuple[KeyedCall, bool]:
    """Take a key for a caller's request. Return (call, True) when it is to be done, (call, False) when it was answered.

    Raises Running or Lost.
    """
    now = house.clock.now()
    mine = KeyedCall(holder=holder, key=key, executor_id=executor_id, begun_at=now)
    with transaction(house.engine) as tx:
        keyed_calls.forget(tx, before=now - KEPT)
        if keyed_calls.begin(tx, mine):
            return mine, True
        known = keyed_calls.get(tx, holder, key)
        if known is not None and known.status is not None:
            return known, False
        if known is not None and known.executor_id and _lives(house, known.executor_id):
            raise Running("The same request is being answered at this moment.")
        if known is None or not keyed_calls.inherit(tx, known, executor_id, now):
            raise Lost("It began to take effect, and its answer was lost. Look at what it was about.")
    return mine, True


@contextmanager
def working(call: KeyedCall) -> Iterator[None]:
    """Note with the first transaction inside the block that the call took effect."""
    with also(lambda tx: keyed_calls.take_effect(tx, call)):
        yield


def end(house: House, call: KeyedCall, *, digest: str, status: int, answer: str | None, is_done: bool) -> None:
    """Keep how a call was answered; one that was refused and wrote nothing gives its key back."""
    with transaction(house.engine) as tx:
        if is_done or not keyed_calls.let_go(tx, call):
            sealed = None if answer is None else seal(house.settings, answer)
            keyed_calls.end(tx, call, digest=digest, status=status, answer=sealed)


def drop(house: House, call: KeyedCall) -> None:
    """Give the key of a call back that nobody answers; when it took effect its answer is lost."""
    with transaction(house.engine) as tx:
        if not keyed_calls.let_go(tx, call):
            keyed_calls.orphan(tx, call)


def answer(house: House, call: KeyedCall) -> str:
    """Return what was answered. Raises Lost when it was too long to be kept."""
    if call.answer is None:
        raise Lost("It took effect; its answer was too long to be kept.")
    return unseal(house.settings, call.answer)


def _lives(house: House, executor_id: str) -> bool:
    since = house.clock.now() - timedelta(seconds=house.settings.dead_after_seconds)
    with reading(house.engine) as tx:
        return any(one.executor_id == executor_id for one in workers.alive(tx, since))
