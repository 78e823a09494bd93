"""`postroom operations` and `postroom alarms` as a person types them."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.model.errors import Ambiguous, PostroomError, Rejected
from engine.store import ledger
from engine.store.database import transaction
from tests.content.content_folder import copied, lean
from tests.house import furnished_house
from tests.runtime.sends import FIRST, SECOND, planned, states, work

IBAN = "DE89370400440532013000"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in which one of two operations was rejected and the other stands."""
    monkeypatch.setenv("POSTROOM_CONTENT", str(lean(copied(tmp_path / "content"))))
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def rejected(home: Path, *, in_doubt: bool = False) -> None:
    house = furnished_house(home)
    erp = planned(house)
    if in_doubt:
        erp.after, erp.blind = [Ambiguous("reset")], True
    else:
        erp.before = [Rejected("the period is closed")]
    work(house)
    house.close()


def now(home: Path) -> tuple[str, str, str]:
    house = furnished_house(home)
    try:
        return states(house)
    finally:
        house.close()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments])


def said(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.slow
def test_a_person_finds_mends_and_calls_off_what_failed(home: Path) -> None:
    rejected(home)

    listed = call("operations", "list", "--state", "rejected")
    shown = call("operations", "show", "account")
    edited = call("operations", "edit", "account", "--set", "x=1", "--why", "typo")
    retried = call("operations", "retry", "--failed", "--leave", "--by", "anna", "--json")
    cancelled = call("operations", "cancel", "account", "--why", "posted by hand", "--by", "anna")

    assert "the period is closed" in listed.stdout
    assert "1 committed, 1 rejected" in listed.stdout
    assert all(text in shown.stdout for text in ("DE…3000", "rejected", "what to do", "retry"))
    assert IBAN not in shown.stdout
    assert isinstance(edited.exception, PostroomError)
    assert [(line["key"], line["state"], line["refused"]) for line in said(retried)] == [(FIRST, "planned", "")]
    assert cancelled.exit_code == 0
    assert now(home) == ("cancelled", "committed", "posted")


@pytest.mark.slow
def test_a_person_settles_what_nobody_knows(home: Path) -> None:
    rejected(home, in_doubt=True)

    refused = call("operations", "cancel", "account", "--why", "x")
    settled = call(
        "operations", "settle", "account", "--as", "committed", "--external-id", "51", "--why", "seen", "--leave"
    )
    again = call("operations", "retry", "bill", "--leave")

    assert "nobody knows whether it arrived" in str(refused.exception)
    assert (settled.exit_code, again.exit_code) == (0, 1)
    assert SECOND in again.stderr
    assert now(home)[0] == "committed"


@pytest.mark.slow
def test_alarms_end_with_one_and_tell_what_to_do(home: Path) -> None:
    house = furnished_house(home)
    with transaction(house.engine) as tx:
        long_ago = house.clock.now() - timedelta(days=9)
        ledger.append(tx, at=long_ago, document_id=None, kind="house_opened", actor="system", data={})
    house.close()
    quiet = call("alarms")
    dev = home.parent / "content" / "environments" / "dev.yaml"
    expects = "expects: [{flow: ap_invoice, target: erp, within_hours: 24}]\n"
    dev.write_text(dev.read_text(encoding="utf-8") + expects, encoding="utf-8")

    loud = call("alarms", "--json")

    assert (quiet.exit_code, quiet.stdout.strip()) == (0, "no alarms")
    assert (loud.exit_code, [line["id"] for line in said(loud)]) == (1, ["nothing_posted:ap_invoice/erp"])
    assert "1 nothing_posted" in call("status").stdout
