"""`postroom review`: what waits for people, and the answers of the desk for those who work in a terminal."""

from typing import Annotated

import typer
from rich.table import Table

from admin.cli.again import find, judge_again, process
from admin.cli.console import out, print_json
from admin.cli.house import opened
from admin.cli.run import Entry
from engine.model.document import Document
from engine.model.sensitive import GROUPS
from engine.runtime import workflow
from engine.runtime.desk import answering, asking_anew, merging
from engine.runtime.house import House
from engine.stages.cover import covered
from engine.store import summaries
from engine.store.database import reading
from engine.store.summaries import Order, Wanted

app = typer.Typer(name="review", no_args_is_help=True, help="Look at what waits for people, and answer it.")
_SHORT = 12
_NOT_SEEN = ("The command line cannot tell who you are: an approver signs in at the desk.",)
_DOCUMENT = typer.Argument(help="Document id or the beginning of one.")
_BY = typer.Option(help="Who says so.", show_default=False)
_WHY = typer.Option(help="Why; the ledger keeps it.")
_JSON = typer.Option("--json", help="One JSON object a line.")


@app.command("list")
def waiting(
    queue: Annotated[str | None, typer.Option(help="Only this queue.")] = None,
    order: Annotated[Order, typer.Option(help="Which come first.")] = "urgent",
    most: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
    *,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """List what waits for people; account numbers in messages are masked."""
    with opened() as house, reading(house.engine) as tx:
        rows = summaries.listed(tx, Wanted(only_open=True, queue=queue, order=order), most=most)
    shown = Table("document", "queue", "vendor", "number", "due", "why", box=None)
    for row in rows:
        told = str(covered(row.message, frozenset(), GROUPS))
        due = "" if row.due_at is None else f"{row.due_at:%Y-%m-%d %H:%M}"
        if as_json:
            print_json({
                "document": row.document_id, "revision": row.revision, "queue": row.queue, "reasons": list(row.reasons),
                "message": told, "due_at": due, "vendor": row.summary.vendor, "number": row.summary.number,
            })  # fmt: skip
        line = (row.document_id[:_SHORT], row.queue, row.summary.vendor, row.summary.number, due, told)
        shown.add_row(*(text or "" for text in line))
    if not as_json:
        out.print(shown if rows else "Nothing waits here.")


@app.command("approve")
def approve(
    document: Annotated[str, _DOCUMENT], by: Annotated[str, _BY], why: Annotated[str, _WHY] = "",
    *, as_json: Annotated[bool, _JSON] = False,
) -> None:  # fmt: skip
    """Let pass what rules hold, as far as a reviewer may, and go on with the document."""

    def change(house: House, found: Document) -> int:
        return answering.approve(house, found.id, revision=found.revision, by=by, why=why, objections=_NOT_SEEN)

    judge_again(document, change, as_json=as_json)


@app.command("reject")
def reject(document: Annotated[str, _DOCUMENT], by: Annotated[str, _BY], why: Annotated[str, _WHY]) -> None:
    """End a document for good: nothing of it is written."""
    with opened() as house:
        found = find(house, document)
        answering.reject(house, found.id, revision=found.revision, by=by, why=why)
    out.print(f"{found.name} is rejected.")


@app.command("pass-on")
def pass_on(
    document: Annotated[str, _DOCUMENT], queue: Annotated[str, typer.Argument(help="The queue that owns it.")],
    by: Annotated[str, _BY], why: Annotated[str, _WHY] = "",
) -> None:  # fmt: skip
    """Hand the item to another queue."""
    with opened() as house:
        found = find(house, document)
        answering.pass_on(house, found.id, queue=queue, revision=found.revision, by=by, why=why)
    out.print(f"{found.name} waits in {queue}.")


@app.command("wait")
def wait(document: Annotated[str, _DOCUMENT], by: Annotated[str, _BY], why: Annotated[str, _WHY] = "") -> None:
    """Let a held document wait until something comes for its orders."""
    with opened() as house:
        found = find(house, document)
        asking_anew.wait(house, found.id, revision=found.revision, by=by, why=why)
    out.print(f"{found.name} waits.")


@app.command("type")
def retype(
    document: Annotated[str, _DOCUMENT], type_: Annotated[str, typer.Argument(metavar="TYPE", help="Such as invoice.")],
    by: Annotated[str, _BY], *, as_json: Annotated[bool, _JSON] = False,
) -> None:  # fmt: skip
    """Say what a document is; it is read and judged as that."""

    def change(house: House, found: Document) -> int:
        return asking_anew.retype(house, found.id, type_, revision=found.revision, by=by)

    judge_again(document, change, as_json=as_json)


@app.command("reopen")
def reopen(
    document: Annotated[str, _DOCUMENT], by: Annotated[str, _BY], why: Annotated[str, _WHY],
    *, as_json: Annotated[bool, _JSON] = False,
) -> None:  # fmt: skip
    """Judge a settled document again; what stands and would be written otherwise is taken back first."""

    def change(house: House, found: Document) -> int:
        return asking_anew.reopen(house, found.id, revision=found.revision, by=by, why=why)

    judge_again(document, change, as_json=as_json)


@app.command("merge")
def merge(
    documents: Annotated[list[str], typer.Argument(help="Document ids or the beginnings of them, in the order of the pages.")],
    by: Annotated[str, _BY], *, as_json: Annotated[bool, _JSON] = False,
) -> None:  # fmt: skip
    """Make one document of several in review that are one paper."""

    def change(house: House, first: Document) -> None:
        found = [first, *(find(house, one) for one in documents[1:])]
        done = merging.merge(house, [merging.Part(id=one.id, revision=one.revision) for one in found], by=by)
        workflow.enqueue(done.id, done.revision)

    judge_again(documents[0], change, as_json=as_json)


@app.command("unmerge")
def unmerge(
    document: Annotated[str, _DOCUMENT], by: Annotated[str, _BY], why: Annotated[str, _WHY],
    *, as_json: Annotated[bool, _JSON] = False,
) -> None:  # fmt: skip
    """Reject a document that was made of several, and judge these by themselves again."""

    def begin(house: House) -> list[Entry]:
        found = find(house, document)
        begun = merging.undo(house, found.id, revision=found.revision, by=by, why=why)
        for one in begun:
            workflow.enqueue(one.id, one.revision)
        parts = [find(house, one.id) for one in begun]
        return [Entry(one.name, one.id, is_new=True) for one in (*parts, found)]

    process(begin, as_json=as_json, alone=True)
