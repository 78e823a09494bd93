import json
from datetime import UTC, datetime

import pytest
from hubspot.utils.signature import Signature

from adapters.hubspot.plug import PLUG
from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.hubspot.source import HubSpotSource
from adapters.hubspot.target import HubSpotTarget
from engine.model.errors import Unauthorised
from engine.ports import Surroundings
from tests.adapters.hubspot.test_target import Write

URL = "https://hub.example.org/api/v1/sources/crm"
BODY = json.dumps(
    [{"eventId": 7, "objectId": 42, "subscriptionType": "deal.propertyChange", "occurredAt": 1772611200000}]
).encode()


@pytest.fixture
def source(portal: HubSpotSandbox, surroundings: Surroundings) -> HubSpotSource:
    source = PLUG.source(portal.settings())
    source.move_in(surroundings)
    return source


def test_changes_are_told_by_object_with_an_overlap(source: HubSpotSource, target: HubSpotTarget, write: Write) -> None:
    target.send(write("deals", "1", {"dealname": "A"}))
    first = source.poll("")
    target.send(write("deals", "2", {"dealname": "B"}))

    second = source.poll(first.cursor)

    assert [change.object for change in first.rows] == ["deals"]
    assert {change.id for change in second.rows} >= {"102"}
    assert second.cursor != first.cursor


def test_a_poll_of_many_goes_on_where_it_stopped(
    source: HubSpotSource, target: HubSpotTarget, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.hubspot.source._MOST", 100)
    for start in range(0, 300, 100):
        target.send_many([write("deals", str(start + n), {"dealname": f"D{n}"}) for n in range(100)])
    seen: set[str] = set()
    cursor, is_all, polls = "", False, 0
    while not is_all and polls < 20:
        changes = source.poll(cursor)
        seen |= {change.id for change in changes.rows}
        cursor, is_all, polls = changes.cursor, changes.is_all, polls + 1

    assert len(seen) == 300
    assert polls > 1


def test_a_webhook_signed_as_hubspot_signs_is_accepted(source: HubSpotSource, portal: HubSpotSandbox) -> None:
    now = datetime.now(UTC)
    changes = source.accept(BODY, _signed(portal, now), method="POST", url=URL, now=now)

    assert [(change.object, change.id, change.version) for change in changes.rows] == [("deals", "42", "7")]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"subscriptionType": "company.creation"}, "companies"), ({"subscriptionType": "line_item.creation"}, "line_items"),
        ({"subscriptionType": "object.creation", "objectTypeId": "0-3"}, "deals"), ({"subscriptionType": "p_car.creation"}, "p_car"),
    ],
    ids=["singular", "two words", "by number", "an object of their own"],
)  # fmt: skip
def test_a_webhook_names_objects_as_a_poll_does(
    source: HubSpotSource, portal: HubSpotSandbox, event: dict[str, str], expected: str
) -> None:
    now = datetime.now(UTC)
    body = json.dumps([{"eventId": 7, "objectId": 42, **event}]).encode()
    told = source.accept(body, _signed(portal, now, body), method="POST", url=URL, now=now)

    assert [change.object for change in told.rows] == [expected]


def test_a_deal_is_fetched_with_its_line_items(
    portal: HubSpotSandbox, target: HubSpotTarget, surroundings: Surroundings, write: Write
) -> None:
    deal = target.send(write("deals", "1", {"dealname": "A", "amount": "10"}))
    for n in ("2", "3"):
        line = target.send(write("line_items", n, {"name": f"Line {n}", "quantity": n}))
        portal._associate("deals", deal.external_id, "line_items", line.external_id)
    source = PLUG.source({**portal.settings(), "poll_with": {"deals": ["line_items", "companies"]},
                          "poll_properties": {"deals": ["amount"], "line_items": ["name", "quantity"]}})  # fmt: skip
    source.move_in(surroundings)
    found = source.fetch("deals", deal.external_id)
    source.close()

    assert found is not None
    assert (found.data["amount"], found.data["companies"], found.version) == ("10", [], deal.version)
    assert [(one["name"], one["quantity"]) for one in found.data["line_items"]] == [("Line 2", "2"), ("Line 3", "3")]


def test_a_deal_that_is_gone_is_fetched_as_nothing(source: HubSpotSource) -> None:
    assert source.fetch("deals", "999") is None


@pytest.mark.parametrize(
    ("body", "url", "seconds"),
    [
        pytest.param(BODY.replace(b"42", b"43"), URL, 0, id="another body"),
        pytest.param(BODY, URL + "?x=1", 0, id="another address"),
        pytest.param(BODY, URL, 301, id="too old"),
    ],
)
def test_a_webhook_that_hubspot_did_not_sign_is_refused(
    source: HubSpotSource, portal: HubSpotSandbox, body: bytes, url: str, seconds: int
) -> None:
    now = datetime.now(UTC)
    later = datetime.fromtimestamp(now.timestamp() + seconds, UTC)

    with pytest.raises(Unauthorised):
        source.accept(body, _signed(portal, now), method="POST", url=url, now=later)


def _signed(portal: HubSpotSandbox, now: datetime, body: bytes = BODY) -> dict[str, str]:
    """Sign by HubSpot's own library."""
    stamp = str(int(now.timestamp() * 1000))
    signature = Signature.get_signature(portal.client_secret, body.decode(), "v3", URL, "POST", stamp)
    return {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
