"""`postroom thresholds` as it is typed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.model.errors import PostroomError
from engine.model.outcome import Outcome
from engine.runtime.house import House
from engine.store import documents, outcomes
from engine.store.database import transaction
from tests.house import furnished_house
from tests.store.factories import NOON, document

REF = "ap_invoice@1"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path))
    return tmp_path


def keep(house: House, count: int, *, flow: str) -> None:
    """Keep so many documents of a flow that were held and read right."""
    with transaction(house.engine) as tx:
        for number in range(count):
            one = document(f"{flow} {number}")
            documents.add(tx, one)
            documents.save(tx, one.id, 1, "decision", {"flow": f"{flow}@1"})
            surely = (("total", 990), ("invoice_number", 990))
            outcomes.note(
                tx, Outcome(document_id=one.id, ruleset=REF, confidences=surely, share_permille=1000, is_straight=False)
            )
            outcomes.review(tx, one.id, [], at=NOON)


@pytest.fixture
def history(home: Path) -> None:
    house = furnished_house(home)
    keep(house, 120, flow="ap_invoice")
    keep(house, 12, flow="ap_invoice_fixed")
    house.close()


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["thresholds", *arguments], env={"COLUMNS": "200"})


@pytest.mark.usefixtures("history")
def test_each_flow_is_fitted_drawn_and_proposed_by_itself(tmp_path: Path) -> None:
    flows = ["--flow", "ap_invoice", "--flow", "ap_invoice_fixed"]
    shown = typed("fit", "--target-error", "5%", *flows, "--curve", f"{tmp_path}/c.svg", "--write", f"{tmp_path}/p")

    assert shown.exit_code == 0, shown.output
    assert "ap_invoice@1, all: 120 documents" in shown.output
    assert "ap_invoice_fixed@1, all: 12 documents" in shown.output
    assert "Then let the next version of the flow name it: `ruleset: ap_invoice@1`" not in shown.output
    assert sorted(file.name for file in tmp_path.glob("c.*")) == ["c.ap_invoice.svg", "c.ap_invoice_fixed.svg"]
    assert sorted(file.name for file in (tmp_path / "p").iterdir()) == [
        "ap_invoice.curve.csv", "ap_invoice.diff", "ap_invoice_fixed.curve.csv",
    ]  # fmt: skip


@pytest.mark.usefixtures("home")
def test_a_flow_that_shares_its_ruleset_gets_one_of_its_own(home: Path) -> None:
    house = furnished_house(home)
    keep(house, 120, flow="ap_invoice_fixed")
    house.close()

    shown = typed("fit", "--target-error", "5%", "--flow", "ap_invoice_fixed")

    assert "+++ rules/sets/ap_invoice_fixed.v1.yaml" in shown.output
    assert "+name: ap_invoice_fixed" in shown.output
    assert "Then let the next version of the flow name it: `ruleset: ap_invoice_fixed@1`." in shown.output


@pytest.mark.usefixtures("history")
def test_a_fit_as_json_names_the_flow() -> None:
    shown = typed("fit", "--target-error", "5%", "--flow", "ap_invoice_fixed", "--json")

    found = json.loads(shown.stdout)
    assert (found["flow"], found["reviewed"], found["chosen"]) == ("ap_invoice_fixed@1", 12, None)


@pytest.mark.usefixtures("home")
def test_a_picture_of_another_kind_is_refused(tmp_path: Path) -> None:
    shown = typed("fit", "--target-error", "5%", "--curve", f"{tmp_path}/c.pdf")

    assert shown.exit_code == 2
    assert "a picture ends in .svg or .png" in shown.output


@pytest.mark.usefixtures("home")
def test_automation_that_does_not_stand_down_is_said() -> None:
    assert "ap_invoice@1 did not stand down." in typed("restore").output


def test_automation_that_stands_down_is_shown_and_stays_down_without_proof(home: Path) -> None:
    house = furnished_house(home)
    with transaction(house.engine) as tx:
        outcomes.set_steps(tx, REF, 2, at=NOON, by="system")
    house.close()

    shown = CliRunner().invoke(app, ["status"], env={"COLUMNS": "200"})
    refused = typed("restore")

    assert "ap_invoice@1: automation stands 2 of 3 steps down since" in shown.output
    assert isinstance(refused.exception, PostroomError)
    assert "stays 2 of 3 steps down" in str(refused.exception)
