"""`postroom show`: the story of one document."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import complain, out, print_json
from admin.cli.house import opened
from engine.model.decision import Decision
from engine.model.field import Field
from engine.model.operation import AuditEvent, Operation
from engine.runtime import story as stories
from engine.runtime import versions
from engine.runtime.story import Story
from engine.runtime.versions import Kept


def show(
    document: Annotated[str, typer.Argument(metavar="ID", help="Document id, or its first digits.")],
    *,
    rows: Annotated[
        bool, typer.Option("--rows", help="Of each posted value the mapping row, as it was written then.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole story as one JSON object.")] = False,
) -> None:
    """Print a document's story: fields with origin, findings, decision with rules, operations, receipts, ledger."""
    with opened() as house:
        try:
            told = stories.story(house, stories.find(house, document).id)
        except LookupError as e:
            complain(str(e))
            raise typer.Exit(1) from e
        root = house.settings.content_folder()
    content = versions.kept(root, told.decision.digests) if told.decision else ()
    if as_json:
        print_json({**told.model_dump(mode="json"), "content": [one.model_dump() for one in content]})
        return
    _head(told)
    _fields(told)
    _decision(told)
    _content(content)
    _operations(told)
    if rows and told.decision is not None:
        _rows(told.operations, root, told.decision)
    _ledger(told)


def origin(field: Field) -> str:
    """Return where a value comes from in a few words: `read p.1 (412,88) tesseract@5.3.0`."""
    where = field.provenance
    parts: list[str] = [where.how]
    if where.page is not None and where.box is not None:
        parts.append(f"p.{where.page} ({where.box.x0:.0f},{where.box.top:.0f})")
    if where.pointer:
        parts.append(where.pointer)
    if where.source:
        parts.append("from " + ", ".join(where.source))
    parts.append(where.by)
    return " ".join(filter(None, parts))


def _head(told: Story) -> None:
    document = told.document
    line = stories.line(told)
    out.print(
        f"[bold]{document.name}[/]  {document.blob.media_type}, {document.blob.size:,} bytes, from {document.source}"
    )
    out.print(f"id {document.id}, revision {document.revision}, received {document.received_at:%Y-%m-%d %H:%M:%S %Z}")
    if document.parent_id:
        out.print(f"taken out of {document.parent_id}")
    for child in told.children:
        out.print(f"contains {child}")
    out.print(
        f"state [bold]{document.state}[/] {line.queue} {', '.join(line.reasons)}  {line.message}\n", highlight=False
    )


def _fields(told: Story) -> None:
    if told.record is None:
        return
    kind = told.record.classification
    table = Table(
        "field", "value", "conf", "raw", "origin", box=None, title=f"{kind.type}, {kind.language}", title_justify="left"
    )
    for path, field in told.record.walk():
        table.add_row(path, field.value, f"{field.confidence:.2f}", field.raw, origin(field))
    out.print(table)
    for finding in told.record.findings:
        out.print(f"  {finding.severity} {finding.code}: {finding.message}", highlight=False)
    out.print()


def _decision(told: Story) -> None:
    if told.vendor is not None:
        out.print(f"vendor: {told.vendor.outcome}", highlight=False)
        for candidate in told.vendor.candidates[:5]:
            evidence = ", ".join(f"{signal} {what}" for signal, what in candidate.evidence)
            out.print(f"  {candidate.id} {candidate.name}: {evidence}", highlight=False)
    for one in told.positions:
        stands = f"  {one.standing} {one.told}"
        out.print(f"{stands}: {one.document_id[:24]}" if one.document_id else stands, highlight=False, markup=False)
    if told.decision is None:
        return
    decision = told.decision
    out.print(f"\ndecision: [bold]{decision.route}[/] {decision.queue or ''}  {decision.message}", highlight=False)
    out.print(f"  flow {decision.flow}, rules {decision.ruleset}", highlight=False)
    for rule in (rule for rule in decision.rules if rule.fired):
        facts = ", ".join(f"{name}={value}" for name, value in rule.facts)
        out.print(f"  fired {rule.id} ({rule.severity}): {rule.message}", highlight=False)
        out.print(f"    because {facts}. {rule.why}", highlight=False, style="dim")
    silent = sum(not rule.fired for rule in decision.rules)
    out.print(f"  {silent} rules looked at it and did not fire\n", highlight=False)


def _content(content: Sequence[Kept]) -> None:
    """Say whether what judged the document still stands there as it was."""
    others = [one for one in content if one.state != "as it was"]
    if content and not others:
        out.print(f"  content: {len(content)} pieces, all as they were\n", highlight=False)
    for one in others:
        out.print(f"  content {one.ref}: {one.state} since; shown is what was stored then", highlight=False)


def _rows(operations: Sequence[Operation], root: Path, decision: Decision) -> None:
    """Print of each posted value the row that made it, as it was written then."""
    for operation in operations:
        written = versions.rows_then(root, operation.mapping, decision)
        if written is None:
            out.print(
                f"{operation.mapping} is not what it was; its rows are named, their text is gone", highlight=False
            )
        for leaf in operation.lineage:
            row = (written or {}).get(leaf.row.partition("#")[2], "")
            source = f" (from {', '.join(leaf.fields)})" if leaf.fields else ""
            out.print(f"  {leaf.path}: {leaf.row}{source} {row}", highlight=False, markup=False, soft_wrap=True)


def _operations(told: Story) -> None:
    for operation in told.operations:
        out.print(f"operation {operation.key}", highlight=False)
        out.print(f"  {operation.state}, {operation.attempts} attempt(s), by {operation.mapping}", highlight=False)
        if operation.key in told.waits:
            out.print(f"  waits: {told.waits[operation.key]}", highlight=False)
        if operation.key in told.errors:
            out.print(f"  {operation.target} said: {told.errors[operation.key]}", highlight=False)
    for receipt in told.receipts:
        out.print(f"  receipt: {receipt.outcome} as {receipt.external_id}", highlight=False)
    for review in told.reviews:
        closed = f", closed {review.closed_at:%Y-%m-%d %H:%M}" if review.closed_at else ""
        due = f", due {review.due_at:%Y-%m-%d %H:%M}" if review.due_at else ""
        whose = f" ({review.team}, priority {review.priority}{due})" if review.team else ""
        out.print(f"review in {review.queue}{whose}: {review.message}{closed}", highlight=False)


def _ledger(told: Story) -> None:
    table = Table("seq", "when", "what", "by", "details", box=None, title="ledger", title_justify="left")
    for event in told.events:
        table.add_row(
            str(event.seq), f"{event.at:%H:%M:%S.%f}"[:-3], event.kind, event.actor, " ".join(_details(event))
        )
    out.print(table)


def _details(event: AuditEvent) -> Iterator[str]:
    for name, value in event.data.items():
        if name not in {"findings", "digests"} and value not in (None, "", []):
            yield f"{name}={str(value)[:60]}"
