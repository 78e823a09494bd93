"""`postroom rules`: lint, test, explain and try the written rules."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import complain, err, out, print_json
from admin.cli.house import opened
from admin.cli.linted import report
from engine.content.lint.finding import said
from engine.model.document import Document
from engine.runtime import rules as runtime
from engine.runtime import story
from engine.runtime.house import House
from engine.runtime.rules import Ends, Explained, Tested, Trial
from engine.runtime.settings import Settings
from engine.stages.explain import RuleExplanation

app = typer.Typer(help="Lint, test, explain and try the written rules.", no_args_is_help=True)

Sets = Annotated[list[str] | None, typer.Argument(metavar="SET", help="Name, name@version or file. Default: all sets.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.callback()
def rules() -> None:
    """Look after the written rules; nothing here changes a document."""


@app.command("lint")
def lint(
    sets: Sets = None,
    *,
    info: Annotated[bool, typer.Option("--info", help="Also what is known and not wrong.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find impossible, idle, duplicate, shadowed and conflicting rules, each with a case. Exit code 1 when there is any."""
    report(runtime.lint(Settings().content_folder(), sets or []), info=info, as_json=as_json)


@app.command("test")
def run_examples(sets: Sets = None, *, as_json: AsJson = False) -> None:
    """Run the examples that stand beside the rules. Exit code 1 when one does not hold."""
    run = runtime.examples(Settings().content_folder(), sets or [])
    if as_json:
        for one in run:
            print_json(one.model_dump(mode="json"))
    else:
        _tests(run)
    raise typer.Exit(1 if any(one.failures for one in run) else 0)


def _tests(run: tuple[Tested, ...]) -> None:
    table = Table("set", "rules", "examples", "hold", "fail", box=None)
    for one in run:
        failing = len(one.failures)
        table.add_row(
            one.ruleset, str(one.rules), str(one.examples), str(one.examples - failing),
            f"[red]{failing}[/]" if failing else "0",
        )  # fmt: skip
    out.print(table)
    for one in run:
        for failure, line in zip(one.failures, one.lines, strict=True):
            out.print(
                f"{one.file}:{line}: {failure.rule}, example {failure.example}: {failure.message}", highlight=False
            )


@app.command("explain")
def explain(
    document: Annotated[str, typer.Argument(metavar="ID", help="Document id, or its first digits.")],
    *,
    revision: Annotated[int | None, typer.Option(min=1, help="Which revision. Default: the last.")] = None,
    fired: Annotated[bool, typer.Option("--fired", help="Only the rules that fired.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show every rule of a document's decision: fired or not, and the fact values that decided it."""
    with opened() as house:
        try:
            told = runtime.explained(house, story.find(house, document).id, revision=revision)
        except LookupError as e:
            complain(str(e))
            raise typer.Exit(1) from e
    if as_json:
        print_json(told.model_dump(mode="json"))
        return
    _explained(told, [rule for rule in told.rules if rule.fired or not fired])


def _explained(told: Explained, rules: Sequence[RuleExplanation]) -> None:
    decision = told.decision
    out.print(f"[bold]{told.document.name}[/]  revision {told.revision}, {decision.flow}, rules {decision.ruleset}")
    where = f"{decision.route} {decision.queue or ''}".strip()
    out.print(f"[bold]{where}[/]: {decision.message}\n", highlight=False)
    if told.changed_since or not told.rules:
        out.print(
            "The rules have changed since, or none judged it: facts are shown, conditions are not.\n", style="yellow"
        )
    for rule in sorted(rules, key=lambda one: (not one.decides, not one.fired)):
        _rule(rule)


def _rule(rule: RuleExplanation) -> None:
    mark = "[bold red]decides[/]" if rule.decides else "[yellow]fired[/]  " if rule.fired else "[dim]passed[/] "
    effect = rule.route or (f"asserts {rule.asserts}" if rule.asserts else "notes")
    out.print(f"{mark} [bold]{rule.id}[/] ({rule.severity}): {effect} {rule.queue or ''}", highlight=False)
    if rule.fired:
        out.print(f"    {rule.message}", highlight=False, markup=False)
        out.print(f"    why: {rule.why}", highlight=False, markup=False)
    if rule.when:
        out.print(f"    when {rule.when}", highlight=False, markup=False)
    for test in rule.because:
        answer = "unknown" if test.holds is None else "true" if test.holds else "false"
        by = f", asserted by {', '.join(test.asserted_by)}" if test.asserted_by else ""
        value = said(((test.fact, test.value),))
        out.print(f"      {answer}: {test.test}  ({value}{by})", highlight=False, markup=False)
    if rule.undecided:
        out.print(f"      undecided, and `missing: {rule.undecided}`", highlight=False, markup=False)
    if not rule.when and rule.facts:
        out.print(f"    {said(rule.facts)}", highlight=False, markup=False)


@app.command("try")
def try_(
    file: Annotated[Path, typer.Argument(metavar="RULES", help="Edited ruleset file.", exists=True, dir_okay=False)],
    *,
    on: Annotated[
        list[str] | None, typer.Option("--on", metavar="ID", help="Stored document; may be repeated.")
    ] = None,
    last: Annotated[int, typer.Option("--last", min=1, help="Documents that came last, without --on.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Judge stored documents with an edited ruleset, without any effect, and show what would change."""
    with opened() as house:
        trials = runtime.tried(house, file, _documents(house, on, last))
    for trial in trials:
        if as_json:
            print_json(trial.model_dump(mode="json") | {"is_moved": trial.is_moved})
        else:
            _trial(trial)
    tried = [trial for trial in trials if not trial.skipped]
    moved = sum(trial.is_moved for trial in tried)
    err.print(
        f"{len(tried)} judged, {moved} would go elsewhere, {len(trials) - len(tried)} skipped. Nothing was written."
    )


def _documents(house: House, wanted: list[str] | None, count: int) -> list[Document]:
    try:
        return [story.find(house, one) for one in wanted] if wanted else runtime.last(house, count)
    except LookupError as e:
        complain(str(e))
        raise typer.Exit(1) from e


def _trial(trial: Trial) -> None:
    head = f"[bold]{trial.document.name}[/] {trial.document.id[:12]}"
    if trial.skipped:
        out.print(f"{head}: skipped, {trial.skipped}", style="dim", highlight=False)
        return
    if trial.old == trial.new and not trial.rules:
        out.print(f"{head}: stays {_said(trial.old)}", highlight=False)
        return
    colour = "yellow" if trial.is_moved else "white"
    out.print(f"{head}: {_said(trial.old)} [{colour}]->[/] {_said(trial.new)}", highlight=False)
    for change in trial.rules:
        out.print(f"    {change.change}: {change.id}: {change.message}", highlight=False, markup=False)


def _said(ends: Ends | None) -> str:
    if ends is None:
        return "nothing"
    route, queue, reasons = ends
    where = f"{route} {queue}" if queue else route
    return f"{where} ({', '.join(reasons)})" if reasons else where
