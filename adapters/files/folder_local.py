"""A drop folder on this machine or on a mounted share."""

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from adapters.files.folder import Entry
from engine.model.errors import Rejected, TargetError, Transient, Unauthorised

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class LocalFolder:
    """Implements `Folder` on a local file system. Moves are atomic and forced to the disk, folder entries included."""

    def __init__(self, *, file_mode: int | None = None) -> None:
        self._mode = file_mode

    def mkdir(self, path: str) -> None:
        """Make a folder with its parents, or find it there."""
        with _sorted(path):
            Path(path).mkdir(parents=True, exist_ok=True)

    def is_folder(self, path: str) -> bool:
        """Say whether a folder stands there."""
        return Path(path).is_dir()

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file and force it to the disk."""
        with _sorted(path):
            with Path(path).open("wb") as file:
                file.write(data)
                file.flush()
                if self._mode is not None:
                    os.fchmod(file.fileno(), self._mode)
                os.fsync(file.fileno())
            _sync(Path(path).parent)

    def rename(self, old: str, new: str) -> None:
        """Move a file in one step."""
        with _sorted(new):
            os.replace(old, new)  # noqa: PTH105  # the name says that it overwrites
            _sync(Path(new).parent)

    def claim(self, old: str, new: str) -> None:
        """Move a file unless `new` exists: a hard link is made by one caller only."""
        with _sorted(new):
            try:
                Path(new).hardlink_to(old)
            except OSError as e:
                if e.errno not in _NO_LINKS:
                    raise
                # a file system without hard links: the exclusive creation decides who wins
                with Path(new).open("xb") as file:
                    file.write(Path(old).read_bytes())
                    file.flush()
                    os.fsync(file.fileno())
            _sync(Path(new).parent)
            Path(old).unlink(missing_ok=True)

    def exists(self, path: str) -> bool:
        """Say whether a file stands there."""
        with _sorted(path):
            try:
                Path(path).lstat()
            except FileNotFoundError:
                return False
            return True

    def list(self, path: str) -> Sequence[Entry]:
        """Return the plain files of a folder by name."""
        with _sorted(path):
            try:
                found = list(os.scandir(path))
            except FileNotFoundError:
                return ()
            return tuple(sorted(entry for entry in map(_entry, found) if entry is not None))

    def read(self, path: str, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file."""
        with _sorted(path), Path(path).open("rb") as file:
            return file.read(limit)

    def fetch(self, path: str, to: Path) -> int:
        """Copy a file. Return its bytes."""
        with _sorted(path):
            shutil.copyfile(path, to)
            return to.stat().st_size

    def remove(self, path: str) -> None:
        """Remove a file."""
        with _sorted(path):
            Path(path).unlink()

    def close(self) -> None:
        """Do nothing: no connection is held."""


def _entry(found: "os.DirEntry[str]") -> Entry | None:
    try:
        status = found.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return Entry(found.name, status.st_size, int(status.st_mtime)) if stat.S_ISREG(status.st_mode) else None


def _sync(folder: Path) -> None:
    """Force the entries of a folder to the disk, where the file system can."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _sorted(path: str) -> Iterator[None]:
    """Turn errors of the operating system into what the caller does next."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError as e:
        raise _sort(e, path) from e


def _sort(error: OSError, path: str) -> TargetError:
    folder, detail = str(Path(path).parent), f"{error.strerror or error}: {path}"
    if error.errno in _FULL:
        return Transient(f"There is no room left in {folder}.", detail=detail)
    if error.errno in _FORBIDDEN:
        return Unauthorised(f"This account may not write in {folder}.", detail=detail)
    if error.errno == errno.EXDEV:
        return Rejected(f"The journal folder and {folder} must be on the same file system.", detail=detail)
    if error.errno in {errno.ENOTDIR, errno.ENAMETOOLONG, errno.EISDIR}:
        return Rejected(f"{path} cannot be a file there: {error.strerror}.", detail=detail)
    return Transient(f"The folder {folder} did not answer well: {error.strerror}.", detail=detail)
