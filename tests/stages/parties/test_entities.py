from typing import Any

import pytest

from engine.content.environment import Entity
from engine.stages.parties.entities import match_entity
from tests.stages.records import record

NORD = Entity(code="1000", name="Muster Nord GmbH", tax_id="DE123456788", country="DE", aliases=("MUSTER Werk Nord",))
SUED = Entity(code="2000", name="Muster Süd GmbH", tax_id="DE123456788", country="DE")
WEST = Entity(code="3000", name="Westphal Service SARL", tax_id="FR40303265045", country="FR")


@pytest.mark.parametrize(
    ("said", "outcome", "code"),
    [
        ({"buyer_tax_id": "FR 40 303 265 045"}, "one", "3000"),
        ({"buyer_tax_id": "DE123456788"}, "several", None),
        ({"buyer_tax_id": "DE123456788", "buyer_name": "Muster Sued"}, "one", "2000"),
        ({"buyer_name": "Muster Werk Nord"}, "one", "1000"),
        ({"buyer_tax_id": "FR40303265045", "buyer_name": "Muster Nord GmbH"}, "one", "3000"),
        ({"buyer_name": "Nachbar AG"}, "none", None),
        ({"buyer_tax_id": "DE999999999"}, "none", None),
        ({}, "not_asked", None),
    ],
    ids=[
        "tax id",
        "shared tax id",
        "shared tax id and name",
        "alias",
        "tax id before name",
        "other name",
        "other id",
        "nothing",
    ],
)
def test_our_company_is_known_by_tax_id_and_then_by_name(said: dict[str, Any], outcome: str, code: str | None) -> None:
    found = match_entity(record(**said), entities=[NORD, SUED, WEST])

    assert (found.outcome, found.chosen.id if found.chosen else None) == (outcome, code)


def test_without_companies_of_ours_nobody_is_asked_for() -> None:
    assert match_entity(record(buyer_name="Muster"), entities=[]).outcome == "not_asked"
