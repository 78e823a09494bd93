"""Looking through the gate: history judged by the live version and by a candidate, and what that would change."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.content import closure
from engine.content.edits import Edit, edits
from engine.content.library import Library
from engine.content.promotion_policy import PromotionPolicy
from engine.model.change import Change
from engine.model.errors import PostroomError
from engine.model.gate import Failed, GateReport, Subject
from engine.model.judged import Judged
from engine.runtime import history, replay
from engine.runtime.house import House
from engine.runtime.promotion import causes
from engine.runtime.promotion.owners import owners
from engine.runtime.promotion.policy import unmet
from engine.runtime.replaying import work_on
from engine.stages.compare import compare
from engine.stages.gate import grouped, refusals, summed, teams
from engine.store.database import reading

_MANY = 400
"""Documents from which on worker processes pay: each loads the program first."""


class Versions(NamedTuple):
    """The two versions of a flow that are held against each other."""

    flow: str
    """Its name."""
    live: Library
    candidate: Library

    @property
    def refs(self) -> tuple[str, str]:
        """`name@version` that is live, and of the candidate."""
        live, candidate = (
            next(ref for ref in one.environment.flows if ref.partition("@")[0] == self.flow)
            for one in (self.live, self.candidate)
        )
        return live, candidate


def versions(house: House, flow_ref: str) -> Versions:
    """Return what is live and what would be. Raises ContentError for a broken candidate, PostroomError without a live one."""
    name = flow_ref.partition("@")[0]
    live = house.library
    if not any(ref.partition("@")[0] == name for ref in live.environment.flows):
        there = ", ".join(live.environment.flows)
        raise PostroomError(
            f"No version of {name} is live in {live.environment.name}, so nothing shows what {flow_ref} would change. "
            f"Live there: {there}. Put a first version in with `postroom env adopt`."
        )
    return Versions(name, live, Library.candidate(house.settings.content_folder(), live.environment.name, flow_ref))


def look(
    house: House, both: Versions, *, by: str, last: int | None = None, ids: Sequence[str] | None = None,
    came_from: str | None = None,
) -> GateReport:  # fmt: skip
    """Judge history by both versions and report what changes. Nothing is written.

    `ids` are the documents to judge; without them the `last` received, or as many as the environment's policy says.
    `came_from` is the environment in which the candidate was tried.
    """
    policy = house.library.environment.promotion
    found = _wanted(house, ids, last or policy.documents)
    workers = len(os.sched_getaffinity(0)) if len(found) >= _MANY else 1
    outcomes = [one for one in work_on(house, both[1:], found, outcome, workers=workers) if one is not None]
    made = edits(both.live, both.candidate, both.flow)
    changes = [one for one in outcomes if isinstance(one, Change)]
    failed = [one for one in outcomes if isinstance(one, Failed)]
    changes = list(_with_causes(house, both, changes, made))
    report = _report(house, both, found, changes, failed, made, policy=policy, by=by)
    lacking = unmet(house, both.candidate, report.candidate, came_from=came_from)
    return report.model_copy(update={"refused": (*lacking, *report.refused)})


def _wanted(house: House, ids: Sequence[str] | None, last: int) -> list[str]:
    """Return the documents to judge, the oldest first; of other flows too, since all share what documents are read with."""
    with reading(house.engine) as tx:
        return (
            [one.document.id for one in history.histories(tx, ids)] if ids is not None else history.ids(tx, last=last)
        )


def _batches(house: House, wanted: Sequence[str], size: int = 200) -> Iterator[history.History]:
    for start in range(0, len(wanted), size):
        with reading(house.engine) as tx:
            yield from history.histories(tx, wanted[start : start + size])


def outcome(houses: Sequence[House], one: history.History, live: Mapping[str, str]) -> Change | Failed | None:
    """Return how a candidate (the second house) judges a document otherwise than what is live (the first), or None.

    A version that breaks is told, and stops nothing.
    """
    side = "live"
    try:
        before = replay.judged(houses[0], one, live=live)
        side = "candidate"
        after = replay.judged(houses[1], one, live=live, beside=_beside(houses, before))
    except Exception as e:  # noqa: BLE001 - a candidate may break in any way, and the report has to say so
        return Failed(document_id=one.document.id, side=side, error=f"{type(e).__name__}: {e}")
    return compare(before, after)


def _beside(houses: Sequence[House], before: Judged) -> replay.Beside | None:
    """Return what the candidate need not do again, because no edit touches it."""
    name = before.decision.flow.partition("@")[0]
    touched = _touched(replay.Same(houses[0].library), replay.Same(houses[1].library), name) if name else None
    if touched is None:
        return None
    return replay.Beside(before, judges_alike=touched <= _PLANNING, plans_alike=touched <= _JUDGING)


@lru_cache(maxsize=16)
def _touched(live: replay.Same, candidate: replay.Same, flow: str) -> frozenset[str] | None:
    """Return the kinds of edits between two libraries for the documents of a flow; None where it is not live on both."""
    try:
        return frozenset(one.kind for one in edits(live.library, candidate.library, flow))
    except LookupError:
        return None


_PLANNING: frozenset[str] = frozenset({"row", "xref"})
"""Kinds of edits that change nothing before a document is mapped."""
_JUDGING: frozenset[str] = frozenset({"rule", "threshold", "tolerance", "match", "parties", "reading", "layout"})
"""Kinds of edits that change nothing of how a document is mapped that was read and judged the same."""


def _with_causes(
    house: House, both: Versions, changes: Sequence[Change], made: Sequence[Edit]
) -> Iterable[Change]:  # fmt: skip
    kept = {one.document.id: one for one in _batches(house, [one.document_id for one in changes])}
    known: dict[tuple[bool, str], Judged] = {}

    def judge(library: Library, document_id: str) -> Judged:
        side = (library is both.live, document_id)
        if side in known and (library is both.live or library is both.candidate):
            return known[side]
        judged = replay.judged(replay.under(house, library), kept[document_id], live=house.library.digests)
        if library is both.live or library is both.candidate:
            known[side] = judged
        return judged

    return causes.proved(changes, made, live=both.live, candidate=both.candidate, flow=both.flow, judge=judge)


def _report(
    house: House, both: Versions, wanted: Sequence[str], changes: Sequence[Change], failed: Sequence[Failed],
    made: Sequence[Edit], *, policy: PromotionPolicy, by: str,
) -> GateReport:  # fmt: skip
    live, candidate = both.refs
    money = summed(changes)
    arrivals = [one.document.received_at for one in _batches(house, [*wanted[:1], *wanted[-1:]])]
    return GateReport(
        environment=house.library.environment.name, live=live, live_set=both.live.live.number if both.live.live else 0,
        candidate=candidate, candidate_digest=closure.digest_of(closure.closure(both.candidate, candidate)),
        at=house.clock.now(), by=by, documents=len(wanted), first=min(arrivals, default=None),
        last=max(arrivals, default=None), edits=tuple(causes.cause_of(one) for one in made), changes=tuple(changes),
        groups=grouped(changes),
        subjects=tuple(_subjects(house, [one.document_id for one in changes])), failed=tuple(failed),
        routes=tuple(one for one in money if one.what == "route"),
        money=tuple(one for one in money if one.what != "route"),
        refused=refusals(changes, failed, documents=len(wanted), policy=policy),
        approvals=teams(changes, owners(house, made)) if policy.approvals == "owners" else (),
    )  # fmt: skip


def _subjects(house: House, wanted: Sequence[str]) -> Iterator[Subject]:
    for one in _batches(house, wanted):
        judged = replay.done(one)
        record = judged.record
        yield Subject(
            document_id=one.document.id, name=one.document.name, vendor=record.value("vendor_name") or "",
            number=record.value("invoice_number") or "", total=record.value("total") or "",
            currency=record.value("currency") or "",
        )  # fmt: skip
