"""`postroom correct`: put values of a document right; the vendor's next document is read right."""

from typing import Annotated

import typer

from admin.cli.console import out, print_json
from admin.cli.run import Entry, lines_of, table, wait
from engine.model.correction import Correction
from engine.model.document import SETTLED
from engine.model.errors import PostroomError
from engine.runtime import corrections, story, workflow
from engine.runtime.house import open_house
from engine.runtime.logs import configure
from engine.runtime.settings import Settings
from engine.runtime.worker import Worker


def correct(
    document: Annotated[str, typer.Argument(help="Document id or the beginning of one.")],
    values: Annotated[
        list[str], typer.Argument(help="FIELD=VALUE such as total=1204.50; FIELD= says that it is not on the document.")
    ],
    by: Annotated[str, typer.Option(help="Who says so.", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Correct values and judge the document anew. Where the value stands on the page is learned for this vendor."""
    settings = Settings()
    configure(form=settings.log_format, level=settings.log_level)
    house = open_house(settings)
    changes = [_parsed(text) for text in values]
    worker = Worker(house)
    worker.start()
    try:
        try:
            found = story.find(house, document)
        except LookupError as e:
            raise PostroomError(f"{e}.") from e
        revision = corrections.correct(house, found.id, changes, by=by)
        workflow.enqueue(found.id, revision)
        entry = Entry(found.name, found.id, is_new=True)
        lines = list(lines_of(house, [entry], wait(house, [entry], show=not as_json)))
    finally:
        worker.stop(wait_seconds=0)
        house.close()
    if as_json:
        print_json(lines[0].model_dump(mode="json"))
    else:
        out.print(table(lines))
    raise typer.Exit(0 if lines[0].state in SETTLED else 1)


def _parsed(text: str) -> Correction:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise PostroomError(f"{text!r} is no correction. Write FIELD=VALUE, such as total=1204.50.")
    return Correction(path=path.strip(), value=value.strip() or None)
