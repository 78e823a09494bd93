"""What commands share by which a person changes something about a document: it is judged again, and the end is shown."""

from collections.abc import Callable

import typer

from admin.cli.console import out, print_json
from admin.cli.house import opened
from admin.cli.run import Entry, lines_of, table, wait
from engine.model.document import SETTLED, Document
from engine.model.errors import PostroomError
from engine.runtime import story, workflow
from engine.runtime.house import House
from engine.runtime.worker import Worker

Change = Callable[[House, Document], int | None]
"""Makes the change; returns the revision in which the document is judged again, None when nothing changed."""


def judge_again(document: str, change: Change, *, as_json: bool) -> None:
    """Change something about a document, process it to its end and show it. Ends the command: 0 when all is settled."""

    def begin(house: House) -> list[Entry]:
        found = find(house, document)
        revision = change(house, found)
        if revision is not None:
            workflow.enqueue(found.id, revision)
        return [Entry(found.name, found.id, is_new=True)]

    process(begin, as_json=as_json)


def process(begin: Callable[[House], list[Entry]], *, as_json: bool, alone: bool = False) -> None:
    """Begin something with documents, process them to their end and show them. Ends the command: 0 when all is settled.

    With `alone` what was taken out of them is not shown.
    """
    with opened() as house:
        worker = Worker(house)
        worker.start()
        try:
            entries = begin(house)
            ids = wait(house, entries, show=not as_json)
            told = story.stories(house, [one.document_id for one in entries if one.document_id]) if alone else []
            lines = [story.line(one) for one in told] or list(lines_of(house, entries, ids))
        finally:
            worker.stop(wait_seconds=0)
    if as_json:
        for line in lines:
            print_json(line.model_dump(mode="json"))
    else:
        out.print(table(lines))
    raise typer.Exit(0 if all(line.state in SETTLED for line in lines) else 1)


def find(house: House, document: str) -> Document:
    """Return a document by its id or the beginning of one. Raises PostroomError where none or several fit."""
    try:
        return story.find(house, document)
    except LookupError as e:
        raise PostroomError(f"{e}.") from e
