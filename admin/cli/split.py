"""`postroom split`: say where a file of several documents is to be cut, or that it is one document."""

from typing import Annotated

import typer

from admin.cli.again import judge_again
from engine.model.errors import PostroomError
from engine.runtime import cut_by_hand


def split(
    document: Annotated[str, typer.Argument(help="Document id or the beginning of one.")],
    by: Annotated[str, typer.Option(help="Who says so.", show_default=False)],
    *,
    at: Annotated[
        str | None, typer.Option(help="Pages on which the second and later documents begin, such as 3,5.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="It is one document.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Answer where to cut a file (`split_unsure`). The parts become documents; the answer counts for good."""
    if (at is None) is not keep:
        raise PostroomError("Say either --at with the pages on which documents begin, or --keep for one document.")
    begins = [] if at is None else _pages(at)
    judge_again(
        document,
        lambda house, found: cut_by_hand.answer(house, found.id, begins=begins, by=by).revision,
        as_json=as_json,
    )


def _pages(text: str) -> list[int]:
    numbers = [part.strip() for part in text.split(",") if part.strip()]
    if wrong := [number for number in numbers if not (number.isascii() and number.isdigit() and len(number) <= 6)]:  # noqa: PLR2004 - six digits of pages are enough
        raise PostroomError(f"{wrong[0]!r} is no page number. Write the pages on which documents begin: --at 3,5.")
    if not numbers:
        raise PostroomError("Write the pages on which documents begin: --at 3,5. Or say --keep for one document.")
    return [int(number) for number in numbers]
