"""A worker's hand at the outbox: claims what may leave, calls targets in threads, and gives the slots back.

Claims go through the database, so limits, order and breakers hold for all workers together. One round gives back what
ended and claims anew in the same transaction; threads only call.
"""

import queue
import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from engine.model.operation import OVER
from engine.runtime import deaths, dispatcher, leaving, rounds, steps
from engine.runtime.dispatcher import Outcome
from engine.runtime.house import House
from engine.runtime.posting import batch, breaker
from engine.runtime.posting.lonely import Lonely
from engine.store import outbox, targets
from engine.store.database import reading, transaction
from engine.store.outbox import Call, Item, Later, Left

log = structlog.get_logger()

BELL = threading.Event()
"""Rung when something was put in the outbox by this process, or a call ended: nobody waits for the next look."""
LOOK_SECONDS = 0.25
"""How often the outbox is looked at when nobody rings."""
_DATABASE_AWAY_SECONDS = 1


class Poster:
    """The posting share of one worker."""

    def __init__(self, house: Callable[[], House], executor_id: str, *, threads: int) -> None:
        self._house = house
        self._executor_id = executor_id
        self._threads = self._free = threads
        self._running: Counter[str] = Counter()
        self._done: queue.SimpleQueue[tuple[Call, list[Later]]] = queue.SimpleQueue()
        self._kept: dict[str, list[tuple[Call, list[Later]]]] = {}
        self._lonely = Lonely()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="posting")
        self._failing = False  # true from the begin of a round to its good end: whoever failed waits before the next
        self._end = threading.Event()
        self._loop = threading.Thread(target=self._run, name="poster", daemon=True)

    def start(self) -> None:
        """Begin to claim."""
        self._loop.start()

    def stop(self, *, wait_seconds: float) -> None:
        """Claim nothing more, let the calls that run end within the time, and give back what ended."""
        self._end.set()
        BELL.set()
        self._loop.join(timeout=5)
        self._pool.shutdown(wait=False, cancel_futures=True)
        over = threading.Thread(target=self._pool.shutdown, daemon=True)
        over.start()
        over.join(timeout=wait_seconds)
        try:
            self._round(self._house(), claims=False)
        except (OperationalError, InterfaceError) as e:
            log.warning("calls_not_given_back", why=type(e).__name__)

    def _run(self) -> None:
        rounds.repeat(lambda: self._round(self._house()), wait=self._is_last, end=self._end, executor=self._executor_id)

    def _is_last(self) -> bool:
        """Wait for the bell, or until it is time to look. Returns whether nothing more is to be claimed."""
        if not self._failing or not self._end.wait(_DATABASE_AWAY_SECONDS):
            BELL.wait(LOOK_SECONDS)
        BELL.clear()
        self._failing = True
        return self._end.is_set()

    def _round(self, house: House, *, claims: bool = True) -> None:
        """Give back what ended, and claim what may leave now."""
        self._take_back()
        now = house.clock.now()
        with reading(house.engine) as tx:
            known = targets.everyone(tx)
            awake = [one.name for one in known if not one.is_shut(now)]
            apart = self._lonely.next(tx, awake, now) if claims else ""
            claims = claims and self._free > 0 and not (apart or self._lonely.is_out)
            due = {name for name in awake if claims and outbox.is_due(tx, name, now)}
        for name in sorted(due | self._kept.keys()):
            self._of_target(house, name, most=self._share(name, [one.name for one in known]) if claims else 0)
        if apart and self._free == self._threads:
            self._lonely.tried(is_taken=self._of_target(house, apart, most=1, alone=True), now=now)
        self._failing = False

    def _take_back(self) -> None:
        """Count the threads whose calls ended."""
        while not self._done.empty():
            call, later = self._done.get()
            self._free += 1
            self._running[call.target] -= 1
            self._kept.setdefault(call.target, []).append((call, later))
            self._lonely.is_out = False

    def _share(self, target: str, known: Sequence[str]) -> int:
        """Return how many calls to a target may begin here: it leaves a thread to each that has none, of half of them.

        So a few targets that hang hold up no other.
        """
        idle = sum(name != target and not self._running[name] for name in known)
        most = self._free - min(idle, self._threads // 2)
        return max(most, 0 if self._running[target] else min(1, self._free))

    def _of_target(self, house: House, target: str, *, most: int, alone: bool = False) -> bool:
        """Give back what ended of a target and begin calls to it. Returns whether one began."""
        limits = house.limits(target)
        batches = 1 if alone else batch.most_at_once(house, target)
        ended = self._kept.get(target, [])
        calls: list[Call] = []
        with transaction(house.engine) as tx:
            now = house.clock.now()
            targets.lock(tx, target, now)
            for call, later in ended:
                outbox.finish(tx, call, later, now)
            if most > 0:
                calls = outbox.claim(
                    tx, target, self._executor_id, limits=limits, at=now, most=most, batches=batches, alone=alone
                )
        self._kept.pop(target, None)
        for call in calls:
            self._free -= 1
            self._running[target] += 1
            self._pool.submit(self._call, house, call)
        return bool(calls)

    def _call(self, house: House, call: Call) -> None:
        """Bring the operations of a call forward, and their documents where that leads."""
        later: list[Later] = []
        try:
            later = bring(house, call)
        except (OperationalError, InterfaceError) as e:
            log.warning("posting_waits_for_database", target=call.target, why=type(e).__name__)
            later = _again(house, call, seconds=_DATABASE_AWAY_SECONDS, waits_for="the database is away")
        except Exception as e:  # noqa: BLE001 - the outermost loop of a call: our own bug costs one document
            later = give_up(house, call, f"{type(e).__name__}: {e}")
        finally:
            self._done.put((call, later))
            BELL.set()


def bring(house: House, call: Call) -> list[Later]:
    """Bring the operations of a call forward by one try. Returns when those that are not over are looked at again."""
    call, back = leaving.keep_back(house, call)
    if not call.items:
        return back
    if call.is_probe and (later := _probe(house, call)) is not None:
        return [*back, *later]
    if len(call.items) > 1:
        outcomes = batch.post_many(house, call.keys, [item.tries for item in call.items])
    else:
        outcomes = [dispatcher.post(house, item.key, attempt=item.tries) for item in call.items]
    for item, outcome in zip(call.items, outcomes, strict=True):
        if outcome.verdict == "over":
            steps.settle(house, item.document_id, item.revision)
    return back + [
        _later(house, item, outcome)
        for item, outcome in zip(call.items, outcomes, strict=True)
        if outcome.verdict == "later"
    ]


def _probe(house: House, call: Call) -> list[Later] | None:
    """Ask a target that was left alone whether it answers; None when it does and the call may go on."""
    error = breaker.probe(house, dispatcher.load(house, call.items[0].key))
    if error is None:
        return None
    breaker.failed(house, call.target, error)
    return _again(house, call, seconds=0, waits_for=f"{call.target} is left alone: {error.message}")


def _again(house: House, call: Call, *, seconds: float, waits_for: str) -> list[Later]:
    at = house.clock.now() + timedelta(seconds=seconds)
    return [Later(key=item.key, next_at=at, tries=item.tries, waits_for=waits_for) for item in call.items]


def _later(house: House, item: Item, outcome: Outcome) -> Later:
    return Later(
        key=item.key, next_at=house.clock.now() + timedelta(seconds=outcome.pause_seconds),
        tries=item.tries if outcome.waits_for else item.tries + 1, waits_for=outcome.waits_for,
    )  # fmt: skip


def give_up(house: House, call: Call, error: str) -> list[Later]:
    """Park the operation on which our own code, or an adapter's, failed, and hand its document to people.

    Those of a batch go alone next, so that one costs no others; what may have left of them is looked for.
    """
    log.error("posting_failed", target=call.target, keys=len(call.items), error=error)
    if len(call.items) > 1:
        return _again(house, call, seconds=0, waits_for="")
    for item in call.items:
        _park(house, item.key, f"Postroom itself failed while it sent this: {error}")
        steps.fail(house, item.document_id, item.revision, error)
    return []


def _park(house: House, key: str, why: str) -> None:
    """Park an operation that is not over, whatever it is on its way to."""
    operation = dispatcher.load(house, key)
    if operation.state not in OVER:
        dispatcher.move(house, operation, "parked", "operation_parked", {"why": why}, error=why)


def take_over(house: House, *, retired: Collection[str]) -> int:
    """Free the operations that dead workers held. Returns how many.

    One over which too many died leaves alone from then on; one that died alone with too many is parked. `retired` are
    workers that ended by themselves: what they left counts no death.
    """
    now = house.clock.now()
    alive_since = now - timedelta(seconds=house.settings.dead_after_seconds)
    with reading(house.engine) as tx:
        if not outbox.has_dead_calls(tx, alive_since):
            return 0
    with transaction(house.engine) as tx:
        left = outbox.free(tx, alive_since)
        deadly = [one for one in left if one.executor_id not in retired and _is_deadly(tx, one, now)]
    for one in deadly:
        _park(house, one.key, _DEADLY)
        steps.settle(house, one.document_id, one.revision)
    if left:
        log.warning("calls_taken_over", operations=len(left), deadly=len(deadly))
        BELL.set()
    return len(left)


def _is_deadly(tx: Connection, left: Left, at: datetime) -> bool:
    """Note a death, and whose it may be. Returns whether it was surely this operation's."""
    worker, key = left.executor_id, left.key
    if left.alone:
        return deaths.note_alone(tx, left.document_id, left.revision, worker=worker, at=at, key=key)
    if deaths.note(tx, left.document_id, left.revision, worker=worker, at=at, key=key):
        outbox.set_apart(tx, key)
    return False


_DEADLY = "Workers died over and over while they sent this and nothing else. Look in the target by hand and tell the operator."
