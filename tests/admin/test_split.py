"""A person's answer to where a file is cut: on the command line and over HTTP, through the whole house."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from admin.http.app import make_app
from engine.model.document import SETTLED
from tests.forked import postroom
from tests.house import test_settings
from tests.runtime.bundles import hybrid
from tests.runtime.desk.papers import old_paper

pytestmark = pytest.mark.slow

TOKEN = "t" * 40


class Desk:
    """A data folder, and the command to work on it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def call(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {"POSTROOM_HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        return postroom(*arguments, environment=environment)

    def lines(self, *arguments: object) -> list[dict[str, Any]]:
        done = self.call(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "home")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "scan.pdf"
    path.write_bytes(hybrid())
    return path


def told(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(line["document"], line["route"]) for line in lines]


def test_a_doubtful_file_is_cut_as_a_person_says_and_stays_so(desk: Desk, scan: Path) -> None:
    (asked,) = desk.lines("run", scan)
    assert asked["reasons"] == ["split_unsure"]

    parts = desk.lines("split", asked["id"], "--at", "2", "--by", "anna")
    again = desk.lines("run", scan, "--again")

    assert [name for name, _ in told(parts)] == ["scan.pdf", "scan, page 1.pdf", "scan, page 2.pdf"]
    assert parts[0]["route"] == "unpacked"
    assert [line["id"] for line in again] == [line["id"] for line in parts]
    story = json.loads(desk.call("show", asked["id"], "--json").stdout)
    assert [event["actor"] for event in story["events"] if event["kind"] == "split_decided"] == ["anna"]
    assert all(review["closed_at"] for review in story["reviews"])


def test_a_file_that_a_person_keeps_is_judged_as_one_document(desk: Desk, scan: Path) -> None:
    (asked,) = desk.lines("run", scan)

    (kept,) = desk.lines("split", asked["id"], "--keep", "--by", "anna")
    (again,) = desk.lines("run", scan, "--again")

    assert kept["number"], "it was read as a document"
    assert "split_unsure" not in {*kept["reasons"], *again["reasons"]}


def test_documents_are_merged_and_the_merge_is_taken_back(desk: Desk, tmp_path: Path) -> None:
    papers = [old_paper(tmp_path, f"NF-2021-{at}", month=at) for at in (60, 61)]
    ids = [line["id"] for line in desk.lines("run", *papers)]

    part, whole = desk.lines("review", "merge", *ids, "--by", "anna")
    undone = desk.lines("review", "unmerge", whole["id"], "--by", "anna", "--why", "Two papers.")

    assert (part["state"], whole["parent"], whole["route"]) == ("unpacked", ids[0], "review")
    assert {line["id"]: line["state"] for line in undone} == {
        **dict.fromkeys(ids, "in_review"), whole["id"]: "rejected"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "either --at"),
        (("--at", "2", "--keep"), "either --at"),
        (("--at", "two"), "no page number"),
        (("--at", ""), "Write the pages"),
        (("--at", "9"), "there are 2 pages"),
    ],
    ids=["nothing said", "both said", "a word", "no page", "no such page"],
)
def test_an_answer_that_cannot_be_meant_is_refused_in_a_sentence(
    asked_once: tuple[Desk, str], options: tuple[str, ...], words: str
) -> None:
    desk, document_id = asked_once

    done = desk.call("split", document_id, "--by", "anna", *options)

    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())


@pytest.fixture(scope="module")
def asked_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, str]:
    folder = tmp_path_factory.mktemp("asked")
    path = folder / "scan.pdf"
    path.write_bytes(hybrid())
    desk = Desk(folder / "home")
    (asked,) = desk.lines("run", path)
    return desk, str(asked["id"])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = make_app(test_settings(tmp_path_factory.mktemp("house")), token=TOKEN, with_worker=True)
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


def settled(client: TestClient, document_id: str) -> dict[str, Any]:
    for _ in range(600):
        line: dict[str, Any] = client.get(f"/api/v1/documents/{document_id}").json()
        if line["state"] in SETTLED:
            return line
        time.sleep(0.05)
    raise TimeoutError(document_id)


def test_over_http_an_answer_makes_the_parts_once(client: TestClient) -> None:
    document_id = client.post("/api/v1/documents", params={"name": "scan.pdf"}, content=hybrid()).json()["id"]
    settled(client, document_id)
    where = {"by": "anna", "at": [2]}

    refused = client.post(f"/api/v1/documents/{document_id}/split", json={"by": "anna", "at": [7]})
    answers = [client.post(f"/api/v1/documents/{document_id}/split", json=where) for _ in range(2)]

    assert refused.status_code == 422
    assert [(answer.status_code, answer.json()["revision"]) for answer in answers] == [(202, 2), (202, 2)]
    assert settled(client, document_id)["state"] == "unpacked"
    story = client.get(f"/api/v1/documents/{document_id}/story").json()
    assert len(story["children"]) == 2
    assert [event["kind"] for event in story["events"]].count("split_decided") == 1


def test_over_http_an_unknown_document_is_not_found(client: TestClient) -> None:
    answer = client.post(f"/api/v1/documents/{'0' * 64}/split", json={"by": "anna", "at": []})

    assert answer.status_code == 404
