"""`postroom golden`: freeze processed documents as tests of their flow, and run them."""

from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import complain, err, out, print_json
from admin.cli.house import opened
from engine.content.library import Library
from engine.model.errors import ContentError
from engine.runtime import golden as runtime
from engine.runtime import story
from engine.runtime.golden import Ran
from engine.runtime.settings import Settings

app = typer.Typer(help="Freeze processed documents as tests of their flow, and run them.", no_args_is_help=True)

Cases = Annotated[
    list[str] | None, typer.Argument(metavar="CASE", help="Flow, or flow/name. Default: all cases.")
]  # fmt: skip
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.callback()
def golden() -> None:
    """Look after the golden cases; nothing here changes a document."""


@app.command("add")
def add(
    documents: Annotated[list[str], typer.Argument(metavar="ID", help="Document ids, or their first digits.")],
    *,
    masked: Annotated[
        bool, typer.Option("--masked", help="Replace names, addresses, tax ids and accounts by invented ones.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="Name of the case; for one document. Default: its file name.")
    ] = None,
    why: Annotated[str, typer.Option(help="What the case shows.")] = "",
    from_: Annotated[
        runtime.Begin,
        typer.Option("--from", help="Begin with the record, or with the pages: then reading is tested too."),
    ] = "record",
) -> None:
    """Freeze documents as they are judged today. Exit code 1 when one cannot be frozen."""
    if name is not None and len(documents) > 1:
        complain("--name is for one document")
        raise typer.Exit(2)
    failed = False
    with opened() as house:
        root = house.settings.content_folder()
        for one in documents:
            try:
                document = story.find(house, one)
                called = name or runtime.named(document, is_masked=masked)
                added = runtime.add(house, root, document.id, name=called, why=why, is_masked=masked, from_=from_)
            except (LookupError, ContentError) as e:
                complain(e.message if isinstance(e, ContentError) else str(e))
                failed = True
                continue
            expected = added.expected
            where = f"{expected.route} {expected.queue or ''}".strip()
            out.print(f"{added.file}: {where}, {len(expected.writes)} payloads", highlight=False, soft_wrap=True)
            for change in added.since:
                out.print(f"    since it was judged: {change}", style="yellow", highlight=False, markup=False)
    raise typer.Exit(1 if failed else 0)


@app.command("run")
def run(
    wanted: Cases = None,
    *,
    candidate: Annotated[
        str | None, typer.Option("--with", metavar="FLOW@N", help="As if this flow version were live.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge the cases again and say what comes out otherwise. Exit code 1 when one does."""
    settings = Settings()
    root = settings.content_folder()
    found = runtime.cases(root, wanted or [])
    ran: list[Ran] = []
    if found:
        with runtime.bench(settings) as house:
            library = Library.candidate(root, settings.env, candidate) if candidate else None
            ran = list(runtime.run(house, found, library=library))
    for one in ran:
        if as_json:
            print_json(one.model_dump(mode="json"))
        elif one.differences:
            show(one)
    failing = sum(bool(one.differences) for one in ran)
    err.print(f"{len(ran)} cases, {len(ran) - failing} as frozen, {failing} otherwise.", highlight=False)
    raise typer.Exit(1 if failing else 0)


def show(one: Ran) -> None:
    """Print what came out otherwise."""
    out.print(f"[bold]{one.case}[/] ({one.file})", highlight=False, soft_wrap=True)
    for change in one.differences:
        out.print(f"    {change}", highlight=False, markup=False, soft_wrap=True)
    if one.asked_anew:
        asked = ", ".join(one.asked_anew)
        out.print(f"    asked what was not asked then: {asked}", style="yellow", highlight=False)


@app.command("list")
def list_(wanted: Cases = None, *, as_json: AsJson = False) -> None:
    """List the cases with what is expected of them."""
    found = runtime.cases(Settings().content_folder(), wanted or [])
    if as_json:
        for _, case in found:
            print_json(case.model_dump(mode="json", include={"name", "flow", "is_masked", "why", "expected"}))
        return
    table = Table("case", "flow", "type", "expected", "payloads", "masked", "why", box=None)
    for file, case in found:
        expected = case.expected
        table.add_row(
            f"{file.parent.name}/{case.name}", case.flow, expected.type, f"{expected.route} {expected.queue or ''}".strip(),
            str(len(expected.writes)), "yes" if case.is_masked else "", case.why,
        )  # fmt: skip
    out.print(table)
