"""The composition root: what it checks before anything runs."""

from pathlib import Path

import pytest

from engine.runtime.house import open_house
from tests.house import test_settings as settings_at

ENVIRONMENTS = sorted(file.stem for file in (Path(__file__).parents[2] / "environments").glob("*.yaml"))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_shipped_environment_opens_without_its_credentials_at_hand(environment: str, tmp_path: Path) -> None:
    house = open_house(settings_at(tmp_path), environment=environment)

    assert house.library.environment.name == environment
    house.close()
