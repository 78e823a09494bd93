"""`postroom masterdata`: vendors, orders and everything else that documents are held against."""

import getpass
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from admin.cli import master_show
from admin.cli.console import complain, out
from admin.cli.house import opened
from engine.content import column_map
from engine.content.column_map import ColumnMap
from engine.model import master_kinds
from engine.model.masterdata import Outcome
from engine.ports import Exports
from engine.runtime.master_exports import PickedUp, pick_up
from engine.runtime.master_sync import directory_of, sync
from engine.runtime.masterdata import Given, import_files

app = typer.Typer(help="Vendors, purchase orders and other master data.", no_args_is_help=True)


@app.callback()
def masterdata() -> None:
    """Look after vendors, purchase orders and other master data."""


app.command("list")(master_show.list_rows)
app.command("show")(master_show.show_row)
app.command("history")(master_show.show_history)
app.command("export")(master_show.export_rows)


@app.command("import")
def import_command(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KIND=]FILE...", help="CSV, XLSX or JSON files; the kind may stand in the column map."),
    ] = None,
    *,
    columns: Annotated[
        list[Path] | None, typer.Option(help="Column map (YAML), one a kind.", exists=True, dir_okay=False)
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="The files are whole: other rows go out of use.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even if more than half of the rows go.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, change nothing.")] = False,
    vendors: Annotated[Path | None, typer.Option(help="File of vendors.", exists=True, dir_okay=False)] = None,
    orders: Annotated[Path | None, typer.Option(help="File of orders.", exists=True, dir_okay=False)] = None,
    order_lines: Annotated[Path | None, typer.Option(help="File of order lines.", exists=True, dir_okay=False)] = None,
) -> None:
    """Insert or replace rows from files, all or nothing."""
    maps = {made.kind: made for made in map(column_map.load, columns or [])}
    named = {"vendors": vendors, "orders": orders, "order_lines": order_lines}
    given = [Given(kind=kind, path=path, columns=maps.get(kind)) for kind, path in named.items() if path is not None]
    given += [_given(text, maps) for text in files or []]
    if not given:
        complain("name a file: KIND=FILE, or --vendors FILE, --orders FILE, --order-lines FILE")
        raise typer.Exit(2)
    with opened() as house:
        actor = getpass.getuser()
        outcomes = import_files(house, given, actor=actor, full=full, force=force, dry_run=dry_run)
    report(outcomes, dry_run=dry_run)


@app.command("sync")
def sync_command(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Target of the environment.")],
    *,
    kinds: Annotated[list[str] | None, typer.Option("--kind", help="Only this kind.")] = None,
    changed_only: Annotated[bool, typer.Option("--changed-only", help="What changed since the last time.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even if more than half of the rows go.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, change nothing.")] = False,
) -> None:
    """Bring in the master data that a system of record lists, all or nothing, or the files of it that it left."""
    actor = getpass.getuser()
    with opened() as house:
        directory = directory_of(house, target)
        if isinstance(directory, Exports):
            if changed_only:
                raise typer.BadParameter(
                    f"files of {target} say themselves whether they hold all", param_hint="--changed-only"
                )
            with closing(directory):
                files = pick_up(house, target, directory, actor=actor, kinds=kinds or (), force=force, dry_run=dry_run)
            _report_files(files, dry_run=dry_run)
        else:
            outcomes = sync(
                house, target, actor=actor, kinds=kinds or (), changed_only=changed_only, force=force, dry_run=dry_run
            )
            report(outcomes, dry_run=dry_run)


def report(outcomes: Sequence[Outcome], *, dry_run: bool) -> None:
    """Say what an import did, or would do."""
    for one in outcomes:
        title = one.kind.replace("_", " ")
        done = f"{one.rows} {title} {'read' if dry_run else 'imported'}"
        told = {"new": one.new, "changed": one.changed, "the same": one.same, "out of use": one.deactivated}
        out.print(f"{done} ({', '.join(f'{count} {what}' for what, count in told.items() if count)})", highlight=False)
        for column, value in one.unknown:
            out.print(f"  unknown {column}: {value}", highlight=False, markup=False)
        if dry_run:
            _show(one)


def _report_files(files: Sequence[PickedUp], *, dry_run: bool) -> None:
    """Say what became of each file. Exits with 1 when one was refused, so that whatever started it notices."""
    for one in files:
        out.print(f"{one.name}: {one.what}", highlight=False, markup=False)
        if one.report:
            out.print(one.report, highlight=False, markup=False, style="dim")
        report(one.outcomes, dry_run=dry_run)
    if not files:
        out.print("No finished file waits.")
    if any(one.what == "refused" for one in files):
        raise typer.Exit(1)


def _show(outcome: Outcome) -> None:
    table = Table("row", "what", "changes", box=None)
    for edit in outcome.edits:
        changes = "; ".join(f"{name}: {before or '-'} -> {after or '-'}" for name, before, after in edit.columns)
        table.add_row(edit.key.replace("\t", " / "), edit.what, changes)
    if outcome.edits:
        out.print(table)


def _given(text: str, maps: Mapping[str, ColumnMap]) -> Given:
    """Return a file by `KIND=FILE`, or `FILE` when one column map says of which kind it is."""
    kind, sign, name = text.partition("=")
    if not sign or not any(one.name == kind for one in master_kinds.KINDS):
        kind, name = (next(iter(maps)) if len(maps) == 1 else ""), text
    try:
        master_kinds.kind(kind)
    except LookupError as e:
        raise typer.BadParameter(f"{text}: say of which kind it is, KIND=FILE. {e.args[0]}") from e
    path = Path(name)
    if not path.is_file():
        raise typer.BadParameter(f"there is no file {name}")
    return Given(kind=kind, path=path, columns=maps.get(kind))
