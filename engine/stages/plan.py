"""Plan: a decision to post becomes operations, each with a key that names the business fact and never the payload.

Pure. The operation key is `flow/target/object/type/business key`: the flow's name without its version, so that a new version
of the rules or of the mapping does not post the same invoice again; the document type, so that a credit note that bears
the number of its invoice is another fact.
"""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from engine.content.converters import Rates
from engine.content.environment import Environment
from engine.content.flow import Flow, Send
from engine.content.matrix import Matrix
from engine.model.decision import Decision
from engine.model.finding import Finding, Severity
from engine.model.operation import Operation, Plan
from engine.model.record import Match, Record
from engine.model.value import Value, digest
from engine.stages.promises import addressed
from engine.stages.transform import transform

_TYPE = "document_type"
NO_OTHER_KEYS: Mapping[str, str] = MappingProxyType({})
_RANK: tuple[Severity, ...] = ("fatal", "error", "warning", "info")


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
    values = {**header, "vendor_id": key_part(vendor_id), _TYPE: record.type}
    missing = tuple(name for name in flow.key_fields if not values.get(name))
    key = flow.key(values)
    if key is None or missing:
        return BusinessKey(None, missing)
    return BusinessKey(key if _TYPE in flow.key_fields else f"{record.type}/{key}", ())


def key_part(value: str) -> str:
    """Return one part of a key in its one spelling: NFKC, capitals, single blanks, `%` and `/` escaped."""
    folded = " ".join(unicodedata.normalize("NFKC", value).casefold().upper().split())
    return folded.replace("%", "%25").replace("/", "%2F")


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
    own = {send.called: operation_key(flow, send, fact.key) for send in flow.sends}
    keys = {called: other_keys.get(key, key) for called, key in own.items()}
    operations: list[Operation] = []
    findings: list[Finding] = []
    is_held = False
    for send in flow.sends:
        matrix = library.matrices[send.mapping]
        made = transform(
            record, matrix=matrix, vendor=vendor, order=order, environment=library.environment, rates=rates
        )
        findings += made.findings
        is_held = is_held or not made.is_sendable
        payload = addressed(made.payload, flow, keys, library.matrices)
        operations.append(
            Operation(
                key=keys[send.called], document_id=record.document_id, revision=record.revision, target=send.target,
                object=send.object, payload=payload, options=matrix.options, mapping=matrix.ref,
                payload_digest=digest(payload), lineage=made.lineage,
                after=tuple(keys[name] for name in send.after), deadline_hours=send.deadline_hours,
            )
        )  # fmt: skip
    whole = Plan(document_id=record.document_id, revision=record.revision, operations=tuple(operations))
    findings.sort(key=lambda finding: _RANK.index(finding.severity))
    return Planned(plan=None if is_held else whole, findings=tuple(findings))


def operation_key(flow: Flow, send: Send, key: str) -> str:
    """Return the key under which one write takes effect once: `ap_invoice/erp/vendor_invoice/invoice/4711/RE-1`."""
    return f"{flow.name}/{send.target}/{send.object}/{key}"


def _incomplete_key(flow: Flow, missing: tuple[str, ...]) -> Finding:
    names = ", ".join(missing)
    return Finding(
        code="business_key_incomplete",
        severity="error",
        message=f"Without {names} nobody can tell whether this was posted before. Enter it from the document.",
        fields=missing,
        evidence=(("flow", flow.ref), ("business_key", flow.business_key), ("missing", names)),
    )
