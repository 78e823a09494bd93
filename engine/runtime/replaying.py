"""Replays many documents in worker processes: in order, a few batches in memory at a time, the library loaded once each."""

import copyreg
import gc
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from types import MappingProxyType
from typing import Any

from engine.content.library import Library
from engine.model.judged import Judged
from engine.runtime.history import histories
from engine.runtime.house import House
from engine.runtime.replay import Start, judged, under
from engine.runtime.settings import Settings
from engine.store import database
from engine.store.blobs import FsspecBlobs
from engine.store.database import reading

_BATCH = 50
_AHEAD = 2
"""Batches that are given to each worker before the first of its answers is taken."""
_COLLECT_AFTER = 50_000


def replay_many(
    house: House, library: Library, ids: Iterable[str], *, workers: int = 2, from_: Start = "auto"
) -> Iterator[Judged]:
    """Yield what would be done with documents under a library, in the order of `ids`.

    Documents that were never understood are left out. With one worker nothing is started; with more, `ids` is taken
    from as results are wanted. Raises what judging raises.
    """
    batches = _batches(ids)
    live = dict(house.library.digests)
    if workers <= 1:
        bench = under(house, library)
        for batch in batches:
            yield from _batch(bench, batch, from_, live)
        return
    packed = _packed((house.settings, library, from_, live))
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
            pool.shutdown(wait=False, cancel_futures=True)


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _batch(house: House, ids: list[str], from_: Start, live: Mapping[str, str]) -> list[Judged]:
    with reading(house.engine) as tx:
        found = histories(tx, ids, to_judge=True)
    return [judged(house, one, from_=from_, live=live) for one in found]


_WORKER: dict[str, Any] = {}


def _begin(packed: bytes) -> None:
    """Open the house of a worker: its library, its own connection, nothing to send with."""
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
    settings, library, from_, live = pickle.loads(packed)  # noqa: S301 - from our own parent
    _WORKER.update(house=_reading_house(settings, library), from_=from_, live=live)


def _reading_house(settings: Settings, library: Library) -> House:
    blobs = settings.blobs_url or str(settings.home.resolve() / "blobs")
    bare = House(
        settings=settings, library=library, engine=database.connect(settings.sql_url()),
        blobs=FsspecBlobs(blobs, cache_dir=settings.home.resolve() / "cache"), plugs={}, clock=_NoClock(),
        out=settings.home, rulebooks={},
    )  # fmt: skip
    return under(bare, library)


class _NoClock:
    """A clock that nobody may look at."""

    def now(self) -> Any:
        """Refuse."""
        raise RuntimeError("a replay does not ask for the time")


def _work(batch: list[str]) -> bytes:
    return pickle.dumps(_batch(_WORKER["house"], batch, _WORKER["from_"], _WORKER["live"]), protocol=5)


def _packed(data: object) -> bytes:
    """Return the pickled data; the frozen mappings of a library are no types that pickle knows."""
    copyreg.pickle(MappingProxyType, _unfrozen)
    return pickle.dumps(data, protocol=5)


def _unfrozen(mapping: "MappingProxyType[Any, Any]") -> tuple[Any, tuple[dict[Any, Any]]]:
    return _frozen, (dict(mapping),)


def _frozen(data: dict[Any, Any]) -> "MappingProxyType[Any, Any]":
    return MappingProxyType(data)
