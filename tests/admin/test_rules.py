"""`postroom rules` as an admin types it."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.model.decision import FactValue
from tests.durable.invoices import ubl_invoice
from tests.house import running_hub

ROOT = Path(__file__).parents[2]
SET = "rules/sets/ap_invoice.v1.yaml"


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the written knowledge that may be broken."""
    for folder in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / folder, tmp_path / "content" / folder)
    monkeypatch.setenv("POSTROOM_CONTENT", str(tmp_path / "content"))
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    return tmp_path / "content"


def edit(content: Path, old: str, new: str) -> Path:
    file = content / SET
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, arguments)], catch_exceptions=False)


def lines(result: Result) -> list[dict[str, FactValue]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_lint_of_what_is_shipped_is_silent_and_succeeds(content: Path) -> None:
    result = call("lint")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "0 errors, 0 warnings" in result.stderr


def test_lint_names_place_rule_and_case_and_fails(content: Path) -> None:
    file = edit(content, "when: type_confidence < 500", "when: type_confidence < 0")

    result = call("lint", "ap_invoice@1")
    told = lines(call("lint", "--json", file))

    assert result.exit_code == 1
    assert "error impossible  type_unsure" in result.stdout
    assert [(one["code"], one["subject"]) for one in told if one["severity"] == "error"] == [
        ("impossible", "type_unsure")
    ]


def test_notes_are_shown_when_asked_for(content: Path) -> None:
    assert "order_decides" in call("lint", "--info").stdout


def test_the_examples_of_what_is_shipped_hold(content: Path) -> None:
    result = call("test")

    assert result.exit_code == 0
    assert "ap_invoice@1" in result.stdout


def test_an_example_that_does_not_hold_is_named_with_its_line(content: Path) -> None:
    edit(content, "when: type_confidence < 500", "when: type_confidence <= 500")

    result = call("test")

    assert result.exit_code == 1
    assert "type_unsure, example 2: it should pass for type_confidence 500" in " ".join(result.stdout.split())


@pytest.mark.slow
def test_a_decision_is_explained_and_an_edited_file_tried(content: Path, tmp_path: Path) -> None:
    with running_hub(tmp_path / "home", content=content) as hub:
        line = hub.process(ubl_invoice(tmp_path, "SAY-1"))
        hub.house.close()
    edited = tmp_path / "edited.yaml"
    text = (content / SET).read_text(encoding="utf-8")
    edited.write_text(text.replace("when: type_confidence < 500", "when: type_confidence > 500"), encoding="utf-8")

    shown = call("explain", line.id[:12])
    told = lines(call("explain", line.id, "--json"))[0]
    tried = call("try", edited, "--on", line.id[:12])
    data = lines(call("try", edited, "--last", 3, "--json"))

    assert "false: type_confidence < 500  (type_confidence = 1000)" in shown.stdout
    assert len(told["rules"]) > 30  # type: ignore[arg-type]
    assert "post -> review intake (type_unsure)" in tried.stdout
    assert "fires: type_unsure" in tried.stdout
    assert "1 judged, 1 would go elsewhere, 0 skipped. Nothing was written." in tried.stderr
    assert [one["is_moved"] for one in data] == [True]


@pytest.mark.slow
def test_a_document_that_is_not_there_is_said_so(content: Path) -> None:
    assert call("explain", "abcdef").exit_code == 1
    assert call("try", content / SET, "--on", "abcdef").exit_code == 1
