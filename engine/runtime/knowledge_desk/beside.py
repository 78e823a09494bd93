"""The content folder as it would be with one file changed: links to all others, so that nothing is written or copied."""

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDERS = ("rules", "mappings", "environments")


@contextmanager
def beside(root: Path, file: str, text: str | None, *, without: Collection[str] = ()) -> Iterator[Path]:
    """Open a folder that looks like `root` with `text` in `file` (None: without the file); it goes away afterwards.

    `without` names files beside it that are left out.
    """
    with tempfile.TemporaryDirectory(prefix="postroom-draft-") as name:
        there, parts = Path(name), Path(file).parts
        for folder in _FOLDERS:
            if folder != parts[0]:
                (there / folder).symlink_to(root.resolve() / folder)
        _way(root.resolve() / parts[0], there / parts[0], parts[1:], without)
        if text is not None:
            (there / file).write_bytes(text.encode())
        yield there


def _way(folder: Path, there: Path, parts: tuple[str, ...], without: Collection[str]) -> None:
    """Make the folders that lead to a file, and link everything beside the way."""
    there.mkdir()
    for one in folder.iterdir():
        if one.name != parts[0] and one.name not in without:
            (there / one.name).symlink_to(one)
    if len(parts) > 1:
        _way(folder / parts[0], there / parts[0], parts[1:], without)
