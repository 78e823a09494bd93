"""Master data straight from a system of record, through its adapter: the same checks and history as for a file."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.model import master_cells, master_kinds
from engine.model.errors import ContentError, PostroomError
from engine.model.master_cells import Refused
from engine.model.masterdata import Kind, Outcome
from engine.ports import Directory, DirectoryPage, Exports, HasDirectory, MovesIn
from engine.runtime.house import House, resolve
from engine.runtime.master_files import MOST_COMPLAINTS
from engine.runtime.masterdata import Rows, bring_in
from engine.store.database import reading
from engine.store.master_rows import last_change
from engine.store.master_spool import Spool


def sync(
    house: House,
    target: str,
    *,
    actor: str,
    kinds: Sequence[str] = (),
    changed_only: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> tuple[Outcome, ...]:
    """Bring in what a target of the environment lists: all kinds that it has, or those that are named.

    Rows that it does not list any more go out of use, unless `changed_only` asks for what changed since the last time.
    Everything is fetched and checked before anything is written. Raises ContentError for a target without a directory,
    PostroomError for rows that may not be kept, Transient and Unauthorised as the adapter says.
    """
    directory = directory_of(house, target)
    if isinstance(directory, Exports):
        raise PostroomError(f"{target} leaves files; they are picked up, not listed")
    wanted = _kinds(directory, target, kinds)
    sources = {kind.name: f"{target}:{kind.name}" for kind in wanted}
    at = house.clock.now()
    with Spool() as spool:
        since = {name: _since(house, source) if changed_only else None for name, source in sources.items()}
        whole = {kind.name for kind in wanted if _fetch(spool, directory, kind, target, since[kind.name])}
        rows = Rows(sources=sources, whole=frozenset(name for name in whole if since[name] is None), at=at)
        return bring_in(house, spool, rows, actor=actor, force=force, dry_run=dry_run)


def directory_of(house: House, target: str) -> Directory | Exports:
    """Return the directory of a target: one that lists rows, or one that leaves files. Raises ContentError without one."""
    environment = house.library.environment
    binding = environment.targets.get(target)
    if binding is None:
        known = ", ".join(environment.targets)
        raise ContentError(f"no target {target!r}; there are: {known}", file=environment.name)
    plug = house.plugs[binding.adapter]
    if "directory" not in plug.manifest.kind or not isinstance(plug, HasDirectory):
        raise ContentError(
            f"adapter {binding.adapter!r} lists no master data; import files instead", file=environment.name
        )
    directory = plug.directory(resolve(binding.settings, out=house.out, target=target))
    if isinstance(directory, MovesIn):
        directory.move_in(house.surroundings(target))
    return directory


def _kinds(directory: Directory, target: str, names: Sequence[str]) -> list[Kind]:
    """Return the kinds to fetch, those first that others name."""
    offered = set(directory.kinds())
    missing = sorted(set(names) - offered)
    if missing:
        raise PostroomError(f"{target} does not list {missing[0]}; it lists: {', '.join(sorted(offered))}")
    wanted = set(names) or offered
    return [kind for kind in master_kinds.KINDS if kind.name in wanted]


def _since(house: House, source: str) -> datetime | None:
    with reading(house.engine) as tx:
        return last_change(tx, source)


def _fetch(spool: Spool, directory: Directory, kind: Kind, target: str, since: datetime | None) -> bool:
    """Put all rows of a kind by. Return whether they are all there are."""
    complaints: list[str] = []
    is_all, place = True, 0
    for page in _pages(directory, kind, since):
        is_all = is_all and page.is_all
        for row in page.rows:
            place += 1
            try:
                spool.add(kind, place, master_cells.row(kind, row, whole=False))
            except (Refused, TypeError) as e:
                complaints.append(f"{kind.name}, row {place}: {e}")
        if len(complaints) >= MOST_COMPLAINTS:
            break
    try:
        spool.flush()
    except Refused as e:
        complaints.append(f"{kind.name}: {e}")
    if complaints:
        raise PostroomError(f"{target}: {complaints[0]}", detail="\n".join(complaints[1:]))
    return is_all


def _pages(directory: Directory, kind: Kind, since: datetime | None) -> Iterator[DirectoryPage]:
    after, seen = "", set[str]()
    while True:
        page = directory.page(kind.name, after=after, since=since)
        yield page
        if not page.next:
            return
        if page.next in seen:
            raise PostroomError(f"{kind.name}: the system gave page {page.next!r} twice; nothing was imported")
        seen.add(page.next)
        after = page.next
