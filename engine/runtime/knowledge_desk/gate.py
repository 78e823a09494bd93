"""The promotion gate for pages: history is judged in the background, and who asks sees how far it is."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import structlog

from engine.content.environment import load_environments
from engine.content.live import LiveSet, read_live
from engine.model.errors import PostroomError
from engine.model.gate import GateReport
from engine.model.value import Value
from engine.runtime.house import House, open_house
from engine.runtime.knowledge_desk import drafts
from engine.runtime.otherwise import Trust
from engine.runtime.promotion import kept, switch
from engine.runtime.promotion.look import look, versions
from engine.store import ledger
from engine.store.database import reading

log = structlog.get_logger()
_KEPT = 50
"""Looks that are remembered after they ended."""
_SHOWN = 20


class Look(Value):
    """One look through the gate."""

    id: str
    candidate: str
    environment: str
    by: str
    begun: float
    """Seconds of a clock that only goes forward."""
    phase: Literal["waiting", "opening", "judging", "done", "failed"] = "waiting"
    report: str = ""
    """Id of the report, once it is done."""
    why: str = ""
    """Why it failed, in a sentence."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.phase in {"done", "failed"}


class Past(Value):
    """What the ledger tells of a report."""

    report: str
    environment: str
    candidate: str
    documents: int
    changes: int
    refused: tuple[str, ...]
    by: str
    at: str


_LOOKS: dict[str, Look] = {}
_ONE = threading.Semaphore(1)
"""One look at a time: it takes all processors there are."""


@contextmanager
def environment(house: House, name: str) -> Iterator[House]:
    """Open the house of another environment; what a promotion left half told is told first. Raises PostroomError."""
    known = load_environments(house.settings.content_folder() / "environments")
    if name not in known:
        raise PostroomError(f"There is no environment {name!r}; there are: {', '.join(known)}.")
    other = open_house(house.settings, environment=name)
    try:
        switch.settle(other)
        yield other
    finally:
        other.close()


def begin(house: House, candidate: str, to: str, *, by: str) -> Look:
    """Begin to judge history by a version and by what is live; `state` tells how far it is."""
    one = Look(id=secrets.token_hex(8), candidate=candidate, environment=to, by=by, begun=time.monotonic())
    for old in [key for key, other in _LOOKS.items() if other.is_over][:-_KEPT]:
        del _LOOKS[old]
    _LOOKS[one.id] = one
    threading.Thread(target=_looked, args=(house, one), name=f"gate-{one.id}", daemon=True).start()
    return one


def state(look_id: str) -> Look | None:
    """Return how far a look is; None for one that this process does not know (any more)."""
    return _LOOKS.get(look_id)


def _looked(house: House, one: Look) -> None:
    with _ONE:
        try:
            _tell(one, phase="opening")
            with environment(house, one.environment) as there:
                both = versions(there, one.candidate)
                _tell(one, phase="judging")
                trust = Trust(salt=there.clock.now().isoformat())
                seen = look(there, both, by=one.by, known="session", trust=trust)
                _tell(one, phase="done", report=kept.keep(there, seen))
        except PostroomError as e:
            _tell(one, phase="failed", why=e.message)
        except Exception as e:
            log.exception("gate_failed", candidate=one.candidate, environment=one.environment)
            _tell(one, phase="failed", why=f"{type(e).__name__}: {e}")


def _tell(one: Look, **news: str) -> None:
    _LOOKS[one.id] = _LOOKS[one.id].model_copy(update=news)


def reports(house: House) -> list[Past]:
    """Return the reports that were made last, the newest first."""
    with reading(house.engine) as tx:
        told = ledger.of_house(tx, kept.JUDGED)[-_SHOWN:]
    return [
        Past(
            report=str(one.data["report"]), environment=str(one.data["environment"]), candidate=str(one.data["candidate"]),
            documents=int(one.data["documents"]), changes=int(one.data["changes"]), by=one.actor,
            refused=tuple(map(str, one.data["refused"])), at=one.at.isoformat(),
        )
        for one in reversed(told)
    ]  # fmt: skip


def live(house: House, name: str) -> LiveSet | None:
    """Return what is live in an environment where promotion decides; None where its file names the flows."""
    return read_live(house.settings.content_folder(), name)


def agree(house: House, report: GateReport, *, team: str, by: str) -> None:
    """Keep a team's yes to a report. Raises PostroomError, also for those who wrote a part of what it is about."""
    with environment(house, report.environment) as there:
        if by.casefold() in {name.casefold() for name in writers(house, report)}:
            raise PostroomError(f"{by} wrote a part of {report.candidate}; somebody else of {team} has to agree.")
        kept.approve(there, report, team=team, by=by, known="session")


def writers(house: House, report: GateReport) -> frozenset[str]:
    """Return who wrote on pages what a report is about: pieces that are edited, and the flow."""
    refs = {f"flow/{report.candidate}", *(edit.ref.partition("#")[0] for edit in report.edits)}
    return frozenset[str]().union(*drafts.authors(house, refs).values())


def promote(house: House, report: GateReport, *, by: str, accepts_bindings: bool) -> LiveSet:
    """Make live what a report is about. Raises PostroomError saying what is missing."""
    with environment(house, report.environment) as there:
        return switch.promote(there, report, by=by, known="session", accepts_bindings=accepts_bindings)


def rollback(house: House, name: str, *, by: str) -> LiveSet:
    """Make what was live before live again. Raises PostroomError when nothing was."""
    with environment(house, name) as there:
        return switch.rollback(there, by=by, known="session")
