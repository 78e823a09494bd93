"""`postroom operations`: what is written into other systems, and what a person does about it."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from admin.cli.console import complain, out, print_json
from admin.cli.house import opened
from admin.cli.operation_options import JSON, KEY
from engine.model.errors import PostroomError
from engine.model.operation import OPERATION_MOVES, OperationState
from engine.runtime import operation_story, operations
from engine.runtime.operation_story import OperationStory
from engine.store import operation_list
from engine.store.database import reading
from engine.store.operation_list import OperationLine, Search

app = typer.Typer(
    name="operations",
    no_args_is_help=True,
    help="Writes into other systems: what became of them, and what you do about it.",
)

_COLOURS = {"committed": "green", "delivered": "green", "rejected": "red", "parked": "magenta", "unknown": "yellow"}


@app.command("list")
def list_operations(
    state: Annotated[list[str] | None, typer.Option(help="Only in these states.")] = None,
    target: Annotated[str | None, typer.Option(help="Only of this target.")] = None,
    document: Annotated[str | None, typer.Option(help="Only of the document whose id begins so.")] = None,
    flow: Annotated[str | None, typer.Option(help="Only of this flow.")] = None,
    older: Annotated[float | None, typer.Option(help="Only what has stood as it stands for so many hours.")] = None,
    text: Annotated[str | None, typer.Option(help="A part of the key, of the target's words or of its id.")] = None,
    limit: Annotated[int, typer.Option(help="Most lines.", min=1, max=10_000)] = 50,
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List operations, the last planned first, with counts by state."""
    with opened() as house:
        before = house.clock.now() - timedelta(hours=older) if older is not None else None
        wanted = Search(
            states=tuple(_state(one) for one in state or ()), target=target, document=document, flow=flow,
            changed_before=before, text=text,
        )  # fmt: skip
        with reading(house.engine) as tx:
            lines = operation_list.page(tx, wanted, limit=limit)
            counts = operation_list.counts(tx, wanted)
    if as_json:
        for line in lines:
            print_json(line.model_dump(mode="json"))
        return
    out.print(table(lines))
    shown = [f"{count} {name}" for name, count in counts.items() if count]
    found = sum(counts[one] for one in wanted.states or counts)
    more = f"; {found - len(lines)} more: --limit" if found > len(lines) else ""
    out.print(f"\n{', '.join(shown) or 'no operations'}{more}", highlight=False)


@app.command("show")
def show(key: Annotated[str, KEY], *, as_json: Annotated[bool, JSON] = False) -> None:
    """Show one operation: what is sent and where each value comes from, every try, receipts, and what to do next."""
    with opened() as house:
        told = operation_story.story(house, operations.find(house, key).key)
    if as_json:
        print_json(told.model_dump(mode="json"))
        return
    _head(told)
    _payload(told)
    _history(told)
    out.print("\n[bold]what to do[/]")
    for one in told.next:
        out.print(f"  {one}", highlight=False, markup=False, soft_wrap=True)


def table(lines: list[OperationLine]) -> Table:
    """Return operations as a table for the terminal."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    made.add_column("short key", no_wrap=True)
    made.add_column("state", no_wrap=True)
    made.add_column("tries", justify="right")
    made.add_column("since (UTC)", no_wrap=True)
    made.add_column("operation", overflow="fold", max_width=58)
    made.add_column("what it says", overflow="fold")
    for line in lines:
        state = f"[{_COLOURS.get(line.state, 'white')}]{line.state}[/]"
        made.add_row(
            line.short_key[:12], state, str(line.attempts), f"{line.changed_at:%Y-%m-%d %H:%M}", escape(line.key),
            escape(_words(line)),
        )  # fmt: skip
    return made


def _words(line: OperationLine) -> str:
    if line.waits_for and line.state in {"planned", "unknown"}:
        return f"{line.waits_for}; leaves {line.leave_at:%Y-%m-%d %H:%M} UTC" if line.leave_at else line.waits_for
    return line.error or line.external_id or ""


def _state(name: str) -> OperationState:
    found = next((state for state in OPERATION_MOVES if state == name), None)
    if found is None:
        raise PostroomError(f"No state is called {name}; there are: {', '.join(OPERATION_MOVES)}.")
    return found


def _head(told: OperationStory) -> None:
    line = told.line
    out.print(f"[bold]{escape(line.key)}[/]  {line.short_key}", highlight=False, soft_wrap=True)
    out.print(f"of {escape(told.document)} ({line.document_id[:12]}, revision {line.revision}), by {told.mapping}")
    due = f", due {line.due_at:%Y-%m-%d %H:%M} UTC" if line.due_at else ""
    out.print(f"state [bold]{line.state}[/] since {line.changed_at:%Y-%m-%d %H:%M} UTC{due}", highlight=False)
    if line.error:
        out.print(f"{line.target}: {line.error}", highlight=False, markup=False)
    for key, state in told.after:
        out.print(f"after {key}: {state}", highlight=False, markup=False)


def _payload(told: OperationStory) -> None:
    made = Table("path", "value", "comes from", box=None, title="what is sent", title_justify="left")
    for leaf in told.leaves:
        made.add_row(escape(leaf.path), escape(leaf.value), escape(leaf.comes_from))
    out.print(made)
    for one in told.revisions[1:]:
        changed = ", ".join(f"{path} = {value}" for path, value in one.changes.items())
        out.print(f"changed by {one.by} {one.at:%Y-%m-%d %H:%M}: {changed}. {one.why}", highlight=False, markup=False)


def _history(told: OperationStory) -> None:
    made = Table("try", "left (UTC)", "took", "end", "words", box=None, title="tries", title_justify="left")
    for number, one in enumerate(told.attempts, start=1):
        took = f"{(one.ended_at - one.began_at).total_seconds():.1f} s" if one.ended_at else ""
        made.add_row(str(number), f"{one.began_at:%Y-%m-%d %H:%M:%S}", took, one.end, escape(one.words))
    out.print(made if told.attempts else "[dim]it never left[/]")
    for receipt in told.receipts:
        named = " ".join(filter(None, (receipt.external_id, receipt.version, receipt.link)))
        out.print(f"receipt: {receipt.outcome} as {named}", highlight=False, markup=False)
    people = [one for one in told.events if one.actor not in {"system", told.line.target}]
    for event in people:
        out.print(
            f"{event.at:%Y-%m-%d %H:%M} {event.kind} by {event.actor}: {event.data.get('why', '')}", highlight=False,
            markup=False,
        )  # fmt: skip


def report(answers: list[operations.Answer], lines: list[OperationLine], *, as_json: bool) -> None:
    """Print what became of operations; what was refused goes to standard error with what is allowed. Ends the command."""
    if as_json:
        for line in lines:
            refused = next((one.refused for one in answers if one.key == line.key), "")
            print_json({**line.model_dump(mode="json"), "refused": refused})
    else:
        for answer in answers:
            if answer.refused:
                complain(f"{escape(answer.key)}: {escape(answer.refused)}")
        out.print(table(lines))
    raise typer.Exit(1 if any(one.refused for one in answers) else 0)
