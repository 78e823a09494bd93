"""Folders that misbehave, and a receiver that takes files away the moment it sees them."""

import hashlib
import posixpath
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from adapters.files.folder import Entry, Folder

CALLS = ("mkdir", "is_folder", "write", "create", "rename", "claim", "exists", "list", "read", "fetch", "remove")


class Killed(BaseException):
    """The process died here. No code may catch it."""


class MemoryFolder:
    """A file system in memory: nothing survives but what each call completed."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def mkdir(self, path: str) -> None:
        pass

    def is_folder(self, path: str) -> bool:
        return True

    def write(self, path: str, data: bytes) -> None:
        self.files[path] = data

    def rename(self, old: str, new: str) -> None:
        self.files[new] = self._take(old)

    def claim(self, old: str, new: str) -> None:
        if new in self.files:
            raise FileExistsError(new)
        self.files[new] = self._take(old)

    def exists(self, path: str) -> bool:
        return path in self.files

    def list(self, path: str) -> Sequence[Entry]:
        return [
            Entry(posixpath.basename(name), len(data), 0)
            for name, data in sorted(self.files.items())
            if posixpath.dirname(name) == path
        ]

    def read(self, path: str, *, limit: int) -> bytes:
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path][:limit]

    def fetch(self, path: str, to: Path) -> int:
        return to.write_bytes(self.read(path, limit=-1) if path in self.files else self._take(path))

    def remove(self, path: str) -> None:
        self._take(path)

    def close(self) -> None:
        pass

    def _take(self, path: str) -> bytes:
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files.pop(path)


class Watched:
    """Passes every call on and tells before and after each one, with its number."""

    def __init__(self, inner: Folder, *, before: Callable[[int, str], None], after: Callable[[int, str], None]) -> None:
        self._inner, self._before, self._after = inner, before, after
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._inner, name)
        if name not in CALLS:
            return call

        def watched(*args: Any, **more: Any) -> Any:
            self.calls += 1
            number = self.calls
            self._before(number, name)
            try:
                return call(*args, **more)
            finally:
                self._after(number, name)

        return watched


class Receiver:
    """The ERP: takes every visible file out of the drop folder and remembers what it took."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()

    def take(self, drop: Path) -> None:
        for file in sorted(drop.iterdir()) if drop.is_dir() else ():
            if file.is_file() and not file.name.startswith("."):
                self._note(file.name, file.read_bytes())
                file.unlink()

    def take_memory(self, folder: MemoryFolder, drop: str) -> None:
        for path in [path for path in folder.files if posixpath.dirname(path) == drop]:
            self._note(posixpath.basename(path), folder.files.pop(path))

    def _note(self, name: str, data: bytes) -> None:
        self.taken[name, hashlib.sha256(data).hexdigest()] += 1

    def names(self) -> list[str]:
        return sorted(self.taken_names().elements())

    def taken_names(self) -> Counter[str]:
        names: Counter[str] = Counter()
        for (name, _), count in self.taken.items():
            names[name] += count
        return names
