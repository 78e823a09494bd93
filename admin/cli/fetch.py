"""`postroom fetch`: pick documents up where they lie."""

import time
from typing import Annotated

import typer
from rich.markup import escape

from admin.cli.console import complain, out, print_json
from engine.model.errors import PostroomError, TargetError
from engine.runtime import fetching
from engine.runtime.house import House, open_house
from engine.runtime.logs import configure
from engine.runtime.settings import Settings


def fetch(
    names: Annotated[
        list[str] | None, typer.Argument(help="Targets to fetch from; all with documents_folder.", show_default=False)
    ] = None,
    env: Annotated[str | None, typer.Option(help="Environment file to use.")] = None,
    every: Annotated[int | None, typer.Option(min=1, help="Go on, and look again after so many seconds.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Take in the documents that lie in folders; workers process them. Exit code 1 when a folder could not be looked at."""
    settings = Settings()
    configure(form=settings.log_format, level=settings.log_level)
    house = open_house(settings, environment=env)
    try:
        chosen = tuple(names or fetching.inboxes(house))
        if not chosen:
            raise PostroomError("No target of this environment names a documents_folder.")
        is_well = _round(house, chosen, as_json=as_json)
        while every is not None:
            time.sleep(every)
            is_well = _round(house, chosen, as_json=as_json)
    except KeyboardInterrupt:
        is_well = True
    finally:
        house.close()
    raise typer.Exit(0 if is_well else 1)


def _round(house: House, names: tuple[str, ...], *, as_json: bool) -> bool:
    """Look once at every inbox. False when one of them could not be looked at."""
    is_well = True
    for name in names:
        inbox = fetching.inbox_of(house, name)
        try:
            found = fetching.fetch(house, name, inbox)
        except TargetError as e:
            complain(f"{name}: {e.message}")
            is_well = False
            continue
        finally:
            inbox.close()
        for one in found:
            if as_json:
                print_json({"target": name, **one.model_dump(mode="json")})
            else:
                out.print(
                    f"{escape(name)}  {one.what:8}{escape(one.name)}  {one.document_id[:12]}{escape(one.message)}"
                )
    return is_well
