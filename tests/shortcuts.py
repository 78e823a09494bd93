"""What every test of this process would do again in the same way: read the shipped content, make the tables.

Both cost a third of a second each, some hundred times. The content is read and the migrations run by the code that always
does it, once; a test that writes content of its own, or starts from older tables, goes the whole way.
"""

import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.content.library import Library
from engine.store import database

_CHECKOUT = Path(__file__).parents[1]
_load = Library.load
_migrate = database.migrate


def take(patch: pytest.MonkeyPatch) -> None:
    """Let the tests of this process share both."""
    patch.setattr(Library, "load", classmethod(lambda _, root, environment: _loaded(root.resolve(), environment)))
    patch.setattr(database, "migrate", _migrated)


def _loaded(root: Path, environment: str) -> Library:
    return _shipped(environment) if root == _CHECKOUT else _load(root, environment)


@cache
def _shipped(environment: str) -> Library:
    return _load(_CHECKOUT, environment)


def _migrated(engine: Engine) -> None:
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        shutil.copyfile(_empty(), file)
    _migrate(engine)


@cache
def _empty() -> Path:
    """Return a database file with all tables and nothing in them."""
    folder = tempfile.TemporaryDirectory(prefix="postroom-tables-")
    _KEPT.append(folder)
    file = Path(folder.name) / "empty.sqlite"
    engine = database.connect(f"sqlite:///{file}")
    _migrate(engine)
    engine.dispose()  # whoever closes last writes all of it into the one file
    assert not Path(f"{file}-wal").exists()
    return file


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
"""Folders that go when this process does."""
