"""Which files a command was given: files, folders (all files in them) and globs, in a stable order, each once."""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path


def expand(arguments: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Return (files, arguments that name nothing). Hidden files and links that lead back are left out of folders."""
    files: dict[Path, None] = {}
    missing: list[str] = []
    for argument in arguments:
        path = Path(argument)
        found = [path] if path.exists() else [Path(name) for name in sorted(glob.glob(argument, recursive=True))]  # noqa: PTH207
        if not found:
            missing.append(argument)
        for one in found:
            for file in _files(one):
                files.setdefault(file, None)
    return list(files), missing


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders.sort()
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in sorted(names):
            file = Path(folder) / name
            if not name.startswith(".") and file.is_file():
                yield file
