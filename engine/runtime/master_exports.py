"""Master data that a system leaves as files: each is imported once, whatever dies in between, or refused with a report."""

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Literal

import structlog

from engine.content import column_map
from engine.model import master_kinds
from engine.model.errors import ContentError, PostroomError, ReadError, TargetError
from engine.model.masterdata import Outcome
from engine.model.value import Value
from engine.ports import Export, Exports
from engine.runtime.house import House
from engine.runtime.master_files import check_file
from engine.runtime.masterdata import AlreadyImported, Given, Rows, WithoutParent, bring_in
from engine.store.master_spool import Spool

log = structlog.get_logger()

PATIENCE = timedelta(hours=24)
"""How long after it was written a file may wait for rows that its own belong to."""


class PickedUp(Value):
    """What became of one file."""

    name: str
    what: Literal["imported", "imported before", "waits", "refused"]
    outcomes: tuple[Outcome, ...] = ()
    report: str = ""
    """Why it waits or was refused, with line and reason, one complaint a line."""


def pick_up(
    house: House,
    target: str,
    exports: Exports,
    *,
    actor: str,
    kinds: Sequence[str] = (),
    force: bool = False,
    dry_run: bool = False,
) -> tuple[PickedUp, ...]:
    """Import the finished files of a target one by one, those first that others refer to. Return what became of each.

    A file is imported in one transaction and then archived; one with a mistake is put aside with a report, and the next is
    taken. Lines whose orders are not known yet wait for a day. `dry_run` moves nothing and changes nothing. Raises
    PostroomError for a kind that no file is expected of, ContentError for a column map that is broken, Transient and
    Unauthorised as the adapter says; what was not picked up then stays where it is.
    """
    missing = sorted(set(kinds) - set(exports.kinds()))
    if missing:
        raise PostroomError(
            f"{target} leaves no files of {missing[0]}; it leaves: {', '.join(sorted(exports.kinds()))}"
        )
    waiting = [one for one in exports.waiting() if not kinds or set(kinds) & set(one.kinds)]
    for one in waiting:
        _given(one, target, Path(one.name))
    done: list[PickedUp] = []
    for one in sorted(waiting, key=_rank):
        taken = one if dry_run else exports.take(one)
        if taken is not None:
            found = _bring(house, target, exports, taken, actor=actor, force=force, dry_run=dry_run)
            done += [found] if found else []
    return tuple(done)


def _rank(export: Export) -> tuple[int, datetime]:
    names = [kind.name for kind in master_kinds.KINDS]
    return min(names.index(kind) for kind in export.kinds), export.modified


def _bring(
    house: House, target: str, exports: Exports, export: Export, *, actor: str, force: bool, dry_run: bool
) -> PickedUp | None:
    """Import one file and put it away. None: somebody else did."""
    with tempfile.TemporaryDirectory(prefix="postroom-export-") as folder:
        path = Path(folder) / PurePosixPath(export.name).name
        try:
            exports.fetch(export, path)
        except FileNotFoundError:
            return None
        except ReadError as e:
            found = PickedUp(name=export.name, what="refused", report=e.message)
        else:
            found = _import(house, target, export, path, actor=actor, force=force, dry_run=dry_run)
    if not dry_run and found.what != "waits":
        if found.what == "refused":
            exports.refuse(export, _report(export, found.report, at=house.clock.now()))
        else:
            exports.archive(export)
    log.info("master_data_file_picked_up", target=target, file=export.kept_as, what=found.what)
    return found


def _import(
    house: House, target: str, export: Export, path: Path, *, actor: str, force: bool, dry_run: bool
) -> PickedUp:  # fmt: skip
    try:
        with Spool() as spool:
            rows = _rows(house, target, export, path, spool)
            done = bring_in(house, spool, rows, actor=actor, force=force, dry_run=dry_run)
    except AlreadyImported:
        return PickedUp(name=export.name, what="imported before")
    except TargetError:
        raise
    except PostroomError as e:
        source = _source(target, export, path)
        report = "\n".join(filter(None, (e.message, e.detail))).replace(str(path), export.name)
        may_wait = isinstance(e, WithoutParent) and house.clock.now() - export.modified < PATIENCE
        return PickedUp(
            name=export.name, what="waits" if may_wait else "refused", report=report.replace(source, export.name)
        )
    return PickedUp(name=export.name, what="imported", outcomes=done)


def _rows(house: House, target: str, export: Export, path: Path, spool: Spool) -> Rows:
    """Check the rows of a file and put them by, once for each kind that it holds."""
    at = house.clock.now()
    read = [check_file(spool, master_kinds.kind(one.kind), path, one.columns) for one in _given(export, target, path)]
    source = _source(target, export, path)
    names = [kind for kinds, _ in read for kind in kinds]
    has_both = any(both for _, both in read) or {"orders", "order_lines"} <= set(names)
    return Rows(
        sources=dict.fromkeys(names, source), whole=frozenset(names) if export.is_whole else frozenset(), at=at,
        whole_orders=has_both, digests={export.name: _sha256(path)}, most_gone_percent=export.most_gone_percent,
        is_once=True,
    )  # fmt: skip


def _given(export: Export, target: str, path: Path) -> list[Given]:
    """Return the file once for each kind that it holds. Raises ContentError for a kind or a column map that is broken."""
    given: list[Given] = []
    for kind, body in export.kinds.items():
        file = f"target {target}, {kind}"
        try:
            master_kinds.kind(kind)
        except LookupError as e:
            raise ContentError(str(e.args[0]), file=file) from e
        name = "".join(sign if sign.isalnum() else "_" for sign in f"{target}_{kind}".lower())
        columns = column_map.declared(kind, body, name=name, file=file) if body else None
        given.append(Given(kind=kind, path=path, columns=columns))
    return given


def _source(target: str, export: Export, path: Path) -> str:
    """Return what tells this file from every other that was ever left, and stands in the history of its rows."""
    return f"{target}:{export.kept_as}#{_sha256(path)[:16]}"


def _report(export: Export, complaints: str, *, at: datetime) -> str:
    return (
        f"{export.name} was not imported; nothing of it was kept.\n"
        f"Written {export.modified:%Y-%m-%d %H:%M} UTC, refused {at:%Y-%m-%d %H:%M} UTC.\n\n{complaints}\n\n"
        f"Export it anew, or mend this file and put it back as {export.name}. If a newer file of this kind came since, "
        "export it anew: an old file put back would overwrite what is newer.\n"
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
