"""`postroom duplicates`: how a document compares with earlier ones, a person's word on it, and what the ERP has posted."""

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from admin.cli.again import find, judge_again
from admin.cli.console import err, out, print_json
from admin.cli.house import opened
from engine.content import column_map
from engine.model.duplicate import ERP, DuplicateCheck, Resemblance, told
from engine.model.errors import PostroomError
from engine.runtime import duplicates, erp_history, judging, story
from engine.runtime.erp_history import Imported
from engine.runtime.house import House

app = typer.Typer(name="duplicates", no_args_is_help=True, help="Look for copies of a document, and tell two apart.")
_DOCUMENT = typer.Argument(help="Document id or the beginning of one.")
_JSON = typer.Option("--json", help="One JSON object a line.")


@app.command("show")
def show(document: Annotated[str, _DOCUMENT], *, as_json: Annotated[bool, _JSON] = False) -> None:
    """Show the earlier documents that may claim the same, and in what they agree and differ."""
    with opened() as house:
        found = find(house, document).id
        known = story.story(house, found)
        flow = judging.flow_of(house, known.document, known.record) if known.record is not None else None
        if flow is None:
            raise PostroomError(f"No flow takes document {found[:12]}, so it was not compared with others.")
        checked = duplicates.compare(house, found, policy=house.library.rulesets[flow.ruleset].duplicates)
    if as_json:
        print_json(checked.model_dump(mode="json"))
        return
    out.print(f"Outcome: {checked.outcome}" + (f"; takes the place of {checked.corrects}" if checked.corrects else ""))
    for one in _compared(checked):
        out.print(_aspects(one))


@app.command("apart")
def apart(
    document: Annotated[str, _DOCUMENT],
    other: Annotated[str, typer.Argument(help="The earlier document, or `erp:` and its number there.")],
    by: Annotated[str, typer.Option(help="Who says so.", show_default=False)],
    *,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Say that two documents are two claims. The first is judged again; they are never held against each other any more."""
    judge_again(
        document,
        lambda house, first: duplicates.part(house, first.id, _earlier(house, other), by=by),
        as_json=as_json,
    )


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON file.", exists=True, dir_okay=False)],
    columns: Annotated[
        Path | None,
        typer.Option("--map", help="Column map (YAML) of the kind posted_invoices.", exists=True, dir_okay=False),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count, remember nothing.")] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Remember invoices that the ERP has posted, so that copies of them are held. Ends with 1 when rows were refused."""
    made = column_map.load(columns) if columns is not None else None
    with opened() as house:
        done = erp_history.import_history(house, file, made, actor=getpass.getuser(), dry_run=dry_run)
    if as_json:
        print_json(done.model_dump(mode="json"))
    else:
        _report(done, dry_run=dry_run)
    raise typer.Exit(1 if done.refused else 0)


def _report(done: Imported, *, dry_run: bool) -> None:
    counts = {
        "new": done.new, "changed": done.changed, "as before": done.same, "reversed": done.reversed,
        "posted from here": done.ours, "refused": done.refused,
    }  # fmt: skip
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    out.print(f"{done.rows} rows {'checked' if dry_run else 'read'}: {said or 'nothing in them'}", highlight=False)
    if done.unknown_vendors:
        shown = ", ".join(done.unknown_vendors)
        out.print(f"  vendors that master data does not know: {shown}", highlight=False, markup=False)
    for complaint in done.complaints:
        err.print(f"  {complaint}", highlight=False, markup=False, soft_wrap=True)
    if done.refused > len(done.complaints):
        err.print(f"  and {done.refused - len(done.complaints)} more", highlight=False)


def _earlier(house: House, text: str) -> str:
    """Return the id of an earlier document, which may be one that the ERP posted (`erp:1000/5100000123`)."""
    return text if text.startswith(ERP) and duplicates.is_known(house, text) else find(house, text).id


def _compared(checked: DuplicateCheck) -> tuple[Resemblance, ...]:
    return (checked.best, *checked.others) if checked.best is not None else ()


def _aspects(one: Resemblance) -> Table:
    title = f"{one.number or 'without number'} ({told(one.document_id)}): {one.relation}, {one.probability:.1%}"
    made = Table("compared", "how", "this", "earlier", title=title, title_justify="left")
    for aspect in one.aspects:
        made.add_row(aspect.name, aspect.level, aspect.mine, aspect.theirs)
    return made
