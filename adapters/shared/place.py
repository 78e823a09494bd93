"""Where a plug stands: what its house lets it use, known only after it moved in."""

from pathlib import Path

from engine.model.errors import ContentError
from engine.ports import Surroundings


class Place:
    """Keeps the surroundings of one connected plug for its parts. Handed over before the first call."""

    def __init__(self) -> None:
        self._surroundings: Surroundings | None = None

    def move_in(self, surroundings: Surroundings) -> None:
        """Take the surroundings over."""
        self._surroundings = surroundings

    def folder(self) -> Path:
        """Return the private folder of this target. Raises ContentError for a plug that never moved in."""
        return self._known().folder

    def content(self, sha256: str) -> bytes:
        """Return the bytes of a document. Raises FileNotFoundError when they are not there."""
        with self._known().blobs.open(sha256) as stream:
            return stream.read()

    def _known(self) -> Surroundings:
        if self._surroundings is None:
            raise ContentError("this plug was not told where documents and tokens are kept", file="environment")
        return self._surroundings
