"""Keeps what readings were worth, draws audits, steps automation down, and fits thresholds to what people found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import structlog
from sqlalchemy import Connection

from engine.content.confidence import Levels
from engine.content.ruleset import Ruleset
from engine.model.correction import Correction
from engine.model.decision import Decision, RuleOutcome
from engine.model.document import Document
from engine.model.errors import PostroomError
from engine.model.field import FieldSet
from engine.model.finding import Finding
from engine.model.outcome import Comeback, Fit, Outcome
from engine.model.value import Value
from engine.runtime import questions, triage
from engine.runtime.house import House
from engine.runtime.witness import Witness
from engine.stages.facts.case import Case, needed, permille
from engine.stages.thresholds.audit import is_drawn, rate_at
from engine.stages.thresholds.back import comeback
from engine.stages.thresholds.drift import STEPS, broken_at
from engine.stages.thresholds.fit import fit
from engine.store import documents, ledger, outcomes, reviews
from engine.store.database import reading, transaction
from engine.store.writing import chunks

log = structlog.get_logger()
_AT_ONCE = 500
"""Documents whose decisions are read together."""
_UNSURE = frozenset({"unsure_count", "unsure_fields"})
AUDIT = "audit_sample"
"""Reason of the review item of a posted document that was drawn."""


def steps_of(witness: Witness, ruleset: Ruleset) -> int:
    """Return how many steps the automation of a ruleset stands down."""
    return witness.ask(questions.steps(ruleset.ref))


def told(steps: int) -> tuple[Finding, ...]:
    """Return what is said with each document that is judged while automation stands down."""
    if not steps:
        return ()
    message = f"Audits found too many errors, so readings must be surer than the rules say ({steps} of {STEPS} steps)."
    return (Finding(code="automation_stepped_down", severity="info", message=message),)


def note(tx: Connection, house: House, document: Document, case: Case, decision: Decision) -> None:
    """Keep how sure the machine was of what it read, and open an audit of a document that is posted and drawn.

    Kept is what is posted, and what only doubt about the reading holds back. What a person had a word in is not kept.
    """
    fields = needed(case.record, case.ruleset)
    is_straight = decision.route == "post"
    by_hand = any(field.provenance.how == "human" for field in fields)
    if by_hand or not (is_straight or _held_by_doubt(decision)):
        return
    rate = rate_at(case.ruleset.audit.rate_permille, case.steps)
    drawn = is_straight and is_drawn(document.id, case.ruleset.ref, rate)
    currency, total = case.at_stake
    is_new = outcomes.note(tx, Outcome(
        document_id=document.id, ruleset=case.ruleset.ref, vendor_group=case.vendor_group, is_straight=is_straight,
        currency=currency, amount=None if total is None else f"{total:f}",
        confidences=tuple((field.name, permille(field.confidence)) for field in fields),
        share_permille=1000 if not is_straight else rate if drawn else 0,
    ))  # fmt: skip
    if drawn and is_new:
        _open_audit(tx, house, document, case)


def review(tx: Connection, house: House, document_id: str, wrong: Sequence[str], *, by: str) -> None:
    """Keep what a person found about a reading (header fields that were wrong), and step down when it is too much."""
    known = outcomes.of_document(tx, document_id)
    if known is None:
        return
    checked = {name for name, _ in known.confidences}
    first = outcomes.review(tx, document_id, [name for name in wrong if name in checked], at=house.clock.now())
    ruleset = house.library.rulesets.get(known.ruleset)
    if first is not None and first.is_straight and first.counts and ruleset is not None:
        _watch(tx, house, ruleset, document_id, by)


def wrong_of(read: FieldSet, changes: Sequence[Correction]) -> list[str]:
    """Return the header fields whose value a person changed; saying the same value again confirms it."""
    return [one.path for one in changes if "[" not in one.path and read.value(one.path) != one.value]


def confirm(house: House, document_id: str, *, by: str) -> Outcome:
    """Keep that a person compared a document with its record and found everything right; an open audit is closed.

    Raises PostroomError when nothing is kept of the document, or somebody said something of it before.
    """
    now = house.clock.now()
    with transaction(house.engine) as tx:
        known = outcomes.of_document(tx, document_id)
        if known is None or known.wrong is not None:
            said = "nobody has to say it again" if known else "its reading is not counted"
            raise PostroomError(f"The document cannot be confirmed: {said}.")
        review(tx, house, document_id, [], by=by)
        if any(AUDIT in item.reasons and item.closed_at is None for item in reviews.of_document(tx, document_id)):
            reviews.close_reviews(tx, document_id, now)
        ledger.append(tx, at=now, document_id=document_id, kind="reading_confirmed", actor=by, data={})
    return known


class Subject(Value):
    """Documents whose thresholds are fitted: those judged by a ruleset, or only those of one flow."""

    ruleset: Ruleset
    flow: str = ""
    """`name@version`; empty: every flow that uses the ruleset."""
    name: str
    """What the proposed ruleset is called: a flow gets one of its own where others use the same."""

    @property
    def title(self) -> str:
        """Which documents, in words."""
        return self.flow or self.ruleset.ref


def subjects(house: House, *, ruleset: str = "", flows: Sequence[str] = ()) -> tuple[Subject, ...]:
    """Return what is fitted: a ruleset (that of the first live flow), or each of some live flows by name.

    Raises PostroomError for a ruleset or a live flow that is not there, and for a flow that uses another ruleset.
    """
    if not flows:
        rules = ruleset_of(house, ruleset)
        return (Subject(ruleset=rules, name=rules.name),)
    return tuple(_subject(house, flow, ruleset) for flow in flows)


def _subject(house: House, flow: str, ruleset: str) -> Subject:
    library = house.library
    live = library.environment.flows
    found = next((ref for ref in live if flow in {ref, ref.partition("@")[0]}), None)
    if found is None:
        raise PostroomError(f"there is no live flow {flow!r}; there are: {', '.join(live)}")
    ref = library.flows[found].ruleset
    if ruleset and ruleset != ref:
        raise PostroomError(f"{found} uses {ref}, not {ruleset}")
    rules = ruleset_of(house, ref)
    name = library.flows[found].name
    is_shared = any(other != found and library.flows[other].ruleset == ref for other in live)
    return Subject(ruleset=rules, flow=found, name=name if is_shared else rules.name)


def fit_history(house: House, subject: Subject, *, target: float, confidence: float) -> tuple[Fit, ...]:
    """Return what history says about the thresholds of a ruleset and of each of its groups, all proved together.

    The first is that of documents in no group. What was reviewed before automation last stepped down or up does not count:
    readings were worth something else then. Documents of a flow are those whose decision names it, at any version.
    """
    ruleset = subject.ruleset
    with reading(house.engine) as tx:
        history = outcomes.history(tx, ruleset.ref, since=outcomes.steps(tx, ruleset.ref)[1])
        if subject.flow:
            history = _of_flow(tx, history, subject.flow)
    levels: Mapping[str, Levels] = {"all": ruleset.confidence, **{one.name: one for one in ruleset.confidence.groups}}
    found: dict[str, list[Outcome]] = {name: [] for name in levels}
    for one in history:
        found[_scope(ruleset, one)].append(one)
    each = 1 - (1 - confidence) / len(levels)
    return tuple(
        fit(found[name], at.all_permille(), target=target, confidence=each, scope=name) for name, at in levels.items()
    )


def _of_flow(tx: Connection, history: Sequence[Outcome], flow: str) -> list[Outcome]:
    """Return the outcomes of documents whose last decision names a flow, at any version of it."""
    name = flow.partition("@")[0]
    kept: list[Outcome] = []
    for some in chunks(history, _AT_ONCE):
        decisions = documents.loaded(tx, [one.document_id for one in some], ["decision"])
        for one in some:
            last = max(decisions.get(one.document_id, {}).items(), default=None)
            if last is not None and last[1]["decision"]["flow"].partition("@")[0] == name:
                kept.append(one)
    return kept


def restore(house: House, ref: str, *, by: str, mended_at: datetime | None = None) -> Comeback:
    """Let the automation of a ruleset step up as far as held documents prove; audits so far no longer count.

    They prove it when of those that would pass again, and that people looked at since the last step down, so few were wrong
    that the error is below `audit.target` with a confidence of 95 %. `mended_at` is when the cause of the errors was mended:
    what was looked at before does not count. Raises PostroomError when nothing is proved, with how many more are needed.
    """
    ruleset, now = ruleset_of(house, ref), house.clock.now()
    with transaction(house.engine) as tx:
        count, since = outcomes.steps(tx, ruleset.ref)
        written = {"all": ruleset.confidence.all_permille()}
        written |= {one.name: one.all_permille() for one in ruleset.confidence.groups}
        counts_from = max((moment for moment in (since, mended_at) if moment is not None), default=None)
        held = [(one, written[_scope(ruleset, one)]) for one in outcomes.history(tx, ruleset.ref, since=counts_from)]
        found = comeback(held, steps=count, target=float(ruleset.audit.target))
        if not count:
            return found
        if found.steps == count:
            raise PostroomError(_unproved(ruleset, count, found))
        outcomes.set_steps(tx, ruleset.ref, found.steps, at=now, by=by)
        ledger.append(
            tx, at=now, document_id=None, kind="automation_restored", actor=by,
            data={"ruleset": ruleset.ref, "steps": found.steps, "before": count, "reviewed": found.reviewed,
                  "wrong": found.wrong, "mended_at": mended_at.isoformat() if mended_at else None},
        )  # fmt: skip
    return found


def _unproved(ruleset: Ruleset, count: int, found: Comeback) -> str:
    return (
        f"{ruleset.ref} stays {count} of {STEPS} steps down: of held documents that would pass again, {found.reviewed} were "
        f"looked at since and {found.wrong} were wrong. At least {found.missing} more without an error are needed to prove "
        f"that the error is below {ruleset.audit.target:.2%}."
    )


def ruleset_of(house: House, ref: str = "") -> Ruleset:
    """Return a ruleset by `name@version`, or that of the first live flow. Raises PostroomError when it is not there."""
    library = house.library
    wanted = ref or next((library.flows[one].ruleset for one in library.environment.flows), "")
    if wanted not in library.rulesets:
        raise PostroomError(f"there is no ruleset {wanted!r}; there are: {', '.join(library.rulesets)}")
    return library.rulesets[wanted]


def source_of(house: House, ruleset: Ruleset) -> str:
    """Return the text of the file of a ruleset."""
    file = house.settings.content_folder() / "rules" / "sets" / f"{ruleset.name}.v{ruleset.version}.yaml"
    return file.read_text(encoding="utf-8")


def _held_by_doubt(decision: Decision) -> bool:
    routed = [rule for rule in decision.rules if rule.fired and rule.route is not None]
    return decision.route == "review" and all(_is_doubt(rule) for rule in routed)


def _is_doubt(rule: RuleOutcome) -> bool:
    return any(name in _UNSURE for name, _ in rule.facts)


def _scope(ruleset: Ruleset, one: Outcome) -> str:
    total = None if one.amount is None else Decimal(one.amount)
    groups = ruleset.confidence.groups
    taken = (
        group.name for group in groups
        if group.takes(vendor_group=one.vendor_group, currency=one.currency, amount=total)
    )  # fmt: skip
    return next(taken, "all")


def _open_audit(tx: Connection, house: House, document: Document, case: Case) -> None:
    queue, now = case.ruleset.audit.queue, house.clock.now()
    urgency = triage.of_document(tx, house, document.id, case.record.revision, queue=queue, is_audit=True)
    message = "Posted without a person and drawn for audit. Compare it with the document; confirm it or correct it."
    reviews.open_review(
        tx, document_id=document.id, revision=case.record.revision, queue=queue, reasons=[AUDIT], message=message,
        at=now, urgency=urgency,
    )  # fmt: skip
    ledger.append(
        tx, at=now, document_id=document.id, kind="audit_opened", actor="system",
        data={"ruleset": case.ruleset.ref, "rate": str(case.ruleset.audit.rate), "steps": case.steps},
    )  # fmt: skip


def _watch(tx: Connection, house: House, ruleset: Ruleset, document_id: str, by: str) -> None:
    """Step automation down when the audits since the last step say that the target is broken."""
    count, since = outcomes.steps(tx, ruleset.ref)
    found = [bool(one.wrong) for one in outcomes.audits(tx, ruleset.ref, since=since)]
    if count >= STEPS or broken_at(found, target=float(ruleset.audit.target)) is None:
        return
    now = house.clock.now()
    outcomes.set_steps(tx, ruleset.ref, count + 1, at=now, by="system")
    ledger.append(
        tx, at=now, document_id=document_id, kind="automation_stepped_down", actor="system",
        data={"ruleset": ruleset.ref, "steps": count + 1, "audits": len(found), "wrong": sum(found), "told_by": by},
    )  # fmt: skip
    log.warning("automation_stepped_down", ruleset=ruleset.ref, steps=count + 1, audits=len(found), wrong=sum(found))
