"""Files of words that several versions of stand beside one another: the newest in force, or the one that is pinned."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from engine.content.strict_yaml import load, loads, parse
from engine.model.errors import ContentError
from engine.model.value import Value


class Wording(Value):
    """How something is worded, in one version."""

    name: str
    version: int

    @property
    def ref(self) -> str:
        """The wording as `name@version`."""
        return f"{self.name}@{self.version}"


Words = TypeVar("Words", bound=Wording)
Model = TypeVar("Model", bound=Value)


def newest(root: Path, name: str, model: type[Words], *, only: Collection[str] | None = None) -> Words | None:
    """Return the highest version of `mappings/inbound/<name>.vN.yaml`, or None when there is none.

    `only` are the versions (`receipts@1`) that may be looked at; None: all. Raises ContentError for a broken file.
    """
    best: Words | None = None
    for file in files(root / "mappings" / "inbound", name, only=only):
        words = read(file, model)
        expected = f"{words.name}.v{words.version}.yaml"
        if file.name != expected:
            raise load(file).error(f"name and version belong to a file called {expected}", "name")
        if best is None or best.version < words.version:
            best = words
    return best


def files(folder: Path, name: str, *, only: Collection[str] | None) -> list[Path]:
    """Return the files `<name>.vN.yaml` of a folder: all, or those of the versions in `only` that are there."""
    if only is None:
        return sorted(folder.glob(f"{name}.v*.yaml"))
    wanted = (folder / f"{ref.replace('@', '.v')}.yaml" for ref in sorted(only) if ref.partition("@")[0] == name)
    return [file for file in wanted if file.is_file()]


def read(file: Path, model: type[Model]) -> Model:
    """Return a file of words; the same text is taken apart once in a process. Raises ContentError for a broken file."""
    try:
        known: Model = _parsed(file.read_bytes(), model)
    except (ContentError, OSError, UnicodeDecodeError):
        return parse(load(file), model)  # the complaint is about this file
    return known


@lru_cache(maxsize=128)
def _parsed(text: bytes, model: type[Model]) -> Model:
    return parse(loads(text.decode("utf-8-sig"), file=Path()), model)
