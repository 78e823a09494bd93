"""`postroom users` and `postroom tokens` as an admin types them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.model.errors import PostroomError
from engine.model.person import Where
from engine.runtime.house import open_house
from engine.runtime.people import entry, tokens
from engine.store import ledger
from engine.store.database import reading
from tests.house import test_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def call(home: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Call the command line on one data folder."""
    monkeypatch.setenv("POSTROOM_HOME", str(home))
    monkeypatch.setenv("POSTROOM_PUBLIC_URL", "https://postroom.example/")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments])

    return invoke


def test_the_first_admin_comes_by_a_link(call, home: Path) -> None:  # type: ignore[no-untyped-def]
    said = call("users", "add", "Anna", "--first-admin", "--by", "root").stdout
    people = [json.loads(one) for one in call("users", "list", "--json").stdout.splitlines()]

    secret = said.strip().splitlines()[-1].removeprefix("https://postroom.example/enrol/")
    house = open_house(test_settings(home))
    person = entry.of_link(house, secret)
    with reading(house.engine) as tx:
        added = ledger.of_house(tx, "person_added")
    house.close()
    assert person.name == "anna"
    assert [(one["name"], [held["role"] for held in one["grants"]]) for one in people] == [
        ("anna", ["people_admin", "integration_admin"])
    ]
    assert (added[0].actor, added[0].data["from"]["address"]) == ("root", "command line")


def test_a_role_is_given_within_a_scope_and_taken_away(call) -> None:  # type: ignore[no-untyped-def]
    call("users", "add", "bert")
    given = call("users", "role", "bert", "approver", "--entity", "1000", "--type", "invoice", "--sees", "bank").stdout
    listed = call("users", "list").stdout
    call("users", "role", "bert", "approver", "--revoke")

    assert "approver (invoice, company 1000, sees bank)" in given
    assert "company 1000" in listed
    assert "company 1000" not in call("users", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("role", "anna", "approver"), "may not hold both"),
        (("role", "anna", "king"), "There is no role 'king'"),
        (("role", "anna", "viewer", "--sees", "salary"), "no group of fields 'salary'"),
        (("disable", "nobody"), "There is nobody called nobody"),
        (("add", "anna"), "already"),
        (("add", "carla", "--subject", "4711"), "POSTROOM_OIDC_ISSUER"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else None,
)
def test_what_cannot_be_done_is_said_in_a_sentence(call, arguments: tuple[str, ...], told: str) -> None:  # type: ignore[no-untyped-def]
    if told in {"may not hold both", "already"}:
        call("users", "add", "anna", "--first-admin")

    answer = call("users", *arguments)

    assert isinstance(answer.exception, PostroomError)
    assert told in answer.exception.message


def test_a_group_holds_roles_for_many(call) -> None:  # type: ignore[no-untyped-def]
    call("users", "add", "dora")
    call("users", "role", "clerks", "reviewer", "--group")
    call("users", "group", "dora", "clerks")
    within = call("users", "list", "--json").stdout
    call("users", "group", "dora", "clerks", "--leave")

    assert [one["groups"] for one in map(json.loads, within.splitlines()) if one["name"] == "dora"] == [["clerks"]]


def test_who_is_disabled_is_listed_as_such_until_enabled(call) -> None:  # type: ignore[no-untyped-def]
    call("users", "add", "emil")
    call("users", "disable", "emil")
    disabled = call("users", "list").stdout
    call("users", "enable", "emil")

    assert ("disabled" in disabled, "disabled" in call("users", "list").stdout) == (True, False)


def test_a_token_is_printed_once_and_good_until_revoked(call, home: Path) -> None:  # type: ignore[no-untyped-def]
    secret = call("tokens", "add", "scanner", "--role", "viewer", "--days", "3").stdout.strip()
    house = open_house(test_settings(home))
    asker = tokens.asker(house, secret, Where())
    listed = call("tokens", "list").stdout
    call("tokens", "revoke", "scanner")

    assert asker is not None
    assert (asker.name, secret in listed, "scanner" in listed) == ("token:scanner", False, True)
    assert tokens.asker(house, secret, Where()) is None
    house.close()
