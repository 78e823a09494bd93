"""`postroom fetch`, as it is typed."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.model.errors import PostroomError
from tests.admin.content_copy import with_target

TARGET = """\
  scans:
    adapter: files
    settings: {{delivery: local, documents_folder: {folder}, documents_quiet_seconds: 0, documents: ["*.pdf"]}}
"""


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["fetch", *arguments], env={"COLUMNS": "200"})


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of scans that the environment of a copy of the content names."""
    scans = tmp_path / "scans"
    scans.mkdir()
    with_target(tmp_path, TARGET.format(folder=scans), monkeypatch)
    return scans


def test_scans_are_taken_in_and_a_folder_that_is_gone_ends_with_1(scans: Path) -> None:
    (scans / "a.pdf").write_bytes(b"%PDF-1.4 a")
    (scans / "b.txt").write_bytes(b"not asked for")

    shown = typed("--json")
    (line,) = [json.loads(one) for one in shown.stdout.splitlines()]
    left = sorted(path.name for path in scans.iterdir())
    again = typed()
    shutil.rmtree(scans)

    assert (shown.exit_code, line["target"], line["name"], line["what"]) == (0, "scans", "a.pdf", "new")
    assert left == [".taken", "archive", "b.txt"]
    assert (again.exit_code, again.stdout, typed().exit_code) == (0, "", 1)


def test_an_environment_without_folders_of_documents_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path))
    shown = typed()

    assert isinstance(shown.exception, PostroomError)
    assert "documents_folder" in shown.exception.message
