"""The verbs of the desk for programs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.runtime.people import tokens
from engine.store import masterdata
from engine.store.database import transaction
from tests.admin.visitors import HAND, house_of, opened
from tests.durable.invoices import VENDOR
from tests.runtime.desk.held import large_invoice, old_invoice, stored


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        with transaction(house_of(client).engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        yield client


@pytest.fixture(scope="module")
def program(hub: TestClient) -> TestClient:
    """A program that may do what reviewers may."""
    made = tokens.add(house_of(hub), "robot", grants=[Grant(role="reviewer")], days=1, hand=HAND)
    return TestClient(hub.app, base_url="http://localhost", headers={"Authorization": f"Bearer {made}"})


def test_what_waits_is_listed_with_its_reasons(hub: TestClient, program: TestClient, tmp_path: Path) -> None:
    one = old_invoice(house_of(hub), tmp_path, "RE-4001")

    (item,) = program.get("/api/v1/reviews", params={"text": "RE-4001"}).json()["reviews"]

    assert (item["document"], item["reasons"], item["number"]) == (one, ["issued_long_ago"], "RE-4001")
    assert program.get("/api/v1/reviews", params={"queue": "nowhere"}).json() == {"reviews": [], "next": None}


def test_a_program_lets_pass_what_reviewers_may_and_approves_nothing(
    hub: TestClient, program: TestClient, tmp_path: Path
) -> None:
    house = house_of(hub)
    old, large = old_invoice(house, tmp_path, "RE-4002"), large_invoice(house, tmp_path, "RE-4003")

    passed = program.post(f"/api/v1/documents/{old}/approve", json={"revision": 1})
    refused = program.post(f"/api/v1/documents/{large}/approve", json={"revision": 1})

    assert (passed.status_code, passed.json()["revision"]) == (202, 2)
    assert refused.status_code == 409
    assert "A program does not approve" in refused.json()["detail"]


def test_an_answer_to_what_is_there_no_more_fails_its_precondition(
    hub: TestClient, program: TestClient, tmp_path: Path
) -> None:
    one = old_invoice(house_of(hub), tmp_path, "RE-4004")

    answer = program.post(f"/api/v1/documents/{one}/reject", json={"revision": 7, "why": "not ours"})

    assert (answer.status_code, "you saw 7" in answer.json()["detail"]) == (412, True)


def test_an_item_is_taken_asked_about_passed_on_and_rejected(
    hub: TestClient, program: TestClient, tmp_path: Path
) -> None:
    house = house_of(hub)
    one = old_invoice(house, tmp_path, "RE-4005")
    path = f"/api/v1/documents/{one}"

    assert program.post(f"{path}/take").status_code == 200
    assert program.post(f"{path}/give-back").status_code == 200
    assert program.post(f"{path}/comments", json={"text": "Yours?", "to": "bert"}).status_code == 200
    assert program.post(f"{path}/pass-on", json={"revision": 1, "queue": "procurement"}).status_code == 200
    (item,) = program.get("/api/v1/reviews", params={"text": "RE-4005"}).json()["reviews"]
    assert (item["queue"], item["taken_by"]) == ("procurement", None)
    assert program.post(f"{path}/reject", json={"revision": 1, "why": "not ours"}).json()["state"] == "rejected"
    assert stored(house, one).state == "rejected"


def test_somebody_who_only_looks_decides_nothing(hub: TestClient, tmp_path: Path) -> None:
    one = old_invoice(house_of(hub), tmp_path, "RE-4006")
    made = tokens.add(house_of(hub), "screen", grants=[Grant(role="viewer")], days=1, hand=HAND)
    viewer = TestClient(hub.app, base_url="http://localhost", headers={"Authorization": f"Bearer {made}"})

    assert viewer.post(f"/api/v1/documents/{one}/reject", json={"revision": 1, "why": "x"}).status_code == 403
    assert len(viewer.get("/api/v1/reviews", params={"text": "RE-4006"}).json()["reviews"]) == 1


def test_a_page_goes_on_after_the_last_one_seen_whatever_came_and_went(
    hub: TestClient, program: TestClient, tmp_path: Path
) -> None:
    house, asked = house_of(hub), {"text": "RE-43", "order": "oldest", "limit": 2}
    ids = [old_invoice(house, tmp_path, f"RE-430{number}") for number in range(5)]
    first = program.get("/api/v1/reviews", params=asked).json()
    program.post(f"/api/v1/documents/{ids[0]}/reject", json={"revision": 1, "why": "A copy."})
    program.post(f"/api/v1/documents/{ids[1]}/reject", json={"revision": 1, "why": "A copy."})

    rest = program.get("/api/v1/reviews", params={**asked, "after": first["next"]}).json()
    last = program.get("/api/v1/reviews", params={**asked, "after": rest["next"]}).json()

    assert [one["document"] for one in first["reviews"]] == ids[:2]
    assert [one["document"] for one in (*rest["reviews"], *last["reviews"])] == ids[2:]
    assert last["next"] is None
