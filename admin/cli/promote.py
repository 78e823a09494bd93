"""`postroom promote`, `approve`, `rollback`: versions on their way into an environment, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import err, out, print_json
from admin.cli.house import opened
from admin.cli.person import Person, person
from admin.reports.promotion import as_html
from engine.content.live import LiveSet
from engine.model.errors import PostroomError
from engine.model.gate import GateReport, Sum
from engine.runtime.house import House
from engine.runtime.otherwise import Trust
from engine.runtime.promotion import kept, switch
from engine.runtime.promotion.look import look, versions
from engine.runtime.promotion.trial import tried

_SHORT = 12
"""Digits of a report's id that are shown."""

To = Annotated[str, typer.Option("--to", help="The environment it is for.")]
By = Annotated[
    str, typer.Option("--by", help="Who does it; it stands in the ledger. Default: the login name of the system.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


trial = typer.Typer(help="Versions that judge live documents before they are promoted.", no_args_is_help=True)


@contextmanager
def _environment(name: str) -> Iterator[House]:
    with opened(environment=name) as house:
        switch.settle(house)
        yield house


def promote(  # noqa: PLR0913 - one parameter an option
    version: Annotated[str, typer.Argument(metavar="FLOW@N", help="The version to make live.")],
    *,
    to: To,
    by: By = "",
    came_from: Annotated[str, typer.Option("--from", help="Environment in which it was tried; it has to be live there.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look through the gate; nothing goes live.")] = False,
    last: Annotated[int | None, typer.Option(min=1, help="Documents to judge again. Default: the environment's policy.")] = None,
    report: Annotated[str, typer.Option(help="Make live what this report (id) is about, without looking again.")] = "",
    html: Annotated[Path | None, typer.Option(help="Write the report as a page.", dir_okay=False)] = None,
    accept_bindings: Annotated[bool, typer.Option("--accept-bindings", help="You looked at the bindings that differ from where it was tried.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Judge every document in full; nothing stored is taken over.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Replay history through the live and a new version, show what changes and the money that moves, and make it live.

    Exit code 0 when it is live (with --dry-run: could be, and changes nothing), 1 when it changes documents or people
    have to agree first, 2 when policy refuses it.
    """
    who = person(by)
    with _environment(to) as house:
        seen = kept.find(house, report) if report else _looked(house, version, came_from, last, who, is_whole=all_)
        if seen.candidate != version:
            raise PostroomError(f"The report is about {seen.candidate}, not {version}.")
        if html is not None:
            html.write_text(as_html(seen), encoding="utf-8")
        if as_json:
            print_json({"id": seen.id, **seen.model_dump(mode="json")})
        else:
            _shown(seen)
        if seen.refused:
            raise typer.Exit(2)
        if dry_run:
            raise typer.Exit(1 if seen.changes else 0)
        _go_live(house, seen, who, accepts_bindings=accept_bindings)


def approve(
    report: Annotated[str, typer.Argument(metavar="REPORT", help="Id of a report of the gate, or its first digits.")],
    *,
    to: To,
    team: Annotated[str, typer.Option("--as", help="The team for which you agree.")],
    by: By = "",
) -> None:
    """Agree to what a version changes, for a team that owns it. Never the one who promotes it."""
    who = person(by)
    with _environment(to) as house:
        seen = kept.find(house, report)
        given = kept.approve(house, seen, team=team, by=who.name, known=who.known)
        missing = [one for one in seen.approvals if one not in {other.team for other in given}]
        out.print(f"{who.name} agrees for {team} to {seen.candidate} in {seen.environment}.", highlight=False)
        if missing:
            out.print(f"Still to agree: {', '.join(missing)}.", highlight=False)
            return
        command = f"postroom promote {seen.candidate} --to {seen.environment} --by NAME --report {seen.id[:_SHORT]}"
        out.print(f"Everybody agreed. {command}", highlight=False, soft_wrap=True)


def rollback(environment: Annotated[str, typer.Argument(metavar="ENV")], *, by: By = "") -> None:
    """Make what was live before live again, in one step."""
    who = person(by)
    with _environment(environment) as house:
        _told(switch.rollback(house, by=who.name, known=who.known), "went back")


@trial.command("begin")
def begin_trial(
    version: Annotated[str, typer.Argument(metavar="FLOW@N", help="The version to try.")],
    *,
    to: To,
    by: By = "",
    canary: Annotated[
        int | None, typer.Option(min=1, max=100, help="Percentage of documents that it takes for good. Default: none.")
    ] = None,
) -> None:
    """Let a version judge live documents beside the live one: without effects, or a share of them for good."""
    with _environment(to) as house:
        live = switch.try_out(house, version, percent=canary, by=person(by).name)
    how = "judges beside the live version, without effects" if canary is None else f"takes {canary} % of its documents"
    out.print(f"{version} {how} in {to} (set {live.number}).", highlight=False)


@trial.command("show")
def show_trial(environment: Annotated[str, typer.Argument(metavar="ENV")], *, as_json: AsJson = False) -> None:
    """Show what the version in the shadow would have judged otherwise so far. Exit code 1 when there is anything."""
    with _environment(environment) as house:
        found = tried(house)
    if found is None:
        out.print(f"No version judges in the shadow of {environment}.", highlight=False)
        return
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        out.print(
            f"{found.ref}: {found.documents} documents, {len(found.changed)} judged otherwise, {len(found.failed)} failed",
            highlight=False,
        )
        for one in (*found.changed, *found.failed)[:20]:
            out.print(f"  {one[:_SHORT]}", highlight=False)
    raise typer.Exit(1 if found.changed or found.failed else 0)


@trial.command("end")
def end_trials(environment: Annotated[str, typer.Argument(metavar="ENV")], *, by: By = "") -> None:
    """Take canary and shadow away; the live version takes all documents again."""
    with _environment(environment) as house:
        _told(switch.end_trials(house, by=person(by).name), "ended the trials")


def _looked(
    house: House, version: str, came_from: str, last: int | None, who: Person, *, is_whole: bool
) -> GateReport:  # fmt: skip
    trust = Trust(salt=house.clock.now().isoformat(), is_blind=is_whole)
    with err.status("Judging history by both versions"):
        both, source = versions(house, version), came_from or None
        seen = look(house, both, by=who.name, known=who.known, last=last, came_from=source, trust=trust)
    kept.keep(house, seen)
    return seen


def _go_live(house: House, seen: GateReport, who: Person, *, accepts_bindings: bool) -> None:
    try:
        live = switch.promote(house, seen, by=who.name, known=who.known, accepts_bindings=accepts_bindings)
    except switch.NotAgreed as e:
        err.print(e.message, highlight=False)
        raise typer.Exit(1) from e
    _told(live, "is live")


def _told(live: LiveSet, what: str) -> None:
    out.print(f"Set {live.number} {what}: {', '.join(live.refs)}.", highlight=False)


def _shown(seen: GateReport) -> None:
    out.print(
        f"[bold]{seen.candidate}[/] in the place of {seen.live} in {seen.environment}: {seen.documents} documents judged "
        f"again, {len(seen.changes)} change, {sum(one.is_rerouted for one in seen.changes)} go another way",
        highlight=False,
    )
    if seen.taken_over:
        out.print(f"[dim]{seen.taken_over} of them as stored: nothing they rest on is another[/]", highlight=False)
    if seen.doubted:
        ids = ", ".join(one[:_SHORT] for one in seen.doubted[:5])
        out.print(f"[red]All were judged in full:[/] what is stored of {ids} would not come again", highlight=False)
    if seen.routes or seen.money:
        out.print(_money((*seen.routes, *seen.money)))
    for group in seen.groups:
        ids = ", ".join(one[:_SHORT] for one in group.documents[:5])
        more = f" and {len(group.documents) - 5} more" if len(group.documents) > 5 else ""  # noqa: PLR2004 - those shown
        out.print(f"  {len(group.documents):>6}  {group.cause.said}", highlight=False, soft_wrap=True)
        out.print(f"          [dim]{group.cause.ref}: {ids}{more}[/]", highlight=False, soft_wrap=True)
    for one in seen.failed:
        out.print(f"  [red]{one.document_id[:_SHORT]}[/] {one.side}: {one.error}", highlight=False)
    for other in seen.bindings:
        words = f"  bound otherwise than in {other.source}: {other.name}: {other.there} -> {other.here}"
        out.print(words, highlight=False, markup=False, soft_wrap=True)
    for words in seen.refused:
        err.print(f"[red]Refused:[/] {words}", highlight=False)
    out.print(f"[dim]report {seen.id[:_SHORT]}[/]", highlight=False)


def _money(sums: tuple[Sum, ...]) -> Table:
    table = Table("what moves", "from", "to", "amount", "documents", box=None)
    for one in sums:
        table.add_row(one.what, one.before, one.after, f"{one.amount} {one.currency}".strip(), str(one.documents))
    return table
