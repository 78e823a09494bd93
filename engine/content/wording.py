"""Files of words that several versions of stand beside one another, the newest in force."""

from pathlib import Path
from typing import TypeVar

from engine.content.strict_yaml import load, parse
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


def newest(root: Path, name: str, model: type[Words]) -> Words | None:
    """Return the highest version of `mappings/inbound/<name>.vN.yaml`, or None when there is none.

    Raises ContentError for a broken file.
    """
    best: Words | None = None
    for file in sorted((root / "mappings" / "inbound").glob(f"{name}.v*.yaml")):
        source = load(file)
        words = parse(source, model)
        expected = f"{words.name}.v{words.version}.yaml"
        if file.name != expected:
            raise source.error(f"name and version belong to a file called {expected}", "name")
        if best is None or best.version < words.version:
            best = words
    return best
