"""Examination of the machine: every check says how to mend what it finds."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from engine.content.library import Library
from engine.model.errors import ContentError
from engine.model.value import Value
from engine.runtime import plugs
from engine.runtime.house import check_bindings, resolve
from engine.runtime.settings import Settings
from engine.store import database

_LEAST_FREE_BYTES = 1 << 30


class Check(Value):
    """One thing looked at."""

    what: str
    is_well: bool
    mend: str = ""


def examine(settings: Settings) -> list[Check]:
    """Look at folders, database, knowledge, credentials and plugs. Never raises; never prints a secret."""
    return [*_folders(settings), *_database(settings), *_knowledge(settings), *_plugs()]


def _folders(settings: Settings) -> Iterator[Check]:
    home = settings.home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".probe-{uuid.uuid4().hex}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as e:
        yield Check(
            what=f"data folder {home}",
            is_well=False,
            mend=f"{e.strerror}: set POSTROOM_HOME to a folder you may write to",
        )
        return
    yield Check(what=f"data folder {home}", is_well=True)
    free = shutil.disk_usage(home).free
    yield Check(
        what=f"free space {free >> 20:,} MiB", is_well=free > _LEAST_FREE_BYTES, mend="make room or move POSTROOM_HOME"
    )


def _database(settings: Settings) -> Iterator[Check]:
    try:
        engine = database.connect(settings.sql_url())
        database.probe(engine)
        name = engine.url.render_as_string(hide_password=True)
        engine.dispose()
    except (SQLAlchemyError, OSError, ImportError) as e:
        yield Check(
            what="database",
            is_well=False,
            mend=f"{type(e).__name__}: check POSTROOM_DATABASE_URL and that the server runs",
        )
        return
    yield Check(what=f"database {name}", is_well=True)


def _knowledge(settings: Settings) -> Iterator[Check]:
    try:
        library = Library.load(settings.content_folder(), settings.env)
        check_bindings(library, plugs.discover())
    except ContentError as e:
        going_on = "Workers that run go on with what was live before; none can start."
        yield Check(
            what="rules, mappings and environments",
            is_well=False,
            mend=f"{e.message} {e.detail} {going_on}".strip(),
        )
        return
    yield Check(what=f"rules, mappings and environment {settings.env}", is_well=True)
    for name, binding in library.environment.targets.items():
        try:
            resolve(binding.settings, out=Path("out"), target=name)
        except ContentError as e:
            yield Check(what=f"credentials of target {name}", is_well=False, mend=e.message)
        else:
            yield Check(what=f"credentials of target {name}", is_well=True)


def _plugs() -> Iterator[Check]:
    try:
        found = plugs.discover()
    except ContentError as e:
        yield Check(what="adapters", is_well=False, mend=e.message)
        return
    for name, plug in sorted(found.items()):
        yield Check(what=f"adapter {name}: {plug.manifest.title}", is_well=True)
        for what, is_well, mend in plug.diagnose():
            yield Check(what=what, is_well=is_well, mend=mend)
