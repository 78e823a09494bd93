"""The decision trace of a document: which rules spoke on which facts, by which thresholds, versions and matches."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from admin.http.reach import hidden
from admin.http.who import Needs
from admin.pages.desk import Shown, reached
from admin.pages.field_names import label
from admin.pages.shell import page
from engine.model.decision import Decision
from engine.model.person import Asker
from engine.model.record import Match, Record
from engine.runtime import rules, versions
from engine.runtime.house import House
from engine.stages.cover import covered, values
from engine.store import documents
from engine.store.database import reading

router = APIRouter(include_in_schema=False, prefix="/documents")


@router.get("/{document_id}/trace")
def trace(
    request: Request, asker: Annotated[Asker, Depends(Needs("read_documents"))], document_id: str,
    revision: Annotated[int, Query(ge=0, le=100_000)] = 0, reveal: Shown = (),
) -> HTMLResponse:  # fmt: skip
    """Show why a document went where it went."""
    house: House = request.app.state.house
    document = reached(house, asker, document_id)
    try:
        told = rules.explained(house, document.id, revision=revision or None)
    except LookupError as e:
        raise HTTPException(404, str(e)) from e
    decision = told.decision
    with reading(house.engine) as tx:
        stored = {kind: documents.load(tx, document.id, told.revision, kind) for kind in ("record", "match")}
    record = Record.model_validate(stored["record"]) if stored["record"] else None
    matched = {name: Match.model_validate(one) for name, one in (stored["match"] or {}).items() if _is_match(one)}
    masked = hidden(house, asker, document.id, reveal)
    known = values([one.model_dump(mode="json") for one in (record, *matched.values()) if one is not None], masked)
    return page(
        request, "knowledge/trace.html.j2", document=document, told=told, decision=decision, record=record,
        matched=matched, thresholds=_thresholds(house, decision, record), label=label, may_read=asker.may("read_content"),
        kept=versions.kept(house.settings.content_folder(), decision.digests),
        cover=lambda text: covered("" if text is None else str(text), known, masked),
        fact=lambda name, value: covered({name: value}, known, masked)[name],
        rules=sorted(told.rules, key=lambda one: (not one.decides, not one.fired)),
        revisions=range(1, document.revision + 1),
    )  # fmt: skip


def _thresholds(house: House, decision: Decision, record: Record | None) -> list[tuple[str, str, float | None]]:
    """Return (field, how sure it had to be, how sure it was read), as the rules stand today."""
    ruleset = house.library.rulesets.get(decision.ruleset)
    if ruleset is None:
        return []
    read = {one.name: one.confidence for one in record.fields} if record is not None else {}
    needed = dict.fromkeys(ruleset.mandatory, ruleset.confidence.default) | dict(ruleset.confidence.fields)
    return [(name, str(least), read.get(name)) for name, least in needed.items()]


def _is_match(one: object) -> bool:
    return isinstance(one, dict) and {"kind", "outcome"} <= one.keys()
