"""The desk's answers on the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from admin.cli.review import app
from engine.model.errors import PostroomError
from engine.runtime.house import House
from tests.house import furnished_house
from tests.runtime.desk.held import large_invoice, old_invoice, stored


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    home = tmp_path / "home"
    monkeypatch.setenv("POSTROOM_HOME", str(home))
    return furnished_house(home)


def say(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    if done.exception is not None:
        raise done.exception
    return done.output


def test_what_waits_is_listed_and_answered(house: House, tmp_path: Path) -> None:
    one, other = old_invoice(house, tmp_path, "RE-2201"), large_invoice(house, tmp_path, "RE-2202")

    listed = [json.loads(line) for line in say("list", "--json").splitlines()]

    assert {row["document"] for row in listed} == {one, other}
    assert "waits in integration_admins" in say("pass-on", one[:12], "integration_admins", "--by", "anna")
    assert [
        json.loads(line)["document"] for line in say("list", "--queue", "integration_admins", "--json").splitlines()
    ] == [one]
    assert "is rejected" in say("reject", one[:12], "--by", "anna", "--why", "not ours")
    assert stored(house, one).state == "rejected"
    with pytest.raises(PostroomError, match="names no order"):
        say("wait", other[:12], "--by", "anna")
    with pytest.raises(PostroomError, match="Only an approver"):
        say("approve", other[:12], "--by", "anna")
    assert stored(house, other).revision == 1
