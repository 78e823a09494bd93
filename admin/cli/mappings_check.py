"""`postroom mappings lint|test|try|coverage`: look at mapping matrices without any effect."""

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from admin.cli.console import complain, err, out, print_json
from admin.cli.golden import show
from admin.cli.house import opened
from admin.cli.linted import report
from admin.cli.mappings import app
from engine.model.document import Document
from engine.runtime import golden, rules, story
from engine.runtime import mappings as runtime
from engine.runtime.golden import Ran
from engine.runtime.house import House
from engine.runtime.mappings import Trial
from engine.runtime.papers import Tested
from engine.runtime.settings import Settings
from engine.stages.coverage import Coverage
from engine.stages.lineage import Leaf, Origin, Step

Names = Annotated[
    list[str] | None, typer.Argument(metavar="MATRIX", help="Name, name@version or file. Default: all matrices.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
_LONGEST = 100
_NAME = re.compile(r"[a-z_]+\.[a-z_0-9]+")


@app.command("lint")
def lint(
    names: Names = None,
    *,
    info: Annotated[bool, typer.Option("--info", help="Also what is known and not wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find unknown paths, rows that nothing reaches, types wider than the target's, idle converters. Exit code 1 when there is any."""
    report(runtime.lint(Settings().content_folder(), names or []), info=info, as_json=as_json)


@app.command("test")
def run_examples(names: Names = None, *, as_json: AsJson = False) -> None:
    """Run the examples of matrices and papers, and the golden cases that write through them. Exit code 1 when one does not hold."""
    settings = Settings()
    run = runtime.examples(settings.content_folder(), names or [])
    cases = _cases(settings, {one.matrix.partition("@")[0] for one in run})
    if as_json:
        for one in (*run, *cases):
            print_json(one.model_dump(mode="json"))
    else:
        _tests(run)
        for case in cases:
            if case.differences:
                show(case)
    wrong = sum(bool(case.differences) for case in cases)
    if cases:
        err.print(f"{len(cases)} golden cases write through them, {wrong} otherwise than frozen.", highlight=False)
    raise typer.Exit(1 if wrong or any(one.failures for one in run) else 0)


def _cases(settings: Settings, matrices: set[str]) -> list[Ran]:
    """Judge the golden cases again whose payloads were made by these matrices, in any version."""
    root = settings.content_folder()
    found = [
        (file, case) for file, case in golden.cases(root)
        if any(write.mapping.partition("@")[0] in matrices for write in case.expected.writes)
    ]  # fmt: skip
    if not found:
        return []
    with golden.bench(settings) as house:
        return list(golden.run(house, found))


def _tests(run: tuple[Tested, ...]) -> None:
    table = Table("matrix", "rows", "untried", "examples", "hold", "fail", box=None)
    for one in run:
        failing = len(one.failures)
        table.add_row(
            one.matrix, str(one.rows), str(len(one.untried)), str(one.examples), str(one.examples - failing),
            f"[red]{failing}[/]" if failing else "0",
        )  # fmt: skip
    out.print(table)
    for one in run:
        for failure in one.failures:
            where = one.file if failure.line is None else f"{one.file}:{failure.line}"
            out.print(f"{where}: {failure.example}: {failure.message}", highlight=False, markup=False, soft_wrap=True)
        if one.untried:
            out.print(f"{one.matrix}: no example fills {', '.join(one.untried)}", style="dim", highlight=False)


@app.command("try")
def try_(
    name: Annotated[str, typer.Argument(metavar="MATRIX", help="Name, name@version, or an edited file.")],
    *,
    on: Annotated[
        list[str] | None, typer.Option("--on", metavar="ID", help="Stored document; may be repeated.")
    ] = None,
    last: Annotated[int, typer.Option("--last", min=1, help="Documents that came last, without --on.")] = 1,
    leaf: Annotated[str | None, typer.Option("--leaf", help="Only leaves whose path begins so.")] = None,
    as_json: AsJson = False,
) -> None:
    """Map stored documents, without any effect: each value with its row, converters, record field and box on the page.

    Exit code 1 when the payload could not be sent.
    """
    with opened() as house:
        root = house.settings.content_folder()
        trials = list(runtime.tried(house, root, name, _documents(house, on, last)))
    for trial in trials:
        chosen = [
            (one, line) for one, line in zip(trial.leaves, trial.lines, strict=True)
            if leaf is None or one.path.startswith(leaf)
        ]  # fmt: skip
        if as_json:
            shown = trial.model_copy(update={"leaves": tuple(one for one, _ in chosen)})
            print_json(shown.model_dump(mode="json", exclude={"lines"}) | {"lines": [line for _, line in chosen]})
        else:
            _trial(trial, chosen)
    held = [trial for trial in trials if any(one.severity in {"error", "fatal"} for one in trial.findings)]
    tried = [trial for trial in trials if not trial.skipped]
    err.print(f"{len(tried)} mapped, {len(held)} held, {len(trials) - len(tried)} skipped. Nothing was written.")
    raise typer.Exit(1 if held else 0)


def _documents(house: House, wanted: list[str] | None, count: int) -> list[Document]:
    try:
        return [story.find(house, one) for one in wanted] if wanted else rules.last(house, count)
    except LookupError as e:
        complain(str(e))
        raise typer.Exit(1) from e


def _trial(trial: Trial, chosen: list[tuple[Leaf, int | None]]) -> None:
    head = f"[bold]{escape(trial.document.name)}[/] {trial.document.id[:12]} through {trial.matrix}"
    if trial.skipped:
        out.print(f"{head}: skipped, {trial.skipped}", style="dim", highlight=False)
        return
    out.print(head, highlight=False)
    for one, line in chosen:
        _leaf(one, f"{Path(trial.file).name}:{line}")
    for wrong in trial.findings:
        colour = "red" if wrong.severity in {"error", "fatal"} else "yellow"
        out.print(f"[{colour}]{wrong.severity} {wrong.code}[/]: {escape(wrong.message)}", highlight=False)


def _leaf(one: Leaf, where: str) -> None:
    out.print(f"[bold]{one.path}[/] = [green]{escape(_short(one.value))}[/]", highlight=False)
    why = f": {one.why}" if one.why else ""
    out.print(
        f"    row {one.row} at {where}, {one.owner}{why}", style="dim", highlight=False, markup=False, soft_wrap=True
    )
    if one.note in {"default", "fixed value"}:
        out.print(f"    {one.note}", highlight=False, markup=False, soft_wrap=True)
    for origin in one.origins:
        out.print(f"    {_origin(origin)}", highlight=False, markup=False, soft_wrap=True)
    for step in one.steps:
        if _NAME.fullmatch(step.expression):  # its value stands above, as an origin
            continue
        out.print(f"    {_step(step)}", highlight=False, markup=False, soft_wrap=True)


def _origin(one: Origin) -> str:
    told = [one.how]
    if one.page is not None:
        box = "" if one.box is None else " at " + " ".join(f"{edge:.0f}" for edge in one.box)
        told.append(f"page {one.page}{box}")
    if one.pointer:
        told.append(one.pointer)
    if one.source:
        told.append(f"from {', '.join(one.source)}")
    if one.by:
        told.append(f"by {one.by}")
    if one.confidence is not None:
        told.append(f"sure to {one.confidence:.2f}")
    raw = f" ({_short(one.raw)!r})" if one.raw and one.raw != one.value else ""
    return f"from {one.path} = {_short(one.value)!r}{raw}: {', '.join(told)}"


def _step(one: Step) -> str:
    value = "missing" if one.value is None else repr(_short(one.value))
    rows = f"  (row {', '.join(one.rows)} of {one.table})" if one.rows else ""
    return f"{one.expression} -> {value}{rows}"


def _short(text: str) -> str:
    flat = " ".join(text.split("\n"))
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST]}..."


@app.command("coverage")
def coverage(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Matrices or flows. Default: all live flows.")
    ] = None,
    *,
    last: Annotated[int, typer.Option("--last", min=0, help="Count over so many documents that came last.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show which fields of the record go nowhere, and which fields of the target are never filled."""
    with opened() as house:
        found = runtime.coverage(house, names or [], last=last)
    for one in found:
        if as_json:
            print_json(one.model_dump(mode="json"))
        else:
            _coverage(one)


def _coverage(one: Coverage) -> None:
    counted = f", over {one.documents} documents" if one.documents else ""
    out.print(f"[bold]{one.matrix}[/] of {', '.join(one.flows) or 'no flow'}{counted}", highlight=False)
    used = sum(bool(field.rows) for field in one.fields)
    out.print(f"  {used} of {len(one.fields)} fields of the record are looked at; these go nowhere:", highlight=False)
    nowhere = [field for field in one.nowhere if field.documents] if one.documents else one.nowhere
    for field in nowhere:
        count = f"  in {field.documents} of {one.documents}" if one.documents else ""
        out.print(f"    {field.path}{count}", highlight=False, markup=False, soft_wrap=True)
    filled = sum(target.is_mapped for target in one.targets)
    out.print(
        f"  {filled} of {len(one.targets)} fields of the target are filled by rows; these never are:{'' if one.never_filled else ' none'}",
        highlight=False,
    )
    for target in one.never_filled:
        why = "no row" if not target.is_mapped else f"in none of {one.documents} documents"
        out.print(
            f"    {target.path}  {why}{', required' if target.is_required else ''}", highlight=False, markup=False
        )
