"""`postroom mappings lint|test|try|coverage` as an admin types them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from tests.durable.invoices import ubl_invoice
from tests.house import running_hub

ROOT = Path(__file__).parents[2]
MATRIX = "mappings/outbound/files.ap_invoice_csv.v1.yaml"


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the written knowledge that may be broken."""
    for folder in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / folder, tmp_path / "content" / folder)
    monkeypatch.setenv("POSTROOM_CONTENT", str(tmp_path / "content"))
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    return tmp_path / "content"


def edit(content: Path, old: str, new: str, to: Path | None = None) -> Path:
    text = (content / MATRIX).read_text(encoding="utf-8")
    assert old in text
    file = to or content / MATRIX
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["mappings", *map(str, arguments)], catch_exceptions=False)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_lint_of_what_is_shipped_is_silent_and_succeeds(content: Path) -> None:
    result = call("lint")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "0 errors, 0 warnings" in result.stderr


def test_lint_names_place_row_and_value_and_fails(content: Path) -> None:
    edit(
        content,
        "{to: gl_account, from: vendor.gl_account, type: {text: {max: 10}}",
        "{to: gl_account, from: vendor.gl_account, type: {text: {max: 99}}",
    )

    result = call("lint", "files.ap_invoice_csv")
    told = [one for one in lines(call("lint", "--json", content / MATRIX)) if one["severity"] != "info"]

    assert result.exit_code == 1
    assert "warning type_wider  header.gl_account" in result.stdout
    assert [(one["code"], one["subject"], one["line"]) for one in told] == [("type_wider", "header.gl_account", 64)]


def test_notes_are_shown_when_asked_for(content: Path) -> None:
    assert "must_not_guaranteed" in call("lint", "--info").stdout


def test_a_matrix_that_is_not_there_is_said_so(content: Path) -> None:
    result = CliRunner().invoke(app, ["mappings", "lint", "files.nothing"])

    assert "no matrix 'files.nothing'; there are: " in str(result.exception)
    assert "files.ap_invoice_csv.v1.yaml" in str(result.exception)


def test_the_examples_of_what_is_shipped_hold(content: Path) -> None:
    result = call("test")

    assert result.exit_code == 0
    assert "files.ap_invoice_csv@1" in result.stdout
    assert "no example fills header.vendor_tax_id" in result.stdout


def test_an_example_that_does_not_hold_is_named_with_its_line(content: Path) -> None:
    edit(content, 'net_amount: "1000.50"', 'net_amount: "1000.51"')

    result = call("test", "files.ap_invoice_csv@1")

    assert result.exit_code == 1
    lines_of_file = (content / MATRIX).read_text(encoding="utf-8").splitlines()
    at = lines_of_file.index("  - name: two lines of an invoice with an order") + 1
    said = f"csv.v1.yaml:{at}: two lines of an invoice with an order: header.net_amount is '1000.50', not '1000.51'"
    assert said in result.stdout


@pytest.mark.slow
def test_a_stored_document_is_tried_and_covered(content: Path, tmp_path: Path) -> None:
    with running_hub(tmp_path / "home", content=content) as hub:
        line = hub.process(ubl_invoice(tmp_path, "SAY-1"))
        hub.house.close()
    wrong = tmp_path / "edited.yaml"
    edit(content, 'max: 35}}, need: must, why: "The supplier', 'max: 3}}, need: must, why: "The supplier', wrong)

    shown = call("try", "files.ap_invoice_csv", "--on", line.id[:12], "--leaf", "header.invoice_no")
    (told,) = lines(call("try", "files.ap_invoice_csv@1", "--on", line.id, "--json"))
    held = call("try", wrong, "--last", 3)
    told_of = lines(call("coverage", "ap_invoice", "--last", 5, "--json"))
    (covered,) = (one for one in told_of if one["matrix"] == "files.ap_invoice_csv@1")

    text = " ".join(shown.stdout.split())
    assert "header.invoice_no = SAY-1 row header.invoice_no at files.ap_invoice_csv.v1.yaml:55, finance" in text
    assert "from invoice_number = 'SAY-1': embedded, /ubl:Invoice[1]/cbc:ID[1]" in text
    assert "value | trim -> 'SAY-1'" in text
    assert told["payload"]["header"]["invoice_no"] == "SAY-1"
    assert len(told["leaves"]) == len(told["lines"]) > 15
    assert held.exit_code == 1
    assert "5 characters do not fit into 3" in held.stdout
    assert "1 mapped, 1 held, 0 skipped. Nothing was written." in held.stderr
    assert covered["documents"] == 1
    fields = {one["path"]: one for one in covered["fields"]}
    assert (fields["total"]["used"], fields["vendor_tax_id"]["documents"], fields["vendor_tax_id"]["rows"]) == (
        1,
        1,
        [],
    )
