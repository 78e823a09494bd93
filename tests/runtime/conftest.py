"""A house for tests of single functions: the knowledge is read once a module, the database is fresh for each test."""

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


@pytest.fixture
def empty_house(knowing_house: House, tmp_path: Path) -> Iterator[House]:
    """A house with nothing in its database."""
    engine = database.connect(f"sqlite:///{tmp_path / 'postroom.sqlite'}")
    database.migrate(engine)
    yield replace(knowing_house, engine=engine, _targets={})
    engine.dispose()
