"""Replays many documents in worker processes: in order, a few batches in memory at a time, the library loaded once each."""

import copyreg
import gc
import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from itertools import islice
from multiprocessing import get_context
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from engine.content.library import Library
from engine.model.change import Change
from engine.model.decision import Route
from engine.model.judged import Judged
from engine.model.value import Value
from engine.runtime.history import Kept
from engine.runtime.history import kept as kept_of
from engine.runtime.house import House
from engine.runtime.marks import NOTHING, Standing
from engine.runtime.otherwise import TRUST, Trust, otherwise, standing
from engine.runtime.replay import Start, difference, done, judged, under
from engine.runtime.settings import Settings
from engine.stages.compare import compare
from engine.store import database
from engine.store.blobs import FsspecBlobs
from engine.store.database import reading

T = TypeVar("T")

_BATCH = 50
_AHEAD = 2
"""Batches that are given to each worker before the first of its answers is taken."""
_COLLECT_AFTER = 50_000


Work = Callable[[Sequence[House], Kept, Mapping[str, str]], T]
"""What is done with each document: it gets a house a library, in their order, what is kept of the document, and the
digests of live content. A function of a module, so that worker processes find it."""

_COST: Mapping[str, float] = {"facts": 0.02, "rules": 0.002, "plan": 0.007}
"""Seconds that judging a document from a stage on takes, about."""
_START = 4.0
"""Seconds that a worker process takes to start: each loads the program first."""


class Compared(Value):
    """What a replay of one document says beside what was done."""

    document_id: str
    name: str
    revision: int
    route: Route
    """Where it would go."""
    asked_anew: tuple[str, ...]
    change: Change | None
    """None: nobody would notice a difference."""
    is_taken_over: bool = False
    """Nothing had to be judged: program, content and inputs are those of the stored outcome."""
    is_doubtful: bool = False
    """It was to be taken over, was judged all the same, and came to something else."""


def replay_many(
    house: House, library: Library, ids: Iterable[str], *, workers: int = 2, from_: Start = "auto"
) -> Iterator[Judged]:
    """Yield what would be done with documents under a library, in the order of `ids`. Each is judged in full.

    Documents that were never understood are left out. To send whole outcomes between processes takes as long as to
    judge; `compare_many` sends only what is different. Raises what judging raises.
    """
    return work_on(house, [library], ids, partial(_judge, from_=from_), workers=workers)


def compare_many(
    house: House, library: Library, ids: Sequence[str], *, workers: int | None = None, from_: Start = "auto",
    trust: Trust = TRUST,
) -> Iterator[Compared]:  # fmt: skip
    """Yield how what would be done under a library differs from what was done, in the order of `ids`.

    Stages that would surely come to what is stored are not gone through again, as far as `trust` goes. `workers` is how
    many processes there are at most; None: as many as processors.
    """
    found = sieve(house, [library], ids, trust, from_=from_)
    work = partial(_compare, from_=from_, trust=trust)
    rest = work_on(
        house, [library], [one for one, kept in found.items() if not isinstance(kept, Kept)], work,
        workers=processes(found.values(), workers), is_whole=True,
    )  # fmt: skip
    for kept in found.values():
        yield _taken_over(kept) if isinstance(kept, Kept) else next(rest)


Depth = Literal["facts", "rules", "plan"]
"""The stage from which on a document has to be judged."""


def sieve(
    house: House, libraries: Sequence[Library], ids: Sequence[str], trust: Trust, *, from_: Start = "auto"
) -> dict[str, Kept | tuple[Depth, ...]]:  # fmt: skip
    """Tell what has to be done for each document that was understood, in the order of `ids`.

    What is kept of it, where all libraries would surely make the same again; else from which stage on each that would
    not has to judge it.
    """
    live, found = dict(house.library.digests), dict[str, Kept | tuple[Depth, ...]]()
    for batch in _batches(ids):
        with reading(house.engine) as tx:
            several = kept_of(tx, batch)
        for kept in several:
            one = kept.document.id
            if trust.is_drawn(one):
                found[one] = tuple(_depth(NOTHING) for _ in libraries)
                continue
            stands = (standing(library, kept, live, from_=from_) for library in libraries)
            found[one] = tuple(_depth(one) for one in stands if not one.is_whole) or kept
    return found


def _depth(stands: Standing) -> Depth:
    return "plan" if stands.rules else "rules" if stands.facts else "facts"


def processes(found: Iterable[Kept | tuple[Depth, ...]], most: int | None) -> int:
    """Return how many processes the work is worth: one more only for what it spares."""
    seconds = sum(_COST[depth] for one in found if not isinstance(one, Kept) for depth in one)
    most = len(os.sched_getaffinity(0)) if most is None else most
    return most if most > 1 and seconds * (1 - 1 / most) > _START else 1


def work_on(
    house: House, libraries: Sequence[Library], ids: Iterable[str], work: Work[T], *, workers: int,
    is_whole: bool = False,
) -> Iterator[T]:  # fmt: skip
    """Yield what `work` makes of each document under some libraries, in the order of `ids`.

    With one worker nothing is started; with more, `ids` is taken from as results are wanted. `is_whole` also loads what
    came of the documents. Raises what `work` raises.
    """
    batches = _batches(ids)
    live = dict(house.library.digests)
    if workers <= 1:
        benches = [under(house, library) for library in libraries]
        for batch in batches:
            yield from _batch(benches, batch, work, live, is_whole=is_whole)
        return
    packed = _packed((house.settings, list(libraries), work, live, is_whole))
    # spawned, not forked: the caller may run threads and hold connections
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(packed,)
    ) as pool:  # fmt: skip
        waiting: deque[Future[bytes]] = deque(pool.submit(_work, batch) for batch in islice(batches, workers * _AHEAD))
        try:
            while waiting:
                done = waiting.popleft().result()
                waiting.extend(pool.submit(_work, batch) for batch in islice(batches, 1))
                yield from pickle.loads(done)  # noqa: S301 - from our own worker
        finally:
            pool.shutdown(cancel_futures=True)


def _judge(houses: Sequence[House], kept: Kept, live: Mapping[str, str], *, from_: Start) -> Judged:
    return judged(houses[0], kept.opened(houses[0].engine), from_=from_, live=live)


def _compare(houses: Sequence[House], kept: Kept, live: Mapping[str, str], *, from_: Start, trust: Trust) -> Compared:
    house = houses[0]
    stands = NOTHING if trust.is_blind else standing(house.library, kept, live, from_=from_)
    result = otherwise(house, kept, stands, live=live, from_=from_)
    is_doubtful = False
    if stands != NOTHING and trust.is_drawn(kept.document.id):
        history = kept.opened(house.engine)
        full = judged(house, history, from_=from_, live=live)
        is_doubtful = compare(result or done(history), full) is not None
        result = full
    if result is None:
        return _taken_over(kept).model_copy(update={"is_taken_over": stands.is_whole})
    return Compared(
        document_id=kept.document.id, name=kept.document.name, revision=kept.revision, route=result.decision.route,
        asked_anew=result.asked_anew, change=difference(kept.opened(house.engine), result), is_doubtful=is_doubtful,
    )  # fmt: skip


def _taken_over(kept: Kept) -> Compared:
    """Return what is to be said of a document that comes to what is stored."""
    judged_by, decision = kept.data("judged_by"), kept.data("decision")
    return Compared(
        document_id=kept.document.id, name=kept.document.name, revision=kept.revision, asked_anew=(), change=None,
        route=judged_by["route"] if judged_by else decision["route"] if decision else "review", is_taken_over=True,
    )  # fmt: skip


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _batch(
    houses: Sequence[House], ids: list[str], work: Work[T], live: Mapping[str, str], *, is_whole: bool
) -> list[T]:  # fmt: skip
    with reading(houses[0].engine) as tx:
        found = kept_of(tx, ids, to_judge=not is_whole)
    return [work(houses, one, live) for one in found]


_WORKER: dict[str, Any] = {}


def _begin(packed: bytes) -> None:
    """Open the houses of a worker: one a library, its own connection, nothing to send with."""
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
    settings, libraries, work, live, is_whole = pickle.loads(packed)  # noqa: S301 - from our own parent
    bare = _reading_house(settings, libraries[0])
    _WORKER.update(houses=[under(bare, library) for library in libraries], work=work, live=live, is_whole=is_whole)


def _reading_house(settings: Settings, library: Library) -> House:
    blobs = settings.blobs_url or str(settings.home.resolve() / "blobs")
    return House(
        settings=settings, library=library, engine=database.connect(settings.sql_url()),
        blobs=FsspecBlobs(blobs, cache_dir=settings.home.resolve() / "cache"), plugs={}, clock=_NoClock(),
        out=settings.home, rulebooks={},
    )  # fmt: skip


class _NoClock:
    """A clock that nobody may look at."""

    def now(self) -> Any:
        """Refuse."""
        raise RuntimeError("a replay does not ask for the time")


def _work(batch: list[str]) -> bytes:
    made = _batch(_WORKER["houses"], batch, _WORKER["work"], _WORKER["live"], is_whole=_WORKER["is_whole"])
    return pickle.dumps(made, protocol=5)


def _packed(data: object) -> bytes:
    """Return the pickled data; the frozen mappings of a library are no types that pickle knows."""
    copyreg.pickle(MappingProxyType, _unfrozen)
    return pickle.dumps(data, protocol=5)


def _unfrozen(mapping: "MappingProxyType[Any, Any]") -> tuple[Any, tuple[dict[Any, Any]]]:
    return _frozen, (dict(mapping),)


def _frozen(data: dict[Any, Any]) -> "MappingProxyType[Any, Any]":
    return MappingProxyType(data)
