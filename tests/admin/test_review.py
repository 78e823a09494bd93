"""The desk's answers on the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from admin.cli.review import app
from engine.model.errors import PostroomError
from engine.runtime.house import House
from tests.house import furnished_house
from tests.runtime.desk.held import large_invoice, old_invoice, stored
from tests.runtime.desk.papers import old_paper
from tests.runtime.processed import walked


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


@pytest.mark.slow
def test_documents_are_merged_and_the_merge_is_taken_back(house: House, tmp_path: Path) -> None:
    ids = [walked(house, old_paper(tmp_path, f"NF-2021-{at}", month=at)) for at in (60, 61)]

    merged = lines("merge", *(one[:12] for one in ids), "--by", "anna", "--json")
    undone = lines("unmerge", merged[1]["id"][:12], "--by", "anna", "--why", "Two papers.", "--json")

    assert [(one["state"], one["parent"]) for one in merged] == [("unpacked", None), ("in_review", ids[0])]
    assert [(one["id"], one["state"]) for one in undone] == [
        *((one, "in_review") for one in sorted(ids)), (merged[1]["id"], "rejected")
    ]  # fmt: skip


def lines(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in CliRunner().invoke(app, list(arguments)).stdout.splitlines()]
