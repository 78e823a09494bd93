"""A copy of a whole hub while it works, and a hub made from such a copy.

The databases are copied first, each as it was at one moment, then the blobs: bytes are only ever added, so whatever the
copied database names is among them. PostgreSQL is copied by its own `pg_dump`, all schemas in one snapshot.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import make_url

from engine.model.errors import PostroomError
from engine.runtime import postgresql
from engine.runtime.clock import SystemClock
from engine.runtime.settings import Settings
from engine.store import database, restored

FORMAT = "postroom-backup@1"
MANIFEST = "manifest.json"
_CONTENT = ("rules", "mappings", "environments")
_DUMP = "postgresql.dump"
_KEYS = ("secret-key", "audit-key.pem")
"""Without the first one the second factors of people cannot be read; both are as secret as the data itself."""


def backup(settings: Settings, folder: Path) -> int:
    """Copy databases, blobs, keys and content into a new folder; return how many files. Workers may go on meanwhile.

    Raises PostroomError when something is there already, or what is to be copied does not lie on this machine.
    """
    _refuse_remote(settings)
    if folder.exists() and any(folder.iterdir()):
        raise PostroomError(f"{folder} is not empty; a backup is written into a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if _is_sqlite(settings):
        for file in (_file(settings.workflow_url()), _file(settings.sql_url())):
            if file.is_file():
                _copy_database(file, folder / "home" / file.name)
    else:
        postgresql.dump(settings.sql_url(), folder / _DUMP)
    if (settings.home / "blobs").is_dir():
        shutil.copytree(settings.home / "blobs", folder / "home" / "blobs", ignore=_unfinished)
    for name in _KEYS:
        if (settings.home / name).is_file():
            shutil.copy2(settings.home / name, folder / "home" / name)
    root = settings.content_folder()
    for name in _CONTENT:
        shutil.copytree(root / name, folder / "content" / name)
    return _seal(folder)


def restore(settings: Settings, folder: Path) -> int:
    """Put a backup into an empty home, and into an empty database; return how many files. Content stays in the backup.

    Operations that stand as never sent are looked for in the target before they are sent: they may have left since.
    Raises PostroomError when the home holds something, or a file of the backup is not what was written; nothing is
    restored then.
    """
    _refuse_remote(settings)
    digests = _checked(folder)
    if settings.home.exists() and any(settings.home.iterdir()):
        raise PostroomError(f"{settings.home} is not empty; a backup is restored into an empty home.")
    if _is_sqlite(settings) == (_DUMP in digests):
        raise PostroomError(
            "The backup is of a hub on another kind of database: POSTROOM_DATABASE_URL has to name "
            + ("PostgreSQL." if _DUMP in digests else "none, since the copy is of SQLite.")
        )
    if _DUMP in digests:
        postgresql.load(settings.sql_url(), folder / _DUMP)
    if (folder / "home").is_dir():
        shutil.copytree(folder / "home", settings.home, dirs_exist_ok=True)
    engine = database.connect(settings.sql_url())
    database.migrate(engine)
    with database.transaction(engine) as tx:
        restored.look_first(tx)
    engine.dispose()
    return len(digests)


def _refuse_remote(settings: Settings) -> None:
    if settings.blobs_url:
        raise PostroomError(
            "The blobs lie in an object store, which this command does not copy: take pg_dump for the database first, "
            "then the means of the object store."
        )


def _is_sqlite(settings: Settings) -> bool:
    return make_url(settings.sql_url()).get_backend_name() == "sqlite"


def _copy_database(source: Path, to: Path) -> None:
    """Copy a database as it is at one moment, with what still stands in its write-ahead log."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as running, closing(sqlite3.connect(to)) as copy:
        running.backup(copy)


def _unfinished(folder: str, names: list[str]) -> list[str]:  # noqa: ARG001 - the signature is shutil's
    return [name for name in names if name == "incoming"]


def _seal(folder: Path) -> int:
    """Write down what is there and what it was; the last act, so that half a backup has no manifest."""
    digests = {
        file.relative_to(folder).as_posix(): _sha256(file) for file in sorted(folder.rglob("*")) if file.is_file()
    }
    told = {"format": FORMAT, "made_at": SystemClock().now().isoformat(), "files": digests}
    (folder / MANIFEST).write_text(json.dumps(told, indent=1), encoding="utf-8")
    return len(digests)


def _checked(folder: Path) -> dict[str, str]:
    """Return the digests of a whole backup. Raises PostroomError naming the first file that is not what it was."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        digests = {str(name): str(digest) for name, digest in told["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise PostroomError(f"{folder} holds no whole backup: its {MANIFEST} cannot be read.") from e
    if told.get("format") != FORMAT:
        raise PostroomError(f"{folder} is a backup of another form than {FORMAT}.")
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()} - {MANIFEST}
    if odd := sorted(there ^ set(digests)):
        raise PostroomError(f"The backup was changed: {odd[0]} is missing or was put in.")
    for name, digest in digests.items():
        if _sha256(folder / name) != digest:
            raise PostroomError(f"The backup was changed: {name} is not what was written.")
    return digests


def _file(url: str) -> Path:
    return Path(make_url(url).database or "")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
