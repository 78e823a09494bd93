"""`postroom run`: the main job on files, folders and globs."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from admin.cli.console import complain, err, out, print_json
from admin.cli.paths import expand
from engine.content.when import Seen
from engine.model.document import SETTLED
from engine.model.errors import PostroomError, ReadError
from engine.model.finding import Finding
from engine.runtime import again, intake, story, waiting, workflow
from engine.runtime.house import House, open_house
from engine.runtime.logs import configure
from engine.runtime.names import printable_name
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker

_ROUNDS = 10
"""Times that it is looked what the documents of a run completed."""
COLOURS = {"posted": "green", "review": "yellow", "duplicate": "cyan", "rejected": "red", "parked": "magenta"}


@dataclass(frozen=True)
class Entry:
    """One file at the door: the document it became, or why it was refused."""

    name: str
    document_id: str | None
    is_new: bool
    finding: Finding | None = None


def run(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, globs.", show_default=False)],
    flow: Annotated[str | None, typer.Option(help="Use this flow instead of the one chosen by document type.")] = None,
    env: Annotated[str | None, typer.Option(help="Environment file to use.")] = None,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder for file drops of the dev environment.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    reprocess: Annotated[bool, typer.Option("--again", help="Walk known documents again as a new revision.")] = False,
) -> None:
    """Read, judge, map and post documents. Exit code 0 when every document reached a settled state."""
    settings = Settings()
    configure(form=settings.log_format, level=settings.log_level)
    house = open_house(settings, environment=env, out=out_dir)
    if flow is not None and house.library.flow_for(Seen(type="unknown"), flow) is None:
        raise PostroomError(f"No flow {flow} is live here; there are: {', '.join(house.library.environment.flows)}")
    files, missing = expand(paths)
    worker = Worker(house)
    worker.start()
    try:
        entries = [_accept(house, file, flow, reprocess=reprocess) for file in files]
        ids = _settled(house, entries, show=not as_json)
        lines = list(lines_of(house, entries, ids))
    finally:
        worker.stop(wait_seconds=0)
        house.close()
    for argument in missing:
        complain(f"{argument}: no such file, folder or match")
    if as_json:
        for line in lines:
            print_json(line.model_dump(mode="json"))
    elif lines:
        out.print(table(lines))
        out.print(_summary(lines))
    settled = {*SETTLED, "refused"}
    raise typer.Exit(0 if not missing and all(line.state in settled for line in lines) else 1)


def _accept(house: House, file: Path, flow: str | None, *, reprocess: bool) -> Entry:
    """Take one file in and queue it; a file that cannot be taken stays where it is and is reported."""
    name = printable_name(file.name)
    try:
        with file.open("rb") as stream:
            arrival = intake.accept(house, stream, name=file.name, source="cli", flow=flow)
    except ReadError as e:
        return Entry(name, None, is_new=True, finding=Finding(code=e.code, severity="fatal", message=e.message))
    except OSError as e:
        message = f"The file cannot be opened: {e.strerror}. Mend its permissions and run again."
        return Entry(
            name, None, is_new=True, finding=Finding(code="unreadable_file", severity="fatal", message=message)
        )
    document = arrival.document
    revision = document.revision
    # a document whose walk is not over is waited for, not walked a second time beside it
    reprocess = reprocess and document.state in SETTLED
    if not arrival.is_new and reprocess:
        revision = again.next_revision(house, document.id, flow=flow)
    if arrival.is_new or reprocess or document.state not in SETTLED:
        workflow.enqueue(document.id, revision)
    return Entry(name, document.id, is_new=arrival.is_new or reprocess)


def _settled(house: House, entries: list[Entry], *, show: bool) -> list[str]:
    """Wait for the files, then for what they complete: dossiers, and documents that waited for what came. Returns all ids."""
    ids = wait(house, entries, show=show)
    for _ in range(_ROUNDS):
        woken = waiting.look(house)
        for document in woken:
            workflow.enqueue(document.id, document.revision)
        beside = dict.fromkeys([*story.dossiers_of(house, ids), *(one.id for one in woken)])
        entries += [Entry("", one, is_new=True) for one in beside if one not in ids]
        if not woken and set(beside) <= set(ids):
            break
        ids = wait(house, entries, show=show)
    return ids


def wait(house: House, entries: list[Entry], *, show: bool) -> list[str]:
    """Wait until every document and everything taken out of it is settled. Returns the ids, children behind parents."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err,
        disable=not show, transient=True,
    ) as progress:  # fmt: skip
        task = progress.add_task("Processing", total=len(entries))
        while True:
            ids = _family(house, [entry.document_id for entry in entries if entry.document_id])
            states = story.states(house, ids)
            settled = sum(state in SETTLED for state in states.values())
            progress.update(task, total=max(len(ids), 1), completed=settled)
            if settled == len(ids):
                return ids
            time.sleep(0.1)


def _family(house: House, ids: list[str]) -> list[str]:
    """Return documents with their children behind them, each once."""
    seen: dict[str, None] = {}
    waiting = list(reversed(dict.fromkeys(ids)))
    while waiting:
        document_id = waiting.pop()
        if document_id not in seen:
            seen[document_id] = None
            waiting.extend(reversed(story.children(house, document_id)))
    return list(seen)


def lines_of(house: House, entries: list[Entry], ids: list[str]) -> Iterator[story.Line]:
    """Yield a line for every file given and for every document taken out of one."""
    shown: set[str] = set()
    by_parent = {document_id: story.children(house, document_id) for document_id in ids}
    for entry in entries:
        yield from _entry_lines(house, entry, by_parent, shown)


def _entry_lines(house: House, entry: Entry, children: dict[str, list[str]], shown: set[str]) -> Iterator[story.Line]:
    if entry.document_id is None:
        finding = entry.finding or Finding(code="refused", severity="fatal", message="")
        yield story.Line(
            id="",
            document=entry.name,
            state="refused",
            route="rejected",
            reasons=(finding.code,),
            message=finding.message,
        )
        return
    line = story.line(story.story(house, entry.document_id))
    if not entry.is_new or entry.document_id in shown:
        yield line.model_copy(
            update={"document": entry.name or line.document, "route": "duplicate", "reasons": ("same_bytes",), "queue": "",
                    "message": f"Same bytes as {line.document}, which is {line.route}.", "seconds": None}
        )  # fmt: skip
        return
    shown.add(entry.document_id)
    yield line
    for child in children.get(entry.document_id, []):
        if child not in shown:
            yield from _entry_lines(house, Entry("", child, is_new=True), children, shown)


def table(lines: list[story.Line]) -> Table:
    """Return the lines as a table for the terminal."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("document", overflow="fold", max_width=30)
    table.add_column("type", no_wrap=True)
    table.add_column("vendor", no_wrap=True, max_width=24)
    table.add_column("number", no_wrap=True, max_width=16)
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("conf", justify="right", no_wrap=True)
    table.add_column("route", overflow="fold", min_width=16)
    table.add_column("target reference", overflow="fold", max_width=38)
    table.add_column("s", justify="right", no_wrap=True)
    for line in lines:
        confidence = "" if line.confidence is None else f"{line.confidence:.2f}"
        took = "" if line.seconds is None else f"{line.seconds:.1f}"
        cells = ["↳ " * bool(line.parent) + line.document, line.type, line.vendor, line.number]
        table.add_row(*map(escape, cells), line.total, confidence, _route(line), escape(line.reference), took)
    return table


def _route(line: story.Line) -> str:
    """Return the route, and for people the queue and the deciding reason with how many more there are."""
    shown = f"[{COLOURS.get(line.route, 'white')}]{line.route}[/]"
    if line.queue:
        shown += f" {line.queue}:"
    if line.reasons:
        more = f" +{len(line.reasons) - 1}" if len(line.reasons) > 1 else ""
        shown += f" {escape(line.reasons[0])}{more}"
    return shown


def _summary(lines: list[story.Line]) -> str:
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.route] = counts.get(line.route, 0) + 1
    parts = ", ".join(f"{count} {route}" for route, count in sorted(counts.items()))
    return f"\n{len(lines)} document{'s' * (len(lines) != 1)}: {parts}. Story of one: postroom show ID"
