"""`postroom correct`: put values of a document right; the vendor's next document is read right."""

from typing import Annotated

import typer

from admin.cli.again import judge_again
from engine.model.correction import Correction
from engine.model.errors import PostroomError
from engine.runtime import corrections


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
    changes = [_parsed(text) for text in values]
    judge_again(document, lambda house, found: corrections.correct(house, found.id, changes, by=by), as_json=as_json)


def _parsed(text: str) -> Correction:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise PostroomError(f"{text!r} is no correction. Write FIELD=VALUE, such as total=1204.50.")
    return Correction(path=path.strip(), value=value.strip() or None)
