"""People, groups and tokens over the API: the same changes as on the pages, and the same refusals."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.runtime.people import brake, tokens
from tests.admin.visitors import HAND, OWN_TOKEN, browser, house_of, opened


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("house")) as client:
        client.headers["Authorization"] = f"Bearer {OWN_TOKEN}"
        yield client


def test_the_life_of_an_account(client: TestClient) -> None:
    made = client.post("/api/v1/people", json={"name": "Anna", "full_name": "Anna Ahrens"})
    assert made.status_code == 201
    assert browser(client).get(made.json()["path"]).status_code == 200

    client.post("/api/v1/groups/West/roles", json={"role": "viewer", "team": "west"})
    client.put("/api/v1/people/anna/groups/West")
    given = client.post(
        "/api/v1/people/anna/roles", json={"role": "reviewer", "entities": ["1000"], "fields": ["bank"]}
    )
    assert [one["role"] for one in given.json()["own"]] == ["reviewer"]
    assert [one["role"] for one in given.json()["may"]] == ["reviewer", "viewer"]

    client.delete("/api/v1/people/anna/roles/reviewer")
    client.delete("/api/v1/people/anna/groups/West")
    assert client.get("/api/v1/people/anna").json()["may"] == []

    assert client.post("/api/v1/people/anna/disable").json()["is_active"] is False
    assert client.post("/api/v1/people/anna/link").status_code == 409
    assert client.post("/api/v1/people/anna/enable").json()["is_active"] is True
    assert client.post("/api/v1/people/anna/second-factor/reset").json()["hours"] == 24
    assert client.delete("/api/v1/people/anna/sessions").json() == {"ended": 0}
    assert "anna" in [one["name"] for one in client.get("/api/v1/people").json()["people"]]


def test_a_lockout_is_seen_and_lifted(client: TestClient) -> None:
    client.post("/api/v1/people", json={"name": "lotte"})
    for _ in range(brake.NAME.free):
        brake.count(house_of(client), [(brake.NAME, "lotte")])

    assert client.get("/api/v1/people/lotte").json()["held_until"] is not None
    assert client.post("/api/v1/people/lotte/unlock").json()["held_until"] is None
    assert client.post("/api/v1/people/lotte/unlock").status_code == 409


def test_a_token_is_told_once_and_revoked(client: TestClient) -> None:
    made = client.post("/api/v1/tokens", json={"name": "scanner", "may": [{"role": "service"}], "days": 5}).json()
    headers = {"Authorization": f"Bearer {made['token']}"}

    assert client.get("/api/v1/documents", headers=headers).status_code == 200
    assert made["token"] not in client.get("/api/v1/tokens").text

    assert client.delete("/api/v1/tokens/scanner").status_code == 204
    assert client.get("/api/v1/documents", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("address", "body"),
    [
        pytest.param("/api/v1/tokens", {"name": "ladder", "may": [{"role": "integration_admin"}]}, id="knowledge"),
        pytest.param("/api/v1/tokens", {"name": "eye", "may": [{"role": "viewer", "fields": ["bank"]}]}, id="fields"),
        pytest.param("/api/v1/tokens", {"name": "stamp", "may": [{"role": "approver"}]}, id="approval"),
    ],
)
def test_no_program_makes_a_token_above_its_own(client: TestClient, address: str, body: dict[str, object]) -> None:
    name = str(body["name"])
    secret = tokens.add(house_of(client), f"keeper-{name}", [Grant(role="people_admin")], days=1, hand=HAND)

    answer = client.post(address, json=body, headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 409
    assert name not in [one.token.name for one in tokens.everyone(house_of(client))]


def test_a_right_within_bounds_is_not_enough(client: TestClient) -> None:
    given = [Grant(role="people_admin", team="west")]
    secret = tokens.add(house_of(client), "keeper-of-west", given, days=1, hand=HAND)

    answer = client.get("/api/v1/people", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 403


def test_who_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get("/api/v1/people/nobody").status_code == 404
    assert client.post("/api/v1/people/nobody/disable").status_code == 404
