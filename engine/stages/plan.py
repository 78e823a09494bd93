"""Plan: a decision to post becomes operations, each with a key that names the business fact and never the payload.

Pure. The operation key is `flow/target/object/type/business key`: the flow's name without its version, so that a new version
of the rules or of the mapping does not post the same invoice again; the document type, so that a credit note that bears
the number of its invoice is another fact. A send may write one object for each item of a list (`stages.items`); the item
then ends the key.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from engine.content.converters import Rates
from engine.content.environment import Environment
from engine.content.flow import Flow, Send
from engine.content.matrix import Matrix
from engine.content.receipt_reference import PROMISE
from engine.model.decision import Decision
from engine.model.finding import Finding, Severity
from engine.model.operation import Operation, Plan
from engine.model.record import Match, Record
from engine.model.value import Value, digest
from engine.stages.items import Made, item_keys, made_of
from engine.stages.key_parts import key_part
from engine.stages.parties.changes import asked_of
from engine.stages.promises import addressed, promises

_TYPE = "document_type"
NO_OTHER_KEYS: Mapping[str, str] = MappingProxyType({})
_RANK: tuple[Severity, ...] = ("fatal", "error", "warning", "info")
_HOLDS: frozenset[Severity] = frozenset({"fatal", "error"})


class Content(Protocol):
    """What planning needs of the library."""

    @property
    def matrices(self) -> Mapping[str, Matrix]:
        """Matrices by `name@version`."""

    @property
    def environment(self) -> Environment:
        """The environment in force."""


class BusinessKey(NamedTuple):
    """What makes two documents the same claim."""

    key: str | None
    """`invoice/4711/RE-2026-0815`; None when a part is missing."""
    missing: tuple[str, ...]
    """Names of the parts that the record and the match do not have."""


class Planned(Value):
    """The operations of a document, or what stands in their way."""

    plan: Plan | None
    findings: tuple[Finding, ...] = ()


def business_key(record: Record, *, flow: Flow, vendor: Match) -> BusinessKey:
    """Return the key of the business fact that a record states; duplicates are claimed by a coarser one (`stages.claim`).

    Parts are compared without regard to case, width and white space; `/` and `%` inside a part are escaped.
    """
    vendor_id = vendor.chosen.id if vendor.outcome == "one" and vendor.chosen is not None else ""
    header = {field.name: key_part(field.value) for field in record.fields}
    values = {**header, f"{vendor.kind}_id": key_part(vendor_id), **_account(record, vendor), _TYPE: record.type}
    missing = tuple(name for name in flow.key_fields if not values.get(name))
    key = flow.key(values)
    if key is None or missing:
        return BusinessKey(None, missing)
    return BusinessKey(key if _TYPE in flow.key_fields else f"{record.type}/{key}", ())


def _account(record: Record, party: Match) -> Mapping[str, str]:
    """Return who was matched among vendors and customers together, whose numbers may be the same; and what is asked of it."""
    asked = {"asked": key_part(" ".join(sorted(asked_of(record))))}
    return asked if party.chosen is None else {**asked, "account_id": key_part(f"{party.kind} {party.chosen.id}")}


def plan(
    record: Record, decision: Decision, *, flow: Flow, library: Content, vendor: Match, order: Match,
    rates: Rates | None = None, keys: Mapping[str, str] = NO_OTHER_KEYS,
) -> Planned:  # fmt: skip
    """Return the operations of a document that is to be posted, in the order in which they may leave.

    Any finding that holds one payload holds the whole plan: a document is never half planned. Findings come worst first.
    A decision other than `post` plans nothing. `rates` says what a currency cost on a day; `keys` other keys for operations
    whose own are used up (`stages.reversal`).
    """
    if decision.route != "post":
        return Planned(plan=Plan(document_id=record.document_id, revision=record.revision, operations=()))
    return mapped(record, flow=flow, library=library, vendor=vendor, order=order, rates=rates, other_keys=keys)


def mapped(
    record: Record, *, flow: Flow, library: Content, vendor: Match, order: Match, rates: Rates | None = None,
    other_keys: Mapping[str, str] = NO_OTHER_KEYS,
) -> Planned:  # fmt: skip
    """Return the same for a document that was decided to be posted."""
    fact = business_key(record, flow=flow, vendor=vendor)
    if fact.key is None:
        return Planned(plan=None, findings=(_incomplete_key(flow, fact.missing),))
    pieces: list[_Piece] = []
    findings: list[Finding] = []
    for send in flow.sends:
        made = made_of(
            record, matrix=library.matrices[send.mapping], vendor=vendor, order=order, environment=library.environment,
            rates=rates,
        )  # fmt: skip
        meant = [one for one in made if one.is_meant]
        items, faults = item_keys(record, send, meant)
        findings += [*faults, *(finding for one in meant for finding in one.mapped.findings)]
        own = operation_key(flow, send, fact.key)
        for item, one in zip(items, meant, strict=True):
            key = f"{own}/{item}" if item else own
            pieces.append(_Piece(send, item, other_keys.get(key, key), one))
    there = _by_send(pieces)
    findings += _unkept(pieces, there) if pieces or not flow.sends else [_nothing(flow)]
    findings.sort(key=lambda finding: _RANK.index(finding.severity))
    if any(finding.severity in _HOLDS for finding in findings):
        return Planned(plan=None, findings=tuple(findings))
    operations = tuple(_operation(record, piece, there, flow=flow, matrices=library.matrices) for piece in pieces)
    whole = Plan(document_id=record.document_id, revision=record.revision, operations=operations)
    return Planned(plan=whole, findings=tuple(findings))


class _Piece(NamedTuple):
    """One write of a plan that is being made."""

    send: Send
    item: str
    """Which item of the list it writes; empty for the whole record."""
    key: str
    made: Made

    def before(self, there: "_There") -> list["_Piece"]:
        """Return the writes that this one waits for: of the same item where both write items, else all of the send."""
        found: list[_Piece] = []
        for called in self.send.after:
            earlier = there.get(called, {})
            is_paired = any(self.send.is_paired(one.send) for one in earlier.values())
            found += [earlier[self.item]] if is_paired and self.item in earlier else []
            found += [] if is_paired else earlier.values()
        return found


_There = Mapping[str, Mapping[str, _Piece]]
"""Writes by what the flow calls the send, and by item."""


def _by_send(pieces: Sequence[_Piece]) -> _There:
    there: dict[str, dict[str, _Piece]] = {}
    for piece in pieces:
        there.setdefault(piece.send.called, {})[piece.item] = piece
    return there


def _operation(
    record: Record, piece: _Piece, there: _There, *, flow: Flow, matrices: Mapping[str, Matrix]
) -> Operation:  # fmt: skip
    send, matrix, before = piece.send, matrices[piece.send.mapping], piece.before(there)
    payload = addressed(piece.made.mapped.payload, flow, {one.send.called: one.key for one in before}, matrices)
    return Operation(
        key=piece.key, document_id=record.document_id, revision=record.revision, target=send.target, object=send.object,
        payload=payload, options=matrix.options, mapping=matrix.ref, payload_digest=digest(payload),
        lineage=piece.made.mapped.lineage, after=tuple(one.key for one in before), deadline_hours=send.deadline_hours,
    )  # fmt: skip


def _unkept(pieces: Sequence[_Piece], there: _There) -> Iterator[Finding]:
    """Yield the receipts that an item asks although nothing is written of the same item before."""
    for piece in pieces:
        told = {one.send.called for one in piece.before(there)}
        for path, promise in promises(piece.made.mapped.payload):
            asked = promise[PROMISE].partition(".")[0]
            if asked not in told:
                yield Finding(
                    code="item_not_sent", severity="error", evidence=(("mapping", piece.send.mapping), ("path", path)),
                    message=f"{path} of {piece.send.called} {piece.item} asks what {asked} was told, and no {asked} is sent of it.",
                )  # fmt: skip


def operation_key(flow: Flow, send: Send, key: str) -> str:
    """Return the key under which one write takes effect once: `ap_invoice/erp/vendor_invoice/invoice/4711/RE-1`.

    Writes of items add which one: `.../lines/3`.
    """
    return f"{flow.name}/{send.target}/{send.object}/{key}"


def _nothing(flow: Flow) -> Finding:
    return Finding(
        code="nothing_to_send", severity="error", evidence=(("flow", flow.ref),),
        message=f"{flow.name} sends nothing of this document: it has no item that would be sent. Compare it with the original.",
    )  # fmt: skip


def _incomplete_key(flow: Flow, missing: tuple[str, ...]) -> Finding:
    names = ", ".join(missing)
    return Finding(
        code="business_key_incomplete",
        severity="error",
        message=f"Without {names} nobody can tell whether this was posted before. Enter it from the document.",
        fields=missing,
        evidence=(("flow", flow.ref), ("business_key", flow.business_key), ("missing", names)),
    )
