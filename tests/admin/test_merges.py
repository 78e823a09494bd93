"""Several documents that are one paper, by the list of the desk and by programs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from engine.model.rights import Grant
from engine.runtime.people import tokens
from engine.store import masterdata
from engine.store.database import transaction
from tests.admin.pages.test_control import visitor
from tests.admin.visitors import HAND, fields, house_of, opened
from tests.durable.invoices import VENDOR
from tests.runtime.desk.held import judged_again, stored
from tests.runtime.desk.papers import old_paper
from tests.runtime.processed import walked


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        with transaction(house_of(client).engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        yield client


@pytest.fixture(scope="module")
def robot(hub: TestClient) -> TestClient:
    made = tokens.add(house_of(hub), "robot", grants=[Grant(role="reviewer")], days=1, hand=HAND)
    return TestClient(hub.app, base_url="http://localhost", headers={"Authorization": f"Bearer {made}"})


def two(hub: TestClient, folder: Path, month: int) -> list[str]:
    return [walked(house_of(hub), old_paper(folder, f"NF-2021-{at}", month=at)) for at in (month, month + 1)]


def test_a_program_merges_as_it_saw_and_takes_it_back(hub: TestClient, robot: TestClient, tmp_path: Path) -> None:
    house, ids = house_of(hub), two(hub, tmp_path, 20)
    wanted = {"parts": [{"document": one[:16], "revision": 1} for one in ids]}

    done = robot.post("/api/v1/merges", json=wanted)
    again = robot.post("/api/v1/merges", json=wanted)
    other = robot.post("/api/v1/merges", json={"parts": list(reversed(wanted["parts"]))})

    whole = done.json()["id"]
    assert (done.status_code, again.json()["id"], other.status_code) == (202, whole, 409)
    judged_again(house, whole, 1)
    assert [one["kind"] for one in robot.get(f"/api/v1/documents/{ids[0]}/story").json()["events"]][-1] == "merged_into"
    path = f"/api/v1/documents/{whole}/unmerge"
    assert robot.post(path, json={"revision": 9, "why": "Two papers."}).status_code == 412
    begun = robot.post(path, json={"revision": 1, "why": "Two papers."})
    assert sorted(one["id"] for one in begun.json()) == sorted(ids)
    assert stored(house, whole).state == "rejected"
    assert robot.post(f"/api/v1/documents/{ids[0]}/unmerge", json={"revision": 2, "why": "x"}).status_code == 409


def test_what_changed_meanwhile_is_not_merged(hub: TestClient, robot: TestClient, tmp_path: Path) -> None:
    ids = two(hub, tmp_path, 24)
    viewer = tokens.add(house_of(hub), "screen", grants=[Grant(role="viewer")], days=1, hand=HAND)
    parts = [{"document": ids[0], "revision": 1}, {"document": ids[1], "revision": 3}]

    assert robot.post("/api/v1/merges", json={"parts": parts}).status_code == 412
    assert robot.post("/api/v1/merges", json={"parts": parts[:1]}).status_code == 422
    refused = hub.post("/api/v1/merges", json={"parts": parts}, headers={"Authorization": f"Bearer {viewer}"})
    assert refused.status_code == 403


def test_ticked_documents_are_put_in_order_and_made_one(hub: TestClient, tmp_path: Path) -> None:
    house, ids = house_of(hub), two(hub, tmp_path, 28)
    anna = visitor(hub, "anna", Grant(role="reviewer"))
    token = fields(anna.get("/desk").text)["form_token"]
    ticked = [f"{one}:1" for one in ids]

    asked = anna.post("/desk/together", data={"form_token": token, "act": "merge", "ticked": ticked}).text
    alone = anna.post("/desk/together", data={"form_token": token, "act": "merge", "ticked": ticked[:1]}).text
    answer = anna.post(
        "/desk/merge", data={"form_token": token, "ticked": ticked, "place": ["2", "1"]}, follow_redirects=False
    )

    assert all(f'value="{one}"' in asked for one in ticked)
    assert "Tick at least two" in alone
    whole = answer.headers["location"].removeprefix("/desk/")
    assert (answer.status_code, stored(house, whole).name) == (303, "NF-2021-29, merged of 2.pdf")
    judged_again(house, whole, 1)
    part, made = anna.get(f"/desk/{ids[0]}").text, anna.get(f"/desk/{whole}").text
    assert f'href="/desk/{whole}"' in part
    assert "Became a part of" in anna.get(f"/documents/{ids[0]}").text
    assert f'action="/desk/{whole}/unmerge"' in made
    back = anna.post(f"/desk/{whole}/unmerge", data={"form_token": token, "revision": 1, "why": "Two."})
    assert back.status_code == 200
    assert [stored(house, one).revision for one in ids] == [2, 2]
