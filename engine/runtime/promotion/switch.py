"""Making a version live and taking it back: one file is replaced, so that there is never half a promotion.

The ledger is told before (`promotion_begun`) and after (`promoted`, `rolled_back`). When a process dies between the two,
the live file says which of them is true, and `settle` tells the ledger.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal

from engine.content import closure
from engine.content.library import Library, replaced
from engine.content.live import Canary, LiveFlow, LiveSet, live_file, read_live, write_live
from engine.model.errors import PostroomError
from engine.model.gate import GateReport, Known
from engine.runtime.house import House
from engine.runtime.promotion import bound, kept
from engine.store import ledger
from engine.store.database import reading, transaction
from engine.store.turnstile import TooLong, Turnstile

BEGUN = "promotion_begun"
_SHOWN = 5
"""Bindings that are named in a sentence."""


class NotAgreed(PostroomError):
    """Somebody still has to agree."""


Ended = Literal["promoted", "rolled_back"]
_PATIENCE = 30
"""Seconds to wait for another promotion in the same environment."""


def promote(
    house: House, report: GateReport, *, by: str, known: Known = "said", accepts_bindings: bool = False
) -> LiveSet:  # fmt: skip
    """Make a candidate live, as its report allows. Raises PostroomError saying what is missing.

    `accepts_bindings` says that whoever promotes looked at the bindings that differ from where the version was tried.
    """
    root, environment = house.settings.content_folder(), house.library.environment.name
    with _alone(root, environment):
        settle(house)
        live = _live(root, environment)
        _refuse_other(house, report, live)
        candidate = Library.candidate(root, environment, report.candidate)
        digest = closure.digest_of(closure.closure(candidate, report.candidate))
        if digest != report.candidate_digest:
            raise PostroomError(
                f"{report.candidate} is not what it was when the report was made. Look through the gate again."
            )
        _refuse_open(house, report, by=by)
        bindings = _agreed_bindings(house, report, candidate, live, is_agreed=accepts_bindings)
        refs = replaced(live.refs, report.candidate)
        return _switch(
            house, live,
            closure.live_set(candidate, refs, at=house.clock.now(), by=by, report=report.id, after=live).model_copy(
                update={"bindings": bindings}
            ),
            "promoted", known,
        )  # fmt: skip


def rollback(house: House, *, by: str, known: Known = "said") -> LiveSet:
    """Make the set that was live before live again, as a new set. Raises PostroomError when there is none."""
    root, environment = house.settings.content_folder(), house.library.environment.name
    with _alone(root, environment):
        settle(house)
        live = _live(root, environment)
        if not live.before:
            raise PostroomError(f"There is no set before set {live.number} in {environment} to go back to.")
        earlier = live.before[0]
        library = Library.of_set(root, environment, earlier)
        refs = tuple(flow.ref for flow in earlier.flows)
        new = closure.live_set(library, refs, at=house.clock.now(), by=by, report=earlier.report, after=live)
        if new.flows != earlier.flows:
            changed = next(flow.ref for flow, was in zip(new.flows, earlier.flows, strict=True) if flow != was)
            raise PostroomError(f"{changed} is not what it was when it was live. Put its files back, then roll back.")
        # going back twice goes further back, not to and fro
        new = new.model_copy(update={"before": live.before[1:], "bindings": live.bindings})
        return _switch(house, live, new, "rolled_back", known)


def try_out(house: House, flow_ref: str, *, percent: int | None, by: str) -> LiveSet:
    """Let a version judge live documents: without effects (`percent` None), or a share of them for good.

    Raises PostroomError when the version is broken or not of a live flow.
    """
    root, environment = house.settings.content_folder(), house.library.environment.name
    with _alone(root, environment):
        live = _live(root, environment)
        candidate = Library.candidate(root, environment, flow_ref)
        one = closure.live_flow(candidate, flow_ref)
        what: dict[str, LiveFlow] = (
            {"shadow": one} if percent is None else {"canary": Canary(ref=one.ref, digest=one.digest, percent=percent)}
        )
        new = live.model_copy(update=what)
        write_live(root, environment, new)
        share = {} if percent is None else {"percent": percent}
        _tell(house, f"{next(iter(what))}_begun", by=by, data={"ref": flow_ref, "digest": one.digest, **share})
        return new


def end_trials(house: House, *, by: str) -> LiveSet:
    """Take canary and shadow away."""
    root, environment = house.settings.content_folder(), house.library.environment.name
    with _alone(root, environment):
        live = _live(root, environment)
        write_live(root, environment, live.model_copy(update={"canary": None, "shadow": None}))
        _tell(house, "trials_ended", by=by, data={"refs": [one.ref for one in live.others]})
        return _live(root, environment)


def settle(house: House) -> None:
    """Tell the ledger how a promotion ended whose process died. Repeatable."""
    root, environment = house.settings.content_folder(), house.library.environment.name
    with reading(house.engine) as tx:
        begun = [one for one in ledger.of_house(tx, BEGUN) if one.data["environment"] == environment]
        ended = {
            one.data["begun"]
            for kind in ("promoted", "rolled_back", "promotion_lost")
            for one in ledger.of_house(tx, kind)
        }
    live = read_live(root, environment)
    for one in (one for one in begun if one.seq not in ended):
        is_live = (
            live is not None and live.number == one.data["set"] and [f.ref for f in live.flows] == one.data["flows"]
        )
        kind = one.data["as"] if is_live else "promotion_lost"
        _tell(house, kind, by=one.actor, data={**one.data, "begun": one.seq})


def _switch(house: House, live: LiveSet, new: LiveSet, kind: Ended, known: Known) -> LiveSet:
    root, environment = house.settings.content_folder(), house.library.environment.name
    data = {
        "environment": environment, "set": new.number, "flows": list(new.refs), "was": list(live.refs),
        "report": new.report, "as": kind, "known": known, "bindings": new.bindings,
    }  # fmt: skip
    seq = _tell(house, BEGUN, by=new.by, data=data)
    write_live(root, environment, new)
    _tell(house, kind, by=new.by, data={**data, "begun": seq})
    return new


def _live(root: Path, environment: str) -> LiveSet:
    live = read_live(root, environment)
    if live is None:
        raise PostroomError(
            f"What is live in {environment} is written by hand. `postroom env adopt {environment}` hands it to promotion."
        )
    return live


def _agreed_bindings(
    house: House, report: GateReport, candidate: Library, live: LiveSet, *, is_agreed: bool
) -> str | None:  # fmt: skip
    """Return the digest of the bindings that differ. Raises NotAgreed for those that nobody looked at yet."""
    sources = {one.source for one in report.bindings}
    now = bound.rebound(house, candidate, report.candidate, came_from=next(iter(sources), None))
    if now != report.bindings:
        raise PostroomError("Bindings are not what they were when the report was made. Look through the gate again.")
    found = bound.digest_of(now)
    if found is not None and found != live.bindings and not is_agreed:
        names = ", ".join(one.name for one in now[:_SHOWN]) + (
            f" and {len(now) - _SHOWN} more" if len(now) > _SHOWN else ""
        )
        raise NotAgreed(
            f"Bound otherwise than in {now[0].source}: {names}. Look at them in the report, then say --accept-bindings."
        )
    return found


def _refuse_other(house: House, report: GateReport, live: LiveSet) -> None:
    """Refuse a report about another environment, another live set, or from too long ago."""
    environment, policy = house.library.environment.name, house.library.environment.promotion
    if report.environment != environment:
        raise PostroomError(f"The report is about {report.environment}, not {environment}.")
    if report.live_set != live.number:
        raise PostroomError(
            f"The report was made against set {report.live_set}, and set {live.number} is live. Look through the gate again."
        )
    if house.clock.now() - report.at > timedelta(days=policy.report_days):
        raise PostroomError(f"The report is older than {policy.report_days} days. Look through the gate again.")


def _refuse_open(house: House, report: GateReport, *, by: str) -> None:
    """Refuse what policy refuses, and what not everybody agreed to who has to."""
    policy = house.library.environment.promotion
    if report.refused:
        raise PostroomError(report.refused[0])
    given = kept.agreements(house, report.id)
    others = [one for one in given if one.who.casefold() not in {by.casefold(), report.by.casefold()}]
    valid = others if policy.four_eyes else list(given)
    open_teams = [team for team in report.approvals if team not in {one.team for one in valid}]
    if open_teams:
        raise NotAgreed(
            f"{', '.join(open_teams)} did not agree yet. `postroom approve {report.id[:12]} --to {report.environment} --as {open_teams[0]} --by NAME`"
        )
    if policy.four_eyes and not valid and report.edits:
        raise NotAgreed(
            f"Somebody other than {by} has to agree. `postroom approve {report.id[:12]} --to {report.environment} --as TEAM --by NAME`"
        )


@contextmanager
def _alone(root: Path, environment: str) -> Iterator[None]:
    """Let one promotion at a time change an environment's live file."""
    lock = live_file(root, environment).with_suffix(".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with Turnstile(lock).turn(time.monotonic() + _PATIENCE):
            yield
    except TooLong as e:
        raise NotAgreed(f"Somebody else is promoting to {environment}. Try again when that is over.") from e


def _tell(house: House, kind: str, *, by: str, data: dict[str, object]) -> int:
    with transaction(house.engine) as tx:
        return ledger.append(tx, at=house.clock.now(), document_id=None, kind=kind, actor=by, data=data).seq
