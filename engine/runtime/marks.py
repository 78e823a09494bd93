"""Marks: by which program, content and inputs a decision and a plan were made, kept beside them.

Judging is a pure function of the record, the statement, the content and the program. Where all of these are what they
were, the stored outcome is what judging again would make. Documents without marks are judged.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection

from engine.content.flow import Flow
from engine.content.library import Library
from engine.content.stage_keys import StageKeys, stage_keys
from engine.model.decision import Decision
from engine.runtime import program
from engine.store import documents
from engine.store.documents import Packed, StepKind

JUDGED: tuple[StepKind, ...] = ("decision", "lessons", "made_with", "match", "record", "witness")
"""What a decision rests on, and what was decided."""
PLANNED: tuple[StepKind, ...] = (*JUDGED, "plan")


class Standing(NamedTuple):
    """Which stored results a library would make again, surely; each of the first two needs the one before it."""

    facts: bool
    rules: bool
    plan: bool
    """The plan, for a decision to post."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing has to be judged."""
        return self.rules and self.plan


NOTHING = Standing(facts=False, rules=False, plan=False)


class Same:
    """A library by identity: two that are equal are compared too slowly."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def __hash__(self) -> int:
        return id(self.library)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.library is self.library


def mark_judged(
    tx: Connection, library: Library, document_id: str, revision: int, *, record_type: str, decision: Decision
) -> None:  # fmt: skip
    """Keep by what a decision was made that was saved in this transaction."""
    keys = keys_of(Same(library), decision.flow)
    if keys is None:
        return
    results = documents.stored(tx, [document_id], JUDGED)[document_id][revision]
    mark = {
        "program": program.digest(), "facts": keys.facts, "rules": keys.rules, "type": record_type,
        "route": decision.route, "content": content_digest(results, JUDGED),
    }  # fmt: skip
    documents.save(tx, document_id, revision, "judged_by", mark)


def mark_planned(tx: Connection, library: Library, document_id: str, revision: int, *, flow: str) -> None:
    """Keep by what a plan was made that was saved in this transaction."""
    keys = keys_of(Same(library), flow)
    if keys is None:
        return
    results = documents.stored(tx, [document_id], PLANNED)[document_id][revision]
    mark = {"program": program.digest(), "plan": keys.plan, "content": content_digest(results, PLANNED)}
    documents.save(tx, document_id, revision, "planned_by", mark)


def standing(library: Library, flow: Flow | None, results: Mapping[StepKind, Packed], judged_by: Any) -> Standing:
    """Return which of the stored results a library would make again by a flow; `judged_by` is the mark of the decision.

    What the record was read with is not looked at.
    """
    keys = None if flow is None else keys_of(Same(library), flow.ref)
    if keys is None or judged_by["program"] != program.digest():
        return NOTHING
    if judged_by["facts"] != keys.facts or judged_by["content"] != content_digest(results, JUDGED):
        return NOTHING
    rules = judged_by["rules"] == keys.rules
    if judged_by["route"] != "post":
        return Standing(facts=True, rules=rules, plan=True)
    planned_by = results["planned_by"].data if "planned_by" in results and "plan" in results else None
    plan = (
        planned_by is not None
        and (planned_by["program"], planned_by["plan"]) == (program.digest(), keys.plan)
        and planned_by["content"] == content_digest(results, PLANNED)
    )
    return Standing(facts=True, rules=rules, plan=plan)


def content_digest(results: Mapping[StepKind, Packed], kinds: Sequence[StepKind]) -> str:
    """Return one SHA-256 (hex) over results of steps as they lie in the store."""
    found = sha256()
    for kind in kinds:
        if kind in results:
            content = results[kind].content
            found.update(f"{kind} {len(content)}\n".encode())
            found.update(content)
    return found.hexdigest()


@lru_cache(maxsize=32)
def keys_of(same: Same, flow: str) -> StageKeys | None:
    """Return the keys of the stages for a flow version; None where nobody can say what is the same."""
    try:
        return stage_keys(same.library, same.library.flows[flow])
    except (KeyError, TypeError):
        return None
