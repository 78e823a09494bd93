"""A house for tests of single functions: the knowledge is read once a module, the database is fresh for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.runtime.house import House
from engine.store import database
from tests.house import furnished_house


@pytest.fixture(scope="module")
def knowing_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = furnished_house(tmp_path_factory.mktemp("house"), dead_after_seconds=30)
    yield house
    house.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, to be copied: that is quicker than to make them anew for each test."""
    path = tmp_path_factory.mktemp("database") / "template.sqlite"
    engine = database.connect(f"sqlite:///{path}")
    database.migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def empty_house(knowing_house: House, migrated: Path, tmp_path: Path) -> Iterator[House]:
    """A house with nothing in its database."""
    shutil.copy(migrated, tmp_path / "postroom.sqlite")
    engine = database.connect(f"sqlite:///{tmp_path / 'postroom.sqlite'}")
    yield replace(knowing_house, engine=engine, _targets={})
    engine.dispose()
