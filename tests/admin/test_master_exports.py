"""`postroom masterdata sync` over files that a system left, as it is typed."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.model.errors import ContentError
from tests.admin.content_copy import with_target

TARGET = """\
  legacy:
    adapter: files
    settings:
      delivery: local
      folder: "{{out}}/in"
      exports_folder: {drop}
      exports_quiet_seconds: 0
      exports:
        - name: "VENDORS*.csv"
          holds: all
          kinds:
            vendors:
              file: {{delimiter: ";"}}
              columns: {{id: LIFNR, name: {{from: [NAME1, NAME2]}}}}
              ignore: "*"
              examples: [{{row: {{LIFNR: a, NAME1: Acme, NAME2: Ltd}}, gives: {{id: a, name: Acme Ltd}}}}]
"""


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of exports that the environment of a copy of the content names."""
    drop = tmp_path / "exports"
    drop.mkdir()
    with_target(tmp_path, TARGET.format(drop=drop), monkeypatch)
    return drop


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["masterdata", "sync", *arguments], env={"COLUMNS": "200"})


def test_files_are_imported_and_a_refused_one_ends_the_command_with_1(drop: Path) -> None:
    (drop / "VENDORS_1.csv").write_text("LIFNR;NAME1;NAME2\n7;Acme;Ltd\n8;Nova;\n")
    os.utime(drop / "VENDORS_1.csv", (1_790_000_000, 1_790_000_000))
    (drop / "VENDORS_2.csv").write_text("LIFNR;NAME1;NAME2\n7;;\n")

    shown = typed("legacy")

    assert shown.exit_code == 1
    assert shown.output.splitlines() == [
        "VENDORS_1.csv: imported",
        "2 vendors imported (2 new)",
        "VENDORS_2.csv: refused",
        "VENDORS_2.csv:2: name is missing",
    ]
    assert typed("legacy").output == "No finished file waits.\n"


@pytest.mark.usefixtures("drop")
def test_what_changed_cannot_be_asked_of_files() -> None:
    shown = typed("legacy", "--changed-only")

    assert shown.exit_code == 2
    assert "say themselves whether they hold all" in shown.output


@pytest.mark.usefixtures("drop")
def test_a_target_that_declares_no_exports_says_so() -> None:
    shown = typed("erp")

    assert isinstance(shown.exception, ContentError)
    assert "no files of master data are declared; name `exports_folder` and `exports`" in str(shown.exception)
