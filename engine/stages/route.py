"""Turns what the rules said into one decision."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from engine.content.flow import Flow
from engine.model.decision import ROUTE_RANK, Decision, FactValue, RuleOutcome
from engine.model.finding import SEVERITY_RANK, Finding


def route(
    outcomes: Sequence[RuleOutcome],
    *,
    flow: Flow,
    facts: Mapping[str, FactValue],
    confidence: float,
    waived: Collection[str] = (),
    digests: Iterable[tuple[str, str]] = (),
) -> Decision:
    """Return where the document goes.

    Routes only escalate: the highest one asked for wins. Of the rules that ask for it the most severe decides, of equals
    the first in the file; its message and queue are the decision's. No rule: the document is posted. Rules in `waived`
    ask for nothing: a person let pass what they hold.
    """
    fired = [one for one in outcomes if one.fired and one.route is not None and one.id not in waived]
    chosen = max((outcome.route for outcome in fired if outcome.route), key=ROUTE_RANK.__getitem__, default="post")
    deciding = sorted(
        (outcome for outcome in fired if outcome.route == chosen), key=lambda outcome: -SEVERITY_RANK[outcome.severity]
    )
    passed = f"; {len(waived)} were let pass" if waived else ""
    return Decision(
        route=chosen,
        queue=deciding[0].queue if deciding else None,
        reasons=tuple(outcome.id for outcome in deciding),
        message=deciding[0].message if deciding else f"No rule objected; {len(outcomes)} were looked at{passed}.",
        rules=tuple(outcomes),
        facts=tuple(facts.items()),
        confidence=confidence,
        flow=flow.ref,
        ruleset=flow.ruleset,
        waived=tuple(waived),
        digests=tuple(digests),
    )


def without_flow(
    document_type: str, *, findings: Sequence[Finding] = (), queue: str = "intake", declined: Sequence[str] = ()
) -> Decision:
    """Return the decision for a document that no live flow takes: a person sorts it, told first what went wrong in reading.

    `declined` are flows that take its type, but not as it came or reads.
    """
    errors = [finding for finding in findings if finding.severity in {"error", "fatal"}]
    what = "It is not known what this is" if document_type == "unknown" else f"Nothing is set up for a {document_type}"
    if declined:
        what = f"This {document_type} does not meet the conditions (`when`) of {', '.join(declined)}"
    return Decision(
        route="review", queue=queue, reasons=(*dict.fromkeys(finding.code for finding in errors), "no_flow"),
        message=errors[0].message if errors else f"{what}. Sort it, or reject it.",
        rules=(), facts=(("document_type", document_type),), confidence=0.0, flow="", ruleset="",
    )  # fmt: skip
