from typing import Any

import pytest
from pydantic import ValidationError

from engine.content.when import CONTEXT, Seen, When, channel_of

ORDER = Seen(
    type="purchase_order", type_confidence=0.83, source="mail:fetch:orders_inbox",
    record={"buyer_name": "Fjord AS", "currency": "NOK"}, document={"buyer": "other", "language": "en"},
)  # fmt: skip
EVENT = Seen(type="purchase_order", origin="event", source="source:crm")


@pytest.mark.parametrize(
    ("when", "seen", "expected"),
    [
        ({}, ORDER, True), ({}, EVENT, False), ({"origin": "event"}, ORDER, False), ({"origin": "event"}, EVENT, True),
        ({"origin": "event", "sources": ["crm"]}, EVENT, True), ({"origin": "event", "sources": ["erp"]}, EVENT, False),
        ({"on_request": True}, ORDER, False), ({"types": ["invoice"]}, ORDER, False),
        ({"channels": ["mail"]}, ORDER, True), ({"channels": ["api", "folder"]}, ORDER, False),
        ({"sources": ["orders_inbox"]}, ORDER, True), ({"sources": ["other_inbox"]}, ORDER, False),
        ({"type_confidence": "0.83"}, ORDER, True), ({"type_confidence": "0.84"}, ORDER, False),
        ({"if": "document.buyer == 'other'"}, ORDER, True), ({"if": "document.buyer == 'ours'"}, ORDER, False),
        ({"if": "record.currency in ['NOK', 'SEK'] and document.language == 'en'"}, ORDER, True),
        ({"if": "record.total | trim == '1'"}, ORDER, False), ({"if": "record.total is missing"}, ORDER, True),
        ({"if": "document.company != '1000'"}, ORDER, False),
    ],
)  # fmt: skip
def test_a_flow_takes_what_meets_all_of_its_conditions(when: dict[str, Any], seen: Seen, expected: bool) -> None:
    assert When.model_validate({"types": ["purchase_order"], **when}).takes(seen) is expected


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ({"type_confidence": "1.5"}, "from 0 to 1"),
        ({"channels": ["fax"]}, "folder"),
        ({"origin": "event", "channels": ["mail"]}, "for papers"),
        ({"if": "env.name == 'x'"}, "only `record.x` and `document.x`"),
        ({"if": "document.sender == 'x'"}, "there are: buyer, channel"),
        ({"if": "record.total | xref('units@1')"}, "without tables"),
        ({"if": "record.total ="}, "unexpected"),
        ({"if": "record.total | number == '1'"}, "No filter named"),
    ],
)
def test_a_condition_that_cannot_be_met_says_what_is_allowed(when: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        When.model_validate({"types": ["invoice"], **when})


@pytest.mark.parametrize(
    ("source", "channel"),
    [("cli", "cli"), ("api", "api"), ("fetch:inbox", "folder"), ("mail:cli", "mail"), ("source:crm", "source"), ("dossier", None)],
)  # fmt: skip
def test_the_channel_is_the_last_way_that_was_gone(source: str, channel: str | None) -> None:
    assert channel_of(source) == channel


def test_what_may_be_asked_is_what_is_told() -> None:
    assert set(CONTEXT) == {"type", "name", "channel", "source", "language", "buyer", "company"}
