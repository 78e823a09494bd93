"""`postroom masterdata`: vendors and purchase orders."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from admin.cli.console import complain, out
from admin.cli.house import opened
from engine.runtime.masterdata import import_csv

app = typer.Typer(help="Vendors and purchase orders.", no_args_is_help=True)


@app.callback()
def masterdata() -> None:
    """Look after vendors and purchase orders."""


@app.command("import")
def import_files(
    vendors: Annotated[Path | None, typer.Option(help="CSV file of vendors.", exists=True, dir_okay=False)] = None,
    orders: Annotated[Path | None, typer.Option(help="CSV file of orders.", exists=True, dir_okay=False)] = None,
    order_lines: Annotated[
        Path | None, typer.Option(help="CSV file of order lines.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Insert or replace vendors and purchase orders from CSV files with a header line."""
    if vendors is None and orders is None and order_lines is None:
        complain("name a file: --vendors FILE, --orders FILE, --order-lines FILE")
        raise typer.Exit(2)
    with opened() as house:
        counted = import_csv(house, vendors=vendors, orders=orders, order_lines=order_lines, actor=getpass.getuser())
    for name, count in counted.items():
        out.print(f"{count} {name} imported")
