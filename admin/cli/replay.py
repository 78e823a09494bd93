"""`postroom replay`: judge stored documents again as on their day, and show what would be different."""

import getpass
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from admin.cli.again import find
from admin.cli.console import complain, err, out, print_json
from admin.cli.house import opened
from admin.cli.run import Entry, lines_of, table, wait
from engine.content.library import Library
from engine.model.change import Change
from engine.model.document import SETTLED
from engine.model.errors import PostroomError
from engine.runtime import history, replay_for_good, reversing, workflow
from engine.runtime.house import House
from engine.runtime.otherwise import Trust
from engine.runtime.replay import Start
from engine.runtime.replaying import Compared, compare_many
from engine.runtime.worker import Worker
from engine.store.database import reading

_AMONG = 20
"""Documents that are replayed when none are named."""


def replay(  # noqa: PLR0913 - one parameter an option
    documents: Annotated[list[str] | None, typer.Argument(metavar="DOCUMENT", help="Ids, or their first digits.")] = None,
    last: Annotated[int | None, typer.Option(min=1, help="The documents received last. Default: 20.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="All received since a day (UTC).")] = None,
    flow: Annotated[str | None, typer.Option("--with", metavar="FLOW@N", help="With this version in the live one's place.")] = None,
    from_: Annotated[Start, typer.Option("--from", help="Begin with the stored pages or the stored record; auto: whichever could differ.")] = "auto",
    reason: Annotated[str, typer.Option(help="Why; goes into the ledger with --effects.")] = "",
    by: Annotated[str, typer.Option(help="Who; goes into the ledger with --effects.")] = "",
    *,
    all_: Annotated[bool, typer.Option("--all", help="Judge every document in full; nothing stored is taken over.")] = False,
    effects: Annotated[bool, typer.Option("--effects", help="Judge for good, as a new revision; what took effect only with --reverse.")] = False,
    reverse: Annotated[bool, typer.Option("--reverse", help="With --effects: take back first what stands and is written otherwise now.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:  # fmt: skip
    """Judge documents of the past again and show what would be different. Nothing is written unless --effects is given."""
    if effects and (last or since or not documents or not reason.strip()):
        raise PostroomError("--effects needs the documents by name, and a --reason.")
    if reverse and not effects:
        raise PostroomError("--reverse takes back what stands in a target: it goes with --effects.")
    with opened() as house:
        wanted = _wanted(house, documents, last, since)
        if effects:
            begin = partial(
                replay_for_good.begin, house, by=by or getpass.getuser(), reason=reason, flow=flow, reverse=reverse
            )
            raise typer.Exit(_for_good(house, wanted, begin, as_json=as_json))
        library = _library(house, flow)
        began = time.perf_counter()
        trust = Trust(salt=house.clock.now().isoformat(), is_blind=all_)
        counts = _show(compare_many(house, library, wanted, from_=from_, trust=trust), as_json=as_json)
        _sum_up(counts, seconds=time.perf_counter() - began)
        if counts["doubtful"]:
            raise typer.Exit(1)


def _wanted(house: House, named: list[str] | None, last: int | None, since: datetime | None) -> list[str]:
    """Return ids of documents, the oldest first. Raises PostroomError for one that is not there."""
    if named:
        return [find(house, one).id for one in named]
    if last is None and since is None:
        last = _AMONG
    with reading(house.engine) as tx:
        return history.ids(tx, last=last, since=None if since is None else since.replace(tzinfo=UTC))


def _library(house: House, flow: str | None) -> Library:
    if flow is None:
        return house.library
    return Library.candidate(house.settings.content_folder(), house.library.environment.name, flow)


def _show(found: Iterable[Compared], *, as_json: bool) -> Counter[str]:
    """Print what differs, and count what was judged and what came of it."""
    counts: Counter[str] = Counter()
    for one in found:
        counts["documents"] += 1
        counts["taken_over"] += one.is_taken_over
        counts["doubtful"] += one.is_doubtful
        counts["anew"] += bool(one.asked_anew)
        counts["differ"] += one.change is not None
        counts["moved"] += one.change is not None and one.change.is_rerouted
        if as_json:
            print_json(one.model_dump(mode="json"))
        elif one.change is not None:
            _tell(one, one.change)
    return counts


def _tell(one: Compared, change: Change) -> None:
    out.print(f"[bold]{one.name}[/] {one.document_id[:12]}, revision {one.revision}", highlight=False)
    for differing in change.differences:
        where = f"{differing.where} {differing.path}".strip()
        line = f"    {where}: {_said(differing.before)} -> {_said(differing.after)}"
        style = "yellow" if differing.where == "route" else None
        out.print(line, highlight=False, markup=False, soft_wrap=True, style=style)
    for move in change.moved:
        amount = f"{move.amount} {move.currency}".strip()
        line = f"    moves {amount}: {move.what} {move.before} -> {move.after}"
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    if one.asked_anew:
        names = ", ".join(one.asked_anew)
        out.print(f"    asked anew, as of its day: {names}", style="dim", highlight=False, markup=False)


def _said(value: str | None) -> str:
    return "nothing" if value is None else value or '""'


def _sum_up(counts: Counter[str], *, seconds: float) -> None:
    documents, differ = counts["documents"], counts["differ"]
    speed = f" ({documents / seconds:.0f} a second)" if seconds > 0 else ""
    err.print(
        f"{documents} judged again{speed}: {documents - differ} the same, {differ} different, {counts['moved']} of them "
        "go another way. Nothing was written.",
        highlight=False,
    )
    if counts["taken_over"]:
        words = "taken over as stored: program, content and inputs are the same. --all judges these too."
        err.print(f"{counts['taken_over']} {words}", style="dim", highlight=False)
    if counts["anew"]:
        err.print(f"{counts['anew']} rest on questions that were not asked on their day.", style="dim", highlight=False)
    if counts["doubtful"]:
        words = "that were to be taken over come to something else. Judge every one: --all."
        err.print(f"[red]{counts['doubtful']}[/] {words}", highlight=False)


def _for_good(house: House, wanted: Sequence[str], begin: Callable[[str], int], *, as_json: bool) -> int:
    """Judge documents again for good and show where they end. Returns the exit code: 1 when one was refused."""
    worker = Worker(house)
    worker.start()
    refused = 0
    try:
        entries: list[Entry] = []
        for one in wanted:
            try:
                revision = begin(one)
            except (replay_for_good.Stands, reversing.Refused) as e:
                complain(e.message, e.detail)
                refused += 1
                continue
            workflow.enqueue(one, revision)
            entries.append(Entry(one[:12], one, is_new=True))
        lines = list(lines_of(house, entries, wait(house, entries, show=not as_json)))
    finally:
        worker.stop(wait_seconds=0)
    for line in lines if as_json else ():
        print_json(line.model_dump(mode="json"))
    if lines and not as_json:
        out.print(table(lines))
    return 0 if not refused and all(line.state in SETTLED for line in lines) else 1
