"""What an environment says of sources is held against the adapters at start."""

from typing import Any

import pytest

from engine.model.errors import ContentError
from engine.runtime.house import House, check_bindings
from tests.runtime.sources.following import CRM, at_home

TARGETS = {"crm": {"adapter": "hubspot", "settings": {"private_app_token": {"env": "TOKEN"}}}}


def check(house: House, **changes: Any) -> None:
    check_bindings(at_home(house, TARGETS, {"crm": {**CRM, **changes}}).library, house.plugs)


def test_a_source_that_fits_its_adapter_is_taken(knowing_house: House) -> None:
    check(knowing_house)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"settings": {"poll": ["cars"]}}, "cars"), ({"settings": {"colour": "red"}}, "colour"),
        ({"target": "erp"}, "tells of no changes"),
    ],
    ids=["an object that it does not have", "a setting that it does not have", "an adapter without sources"],
)  # fmt: skip
def test_a_source_that_does_not_fit_its_adapter_is_refused(
    knowing_house: House, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ContentError, match=said):
        check(knowing_house, **changes)
