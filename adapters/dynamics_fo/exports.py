"""Exports of recurring data jobs: packages of master data that wait in a queue of Finance's.

A package is hidden by asking for it (`dequeue`) and comes again after half an hour, until it is acknowledged with the answer
that told of it. So that answer is kept first, then the package, then it is acknowledged: whatever dies in between, nothing is
lost, and nothing is imported twice, because the message keeps its name.
"""

import io
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from adapters.dynamics_fo.client import Finance
from adapters.dynamics_fo.settings import FoExport
from adapters.dynamics_fo.storage import storage
from adapters.shared.answers import NotData
from adapters.shared.place import Place
from engine.model.errors import ReadError, Transient
from engine.ports import Export, Surroundings

_NOTHING = 204
_MOST_BYTES = 512 * 1024 * 1024
REPORT = ".report.txt"


class FoExports:
    """Implements `Exports` and `MovesIn`."""

    def __init__(self, client: Finance, place: Place) -> None:
        self._client = client
        self._place = place

    def move_in(self, surroundings: Surroundings) -> None:
        """Take over the folder in which packages are kept until they are imported."""
        self._place.move_in(surroundings)

    def kinds(self) -> Sequence[str]:
        """Return the kinds that packages are expected of."""
        return tuple(dict.fromkeys(kind for one in self._client.settings.exports for kind in one.kinds))

    def waiting(self) -> Sequence[Export]:
        """Return the packages that were taken earlier, and one that waits in each queue, the oldest first."""
        found = [export for one in self._client.settings.exports for export in self._of(one)]
        return tuple(sorted(found, key=lambda export: (export.modified, export.kept_as)))

    def take(self, export: Export) -> Export | None:
        """Keep a package here, and acknowledge it: Finance does not offer it again."""
        path = Path(export.place)
        if not path.exists():
            _written(path, self._downloaded(_note(path)))
        self._acknowledge(path)
        return export.model_copy(update={"is_taken": True})

    def fetch(self, export: Export, to: Path) -> None:
        """Unpack the rows of the entity. Raises ReadError for a package without them, FileNotFoundError for one put away."""
        path = Path(export.place)
        content = path.read_bytes() if path.exists() else self._downloaded(_note(path))
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                inside = package.getinfo(export.name)
                if inside.file_size > _MOST_BYTES:
                    raise ReadError(f"{export.name} is too large.", code="too_large")
                with package.open(inside) as rows, to.open("wb") as out:
                    shutil.copyfileobj(rows, out)
        except (zipfile.BadZipFile, KeyError) as e:
            raise ReadError(f"The package holds no {export.name}.", code="unsupported") from e

    def archive(self, export: Export) -> None:
        """Put a package away that was imported."""
        self._put_away(export, "archive")

    def refuse(self, export: Export, report: str) -> None:
        """Put a package aside with a report beside it."""
        path = self._put_away(export, "refused")
        path.with_name(path.name + REPORT).write_text(report)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _of(self, one: FoExport) -> Iterator[Export]:
        folder = self._place.folder() / "exports" / one.activity
        kept = {path.with_suffix(".zip") for pattern in ("*.zip", "*.json") for path in folder.glob(pattern)}
        waiting = [path for path in sorted(kept) if not self._is_done(path)]
        if not waiting and (fresh := self._dequeued(one, folder)) is not None and not self._is_done(fresh):
            waiting = [fresh]
        yield from (_export(one, path) for path in waiting)

    def _dequeued(self, one: FoExport, folder: Path) -> Path | None:
        """Ask a queue for its next package and keep what it says; None: nothing waits."""
        url = f"{self._client.settings.origin}/api/connector/dequeue/{quote(one.activity)}"
        answer = self._client.api.read(url, expect=(200, _NOTHING))
        if answer.status == _NOTHING:
            return None
        try:
            told = answer.mapping()
            name = str(UUID(str(told["CorrelationId"]).strip("{}")))
        except (NotData, KeyError, ValueError) as e:
            raise Transient(
                "Finance told of an export without its name.", detail=self._client.api.shown(answer, 200)
            ) from e
        if not told.get("DownloadLocation"):
            return None
        path = folder / f"{name}.zip"
        _written(path.with_suffix(".json"), json.dumps(told).encode())
        return path

    def _is_done(self, path: Path) -> bool:
        """Whether a package was put away already; then its message comes again because it was not acknowledged."""
        if not any((path.parent / folder / path.name).exists() for folder in ("archive", "refused")):
            return False
        self._acknowledge(path)
        return True

    def _acknowledge(self, path: Path) -> None:
        note = path.with_suffix(".json")
        if not note.exists():
            return
        url = f"{self._client.settings.origin}/api/connector/ack/{quote(path.parent.name)}"
        self._client.api.read(url, method="POST", json=json.loads(note.read_text()), expect=(200, _NOTHING))
        note.unlink()

    def _downloaded(self, note: Mapping[str, Any]) -> bytes:
        """Return a package. Behind a load balancer its address says http; our credentials go to Finance alone."""
        told, ours = urlsplit(str(note["DownloadLocation"])), urlsplit(self._client.settings.url)
        if (told.hostname, told.port) == (ours.hostname, ours.port):
            url = told._replace(scheme=ours.scheme).geturl()
            return self._client.api.read(url, headers={"accept": "*/*"}).body
        blob = storage(told.geturl(), self._client.api.name)
        try:
            return blob.read(told.geturl(), headers={"accept": "*/*"}).body
        finally:
            blob.close()

    def _put_away(self, export: Export, folder: str) -> Path:
        path = Path(export.place)
        to = path.parent / folder / path.name
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.replace(to)
        return to


def _export(one: FoExport, path: Path) -> Export:
    known = path if path.exists() else path.with_suffix(".json")
    return Export(
        place=str(path), name=f"{one.entity}.csv", kept_as=f"{path.stem}.csv", kinds=one.kinds,
        modified=datetime.fromtimestamp(known.stat().st_mtime, UTC), is_whole=one.holds == "all",
        most_gone_percent=one.most_gone_percent, is_taken=path.exists(),
    )  # fmt: skip


def _note(path: Path) -> Mapping[str, Any]:
    note: Mapping[str, Any] = json.loads(path.with_suffix(".json").read_text())
    return note


def _written(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)
