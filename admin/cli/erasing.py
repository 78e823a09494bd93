"""`postroom erase`, `hold` and `retention`: how long documents are kept, what nobody may erase, and what is erased."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from admin.cli.person import person
from admin.cli.users import BY, JSON
from engine.model.errors import PostroomError
from engine.runtime import erasing
from engine.runtime.erasing import Looked, Refusal
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand
from engine.store import documents
from engine.store import retention as store
from engine.store.database import reading

holds = typer.Typer(help="Holds: what nobody may erase until they end.", no_args_is_help=True)
retention = typer.Typer(help="Retention: how long documents are kept, and what is over.", no_args_is_help=True)


def erase(  # noqa: PLR0913 - the options of the command
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of documents, or their beginnings.", metavar="DOCUMENT")] = None,
    subject: Annotated[
        str | None, typer.Option(help="All documents of this vendor, by its id or its name exactly as it is written.")
    ] = None,
    words: Annotated[
        str, typer.Option(help="All documents in which every one of these words stands: a person's name, an address, a number.")
    ] = "",
    why: Annotated[str, typer.Option(help="Who asked for it, and by which right.")] = "",
    confirm: Annotated[int | None, typer.Option(help="Number of an erasure that another person asked for.")] = None,
    by: Annotated[str | None, BY] = None,
    *,
    waiting: Annotated[bool, typer.Option("--waiting", help="List what waits for a second person.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be erased and what may not be.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:  # fmt: skip
    """Ask for documents to be erased, or confirm what another person asked for. What is erased cannot be brought back."""
    with opened() as house:
        if waiting:
            with reading(house.engine) as tx:
                found = store.waiting(tx)
            for one in found:
                _tell(
                    as_json,
                    one.model_dump(mode="json"),
                    f"{one.id}: {len(one.documents)} documents, asked by {one.asked_by}: {one.why}",
                )
            return
        hand = Hand(person(by).name)
        if confirm is not None:
            done = erasing.confirm(house, confirm, hand=hand)
            _tell(as_json, {"erased": list(done.documents)}, f"{len(done.documents)} documents are erased.")
            return
        wanted = _wanted(house, ids or [], subject or "", words)
        if dry_run:
            _preview(erasing.look(house, wanted), as_json=as_json)
            return
        asked = erasing.ask(house, wanted, why=why, hand=hand)
    text = f"Erasure {asked.id} of {len(asked.documents)} documents waits: another person runs `postroom erase --confirm {asked.id}`."
    _tell(as_json, asked.model_dump(mode="json"), text)


@holds.command("add")
def add(
    why: Annotated[str, typer.Option(help="The case, and who ordered it.")],
    document: Annotated[str | None, typer.Option(help="Id of a document, or its beginning.")] = None,
    vendor: Annotated[str | None, typer.Option(help="Id of a vendor.")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="Type of documents.")] = None,
    entity: Annotated[str | None, typer.Option(help="Code of one of our companies.")] = None,
    by: Annotated[str | None, BY] = None,
) -> None:
    """Hold what fits all that is named, also what comes later. Nobody can erase it until the hold ends."""
    with opened() as house:
        scope: dict[erasing.Scope, str] = {}
        if document:
            scope["document_id"] = _one(house, document)
        if vendor:
            scope["vendor_id"] = vendor
        if kind:
            scope["type"] = kind
        if entity:
            scope["entity"] = entity
        number = erasing.hold(house, scope, why=why, hand=Hand(person(by).name))
    out.print(f"Hold {number} stands.", highlight=False)


@holds.command("list")
def show(
    *,
    every: Annotated[bool, typer.Option("--all", help="Also those that ended.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List the holds that stand."""
    with opened() as house, reading(house.engine) as tx:
        found = store.holds(tx, ended=every)
    for one in found:
        named = {"document": one.document_id, "vendor": one.vendor_id, "type": one.type, "entity": one.entity}
        what = ", ".join(f"{name} {value[:12]}" for name, value in named.items() if value)
        end = f"; ended by {one.ended_by}" if one.ended_at else ""
        _tell(as_json, one.model_dump(mode="json"), f"{one.id}: {what}; {one.why} ({one.by}, {one.at:%Y-%m-%d}{end})")


@holds.command("release")
def release(
    number: Annotated[int, typer.Argument(help="Number of the hold.")], by: Annotated[str | None, BY] = None
) -> None:
    """End a hold."""
    with opened() as house:
        erasing.end_hold(house, number, hand=Hand(person(by).name))
    out.print(f"Hold {number} has ended.", highlight=False)


@retention.command("show")
def rules() -> None:
    """Show the rules of this environment in the order in which they count."""
    with opened() as house:
        found = erasing.rows_of(house)
    rows = Table("type", "company", "kept", "from", "then", "why", box=None)
    for one in found:
        spans = (("years", one.years), ("months", one.months), ("days", one.days))
        kept = ", ".join(f"{count} {name}" for name, count in spans if count)
        begins = "the end of the year" if one.begins == "end_of_year" else "its arrival"
        rows.add_row(one.type or "all", one.entity or "all", kept, begins, one.then, escape(one.why))
    out.print(rows if found else "No rule: everything is kept until somebody asks for an erasure.")


@retention.command("due")
def due(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List the documents whose time is over."""
    with opened() as house:
        found = erasing.due(house)
    for one in found:
        then = "erased by the next run" if one.is_erased else "reported only"
        _tell(
            as_json,
            one.model_dump(mode="json"),
            f"{one.kept.id[:12]} {one.kept.name}: since {one.since}, {one.why}; {then}",
        )


@retention.command("run")
def run(
    by: Annotated[str | None, BY] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be erased.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Erase what is over, where the rules say so. Workers do it once a day."""
    with opened() as house:
        if dry_run:
            _preview(erasing.look(house, [one.kept.id for one in erasing.due(house) if one.is_erased]), as_json=as_json)
            return
        ran = erasing.run(house, hand=Hand(person(by).name))
    _tell(
        as_json, ran.model_dump(mode="json"), f"{len(ran.erased)} documents are erased, {len(ran.refused)} may not be."
    )
    if not as_json:
        _refused(ran.refused)


@retention.command("replay")
def replay(
    listed: Annotated[
        Path, typer.Argument(help="`erased.jsonl` of the data folder that was in use before.", metavar="FILE")
    ],
    by: Annotated[str | None, BY] = None,
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Erase again what a restored backup brought back."""
    with opened() as house:
        ran = erasing.replay(house, listed, hand=Hand(person(by).name))
    _tell(
        as_json, ran.model_dump(mode="json"), f"{len(ran.erased)} documents are erased, {len(ran.refused)} may not be."
    )
    if not as_json:
        _refused(ran.refused)


def _wanted(house: House, ids: list[str], subject: str, words: str) -> list[str]:
    wanted = [*(_one(house, one) for one in ids), *erasing.about(house, vendor=subject, words=words)]
    if not wanted:
        raise PostroomError(
            "No document is named, or none is of that subject. `postroom show` finds documents by number or vendor."
        )
    return list(dict.fromkeys(wanted))


def _one(house: House, beginning: str) -> str:
    with reading(house.engine) as tx:
        found = documents.find(tx, beginning)
    if len(found) != 1:
        raise PostroomError(f"{'No document begins' if not found else 'Several documents begin'} with {beginning}.")
    return found[0].id


def _preview(looked: Looked, *, as_json: bool) -> None:
    if as_json:
        print_json(looked.model_dump(mode="json"))
        return
    for one in looked.documents:
        out.print(f"{one.id[:12]} {escape(one.name)} would be erased.", highlight=False)
    for file in looked.golden:
        out.print(f"{file} holds it too: take the case out of the content's repository by hand.", highlight=False)
    _refused(looked.refused)


def _refused(refused: tuple[Refusal, ...]) -> None:
    for one in refused:
        out.print(f"{one.document_id[:12]} may not be: {escape(one.why)}", highlight=False)


def _tell(as_json: bool, data: Mapping[str, Any], text: str) -> None:  # noqa: FBT001 - which of two spellings
    if as_json:
        print_json(data)
    else:
        out.print(escape(text), highlight=False)
