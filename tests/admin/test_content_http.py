"""Content over the API: drafts that two edit, texts that do not load, and a yes that only people give."""

import shutil
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.admin.content_copy import ROOT
from tests.admin.visitors import OWN_TOKEN, opened

PIECES = "/api/v1/content"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    root = tmp_path_factory.mktemp("content")
    for name in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / name, root / name)
    with opened(tmp_path_factory.mktemp("house"), content=root) as client:
        client.headers["Authorization"] = f"Bearer {OWN_TOKEN}"
        yield client


@pytest.mark.slow
def test_a_draft_is_begun_saved_as_it_was_seen_and_taken_away(client: TestClient) -> None:
    newest = next(one for one in client.get(PIECES).json()["pieces"] if one["ref"].startswith("ruleset/ap_invoice@"))
    begun = client.post(f"{PIECES}/{newest['ref']}/begin")
    draft = begun.json()["href"]
    seen = client.get(draft)
    text = seen.json()["text"] + "\n# seen by a program\n"

    saved = client.put(draft, json={"text": text}, headers={"If-Match": seen.headers["etag"]})
    late = client.put(draft, json={"text": text + "#"}, headers={"If-Match": seen.headers["etag"]})
    blind = client.put(draft, json={"text": text + "#"})
    broken = client.put(draft, json={"text": "rules: [", "seen": saved.json()["digest"]})
    gone = client.delete(draft)

    assert (begun.status_code, saved.status_code, gone.status_code) == (201, 200, 204)
    assert (late.status_code, blind.status_code, broken.status_code) == (412, 422, 422)
    assert client.get(draft).status_code == 404


def test_what_is_live_is_not_edited(client: TestClient) -> None:
    live = next(one for one in client.get(PIECES).json()["pieces"] if one["live_in"] and one["ref"].startswith("flow/"))
    address = f"{PIECES}/{live['ref']}"

    answer = client.put(address, json={"text": "x", "seen": client.get(address).json()["digest"]})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:postroom:problem:conflict")


def test_a_token_is_nobodys_yes(client: TestClient) -> None:
    live = next(one for one in client.get(PIECES).json()["pieces"] if one["ref"].startswith("flow/"))

    answer = client.post(f"{PIECES}/{live['ref']}/agree", json={"team": "ap"})

    assert answer.status_code == 403


def test_what_is_live_where_is_told(client: TestClient) -> None:
    told = client.get("/api/v1/environments").json()

    assert "dev" in told["environments"]


@pytest.mark.parametrize(
    "path", ["/api/v1/gate/none", "/api/v1/reports/none", f"{PIECES}/flow/none@1", f"{PIECES}/flow/none@1/release",
             f"/api/v1/documents/{'0' * 64}/pages", f"/api/v1/documents/{'0' * 64}/pages/1.jpg"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_targets_are_told_and_one_that_answers_is_not_probed(client: TestClient) -> None:
    name = client.get("/api/v1/targets").json()[0]["name"]

    assert client.post(f"/api/v1/targets/{name}/probe").json() == {"name": name, "is_probed": False}
    assert client.post("/api/v1/targets/none/probe").status_code == 404
