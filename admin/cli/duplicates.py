"""`postroom duplicates`: how a document compares with earlier ones, and a person's word that two are two claims."""

from typing import Annotated

import typer
from rich.table import Table

from admin.cli.again import find, judge_again
from admin.cli.console import out, print_json
from admin.cli.house import opened
from engine.model.duplicate import DuplicateCheck, Resemblance
from engine.model.errors import PostroomError
from engine.runtime import duplicates, story

app = typer.Typer(name="duplicates", no_args_is_help=True, help="Look for copies of a document, and tell two apart.")
_DOCUMENT = typer.Argument(help="Document id or the beginning of one.")
_JSON = typer.Option("--json", help="One JSON object a line.")


@app.command("show")
def show(document: Annotated[str, _DOCUMENT], *, as_json: Annotated[bool, _JSON] = False) -> None:
    """Show the earlier documents that may claim the same, and in what they agree and differ."""
    with opened() as house:
        found = find(house, document).id
        told = story.story(house, found)
        flow = house.library.flow_for(told.record.type, told.document.flow) if told.record is not None else None
        if flow is None:
            raise PostroomError(f"No flow takes document {found[:12]}, so it was not compared with others.")
        checked = duplicates.compare(house, found, policy=house.library.rulesets[flow.ruleset].duplicates)
    if as_json:
        print_json(checked.model_dump(mode="json"))
        return
    out.print(f"Outcome: {checked.outcome}" + (f"; takes the place of {checked.corrects}" if checked.corrects else ""))
    for one in _told(checked):
        out.print(_aspects(one))


@app.command("apart")
def apart(
    document: Annotated[str, _DOCUMENT],
    other: Annotated[str, typer.Argument(help="The earlier document.")],
    by: Annotated[str, typer.Option(help="Who says so.", show_default=False)],
    *,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Say that two documents are two claims. The first is judged again; they are never held against each other any more."""
    judge_again(
        document, lambda house, first: duplicates.part(house, first.id, find(house, other).id, by=by), as_json=as_json
    )


def _told(checked: DuplicateCheck) -> tuple[Resemblance, ...]:
    return (checked.best, *checked.others) if checked.best is not None else ()


def _aspects(one: Resemblance) -> Table:
    title = f"{one.number or 'without number'} ({one.document_id[:12]}): {one.relation}, {one.probability:.1%}"
    made = Table("compared", "how", "this", "earlier", title=title, title_justify="left")
    for aspect in one.aspects:
        made.add_row(aspect.name, aspect.level, aspect.mine, aspect.theirs)
    return made
