"""How the sources of an environment stand, and what people do about them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from engine.model.value import Value
from engine.runtime.house import House
from engine.runtime.sources.connecting import binding_of
from engine.store import ledger, sources
from engine.store.database import reading, transaction
from engine.store.sources import SourceState, Told

Beginning = Literal["now", "everything"]


class SourceStanding(Value):
    """One source."""

    name: str
    target: str
    objects: tuple[str, ...]
    state: Literal["new", "answers", "fails", "silent"]
    """new: nobody asked it yet; silent: it has not answered for longer than the environment allows."""
    answered_at: datetime | None
    next_at: datetime | None
    failures: int
    why: str
    cursor: str
    asked_by: str
    """Who asks it at this moment; empty when nobody does."""
    waiting_calls: int
    takes_calls: bool
    told: Mapping[Told, int]
    """Versions by what became of them."""


def standings(house: House) -> tuple[SourceStanding, ...]:
    """Return how every source of the environment stands, in its order."""
    with reading(house.engine) as tx:
        known = sources.states(tx)
        found = [
            (name, known.get(name), sources.waiting_calls(tx, name), sources.counts(tx, name))
            for name in house.library.environment.sources
        ]
    return tuple(_standing(house, name, state, waiting, told) for name, state, waiting, told in found)


def ask_now(house: House, name: str, *, by: str) -> None:
    """Have workers ask a source at once, also one that is left alone. Raises LookupError for an unknown one."""
    binding_of(house, name)
    now = house.clock.now()
    with transaction(house.engine) as tx:
        sources.begin(tx, name, now)
        sources.wake(tx, name, now)
        ledger.append(tx, at=now, document_id=None, kind="source_asked", actor=by, data={"source": name})


def reset(house: House, name: str, *, begin: Beginning, by: str, why: str) -> None:
    """Forget how far a source was asked. What was told stays known: the same version leads to nothing again.

    `now`: what stands there is taken as known; `everything`: what was never told becomes an event. Raises LookupError for an unknown source.
    """
    binding_of(house, name)
    now = house.clock.now()
    with transaction(house.engine) as tx:
        sources.begin(tx, name, now)
        before = sources.state(tx, name)
        sources.advance(
            tx, name, cursor="", is_begun=begin == "everything", began_at=now, next_at=now, failures=0, why="",
            lease_by=None, lease_until=None,
        )  # fmt: skip
        ledger.append(
            tx, at=now, document_id=None, kind="source_reset", actor=by,
            data={"source": name, "begin": begin, "why": why, "cursor": before.cursor if before else ""},
        )  # fmt: skip


def _standing(
    house: House, name: str, state: SourceState | None, waiting: int, told: Mapping[Told, int]
) -> SourceStanding:
    binding = house.library.environment.sources[name]
    return SourceStanding(
        name=name, target=binding.target, objects=tuple(binding.objects), state=_word(house, name, state),
        answered_at=state.answered_at if state else None, next_at=state.next_at if state else None,
        failures=state.failures if state else 0, why=state.why if state else "", cursor=state.cursor if state else "",
        asked_by=(state.lease_by if state else None) or "", waiting_calls=waiting, takes_calls=binding.webhook is not None,
        told=told,
    )  # fmt: skip


def _word(house: House, name: str, state: SourceState | None) -> Literal["new", "answers", "fails", "silent"]:
    if state is None:
        return "new"
    patience = timedelta(hours=house.library.environment.sources[name].silent_hours)
    if house.clock.now() - (state.answered_at or state.began_at) >= patience:
        return "silent"
    return "fails" if state.failures else "answers" if state.answered_at else "new"
