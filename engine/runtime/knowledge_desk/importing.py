"""Files of master data that came by a page: put by, looked at as a trial, and imported once somebody says so."""

import hashlib
import re
import shutil
from pathlib import Path
from typing import BinaryIO

from engine.model.errors import PostroomError
from engine.model.masterdata import Outcome
from engine.runtime.house import House
from engine.runtime.masterdata import Given, import_files

_SAFE = re.compile(r"[^A-Za-z0-9._-]+")
_ENDINGS = frozenset({".csv", ".xlsx", ".json", ".jsonl", ".txt"})
_ID = re.compile(r"[0-9a-f]{64}")
_MOST_WAITING = 20


def put_by(house: House, body: BinaryIO, name: str) -> str:
    """Keep a file and return its id (SHA-256). Raises PostroomError for one that is no table."""
    safe = _SAFE.sub("_", Path(name).name)[-80:].lstrip(".") or "rows.csv"
    if Path(safe).suffix.casefold() not in _ENDINGS:
        raise PostroomError(f"{name} is no table; bring CSV, XLSX or JSON.")
    found = _sha256(body)
    place = _folder(house) / found
    place.mkdir(parents=True, exist_ok=True)
    with (place / safe).open("wb") as file:
        shutil.copyfileobj(body, file)
    _forget_old(house)
    return found


def tried(house: House, file_id: str, kind: str, *, by: str, full: bool) -> tuple[Outcome, ...]:
    """Return what an import of a file that was put by would do. Raises ContentError naming file and line, PostroomError."""
    given = Given(kind=kind, path=_file(house, file_id))
    return import_files(house, [given], actor=by, full=full, dry_run=True)


def imported(house: House, file_id: str, kind: str, *, by: str, full: bool) -> tuple[Outcome, ...]:
    """Import a file that was put by, all or nothing, and forget it. Raises ContentError, PostroomError."""
    file = _file(house, file_id)
    done = import_files(house, [Given(kind=kind, path=file)], actor=by, full=full)
    shutil.rmtree(file.parent, ignore_errors=True)
    return done


def _sha256(body: BinaryIO) -> str:
    whole = hashlib.sha256()
    while piece := body.read(1 << 16):
        whole.update(piece)
    body.seek(0)
    return whole.hexdigest()


def _file(house: House, file_id: str) -> Path:
    place = _folder(house) / file_id
    found = [*place.iterdir()] if _ID.fullmatch(file_id) and place.is_dir() else []
    if not found:
        raise PostroomError("The file is not here any more. Bring it again.")
    return found[0]


def _folder(house: House) -> Path:
    return house.settings.home / "imports"


def _forget_old(house: House) -> None:
    """Keep only the files that came last: what nobody confirmed does not pile up."""
    waiting = sorted(_folder(house).iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
    for one in waiting[_MOST_WAITING:]:
        shutil.rmtree(one, ignore_errors=True)
