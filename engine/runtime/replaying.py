"""Replays many documents in worker processes: in order, a few batches in memory at a time, the library loaded once each."""

import copyreg
import gc
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from itertools import islice
from multiprocessing import get_context
from types import MappingProxyType
from typing import Any, TypeVar

from engine.content.library import Library
from engine.model.change import Change
from engine.model.decision import Route
from engine.model.judged import Judged
from engine.model.value import Value
from engine.runtime.history import History, histories
from engine.runtime.house import House
from engine.runtime.replay import Start, difference, judged, under
from engine.runtime.settings import Settings
from engine.store import database
from engine.store.blobs import FsspecBlobs
from engine.store.database import reading

T = TypeVar("T")

_BATCH = 50
_AHEAD = 2
"""Batches that are given to each worker before the first of its answers is taken."""
_COLLECT_AFTER = 50_000


Work = Callable[[Sequence[House], History, Mapping[str, str]], T]
"""What is done with each document: it gets a house a library, in their order, what is kept of the document, and the
digests of live content. A function of a module, so that worker processes find it."""


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


def replay_many(
    house: House, library: Library, ids: Iterable[str], *, workers: int = 2, from_: Start = "auto"
) -> Iterator[Judged]:
    """Yield what would be done with documents under a library, in the order of `ids`.

    Documents that were never understood are left out. To send whole outcomes between processes takes as long as to
    judge; `compare_many` sends only what is different. Raises what judging raises.
    """
    return work_on(house, [library], ids, partial(_judge, from_=from_), workers=workers)


def compare_many(
    house: House, library: Library, ids: Iterable[str], *, workers: int = 2, from_: Start = "auto"
) -> Iterator[Compared]:
    """Yield how what would be done under a library differs from what was done, in the order of `ids`."""
    return work_on(house, [library], ids, partial(_compare, from_=from_), workers=workers, is_whole=True)


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


def _judge(houses: Sequence[House], one: History, live: Mapping[str, str], *, from_: Start) -> Judged:
    return judged(houses[0], one, from_=from_, live=live)


def _compare(houses: Sequence[House], one: History, live: Mapping[str, str], *, from_: Start) -> Compared:
    result = judged(houses[0], one, from_=from_, live=live)
    return Compared(
        document_id=one.document.id, name=one.document.name, revision=result.revision, route=result.decision.route,
        asked_anew=result.asked_anew, change=difference(one, result),
    )  # fmt: skip


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _batch(
    houses: Sequence[House], ids: list[str], work: Work[T], live: Mapping[str, str], *, is_whole: bool
) -> list[T]:  # fmt: skip
    with reading(houses[0].engine) as tx:
        found = histories(tx, ids, to_judge=not is_whole)
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
