"""`postroom mappings export`, `import` and `draft` as a person types them."""

import csv
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.content.spreadsheet.changes import SheetError
from engine.content.spreadsheet.sheet import NAMES

ROOT = Path(__file__).parents[2]
MATRIX = "mappings/outbound/files.ap_invoice_csv.v1.yaml"


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the mappings that may be changed, with the tables that they ask."""
    shutil.copytree(ROOT / "mappings", tmp_path / "mappings", ignore=shutil.ignore_patterns("inbound"))
    shutil.copytree(ROOT / "rules" / "tables", tmp_path / "rules" / "tables")
    shutil.copy(ROOT / "rules" / "facts.yaml", tmp_path / "rules")
    (tmp_path / "environments").mkdir()
    monkeypatch.setenv("POSTROOM_CONTENT", str(tmp_path))
    return tmp_path


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["mappings", *map(str, arguments)], catch_exceptions=False)


def test_a_cell_edited_in_csv_reaches_the_file(content: Path) -> None:
    sheet, before = content / "a.csv", (content / MATRIX).read_text()
    assert call("export", "files.ap_invoice_csv", "--csv", sheet).exit_code == 0
    rows = list(csv.reader(sheet.read_text(encoding="utf-8-sig").splitlines()))
    next(row for row in rows if row[0] == "R1.9")[NAMES.index("need")] = "should"
    with sheet.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)

    looked = call("import", sheet, "--into", "files.ap_invoice_csv@1", "--dry-run")
    assert "header.due_date, Need: may -> should" in looked.output
    assert (content / MATRIX).read_text() == before

    assert call("import", sheet, "--into", "files.ap_invoice_csv@1").exit_code == 0
    old, new = "from: due_date, type: date, need: may", "from: due_date, type: date, need: should"
    assert (content / MATRIX).read_text() == before.replace(old, new)


def test_all_forms_are_written_at_once_and_none_is_asked_for(content: Path) -> None:
    files = {form: content / f"a.{form}" for form in ("xlsx", "csv", "html", "md")}

    result = call(
        "export", "files.ap_invoice_csv@1", *(word for form, file in files.items() for word in (f"--{form}", file))
    )

    assert result.exit_code == 0
    assert all(file.stat().st_size > 0 for file in files.values())
    assert call("export", "files.ap_invoice_csv").exit_code == 2


def test_a_wrong_cell_is_named(content: Path) -> None:
    sheet = content / "a.csv"
    call("export", "files.ap_invoice_csv", "--csv", sheet)
    sheet.write_text(sheet.read_text(encoding="utf-8-sig").replace("text max 17", "text huge"), encoding="utf-8")

    with pytest.raises(SheetError, match=r"N6: 'huge' says nothing about text"):
        call("import", sheet, "--into", "files.ap_invoice_csv@1")


def test_a_draft_is_written_to_a_file(content: Path) -> None:
    schema = content / "mappings/outbound/files.vendor_invoice.schema.json"

    result = call("draft", "--schema", schema, "--from", "invoice", "--out", content / "draft.yaml")

    assert result.exit_code == 0
    assert "name: files.vendor_invoice\n" in (content / "draft.yaml").read_text()
