from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app

VENDORS = "id,name,city\n1,Acme,Bonn\n2,Nova,Ulm\n"
MAP = """\
name: theirs
version: 1
kind: vendors
file: {delimiter: "|"}
columns: {id: Nr, name: Firma, city: Ort}
examples:
  - {row: {Nr: "1", Firma: Acme, Ort: Bonn}, gives: {name: Acme}}
"""


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Desk":
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    return Desk(tmp_path)


class Desk:
    """A command line with a house of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["masterdata", *words])

    def write(self, name: str, content: str) -> str:
        (self.folder / name).write_text(content, encoding="utf-8")
        return str(self.folder / name)


def test_rows_go_in_change_and_come_out_again(call: Desk) -> None:
    first = call("import", "vendors=" + call.write("vendors.csv", VENDORS))
    changed = call.write("vendors.csv", VENDORS.replace("Bonn", "Köln"))
    tried = call("import", "vendors=" + changed, "--dry-run")
    done = call("import", "vendors=" + changed)

    assert "2 vendors imported (2 new)" in first.stdout
    assert "city: Bonn -> Köln" in tried.stdout
    assert "2 vendors imported (1 changed, 1 the same)" in done.stdout

    history = call("history", "vendors", "1").stdout
    assert "city: Bonn -> Köln" in history
    assert "vendors.csv" in history
    assert "Köln" in call("show", "vendors", "1").stdout
    assert "Acme" in call("list", "vendors", "--where", "city=Köln").stdout
    assert "Bonn" not in call("list", "vendors").stdout

    out = str(call.folder / "out.csv")
    assert "2 vendors written" in call("export", "vendors", out).stdout
    assert "2 vendors imported (2 the same)" in call("import", "vendors=" + out).stdout


def test_a_column_map_says_of_which_kind_the_file_is(call: Desk) -> None:
    columns = call.write("map.yaml", MAP)

    done = call("import", call.write("theirs.csv", "Nr|Firma|Ort\n7|Acme|Bonn\n"), "--columns", columns)

    assert "1 vendors imported (1 new)" in done.stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["import"], "name a file: KIND=FILE"),
        (["import", "nowhere.csv"], "say of which kind it is"),
        (["import", "vendors=nowhere.csv"], "there is no file nowhere.csv"),
        (["list", "sales"], "no kind of master data 'sales'; there are: vendors, customers"),
    ],
    ids=["nothing", "no kind", "no file", "unknown kind"],
)
def test_what_cannot_be_done_is_said(call: Desk, words: list[str], why: str) -> None:
    done = call(*words)

    assert done.exit_code == 2
    assert why in " ".join(done.output.replace("│", " ").split())


def test_a_row_that_never_was_has_no_history(call: Desk) -> None:
    done = call("history", "vendors", "99")

    assert (done.exit_code, "there are no vendors 99" in done.output) == (1, True)
