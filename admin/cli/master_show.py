"""`postroom masterdata list | show | history | export`: looking at master data."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import complain, out, print_json
from admin.cli.house import opened
from engine.model import master_kinds
from engine.model.masterdata import Kind, Version
from engine.runtime import master_export

KindName = Annotated[str, typer.Argument(metavar="KIND", help="vendors, orders, items ...")]
Key = Annotated[list[str], typer.Argument(metavar="KEY...", help="What tells the row from others, a word a column.")]
AsOf = Annotated[datetime | None, typer.Option("--as-of", help="As it was at this moment (UTC).")]


def list_rows(
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="vendors, orders, items ...")] = None,
    *,
    where: Annotated[list[str] | None, typer.Option(metavar="COLUMN=VALUE", help="Only rows with this value.")] = None,
    limit: Annotated[int, typer.Option(help="Most rows to show.")] = 50,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, all rows.")] = False,
) -> None:
    """List the rows of a kind; without a kind, how many there are of each."""
    with opened() as house:
        if kind is None:
            _sizes(master_export.sizes(house))
            return
        one = kind_of(kind)
        with master_export.listed(house, one, where=_where(where or []), at=_utc(as_of)) as rows:
            if as_json:
                master_export.write_json(rows, sys.stdout)
                return
            shown = list(islice(rows, limit))
            more = next(rows, None) is not None
    columns = [name for name in one.names if any(row[name] for row in shown)]
    table = Table(*columns, box=None)
    for row in shown:
        table.add_row(*(row[name] for name in columns))
    out.print(table)
    if more:
        out.print(f"... and more; --limit shows more than {limit}", highlight=False)


def show_row(
    kind: KindName, key: Key, *, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """Show one row with all its columns, who brought it in and when."""
    version = _history(kind, key)[0]
    if as_json:
        print_json(version.model_dump(mode="json"))
        return
    table = Table("column", "value", box=None)
    for name, value in version.cells:
        table.add_row(name, value)
    out.print(table)
    out.print(("" if version.is_active else "out of use ") + _origin(version), highlight=False)


def show_history(
    kind: KindName, key: Key, *, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """Show every version of a row, the newest first, with what changed."""
    found = _history(kind, key)
    if as_json:
        for version in found:
            print_json(version.model_dump(mode="json"))
        return
    table = Table("from", "until", "by", "source", "what", box=None)
    for newer, older in zip(found, [*found[1:], None], strict=True):
        since, until = _moment(newer.since), _moment(newer.until) if newer.until else "now"
        table.add_row(since, until, newer.by, newer.source, _changes(newer, older))
    out.print(table)


def export_rows(
    kind: KindName,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="`.csv` or `.jsonl`.", dir_okay=False)],
    *,
    as_of: AsOf = None,
) -> None:
    """Write all rows of a kind to a file that an import takes back."""
    with opened() as house:
        count = master_export.export(house, kind_of(kind), path, at=_utc(as_of))
    out.print(f"{count} {kind.replace('_', ' ')} written to {path}", highlight=False)


def kind_of(name: str) -> Kind:
    """Return a kind by name; an unknown one ends the command with the names there are."""
    try:
        return master_kinds.kind(name)
    except LookupError as e:
        complain(str(e.args[0]))
        raise typer.Exit(2) from e


def _history(kind: str, key: list[str]) -> list[Version]:
    with opened() as house:
        try:
            return master_export.history(house, kind_of(kind), key)
        except LookupError as e:
            complain(str(e.args[0]))
            raise typer.Exit(1) from e


def _sizes(sizes: Mapping[str, int]) -> None:
    table = Table("kind", "rows", box=None)
    for name, count in sizes.items():
        table.add_row(name, f"{count:,}")
    out.print(table)


def _where(texts: list[str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise typer.BadParameter(f"{text}: write COLUMN=VALUE")
        wanted[name] = value
    return wanted


def _changes(newer: Version, older: Version | None) -> str:
    if older is None:
        return "new"
    if newer.is_active is not older.is_active:
        return "in use again" if newer.is_active else "out of use"
    after, before = dict(newer.cells), dict(older.cells)
    names = dict.fromkeys([*before, *after])
    changed = [name for name in names if before.get(name) != after.get(name)]
    return "; ".join(f"{name}: {before.get(name, '-')} -> {after.get(name, '-')}" for name in changed)


def _origin(version: Version) -> str:
    return f"since {_moment(version.since)}, by {version.by or 'nobody known'}, from {version.source or 'unknown'}"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}" if moment else "the beginning"


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
