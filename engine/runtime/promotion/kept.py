"""Reports of the gate and what people said to them: kept in the blob store and in the ledger, and found again."""

import io
import re
from collections.abc import Collection, Iterator

from engine.content.ownership import load_ownership
from engine.model.errors import PostroomError
from engine.model.gate import GateReport, Known
from engine.model.value import Value, canonical_json
from engine.runtime.house import House
from engine.store import ledger
from engine.store.database import reading, transaction

JUDGED, APPROVED = "promotion_judged", "promotion_approved"
_LARGEST = 2 * 1024**3
"""Bytes of a report; one of ten thousand changed documents has some megabytes."""
_ID = re.compile(rb"[0-9a-f]{64}")
_SHORTEST = 6
"""Digits by which a report may be named."""


class Agreement(Value):
    """A team's yes to one report: who gave it, for which environment, and how the person is known."""

    team: str
    who: str
    environment: str = ""
    known: Known = "said"


def keep(house: House, report: GateReport) -> str:
    """Keep a report and return its id (SHA-256 of its canonical JSON)."""
    text = canonical_json(report.model_dump(mode="json")).encode()
    sha256, _ = house.blobs.put(io.BytesIO(text), limit=_LARGEST)
    data = {
        "report": sha256, "environment": report.environment, "candidate": report.candidate,
        "digest": report.candidate_digest, "documents": report.documents, "changes": len(report.changes),
        "refused": list(report.refused), "approvals": list(report.approvals),
    }  # fmt: skip
    _tell(house, JUDGED, by=report.by, data=data)
    return sha256


def find(house: House, name: str) -> GateReport:
    """Return a report by its id or the first digits of it. Raises PostroomError when there is none, or several."""
    if len(name) < _SHORTEST:
        raise PostroomError(f"Name a report by at least {_SHORTEST} digits.")
    fitting = {str(one["report"]) for one in _told(house, JUDGED) if str(one["report"]).startswith(name)}
    if len(fitting) != 1:
        raise PostroomError(
            f"{'No' if not fitting else 'More than one'} report begins with {name}. "
            "`postroom promote FLOW@N --to ENV --dry-run` makes one and says its id."
        )
    try:
        with house.blobs.open(fitting.pop()) as stream:
            return GateReport.model_validate_json(stream.read())
    except FileNotFoundError as e:
        raise PostroomError(
            f"Report {name} named a document that was erased since, and went with it. Look through the gate again."
        ) from e


def forget(house: House, document_ids: Collection[str]) -> int:
    """Remove the reports that name one of these documents; the ledger keeps who agreed to what. Return how many they were."""
    count = 0
    for sha256 in {str(one["report"]) for one in _told(house, JUDGED)} if document_ids else ():
        try:
            with house.blobs.open(sha256) as stream:
                named = set(_ID.findall(stream.read()))
        except FileNotFoundError:
            continue
        if not named.isdisjoint(one.encode() for one in document_ids):
            house.blobs.remove(sha256)
            count += 1
    return count


def approve(
    house: House, report: GateReport, *, team: str, by: str, known: Known = "said"
) -> tuple[Agreement, ...]:  # fmt: skip
    """Keep a team's yes to a report, and return all there are. Raises PostroomError for a team that is not asked."""
    teams = load_ownership(house.settings.content_folder()).teams
    if team not in teams:
        raise PostroomError(f"There is no team {team!r}; there are: {', '.join(teams)}.")
    if report.refused:
        raise PostroomError(f"Policy does not let it through, whoever agrees: {report.refused[0]}")
    if house.library.environment.promotion.four_eyes and by.casefold() == report.by.casefold():
        raise PostroomError(f"{by} looked through the gate for it; somebody else of {team} has to agree.")
    if (team, by) not in {(one.team, one.who) for one in agreements(house, report.id)}:
        data: dict[str, object] = {
            "report": report.id, "team": team, "candidate": report.candidate, "environment": report.environment,
            "known": known,
        }  # fmt: skip
        _tell(house, APPROVED, by=by, data=data)
    return agreements(house, report.id)


def agreements(house: House, report_id: str) -> tuple[Agreement, ...]:
    """Return who agreed to a report, in the order in which they did."""
    events = (one for one in _told(house, APPROVED) if one["report"] == report_id)
    return tuple(
        Agreement.model_validate({
            "team": one["team"], "who": one["actor"],
            **{name: one[name] for name in ("environment", "known") if name in one},
        })
        for one in events
    )  # fmt: skip


def _told(house: House, kind: str) -> Iterator[dict[str, object]]:
    with reading(house.engine) as tx:
        yield from ({**event.data, "actor": event.actor} for event in ledger.of_house(tx, kind))


def _tell(house: House, kind: str, *, by: str, data: dict[str, object]) -> None:
    with transaction(house.engine) as tx:
        ledger.append(tx, at=house.clock.now(), document_id=None, kind=kind, actor=by, data=data)
