"""What the delivery protocol asks of a file system, here or at the other end of an SSH connection."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """One file of a listing."""

    name: str
    size: int
    modified: int
    """Seconds since 1970, by the clock of the machine that holds the file."""


class Place(Protocol):
    """Where files lie under their final names. Errors are those of `Folder`."""

    def exists(self, path: str) -> bool:
        """Say whether a file stands there."""

    def read(self, path: str, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file. Raises FileNotFoundError."""


class Shelf(Place, Protocol):
    """A place that files get into by one call, because it has no move."""

    def create(self, path: str, data: bytes) -> None:
        """Write a whole file unless one stands there: then raise FileExistsError.

        Raises Ambiguous when the file may stand there, Transient, Unauthorised or Rejected when it surely does not, and
        FileNotFoundError when there is no such folder.
        """

    def probe(self, folder: str) -> str:
        """Say in a few words whether files can be written there and whether names are kept. Raises TargetError."""

    def close(self) -> None:
        """Let go of connections."""


class Folder(Protocol):
    """Files by path. Every call is bounded in time.

    Raises FileNotFoundError and FileExistsError as said below; every other trouble is a TargetError: Transient (no
    room, no connection), Unauthorised (no right), Ambiguous (the call left and no answer came).
    """

    def mkdir(self, path: str) -> None:
        """Make a folder with its parents, or find it there."""

    def is_folder(self, path: str) -> bool:
        """Say whether a folder stands there."""

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file over whatever is there and force it to the disk."""

    def rename(self, old: str, new: str) -> None:
        """Move a file in one step, over whatever is there. Raises FileNotFoundError when `old` is gone."""

    def claim(self, old: str, new: str) -> None:
        """Move a file unless `new` exists. Of several callers one wins, the others get FileExistsError."""

    def exists(self, path: str) -> bool:
        """Say whether a file stands there."""

    def list(self, path: str) -> Sequence[Entry]:
        """Return the plain files of a folder by name; nothing when the folder is missing."""

    def read(self, path: str, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file. Raises FileNotFoundError."""

    def fetch(self, path: str, to: Path) -> int:
        """Copy a file to a place on this machine, in little memory. Return its bytes. Raises FileNotFoundError."""

    def remove(self, path: str) -> None:
        """Remove a file. Raises FileNotFoundError when it is gone."""

    def close(self) -> None:
        """Let go of connections."""
