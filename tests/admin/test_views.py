"""Saved views of the list of the desk: one's own and the team's, on the page and for programs."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.runtime.people import tokens
from engine.store import ledger
from engine.store.database import reading
from tests.admin.pages.test_control import visitor
from tests.admin.visitors import HAND, fields, house_of, opened

REVIEWER = Grant(role="reviewer", team="ap")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        yield client


@pytest.fixture(scope="module")
def anna(hub: TestClient) -> TestClient:
    return visitor(hub, "anna", REVIEWER)


@pytest.fixture(scope="module")
def bert(hub: TestClient) -> TestClient:
    return visitor(hub, "bert", REVIEWER)


@pytest.fixture(scope="module")
def carla(hub: TestClient) -> TestClient:
    return visitor(hub, "carla", Grant(role="reviewer", team="purchasing"))


def program(hub: TestClient, name: str, grant: Grant) -> TestClient:
    made = tokens.add(house_of(hub), name, grants=[grant], days=1, hand=HAND)
    return TestClient(hub.app, base_url="http://localhost", headers={"Authorization": f"Bearer {made}"})


def post(who: TestClient, path: str, **values: object) -> tuple[int, str]:
    token = fields(who.get("/desk?view=all").text)["form_token"]
    answer = who.post(f"/desk/views{path}", data={"form_token": token, **values}, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def number(who: TestClient, name: str) -> int:
    views = who.get("/desk?view=all").text.split(f">{name}")[0].rpartition('href="')[2]
    shown = who.get(views.partition('"')[0].replace("&amp;", "&")).text
    return int(shown.partition('/desk/views/default"')[2].partition('name="number" value="')[2].partition('"')[0])


def test_a_view_keeps_what_the_list_shows_and_opens_it(anna: TestClient, bert: TestClient) -> None:
    status, there = post(anna, "", name="Large ones", view="all", text="Müller & Co", order="stake", kind="invoice")

    assert (status, there) == (303, "/desk?view=all&text=M%C3%BCller+%26+Co&order=stake&kind=invoice")
    page = anna.get(there).text
    assert 'value="Müller &amp; Co"' in page
    assert 'aria-current="true">Large ones' in page
    assert "Large ones" not in bert.get("/desk").text


def test_the_list_begins_with_the_view_that_somebody_chose(anna: TestClient, bert: TestClient) -> None:
    post(anna, "", name="Oldest", order="oldest", is_default="yes")

    assert anna.get("/desk", follow_redirects=False).headers["location"] == "/desk?view=team&order=oldest"
    assert bert.get("/desk", follow_redirects=False).status_code == 200
    assert anna.get("/desk?view=team", follow_redirects=False).status_code == 200
    post(anna, "/default", number=0)
    assert anna.get("/desk", follow_redirects=False).status_code == 200


def test_a_view_of_the_team_is_the_teams(
    hub: TestClient, anna: TestClient, bert: TestClient, carla: TestClient
) -> None:
    assert post(anna, "", name="Ours", order="due", team="ap")[0] == 303
    assert post(anna, "", name="Theirs", team="purchasing")[0] == 409
    ours = number(bert, "Ours")

    assert "Ours" in bert.get("/desk").text
    assert "Ours" not in carla.get("/desk").text
    assert post(carla, "/delete", number=ours)[0] == 404
    assert post(carla, "/default", number=ours)[0] == 404
    assert post(bert, "/default", number=ours)[0] == 303
    assert post(bert, "/delete", number=ours)[0] == 303
    assert "Ours" not in anna.get("/desk").text
    assert bert.get("/desk", follow_redirects=False).status_code == 200
    with reading(house_of(hub).engine) as tx:
        assert [one.actor for one in ledger.of_house(tx, "view_deleted")] == ["bert"]


def test_a_view_of_the_same_name_is_replaced(hub: TestClient) -> None:
    robot = program(hub, "robot", REVIEWER)
    first = robot.post("/api/v1/views", json={"name": "Late", "look": {"view": "late"}})
    again = robot.post("/api/v1/views", json={"name": " late ", "look": {"queue": "ap"}, "is_default": True})

    told = robot.get("/api/v1/views").json()
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert [(one["name"], one["look"]["view"], one["look"]["queue"]) for one in told["views"]] == [
        ("late", "team", "ap")
    ]
    assert (told["default"], told["teams"]) == (first.json()["id"], ["ap"])
    assert robot.put("/api/v1/views/default", json={"view": None}).json()["default"] is None
    assert robot.put("/api/v1/views/default", json={"view": 999}).status_code == 404
    assert robot.delete(f"/api/v1/views/{first.json()['id']}").status_code == 204
    assert robot.delete(f"/api/v1/views/{first.json()['id']}").status_code == 404


def test_what_is_no_view_is_refused(hub: TestClient, anna: TestClient) -> None:
    screen = program(hub, "screen", Grant(role="viewer", team="ap"))

    assert post(anna, "", name="   ")[0] == 409
    assert post(anna, "", name="x", order="backwards")[0] == 422
    assert screen.post("/api/v1/views", json={"name": "x", "look": {}, "team": "ap"}).status_code == 409
    assert screen.post("/api/v1/views", json={"name": "x", "look": {"who": "me"}}).status_code == 422
    assert screen.post("/api/v1/views", json={"name": "x", "look": {}}).status_code == 201
