"""Looking through the gate: history judged by the live version and by a candidate, and what that would change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from engine.content import closure
from engine.content.edits import edits
from engine.content.library import Library
from engine.content.mix import Edit
from engine.content.promotion_policy import PromotionPolicy
from engine.model.change import Change
from engine.model.errors import PostroomError
from engine.model.gate import Failed, GateReport, Known, Subject
from engine.model.judged import Judged
from engine.model.record import Record
from engine.runtime import history, replay
from engine.runtime.house import House
from engine.runtime.marks import NOTHING, Same
from engine.runtime.otherwise import TRUST, Trust, otherwise, standing
from engine.runtime.promotion import causes
from engine.runtime.promotion.bound import rebound
from engine.runtime.promotion.owners import owners
from engine.runtime.promotion.policy import unmet
from engine.runtime.replaying import processes, sieve, work_on
from engine.stages.compare import compare
from engine.stages.gate import grouped, refusals, summed, teams
from engine.store.database import reading


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
    came_from: str | None = None, trust: Trust | None = None, known: Known = "said",
) -> GateReport:  # fmt: skip
    """Judge history by both versions and report what changes. Nothing is written.

    `ids` are the documents to judge; without them the `last` received, or as many as the environment's policy says.
    `came_from` is the environment in which the candidate was tried. Outcomes that are stored and would surely be made
    again are taken over, as far as `trust` goes; when a single one of those that are judged all the same comes to
    something else, everything is judged.
    """
    policy = house.library.environment.promotion
    found = _wanted(house, ids, last or policy.documents)
    trust = trust or Trust(salt=house.clock.now().isoformat())
    seen = _judged(house, both, found, trust)
    doubted = seen.doubted
    if doubted:
        trust = Trust(is_blind=True)
        seen = _judged(house, both, found, trust)
    made = edits(both.live, both.candidate, both.flow)
    changes = list(_with_causes(house, both, seen.changes, made, trust))
    report = _report(house, both, found, changes, seen.failed, made, policy=policy, by=by)
    lacking = unmet(house, both.candidate, report.candidate, came_from=came_from)
    return report.model_copy(
        update={
            "refused": (*lacking, *report.refused),
            "taken_over": seen.taken_over,
            "doubted": doubted,
            "known": known,
            "bindings": rebound(house, both.candidate, report.candidate, came_from=came_from),
        }
    )


class Seen(NamedTuple):
    """What two versions make of history."""

    changes: list[Change]
    failed: list[Failed]
    doubted: tuple[str, ...]
    """Ids of documents whose stored outcome should have been what it is not."""
    taken_over: int
    """Documents for which nothing had to be judged."""


def _judged(house: House, both: Versions, wanted: Sequence[str], trust: Trust) -> Seen:
    """Judge by both versions what has to be."""
    found = sieve(house, both[1:], wanted, trust)
    rest = [one for one, kept in found.items() if not isinstance(kept, history.Kept)]
    work = partial(outcome, trust=trust)
    workers = processes(found.values(), None)
    outcomes = list(work_on(house, both[1:], rest, work, workers=workers, is_whole=True))
    return Seen(
        changes=[one for one in outcomes if isinstance(one, Change)],
        failed=[one for one in outcomes if isinstance(one, Failed)],
        doubted=tuple(one for one in outcomes if isinstance(one, str)), taken_over=len(found) - len(rest),
    )  # fmt: skip


def _wanted(house: House, ids: Sequence[str] | None, last: int) -> list[str]:
    """Return the documents to judge, the oldest first; of other flows too, since all share what documents are read with."""
    with reading(house.engine) as tx:
        return [one.document.id for one in history.kept(tx, ids)] if ids is not None else history.ids(tx, last=last)


def _batches(house: House, wanted: Sequence[str], size: int = 200) -> Iterator[history.Kept]:
    for start in range(0, len(wanted), size):
        with reading(house.engine) as tx:
            yield from history.kept(tx, wanted[start : start + size])


def outcome(
    houses: Sequence[House], kept: history.Kept, live: Mapping[str, str], *, trust: Trust = TRUST
) -> Change | Failed | str | None:
    """Return how a candidate (the second house) judges a document otherwise than what is live (the first), or None.

    A version that breaks is told, and stops nothing. The id of the document: what is stored of it was to be taken over,
    and is not what either version makes of it.
    """
    stands, side = [NOTHING if trust.is_blind else standing(one.library, kept, live) for one in houses], "live"
    is_checked = trust.is_drawn(kept.document.id) and any(one.facts for one in stands)
    try:
        before = otherwise(houses[0], kept, stands[0], live=live)
        side = "candidate"
        beside = None if stands[1].facts else _beside(houses, before or _done(houses, kept))
        after = otherwise(houses[1], kept, stands[1], live=live, beside=beside)
        if before is None and after is None and not is_checked:
            return None
        pair = before or _done(houses, kept), after or _done(houses, kept)
        if is_checked and _is_doubtful(houses, kept, live, pair):
            return kept.document.id
    except Exception as e:  # noqa: BLE001 - a candidate may break in any way, and the report has to say so
        return Failed(document_id=kept.document.id, side=side, error=f"{type(e).__name__}: {e}")
    return compare(*pair)


def _done(houses: Sequence[House], kept: history.Kept) -> Judged:
    return replay.done(kept.opened(houses[0].engine))


def _is_doubtful(
    houses: Sequence[House], kept: history.Kept, live: Mapping[str, str], pair: tuple[Judged, Judged]
) -> bool:  # fmt: skip
    """Tell whether one of two versions makes something else of a document when it judges it in full."""
    whole = kept.opened(houses[0].engine)
    full = [replay.judged(one, whole, live=live) for one in houses]
    return any(compare(*two) is not None for two in zip(pair, full, strict=True))


def _beside(houses: Sequence[House], before: Judged) -> replay.Beside | None:
    """Return what the candidate need not do again, because no edit touches it."""
    name = before.decision.flow.partition("@")[0]
    touched = _touched(Same(houses[0].library), Same(houses[1].library), name) if name else None
    if touched is None:
        return None
    return replay.Beside(before, judges_alike=touched <= _PLANNING, plans_alike=touched <= _JUDGING)


@lru_cache(maxsize=16)
def _touched(live: Same, candidate: Same, flow: str) -> frozenset[str] | None:
    """Return the kinds of edits between two libraries for the documents of a flow; None where it is not live on both."""
    try:
        return frozenset(one.kind for one in edits(live.library, candidate.library, flow))
    except LookupError:
        return None


_PLANNING: frozenset[str] = frozenset({"row", "xref"})
"""Kinds of edits that change nothing before a document is mapped."""
_JUDGING: frozenset[str] = frozenset(
    {"rule", "threshold", "tolerance", "match", "parties", "reading", "layout", "inbound"}
)
"""Kinds of edits that change nothing of how a document is mapped that was read and judged the same."""


def _with_causes(
    house: House, both: Versions, changes: Sequence[Change], made: Sequence[Edit], trust: Trust
) -> Iterable[Change]:  # fmt: skip
    kept = {one.document.id: one for one in _batches(house, [one.document_id for one in changes])}
    known: dict[tuple[bool, str], Judged] = {}
    live = house.library.digests

    def judge(library: Library, document_id: str) -> Judged:
        side = (library is both.live, document_id)
        if side in known and (library is both.live or library is both.candidate):
            return known[side]
        there, one = replay.under(house, library), kept[document_id]
        stands = NOTHING if trust.is_blind else standing(library, one, live)
        judged = otherwise(there, one, stands, live=live) or replay.done(one.opened(house.engine))
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
        record = Record.model_validate(one.data("record"))
        yield Subject(
            document_id=one.document.id, name=one.document.name, vendor=record.value("vendor_name") or "",
            number=record.value("invoice_number") or "", total=record.value("total") or "",
            currency=record.value("currency") or "",
        )  # fmt: skip
