"""`postroom backup` and `postroom restore`: a whole hub copied while it works, and made anew from the copy."""

from pathlib import Path
from typing import Annotated

import typer

from admin.cli.console import out
from engine.runtime import backup as copies
from engine.runtime.settings import Settings

_FOLDER = typer.Argument(help="Folder of the backup. It holds keys and documents: keep it as safe as the hub.")


def backup(folder: Annotated[Path, _FOLDER]) -> None:
    """Copy database (SQLite or PostgreSQL), blobs, keys and content of a hub into a new folder, while workers run."""
    out.print(f"{copies.backup(Settings(), folder)} files in {folder}, each with its digest.", highlight=False)


def restore(folder: Annotated[Path, _FOLDER]) -> None:
    """Check every file of a backup and put it into POSTROOM_HOME and the database, which have to be empty."""
    settings = Settings()
    count = copies.restore(settings, folder)
    out.print(f"{count} files checked; {settings.home} is restored.", highlight=False)
    out.print(f"The content of that time lies in {folder / 'content'}: POSTROOM_CONTENT may name it.", highlight=False)
