"""The directory: files of master data that a legacy system leaves in a folder.

A finished file is moved into `.taken` below the exports folder, under a name that holds when it was written and how large
it is, and from there into the archive or among the refused. Each move is one step that two callers cannot both win, so
that nothing is lost whatever dies, and a system that writes the same name every night writes over nothing.
"""

import contextlib
import fnmatch
import posixpath
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from adapters.files.folder import Entry, Folder
from adapters.files.pgp import Pgp
from adapters.files.settings import ExportSettings, FilesSettings
from engine.model.errors import Transient
from engine.ports import Export

_MOMENT = "%Y%m%dT%H%M%SZ"
REPORT = ".report.txt"


class FilesDirectory:
    """Implements `Exports` over a folder. One call at a time; safe to share between threads."""

    def __init__(self, folder: Folder, settings: FilesSettings, *, wait: Callable[[float], None] = time.sleep) -> None:
        """`wait` passes the seconds between two looks at a file that may still grow."""
        self._folder = folder
        self._settings = settings
        self._wait = wait
        self._pgp = Pgp(settings)
        self._lock = threading.Lock()
        drop = settings.exports_folder.rstrip("/")
        self._drop, self._taken = drop, f"{drop}/.taken"
        self._archive = settings.exports_archive_folder or f"{drop}/archive"
        self._refused = settings.exports_refused_folder or f"{drop}/refused"

    def kinds(self) -> Sequence[str]:
        """Return the kinds that files are expected of."""
        return tuple(dict.fromkeys(kind for one in self._settings.exports for kind in one.kinds))

    def waiting(self) -> Sequence[Export]:
        """Return the files that are finished, the oldest first.

        Finished is a file whose marker stands beside it or that looked the same twice, `exports_quiet_seconds` apart. One
        that shows only at the second look waits for the next call.
        """
        with self._lock:
            if not self._folder.is_folder(self._drop):
                raise Transient(f"The folder {self._drop} is not there. Is the share mounted, and is its name right?")
            taken = self._folder.list(self._taken)
            new = [one for one in map(self._new, self._finished()) if one is not None]
            half = {one.kept_as for one in new} & {entry.name for entry in taken}
            for one in new:
                if one.kept_as in half:
                    # a store without moves copied it for somebody who died then: the copy goes on, this one goes
                    self._claim(one)
            found = [*map(self._again, taken), *(one for one in new if one.kept_as not in half)]
            return tuple(sorted((one for one in found if one), key=lambda one: (one.modified, one.name)))

    def take(self, export: Export) -> Export | None:
        """Move a file out of the reach of the system. None: somebody else did, or the same file is still being imported."""
        if export.is_taken:
            return export
        with self._lock:
            self._folder.mkdir(self._taken)
            if not self._claim(export):
                return None
            if self._settings.exports_done_marker:
                with contextlib.suppress(FileNotFoundError):
                    self._folder.remove(export.place + self._settings.exports_done_marker)
        return export.model_copy(update={"place": posixpath.join(self._taken, export.kept_as), "is_taken": True})

    def fetch(self, export: Export, to: Path) -> None:
        """Copy a file to this machine and take it out of its seal.

        Raises Transient when it is not the size that it was, ReadError when it is not sealed as the binding says.
        """
        with self._lock:
            size = self._folder.fetch(export.place, to)
        if size != _size(export.kept_as):
            raise Transient(f"{export.name} changed while it was fetched; it is taken up again at the next call.")
        if self._pgp.opens:
            self._pgp.open(to)

    def archive(self, export: Export) -> None:
        """Move a file into the archive, beside any of the same name."""
        with self._lock:
            self._put_away(export, self._archive)

    def refuse(self, export: Export, report: str) -> None:
        """Move a file among the refused; its report stands there first."""
        with self._lock:
            self._folder.mkdir(self._refused)
            self._folder.write(posixpath.join(self._refused, export.kept_as + REPORT), report.encode())
            self._put_away(export, self._refused)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._folder.close()
            self._pgp.close()

    def _claim(self, export: Export) -> bool:
        """Move a file into `.taken`. False: somebody else did."""
        try:
            self._folder.claim(export.place, posixpath.join(self._taken, export.kept_as))
        except (FileNotFoundError, FileExistsError):
            return False
        return True

    def _finished(self) -> list[Entry]:
        first = self._folder.list(self._drop)
        marker, ours = self._settings.exports_done_marker, [one for one in first if self._entry_for(one.name)]
        if marker:
            marked = {one.name: one.modified for one in first}
            return [one for one in ours if marked.get(one.name + marker, -1) >= one.modified]
        if not ours:
            return []
        self._wait(self._settings.exports_quiet_seconds)
        second = set(self._folder.list(self._drop))
        return [one for one in ours if one in second]

    def _entry_for(self, name: str) -> ExportSettings | None:
        if name.startswith("."):
            return None
        return next((one for one in self._settings.exports if fnmatch.fnmatchcase(name, one.name)), None)

    def _new(self, entry: Entry) -> Export | None:
        modified = datetime.fromtimestamp(entry.modified, UTC)
        kept_as = f"{modified.strftime(_MOMENT)}_{entry.size}_{entry.name}"
        return self._export(posixpath.join(self._drop, entry.name), entry.name, kept_as, modified, is_taken=False)

    def _again(self, entry: Entry) -> Export | None:
        """Return a file that an earlier call took, or None for one that is not ours."""
        moment, _, rest = entry.name.partition("_")
        size, _, name = rest.partition("_")
        try:
            modified = datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)
        except ValueError:
            return None
        if not size.isdecimal():
            return None
        return self._export(posixpath.join(self._taken, entry.name), name, entry.name, modified, is_taken=True)

    def _export(self, place: str, name: str, kept_as: str, modified: datetime, *, is_taken: bool) -> Export | None:
        declared = self._entry_for(name)
        if declared is None:
            return None
        return Export(
            place=place, name=self._pgp.plain_name(name) if self._pgp.opens else name, kept_as=kept_as, modified=modified, kinds=declared.kinds,
            is_whole=declared.holds == "all", most_gone_percent=declared.most_gone_percent, is_taken=is_taken,
        )  # fmt: skip

    def _put_away(self, export: Export, folder: str) -> None:
        """Move a file out of `.taken`. Of several callers one moves it; the others find it gone."""
        self._folder.mkdir(folder)
        place = posixpath.join(folder, export.kept_as)
        count = 1
        while self._folder.exists(place):
            count += 1
            place = posixpath.join(folder, f"{export.kept_as}.{count}")
        with contextlib.suppress(FileNotFoundError):
            self._folder.rename(export.place, place)


def _size(kept_as: str) -> int:
    return int(kept_as.split("_", 2)[1])
