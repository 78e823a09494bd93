"""`postroom samples`: make documents with known truth."""

from pathlib import Path
from typing import Annotated

import typer

from admin.cli.console import out


def samples(
    folder: Annotated[Path, typer.Argument(help="Where to write documents, truth.jsonl and master data.")],
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 7,
    count: Annotated[int | None, typer.Option(help="So many random documents; without it, the shipped set.")] = None,
    kinds: Annotated[list[str] | None, typer.Option("--kind", help="Only these kinds (may be repeated).")] = None,
) -> None:
    """Make sample documents in many layouts and languages, with truth files and a demo vendor master."""
    from admin.samples.generate import generate

    made = generate(folder, seed=seed, count=count, kinds=kinds or [])
    out.print(f"{len(made)} documents in {folder}")
