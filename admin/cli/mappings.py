"""`postroom mappings`: the mapping matrices as sheets to read, edit and sign."""

from pathlib import Path
from typing import Annotated

import typer

from admin.cli.console import complain, err, out
from engine.content.spreadsheet.changes import address
from engine.runtime import sheets
from engine.runtime.settings import Settings

app = typer.Typer(help="Mapping matrices: export and import as sheets, draft, check, try.", no_args_is_help=True)


@app.callback()
def mappings() -> None:
    """Look after the mapping matrices; nothing here changes a document."""


@app.command("export")
def export(
    name: Annotated[str, typer.Argument(metavar="MATRIX", help="Name, or name@version. Default: the last version.")],
    *,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", help="Write a workbook to edit and sign.", dir_okay=False)
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write CSV to edit.", dir_okay=False)] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page to read.", dir_okay=False)] = None,
    md: Annotated[Path | None, typer.Option("--md", help="Write Markdown to read.", dir_okay=False)] = None,
) -> None:
    """Write a matrix as a sheet: every row with its source, transformation, need, owner, reason and an example."""
    wanted: dict[sheets.Form, Path | None] = {"xlsx": xlsx, "csv": csv, "html": html, "md": md}
    if not any(wanted.values()):
        complain("name a file: --xlsx FILE, --csv FILE, --html FILE or --md FILE")
        raise typer.Exit(2)
    sheet = sheets.opened(Settings().content_folder(), name).sheet
    for form, file in wanted.items():
        if file is not None:
            file.write_bytes(sheets.written(sheet, form))
            err.print(f"{sheet.ref}: {len(sheet.lines)} rows to {file}", highlight=False)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Sheet: .xlsx or .csv.", exists=True, dir_okay=False)],
    *,
    into: Annotated[str, typer.Option("--into", metavar="MATRIX", help="name@version; a new version is made anew.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, write nothing.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also when the matrix was changed since the export.")
    ] = False,
) -> None:
    """Bring a sheet back: only the lines of cells that were edited change. Exit code 1 when a cell is wrong."""
    one = sheets.imported(Settings().content_folder(), into, sheets.cells_of(file), anyway=anyway)
    for edit in one.made.edits:
        out.print(f"{address(edit.row, edit.column)}  {edit.what}", highlight=False, markup=False)
    for effect in one.effects:
        out.print(f"    so  {effect}", highlight=False, markup=False)
    for said in one.broken:
        err.print(f"an example holds no longer: {said}", style="yellow", highlight=False, markup=False, soft_wrap=True)
    for edit in one.made.ignored:
        err.print(f"{address(edit.row, edit.column)}  {edit.what}", style="yellow", highlight=False, markup=False)
    is_new = not dry_run and sheets.write(one)
    said = "written" if is_new else "nothing was written" if dry_run else "nothing to change"
    err.print(f"{one.file.name}: {len(one.made.edits)} changes, {said}.", highlight=False)


@app.command("draft")
def draft(
    *,
    schema: Annotated[Path, typer.Option("--schema", help="JSON Schema of the target.", exists=True, dir_okay=False)],
    record: Annotated[
        str, typer.Option("--from", metavar="RECORD", help="Canonical record: invoice, purchase_order ...")
    ],
    name: Annotated[str, typer.Option("--name", help="adapter.object. Default: files and the name of the file.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Team that owns the rows.")] = "integration_admins",
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write. Default: the screen.", dir_okay=False)
    ] = None,
) -> None:
    """Propose a first matrix by name, type and description, with a score for each row; what is unsure is left to decide."""
    text = sheets.drafted(Settings().content_folder(), schema, record, name=name, owner=owner)
    if to is None:
        out.print(text, highlight=False, markup=False, soft_wrap=True, end="")
    else:
        to.write_text(text, encoding="utf-8")
        err.print(f"written to {to}", highlight=False)
