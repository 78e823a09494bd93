"""Operations over HTTP, as a program that clears them meets them."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from admin.http.app import make_app
from engine.model.errors import Rejected
from engine.runtime.house import House
from tests.house import test_settings
from tests.runtime.sends import FIRST, ID, SECOND, Erp, planned, work

pytestmark = pytest.mark.slow

TOKEN = "t" * 40


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A hub that posts nothing by itself: one of two operations was rejected, the other stands."""
    app = make_app(test_settings(tmp_path_factory.mktemp("house")), token=TOKEN, with_worker=False)
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        house: House = app.state.house
        erp: Erp = planned(house)
        erp.before = [Rejected("the period is closed")]
        work(house)
        yield client


def test_pages_are_followed_by_next(client: TestClient) -> None:
    first = client.get("/api/v1/operations", params={"limit": 1}).json()
    second = client.get("/api/v1/operations", params={"limit": 1, "after": first["next"]}).json()

    keys = [one["operations"][0]["key"] for one in (first, second)]
    assert (sorted(keys), second["next"]) == ([FIRST, SECOND], None)
    assert {state: count for state, count in first["counts"].items() if count} == {"rejected": 1, "committed": 1}


def test_only_what_is_asked_for_is_listed(client: TestClient) -> None:
    found = client.get("/api/v1/operations", params={"state": "rejected", "document": ID[:8]}).json()

    assert [one["error"] for one in found["operations"]] == ["the period is closed"]


def test_a_story_says_what_to_do(client: TestClient) -> None:
    short = client.get("/api/v1/operations", params={"state": "rejected"}).json()["operations"][0]["short_key"]

    told = client.get(f"/api/v1/operations/{short}").json()

    assert told["attempts"][0]["end"] == "rejected"
    assert any("retry" in one for one in told["next"])


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        pytest.param("nothing/park", {"by": "a", "why": "b"}, 404, "No operation is called", id="unknown"),
        pytest.param("bill/cancel", {"by": "a", "why": "b"}, 409, "It is committed", id="not allowed"),
        pytest.param("bill/cancel", {"by": "a"}, 422, "", id="without reason"),
        pytest.param("retry", {"by": "a"}, 422, "Name `keys`", id="all or nothing"),
        pytest.param("retry", {"by": "a", "failed": True, "now": True}, 422, "needs a reason", id="now without reason"),
        pytest.param(
            "account/edit", {"by": "a", "why": "b", "values": {"x.y": "1"}}, 409, "there is no x", id="bad path"
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_can(
    client: TestClient, path: str, body: dict[str, object], status: int, told: str
) -> None:
    answer = client.post(f"/api/v1/operations/{path}", json=body)

    assert (answer.status_code, told in answer.text) == (status, True)


def test_failed_operations_are_sent_again_by_the_workers(client: TestClient) -> None:
    answer = client.post("/api/v1/operations/retry", json={"by": "anna", "failed": True})

    assert (answer.status_code, answer.json()) == (202, [{"key": FIRST, "state": "planned", "refused": ""}])
    line = client.get("/api/v1/operations", params={"text": "account"}).json()["operations"][0]
    assert line["state"] == "planned"
