"""Everything that the desk shows of one document, with what has to be decided marked. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from engine.content.flow import Flow
from engine.model.decision import Decision, RuleOutcome
from engine.model.document import Document
from engine.model.field import Field
from engine.model.judged import Judged
from engine.model.operation import AuditEvent, Operation
from engine.model.purchasing import OrderMatch, Verdict
from engine.model.record import Match, Record
from engine.runtime import merged, ordering, replay
from engine.runtime.desk.answering import Hold, holds
from engine.runtime.desk.lessons import Lesson, behind
from engine.runtime.desk.match_grid import Grid, grid
from engine.runtime.history import History
from engine.runtime.house import House
from engine.runtime.merged import Merge
from engine.runtime.rates import rates_of
from engine.runtime.witness import Recorded
from engine.stages import plan as plan_stage
from engine.stages.lineage import Leaf, leaves
from engine.stages.transform import traced
from engine.store import desk, documents, ledger, operations, reviews
from engine.store.database import reading
from engine.store.desk import Comment, Draft
from engine.store.reviews import ReviewItem


class Shown(NamedTuple):
    """A field as the desk shows it."""

    path: str
    field: Field | None
    """None: not on the document, as far as was read."""
    why: tuple[RuleOutcome, ...]
    """Rules that want a decision about it."""
    is_mandatory: bool

    @property
    def is_asked(self) -> bool:
        """Whether a person is asked about it."""
        return bool(self.why)

    @property
    def comes_first(self) -> bool:
        """Whether it stands on the document, has to, or is asked about; what was only derived comes later."""
        derived = self.field is not None and self.field.provenance.how in {"inferred", "looked_up", "rule"}
        return self.is_asked or self.is_mandatory or not derived


class Write(NamedTuple):
    """What would be written to a target, or was."""

    target: str
    object: str
    mapping: str
    leaves: tuple[Leaf, ...]
    held: tuple[str, ...]
    """Why it cannot be written, in words."""


class Sight(NamedTuple):
    """One document on the desk."""

    document: Document
    item: ReviewItem | None
    record: Record | None
    decision: Decision | None
    holds: tuple[Hold, ...]
    noted: tuple[RuleOutcome, ...]
    """Rules that fired and ask for nothing."""
    header: tuple[Shown, ...]
    lines: tuple[Mapping[str, Field], ...]
    taxes: tuple[Mapping[str, Field], ...]
    vendor: Match | None
    order: Match | None
    ordered: OrderMatch | None
    verdicts: tuple[Verdict, ...]
    grid: Grid | None
    """The match line by line, where orders were looked for."""
    writes: tuple[Write, ...]
    operations: tuple[Operation, ...]
    comments: tuple[Comment, ...]
    draft: Draft | None
    events: tuple[AuditEvent, ...]
    children: tuple[str, ...]
    merge: Merge | None
    """What a person said of it as a part of another document, or as one made of several."""
    lessons: Mapping[str, Lesson]
    """By path of a field: what taught the place that it was read at."""


def sight(house: House, document_id: str, *, by: str) -> Sight:
    """Return what the desk shows of a document. Raises LookupError for an unknown id."""
    with reading(house.engine) as tx:
        document = documents.get(tx, document_id)
        if document is None:
            raise LookupError(f"no document {document_id}")
        item = reviews.open_of(tx, document_id)
        written = tuple(operations.of_document(tx, document_id))
        said, typed = desk.comments(tx, document_id), desk.draft(tx, document_id, by=by)
        events = tuple(ledger.story(tx, document_id))
        merge = merged.of(tx, document_id)
        children = tuple(child.id for child in documents.children(tx, document_id))
    history, known = _judged(house, document_id)
    decision = known.decision if known and known.decision.flow else None
    record = known.record if known else None
    with reading(house.engine) as tx:
        taught = behind(tx, record) if record else {}
    matched: Mapping[str, Any] = (history.match if history else None) or {}
    holding = holds(house, decision) if decision and document.state == "in_review" else ()
    fired = decision.rules if decision else ()
    ordered = OrderMatch.model_validate(matched[ordering.ORDERED]) if ordering.ORDERED in matched else None
    verdicts = tuple(map(Verdict.model_validate, matched.get("verdicts", ())))
    return Sight(
        document=document, item=item, record=record, decision=decision, holds=holding,
        noted=tuple(one for one in fired if one.fired and one.route is None),
        header=tuple(header(house, record, decision, holding)) if record else (),
        lines=_rows(record.lines) if record else (), taxes=_rows(record.taxes) if record else (),
        vendor=known.vendor if known else None, order=known.order if known else None,
        ordered=ordered, verdicts=verdicts,
        grid=_grid(house, history, known, ordered, verdicts) if history and known and ordered else None,
        writes=tuple(_writes(house, history, known)) if history and known and decision else (),
        operations=written, comments=said, draft=typed, events=events, children=children, merge=merge,
        lessons=taught,
    )  # fmt: skip


def header(house: House, record: Record, decision: Decision | None, holding: Sequence[Hold]) -> Iterable[Shown]:
    """Yield the fields of the head: first what is asked about, then in the order of the schema what was read or must be there."""
    flow = house.library.flows.get(decision.flow) if decision else None
    schema = house.library.schemas[flow.record if flow else "invoice"]["properties"]
    ruleset = house.library.rulesets.get(decision.ruleset) if decision else None
    must = frozenset(ruleset.mandatory) if ruleset else frozenset()
    read = {one.name: one for one in record.fields}
    why: dict[str, list[RuleOutcome]] = {}
    for hold in holding:
        for name in hold.outcome.fields:
            why.setdefault(name, []).append(hold.outcome)
    for name in dict.fromkeys((*why, *schema, *read)):
        if (name in read or name in must or name in why) and name not in {"lines", "taxes"} and "[" not in name:
            yield Shown(name, read.get(name), tuple(why.get(name, ())), name in must)


def _judged(house: House, document_id: str) -> tuple[History | None, Judged | None]:
    try:
        history = replay.one(house, document_id)
    except LookupError:
        return None, None
    return history, replay.done(history)


def _grid(
    house: House, history: History, known: Judged, ordered: OrderMatch, verdicts: Sequence[Verdict]
) -> Grid | None:  # fmt: skip
    """Return the match beside what the orders and receipts said on the day it was made."""
    ruleset = house.library.rulesets.get(known.decision.ruleset)
    if ordered.outcome == "not_asked" or known.vendor is None or ruleset is None:
        return None
    told = Recorded(house.engine, history.statement, at=history.judged_at)
    vendor_id, policy = ordering.sure(known.vendor), ruleset.match.orders
    orders, receipts = ordering.concerned(known.record, vendor_id, policy, known.document_id, told)
    return grid(known.record, ordered, verdicts, orders, receipts)


def _rows(rows: Iterable[Sequence[Field]]) -> tuple[Mapping[str, Field], ...]:
    return tuple({field.name: field for field in row} for row in rows)


def _writes(house: House, history: History, known: Judged) -> Iterable[Write]:
    """Yield what each send of the flow would write now, with the origin of every value."""
    flow: Flow | None = house.library.flows.get(known.decision.flow)
    if flow is None or known.vendor is None or known.order is None:
        return
    rates = rates_of(Recorded(house.engine, history.statement, at=history.judged_at))
    missing = plan_stage.business_key(known.record, flow=flow, vendor=known.vendor).missing
    for send in flow.sends:
        matrix = house.library.matrices[send.mapping]
        mapped, worked = traced(
            known.record, matrix=matrix, vendor=known.vendor, order=known.order,
            environment=house.library.environment, rates=rates,
        )  # fmt: skip
        held = [one.message for one in mapped.findings] if not mapped.is_sendable else []
        held += [f"{name} is not known" for name in missing]
        found = leaves(mapped, worked, matrix=matrix, record=known.record)
        yield Write(send.target, send.object, matrix.ref, found, tuple(held))
