"""Import of master data from files and systems: all of it or nothing, every change kept, and noted in the ledger."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from engine.content.column_map import ColumnMap
from engine.model import master_kinds
from engine.model.errors import ContentError, PostroomError
from engine.model.masterdata import Change, Kind, Outcome
from engine.model.value import Value
from engine.runtime.house import House
from engine.runtime.master_files import check_file
from engine.store import ledger, masterdata
from engine.store.database import transaction
from engine.store.master_rows import NoParent, Writer, begin, last_change, one_at_a_time
from engine.store.master_spool import Spool
from engine.store.writing import chunks

_FEW = 20
"""Rows that may go out of use at once, however few there are."""
_LARGEST_SHARE = 2
"""One in so many rows may go out of use at once; more looks like a file that was cut off."""


class Given(Value):
    """A file to import: of which kind, and how its columns become ours."""

    kind: str
    path: Path
    columns: ColumnMap | None = None


class Rows(Value):
    """What is known of the rows that were put by."""

    sources: Mapping[str, str]
    """File or system by kind: what rows of that kind point to."""
    whole: frozenset[str] = frozenset()
    """Kinds of which all rows came: others go out of use."""
    whole_orders: bool = False
    """The lines that came are all the lines of their orders."""
    at: datetime
    """When it was begun to be read: the rows are as they were then."""
    digests: Mapping[str, str] = {}
    most_gone_percent: int | None = None
    """Largest share of the rows in use that may go out of use at once; None: half of them, or a few."""
    is_once: bool = False
    """Rows of these sources are imported once, however often they are brought."""


class WithoutParent(ContentError):
    """A row belongs to one that is not known yet: bring that in first."""


class AlreadyImported(PostroomError):
    """These rows were imported before; nothing was done."""


class _Undone(Exception):
    """Leaves a transaction that was only tried."""


def import_files(
    house: House,
    given: Sequence[Given],
    *,
    actor: str,
    full: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> tuple[Outcome, ...]:
    """Import files in one transaction, whatever their order. Return what was done, by kind.

    `full` says that each file holds all rows of its kind: others go out of use; more than half only with `force`.
    `dry_run` does everything and takes it back. Raises ContentError naming file, line and what is allowed; then nothing
    was imported.
    """
    at = house.clock.now()
    with Spool() as spool:
        read = [check_file(spool, master_kinds.kind(one.kind), one.path, one.columns) for one in given]
        sources = {kind: one.path.name for one, (kinds, _) in zip(given, read, strict=True) for kind in kinds}
        rows = Rows(
            sources=sources, whole=frozenset(sources) if full else frozenset(), at=at,
            whole_orders=any(whole for _, whole in read), digests={one.path.name: _sha256(one.path) for one in given},
        )  # fmt: skip
        return bring_in(house, spool, rows, actor=actor, force=force, dry_run=dry_run)


def bring_in(house: House, spool: Spool, rows: Rows, *, actor: str, force: bool, dry_run: bool) -> tuple[Outcome, ...]:
    """Write the rows that were put by in one transaction and note it in the ledger; see `import_files`.

    One import is written at a time. Raises AlreadyImported for rows that are imported once and were.
    """
    outcomes: list[Outcome] = []
    try:
        with transaction(house.engine) as tx:
            one_at_a_time(tx)
            if rows.is_once and any(last_change(tx, source) for source in rows.sources.values()):
                raise AlreadyImported(f"{next(iter(rows.sources.values()))} was imported before.")
            for kind in (one for one in master_kinds.KINDS if one.name in rows.sources):
                change = begin(tx, at=rows.at, by=actor, source=rows.sources[kind.name])
                outcomes.append(_write(tx, kind, spool, rows, change, force=force))
            if dry_run:
                raise _Undone  # noqa: TRY301 - an exception is what rolls a transaction back
            data = {one.kind: _counted(one) | {"source": rows.sources[one.kind]} for one in outcomes}
            data |= {"digests": dict(rows.digests)} if rows.digests else {}
            now = house.clock.now()
            ledger.append(tx, at=now, document_id=None, kind="master_data_imported", actor=actor, data=data)
    except _Undone:
        pass
    return tuple(outcomes)


def _write(tx: Connection, kind: Kind, spool: Spool, rows: Rows, change: Change, *, force: bool) -> Outcome:
    with masterdata.writing(tx, kind, change) as writer:
        if kind.name in rows.whole:
            _retire(writer, spool, kind, rows, force=force)
        elif rows.whole_orders and kind is master_kinds.ORDER_LINES:
            _retire_lines(writer, spool, kind)
        try:
            writer.write(spool.rows(kind))
        except NoParent as e:
            raise WithoutParent(str(e), file=change.source, line=spool.line(kind, e.row_key)) from e
        return writer.outcome()


def _retire(writer: Writer, spool: Spool, kind: Kind, rows: Rows, *, force: bool) -> None:
    """Take rows that did not come out of use, unless they are suspiciously many."""
    count = sum(1 for _ in writer.active_keys())
    gone = sum(1 for _ in spool.missing(kind, writer.active_keys()))
    share = rows.most_gone_percent
    most = max(_FEW, count // _LARGEST_SHARE) if share is None else count * share // 100
    if gone > most and not force:
        message = f"{gone} of {count} {kind.title.casefold()} would go out of use; is the file whole? Then use --force."
        raise PostroomError(f"{rows.sources[kind.name]}: {message}")
    writer.deactivate(spool.missing(kind, writer.active_keys()))


def _retire_lines(writer: Writer, spool: Spool, kind: Kind) -> None:
    """Take lines that did not come with their order out of use."""
    numbers = (number for number, _ in groupby(row["number"] for row in spool.rows(kind)))
    for some in chunks(numbers):
        writer.deactivate(list(spool.missing(kind, writer.active_keys({"number": some}))))


def _counted(outcome: Outcome) -> dict[str, Any]:
    counted = outcome.model_dump(include={"new", "changed", "same", "deactivated"})
    return {name: count for name, count in counted.items() if count}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
