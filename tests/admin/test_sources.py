"""Sources on the command line and over HTTP: how they stand, having one asked, and calls of systems."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from adapters.hubspot.sandbox.portal import HubSpotSandbox
from admin.cli import sources as commands
from admin.cli.main import app as cli
from admin.http import hooks
from admin.http.app import make_app
from admin.http.problems import refused
from engine.model.errors import ReadError, Transient
from engine.model.person import Asker
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.store import ledger, sources
from engine.store.database import reading
from tests.house import test_settings
from tests.runtime.conftest import empty_house, knowing_house, migrated
from tests.runtime.sources.following import Portal, ask, crm_and_erp
from tests.runtime.sources.teller import TellingPlug, following

__all__ = ["empty_house", "knowing_house", "migrated"]

CALL = "/api/v1/hooks/crm"


class Client(TestClient):
    """Somebody who asks a house, with the rights of an operator."""

    def __init__(self, house: House, *, role: str = "operator") -> None:
        app = FastAPI()
        app.include_router(hooks.router)
        app.add_exception_handler(ReadError, refused)
        app.state.house = house
        asker = Asker(id="1", name="anna", kind="person", grants=(Grant.model_validate({"role": role}),))

        @app.middleware("http")
        async def known(request: Any, call_next: Any) -> Any:
            request.state.asker = asker
            return await call_next(request)

        super().__init__(app)


@pytest.fixture
def portal(empty_house: House) -> Iterator[tuple[House, HubSpotSandbox]]:
    with crm_and_erp(empty_house) as (house, portal, _):
        yield house, portal


def signed(house: House, portal: HubSpotSandbox, *, key: int = 1) -> tuple[bytes, dict[str, str]]:
    return Portal(portal).sign(
        [{"eventId": 9, "objectId": key, "subscriptionType": "deal.creation"}], house.clock.now()
    )


def test_a_signed_call_is_taken_once(portal: tuple[House, HubSpotSandbox]) -> None:
    house, there = portal
    body, headers = signed(house, there)
    answers = [Client(house).post(CALL, content=body, headers=headers) for _ in range(2)]

    assert [(one.status_code, one.json()) for one in answers] == [(202, {"new": 1}), (202, {"new": 0})]


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        pytest.param(CALL, b"x", 401, id="changed on the way"),
        pytest.param(f"{CALL}?x=1", b"", 401, id="another address"),
        pytest.param("/api/v1/hooks/nobody", b"", 404, id="an unknown source"),
        pytest.param(CALL, b" " * (1024 * 1024), 413, id="too large"),
    ],
)
def test_a_call_that_is_not_right_is_refused_and_leaves_nothing(
    portal: tuple[House, HubSpotSandbox], path: str, change: bytes, status: int
) -> None:
    house, there = portal
    body, headers = signed(house, there)
    assert Client(house).post(path, content=body + change, headers=headers).status_code == status

    with reading(house.engine) as tx:
        assert sources.waiting_calls(tx, "crm") == 0


def test_a_source_that_takes_no_calls_says_that_there_is_none(empty_house: House) -> None:
    house = following(empty_house, TellingPlug())

    assert Client(house).post(CALL, content=b"[]").status_code == 404


class Greeting(TellingPlug):
    """Looks first whether we are there."""

    def greeting(self, query: dict[str, str]) -> str | None:
        return query.get("validationToken")


def test_a_call_that_only_looks_whether_we_are_there_is_answered_with_its_text(empty_house: House) -> None:
    house = following(empty_house, Greeting(), webhook="https://hub.example.org/hook")
    answer = Client(house).post(f"{CALL}?validationToken=%3Cb%3E1", content=b"")

    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (
        200,
        "<b>1",
        "text/plain; charset=utf-8",
    )


def test_sources_are_shown_asked_and_begun_anew(empty_house: House) -> None:
    house = following(empty_house, TellingPlug(errors=[Transient("away")]))
    ask(house)
    client = Client(house)
    (shown,) = client.get("/api/v1/sources").json()
    assert (shown["name"], shown["state"], shown["why"]) == ("crm", "fails", "away")

    (asked,) = client.post("/api/v1/sources/crm/poll", json={}).json()
    (anew,) = client.post("/api/v1/sources/crm/reset", json={"begin": "everything", "why": "restored"}).json()
    assert (asked["failures"], anew["cursor"]) == (0, "")
    with reading(house.engine) as tx:
        told = [(one.kind, one.actor) for one in ledger.recent(tx, 2)]
    assert sorted(told) == [("source_asked", "anna"), ("source_reset", "anna")]


@pytest.mark.parametrize(
    ("path", "body"), [("poll", {}), ("reset", {"begin": "now", "why": "w"})], ids=["asked", "begun anew"]
)
def test_what_a_role_may_not_do_or_is_not_there_is_refused(empty_house: House, path: str, body: dict[str, str]) -> None:
    house = following(empty_house, TellingPlug())

    assert Client(house, role="viewer").post(f"/api/v1/sources/crm/{path}", json=body).status_code == 403
    assert Client(house).post(f"/api/v1/sources/nobody/{path}", json=body).status_code == 404


def test_a_call_needs_no_token_and_everything_else_does(tmp_path: Path) -> None:
    with TestClient(make_app(test_settings(tmp_path), token="t", with_worker=False)) as client:
        assert client.post(CALL, content=b"[]").status_code == 404
        assert client.get("/api/v1/sources").status_code == 401


@pytest.fixture
def command(empty_house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house that the commands open, and that follows a system with one won deal."""
    plug = TellingPlug()
    plug.change("1")
    house = following(empty_house, plug)

    @contextmanager
    def opened() -> Iterator[House]:
        yield house

    monkeypatch.setattr(commands, "opened", opened)
    return house


def test_the_command_asks_lists_and_begins_anew(command: House) -> None:
    run = CliRunner().invoke
    polled = run(cli, ["sources", "poll", "crm", "--by", "anna"])
    listed = json.loads(run(cli, ["sources", "list", "--json"]).stdout)
    anew = run(cli, ["sources", "reset", "crm", "--why", "restored", "--begin", "everything"])

    assert (polled.exit_code, polled.stdout.splitlines()[-1]) == (0, "crm answered: 1 new versions, 1 documents")
    assert (listed["state"], listed["told"], listed["asked_by"]) == ("answers", {"document": 1}, "")
    assert (anew.exit_code, "begins anew" in anew.stdout) == (0, True)
    assert "crm" in run(cli, ["sources", "list"]).stdout


@pytest.mark.parametrize(
    "arguments",
    [["poll", "nobody"], ["reset", "nobody", "--why", "w"], ["reset", "crm", "--why", "w", "--begin", "then"]],
    ids=["asked", "begun anew", "another beginning"],
)
def test_the_command_says_what_there_is(command: House, arguments: list[str]) -> None:
    assert CliRunner().invoke(cli, ["sources", *arguments]).exit_code == 2


def test_a_source_that_does_not_answer_ends_the_command_with_1(
    empty_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = following(empty_house, TellingPlug(errors=[Transient("away")]))

    @contextmanager
    def opened() -> Iterator[House]:
        yield house

    monkeypatch.setattr(commands, "opened", opened)
    found = CliRunner().invoke(cli, ["sources", "poll", "crm", "--json"])

    assert (found.exit_code, json.loads(found.stdout.splitlines()[-1])["why"]) == (1, "away")
