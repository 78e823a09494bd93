"""`postroom thresholds`: how sure readings must be, from what people found."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.curve import draw
from admin.cli.house import opened
from engine.model.outcome import Fit
from engine.runtime import thresholds as runtime
from engine.runtime.story import find
from engine.stages.thresholds.proposal import propose

app = typer.Typer(help="How sure readings must be, from what people found.", no_args_is_help=True)

RulesetOption = Annotated[str, typer.Option("--ruleset", help="name@version. Default: that of the first live flow.")]
By = Annotated[str, typer.Option(help="Who says so.")]


def _share(text: str) -> float:
    """Read `0.5%` or `0.005`."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError as e:
        raise typer.BadParameter("write a share such as 0.5% or 0.005") from e
    if not 0 < value < 1:
        raise typer.BadParameter("a share lies between 0 and 1")
    return value


@app.callback()
def thresholds() -> None:
    """Fit thresholds to an error bound, confirm readings, restore automation. No written rule is ever changed."""


@app.command("fit")
def fit(
    target_error: Annotated[str, typer.Option(help="Share of posted documents that may have a wrong field.")],
    confidence: Annotated[str, typer.Option(help="How sure it must be that the error is below.")] = "95%",
    ruleset: RulesetOption = "",
    flows: Annotated[
        list[str] | None,
        typer.Option("--flow", help="Only documents of this flow; name it again for more, each fitted alone."),
    ] = None,
    curve: Annotated[
        Path | None, typer.Option(help="Draw error against automation (.svg or .png).", dir_okay=False)
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="Folder for the proposal (a diff) and the curve (CSV).", file_okay=False)
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a scope.")] = False,
) -> None:
    """Show error against automation from reviewed history, and propose the loosest thresholds that are proved."""
    target, sure = _share(target_error), _share(confidence)
    with opened() as house:
        for subject in runtime.subjects(house, ruleset=ruleset, flows=flows or ()):
            fits = runtime.fit_history(house, subject, target=target, confidence=sure)
            proposal = propose(runtime.source_of(house, subject.ruleset), subject.ruleset, fits, name=subject.name)
            _tell(subject, fits, proposal, as_json=as_json)
            _keep(subject, fits, proposal, curve=_of_flow(curve, subject, flows), write=write)


def _tell(subject: runtime.Subject, fits: Sequence[Fit], proposal: str | None, *, as_json: bool) -> None:
    for one in fits:
        if as_json:
            print_json({"flow": subject.flow, **one.model_dump(mode="json")})
        else:
            _show(one, subject.title)
    if proposal and not as_json:
        out.print(proposal, highlight=False, markup=False, soft_wrap=True)
        if subject.name != subject.ruleset.name:
            out.print(f"Then let the next version of the flow name it: `ruleset: {subject.name}@1`.\n", highlight=False)


def _keep(
    subject: runtime.Subject, fits: Sequence[Fit], proposal: str | None, *, curve: Path | None, write: Path | None
) -> None:  # fmt: skip
    if curve is not None:
        try:
            draw(curve, subject.title, fits)
        except ValueError as e:
            raise typer.BadParameter(str(e), param_hint="--curve") from e
    if write is not None:
        write.mkdir(parents=True, exist_ok=True)
        name = subject.flow.partition("@")[0] or subject.ruleset.name
        _write_curve(write / f"{name}.curve.csv", fits)
        if proposal:
            (write / f"{name}.diff").write_text(proposal, encoding="utf-8")


def _of_flow(curve: Path | None, subject: runtime.Subject, flows: Sequence[str] | None) -> Path | None:
    """Return the file of a flow's picture: with its name in it where there are several."""
    if curve is None or len(flows or ()) < 2:  # noqa: PLR2004 - one needs no name
        return curve
    return curve.with_stem(f"{curve.stem}.{subject.flow.partition('@')[0]}")


@app.command("confirm")
def confirm(
    document: Annotated[str, typer.Argument(metavar="ID", help="Id or its first digits.")], by: By = "cli"
) -> None:
    """Say that every checked field of a document was read right; closes its audit. If not, use `postroom correct`."""
    with opened() as house:
        try:
            found = find(house, document)
        except LookupError as e:
            raise typer.BadParameter(str(e)) from e
        runtime.confirm(house, found.id, by=by)
    out.print(f"{found.name}: read right.", highlight=False)


@app.command("restore")
def restore(
    ruleset: RulesetOption = "",
    by: By = "cli",
    since: Annotated[
        datetime | None, typer.Option(help="When the cause was mended (UTC): only what was looked at after it counts.")
    ] = None,
) -> None:
    """Let automation that stood down step up as far as held documents prove; refused where nothing is proved."""
    with opened() as house:
        rules = runtime.ruleset_of(house, ruleset)
        mended_at = since.replace(tzinfo=UTC) if since else None
        found = runtime.restore(house, rules.ref, by=by, mended_at=mended_at)
    if not found.reviewed:
        out.print(f"{rules.ref} did not stand down.")
    else:
        out.print(
            f"{rules.ref}: {found.steps} step(s) down now; of {found.reviewed} held documents that would have passed, "
            f"{found.wrong} were wrong.", highlight=False,
        )  # fmt: skip


def _show(one: Fit, subject: str) -> None:
    title = f"{subject}, {one.scope}: {one.documents} documents, {one.reviewed} reviewed, error below {one.target:.2%}"
    table = Table(
        "doubt", "default", "automated", "reviewed", "wrong", "error", "below", "proved", box=None, title=title,
        title_justify="left",
    )  # fmt: skip
    for point in one.points:
        table.add_row(
            f"{point.level} %", f"{dict(point.thresholds)['default'] / 1000:.3f}", f"{point.automated:.1%}",
            str(point.reviewed), str(point.wrong), "" if point.error is None else f"{point.error:.2%}",
            f"{point.bound:.2%}", "yes" if point.is_proved else "",
            style="bold" if point == one.chosen else "",
        )  # fmt: skip
    out.print(table)
    if one.chosen is None:
        out.print(
            f"Nothing is proved. At least {one.missing} more reviewed documents without an error are needed; "
            "the thresholds stay as they are.\n", highlight=False,
        )  # fmt: skip
    else:
        out.print(f"Proposed: {one.chosen.automated:.1%} of documents need no person.\n", highlight=False)


def _write_curve(file: Path, fits: Sequence[Fit]) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["scope", "level", "automated", "reviewed", "wrong", "error", "bound", "proved", "thresholds"])
        for one in fits:
            for point in one.points:
                at = " ".join(f"{name}={value / 1000:.3f}" for name, value in point.thresholds)
                error = "" if point.error is None else f"{point.error:.6f}"
                writer.writerow([
                    one.scope, point.level, f"{point.automated:.4f}", point.reviewed, point.wrong, error,
                    f"{point.bound:.6f}", point.is_proved, at,
                ])  # fmt: skip
