"""A house with a clock that stands still, and people in it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.runtime.house import House, open_house
from tests.house import StoppedClock, test_settings


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = open_house(test_settings(tmp_path_factory.mktemp("people")), clock=StoppedClock())
    yield house
    house.close()


@pytest.fixture
def clock(shared: House) -> StoppedClock:
    assert isinstance(shared.clock, StoppedClock)
    return shared.clock


@pytest.fixture
def house(shared: House) -> House:
    """Tests share it: each takes names of its own."""
    return shared


@pytest.fixture
def optional(shared: House, tmp_path: Path) -> House:
    """The same house, where a second factor is a matter of taste."""
    return replace(shared, settings=shared.settings.model_copy(update={"totp_required": False}))
