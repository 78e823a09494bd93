"""`postroom layouts`: where values stand on the paper of vendors, as corrections taught it and as files say."""

from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from admin.cli.person import person
from admin.cli.users import BY
from engine.runtime import layouts

_SHORT = 12
"""Digits of a document's id that are shown."""

app = typer.Typer(help="Layouts of vendors' paper: what corrections taught, and files of them.", no_args_is_help=True)


@app.command("list")
def show(
    vendor: Annotated[str, typer.Option(help="Only identities that hold this text.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List which fields of which vendors are read at a learned place, and whether a file or only the database says so."""
    with opened() as house:
        found = [one for one in layouts.overview(house) if vendor.casefold() in one.identity.casefold()]
    if as_json:
        for one in found:
            print_json(one.model_dump(mode="json"))
        return
    rows = Table("vendor", "field", "stands in", "learned from", "on", box=None)
    for one in found:
        rows.add_row(one.identity, one.field, one.book or "database", one.document[:_SHORT], one.at[:10])
    if found:
        out.print(rows)
    in_files = sum(bool(one.book) for one in found)
    out.print(
        f"{len(found)} places, {in_files} in files, {len(found) - in_files} only in the database.", highlight=False
    )


@app.command("export")
def export(
    name: Annotated[str, typer.Argument(help="Name of the file: suppliers makes suppliers.v1.yaml, then .v2.yaml.")],
    by: Annotated[str | None, BY] = None,
) -> None:
    """Write what corrections taught into the next version of a file, to be pinned, compared, released and promoted."""
    with opened() as house:
        done = layouts.export(house, name, by=person(by).name)
    if done is None:
        out.print("Nothing was learned that no file says.", highlight=False)
        return
    out.print(
        f"layout/{done.book.ref}: {len(done.book.vendors)} vendors, {len(done.book.placed)} places, {done.taken} of them new.",
        highlight=False,
    )
    out.print(f"{done.file}", highlight=False, soft_wrap=True)
    for one in done.elsewhere:
        out.print(f"left out, another file has it: {one}", highlight=False)
