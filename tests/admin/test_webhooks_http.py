"""Webhooks over the API: added by who may edit content everywhere, secret shown once, changed only as seen."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.runtime.people import tokens
from tests.admin.visitors import HAND, OWN_TOKEN, house_of, opened

WEBHOOKS = "/api/v1/webhooks"
WANTED = {"url": "https://erp.example.com/told", "events": ["document.posted", "alarm.*"]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("house")) as client:
        client.headers["Authorization"] = f"Bearer {OWN_TOKEN}"
        yield client


@pytest.fixture
def hook(client: TestClient) -> Iterator[str]:
    address = client.post(WEBHOOKS, json=WANTED).headers["location"]
    yield address
    client.delete(address)


def test_the_secret_is_shown_once(client: TestClient) -> None:
    made = client.post(WEBHOOKS, json=WANTED, headers={"Idempotency-Key": "w"})
    again = client.post(WEBHOOKS, json=WANTED, headers={"Idempotency-Key": "w"})

    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    assert again.json() == made.json(), "who lost the answer asks again with the key"
    assert "secret" not in client.get(made.headers["location"]).json()
    assert len(client.get(WEBHOOKS).json()["webhooks"]) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"url": "http://erp.example.com/"}, {"url": "https://10.0.0.1/"}, {"events": ["document.eaten"]}, {"events": []},
     {"secret": "mine"}],
    ids=["not https", "private", "unknown event", "no event", "a secret of one's own"],
)  # fmt: skip
def test_what_may_not_be_is_refused_with_a_reason(client: TestClient, wrong: dict[str, object]) -> None:
    answer = client.post(WEBHOOKS, json={**WANTED, **wrong})

    assert (answer.status_code, bool(answer.json()["detail"])) == (422, True)


def test_only_what_was_seen_is_changed(client: TestClient, hook: str) -> None:
    tag = client.get(hook).headers["etag"]

    first = client.patch(hook, json={"is_active": False}, headers={"If-Match": tag})
    second = client.patch(hook, json={"is_active": True}, headers={"If-Match": tag})

    assert (first.status_code, first.json()["is_active"], second.status_code) == (200, False, 412)
    assert client.post(f"{hook}/test").status_code == 409


def test_what_is_told_is_listed_page_by_page_and_told_again(client: TestClient, hook: str) -> None:
    events = [client.post(f"{hook}/test").json()["event"] for _ in range(3)]

    first = client.get(f"{hook}/deliveries", params={"limit": 2, "state": "pending"}).json()
    rest = client.get(f"{hook}/deliveries", params={"limit": 2, "after": first["next"]}).json()
    again = client.post(f"{hook}/deliveries/{events[0]}/tell-again")

    assert [one["event"] for one in (*first["deliveries"], *rest["deliveries"])] == events[::-1]
    assert (rest["next"], again.status_code, again.json()["state"]) == (None, 202, "pending")
    assert client.post(f"{hook}/deliveries/msg_x/tell-again").status_code == 404


def test_a_new_secret_is_another_one(client: TestClient, hook: str) -> None:
    first, second = (client.post(f"{hook}/secret").json()["secret"] for _ in range(2))

    assert first != second


def test_a_right_within_bounds_is_not_enough(client: TestClient) -> None:
    grant = Grant(role="integration_admin", types=("invoice",))
    made = tokens.add(house_of(client), "bounded", [grant], days=1, hand=HAND)

    answer = client.get(WEBHOOKS, headers={"Authorization": f"Bearer {made}"})

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:postroom:problem:not-allowed")


def test_what_was_taken_away_is_gone(client: TestClient) -> None:
    address = client.post(WEBHOOKS, json=WANTED).headers["location"]

    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
