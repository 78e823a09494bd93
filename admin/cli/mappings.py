"""`postroom mappings`: the mapping matrices as sheets to read, edit and sign."""

from pathlib import Path
from typing import Annotated

import typer

from admin.cli.console import err
from engine.content.spreadsheet import csv_form
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
    csv: Annotated[Path | None, typer.Option("--csv", help="Write it as CSV.", dir_okay=False)] = None,
) -> None:
    """Write a matrix as a sheet: every row with its source, transformation, need, owner, reason and an example."""
    found = sheets.opened(Settings().content_folder(), name)
    if csv is not None:
        csv.write_text(csv_form.write(found.sheet), encoding="utf-8-sig", newline="")
        err.print(f"{found.sheet.ref}: {len(found.sheet.lines)} rows to {csv}", highlight=False)
