"""The composition root: what it checks before anything runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.content.environment import TargetLimits
from engine.model.errors import ContentError
from engine.runtime.house import House, check_bindings, open_house
from tests.house import test_settings as settings_at

ENVIRONMENTS = sorted(file.stem for file in (Path(__file__).parents[2] / "environments").glob("*.yaml"))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_shipped_environment_opens_without_its_credentials_at_hand(environment: str, tmp_path: Path) -> None:
    house = open_house(settings_at(tmp_path), environment=environment)

    assert house.library.environment.name == environment
    house.close()


def bound(empty_house: House, **limits: int) -> House:
    """Return a house whose ERP is bound with these limits."""
    environment = empty_house.library.environment
    erp = environment.targets["erp"].model_copy(update={"limits": TargetLimits.model_validate(limits)})
    changed = environment.model_copy(update={"targets": {**environment.targets, "erp": erp}})
    return replace(empty_house, library=replace(empty_house.library, environment=changed))


def test_what_a_binding_limits_goes_before_what_the_adapter_allows(empty_house: House) -> None:
    allowed = empty_house.plugs["files"].manifest.limits

    found = bound(empty_house, calls=10, per_seconds=60).limits("erp")

    assert (found.calls, found.per_seconds, found.concurrency) == (10, 60, allowed.concurrency)
    assert empty_house.limits("erp") == allowed


def test_limits_that_contradict_each_other_are_refused_at_start(empty_house: House) -> None:
    house = bound(empty_house, pause_seconds=600, most_pause_seconds=60)

    with pytest.raises(ContentError, match=r"targets\.erp\.limits: most_pause_seconds is not below pause_seconds"):
        check_bindings(house.library, house.plugs)


def test_a_target_is_connected_anew_on_request(empty_house: House) -> None:
    first = empty_house.target("erp")

    assert empty_house.target("erp") is first
    assert empty_house.target("erp", anew=True) is not first
