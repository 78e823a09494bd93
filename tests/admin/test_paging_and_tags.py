"""Lists go on where they were, answers that the caller has are not sent again, and nobody overwrites what they did not see."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from admin.http.pace import Pace
from engine.model.document import Document
from engine.model.rights import Grant
from engine.runtime.people import tokens
from engine.store import documents, operations
from engine.store.database import transaction
from tests.admin.visitors import HAND, OWN_TOKEN, house_of, opened
from tests.store.factories import document, operation

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
KEY = "ap_invoice/erp/vendor_invoice/invoice/V1/RE-1"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("house")) as client:
        client.headers["Authorization"] = f"Bearer {OWN_TOKEN}"
        with transaction(house_of(client).engine) as tx:
            for number in range(7):
                documents.add(tx, received(number))
            operations.plan(tx, operation(KEY, document_id="0" * 64, after=()), at=NOON)
        yield client


def received(number: int) -> Document:
    return document(id=f"{number:x}" * 64, name=f"{number}.pdf", received_at=NOON + timedelta(minutes=number // 2))


def walked(client: TestClient, **asked: object) -> list[str]:
    names, after = [], None
    while True:
        page = client.get("/api/v1/documents", params={**asked, **({"after": after} if after else {})}).json()
        names += [one["document"] for one in page["documents"]]
        after = page["next"]
        if after is None:
            return names


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_hold_everything_once_in_order(client: TestClient, limit: int) -> None:
    assert walked(client, limit=limit) == ["6.pdf", "4.pdf", "5.pdf", "2.pdf", "3.pdf", "0.pdf", "1.pdf"]


def test_who_reaches_only_some_comes_to_the_end_too(client: TestClient) -> None:
    made = tokens.add(house_of(client), "few", [Grant(role="viewer", types=("contract",))], days=1, hand=HAND)

    page = client.get("/api/v1/documents", headers={"Authorization": f"Bearer {made}"}).json()

    assert page == {"documents": [], "next": None}


@pytest.mark.parametrize(
    "after", ["x", "bm8", "WyJ4IiwgInkiXQ", "WzFd", "W10", "[" * 2000, "\x00", "é"],
    ids=["short", "no JSON", "no moment", "numbers", "empty", "brackets", "NUL", "not ASCII"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/api/v1/documents", "/api/v1/operations"])
def test_a_cursor_of_somebody_elses_making_is_refused(client: TestClient, path: str, after: str) -> None:
    answer = client.get(path, params={"after": after})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:postroom:problem:invalid")


@pytest.mark.parametrize(
    "path", ["/api/v1/status", "/api/v1/documents", f"/api/v1/documents/{'0' * 64}", "/api/v1/operations"]
)
def test_what_the_caller_has_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("verb", ["corrections", "split"])
def test_a_document_that_changed_meanwhile_is_not_overwritten(client: TestClient, verb: str) -> None:
    address, body = f"/api/v1/documents/{'1' * 64}", {"values": [{"path": "total", "value": "1.00"}], "at": []}

    old = client.post(f"{address}/{verb}", json=body, headers={"If-Match": '"9~abc"'})
    tag = client.get(address).headers["etag"]
    seen = client.post(f"{address}/{verb}", json=body, headers={"If-Match": tag})

    assert (old.status_code, old.json()["type"]) == (412, "urn:postroom:problem:changed")
    assert seen.status_code == 422  # it is still being processed


def test_an_operation_that_changed_meanwhile_is_not_touched(client: TestClient) -> None:
    found = client.get("/api/v1/operations").json()["operations"][0]["short_key"]
    address = f"/api/v1/operations/{found}"
    tag = client.get(address).headers["etag"]

    with transaction(house_of(client).engine) as tx:
        operations.move(tx, KEY, "sending", at=NOON)
        operations.move(tx, KEY, "rejected", at=NOON, error="No.")

    late = client.post(f"{address}/cancel", json={"why": "No."}, headers={"If-Match": tag})
    seen = client.post(
        f"{address}/park", json={"why": "No."}, headers={"If-Match": client.get(address).headers["etag"]}
    )

    assert (late.status_code, seen.status_code) == (412, 409)  # what is rejected is not parked


def test_a_caller_in_a_hurry_waits() -> None:
    now = [0.0]
    pace = Pace(60, now=lambda: now[0])

    assert [pace.wait("a") for _ in range(60)] == [0] * 60
    assert (pace.wait("a"), pace.wait("b")) == (1, 0)
    now[0] += 1
    assert [pace.wait("a"), pace.wait("a")] == [0, 1]


@pytest.fixture
def hurried(client: TestClient) -> Iterator[TestClient]:
    """The same server with two calls a minute; what was counted is forgotten afterwards."""
    state = client.app.state  # type: ignore[attr-defined]
    before, state.pace = state.pace, Pace(2)
    yield client
    state.pace = before


def test_who_calls_too_often_is_told_when_to_come_back(hurried: TestClient) -> None:
    answers = [hurried.get("/api/v1/status") for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].headers["retry-after"] == "30"


def test_a_body_that_nobody_needs_is_not_read(client: TestClient) -> None:
    content = b'{"why": "' + b"x" * (9 * 1024 * 1024) + b'"}'

    answer = client.post("/api/v1/operations/retry", content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
