"""The command line as an admin meets it: real processes, one data folder for the whole file."""

import csv
import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.durable.invoices import VENDOR, ubl_invoice
from tests.forked import postroom
from tests.runtime import bad_files

pytestmark = pytest.mark.slow

MAIL = b"""From: billing@example.org
To: invoices@example.com
Subject: Your invoice
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

See attachment.
--x
Content-Type: application/xml; name="mailed.xml"
Content-Disposition: attachment; filename="mailed.xml"

%s
--x--
"""


class Desk:
    """A data folder with a vendor, and the command to work on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"

    def call(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {"POSTROOM_HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        return postroom(*arguments, environment=environment)

    def run(self, *arguments: object) -> list[dict[str, Any]]:
        done = self.call("run", "--json", *arguments)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    vendors = desk.folder / "vendors.csv"
    with vendors.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(VENDOR))
        writer.writeheader()
        writer.writerow(VENDOR)
    imported = desk.call("masterdata", "import", "--vendors", vendors)
    assert "1 vendors imported" in imported.stdout
    return desk


@pytest.fixture(scope="module")
def mixed(desk: Desk) -> list[dict[str, Any]]:
    """Run a folder with a good invoice, its copy, a mail, an unreadable file and a foreign type."""
    inbox = desk.folder / "inbox"
    inbox.mkdir()
    good = ubl_invoice(inbox, "CLI-1")
    (inbox / "copy of CLI-1.xml").write_bytes(good.read_bytes())
    mailed = ubl_invoice(desk.folder, "CLI-2").read_bytes()
    (inbox / "mail.eml").write_bytes((MAIL % mailed).replace(b"\n", b"\r\n"))
    bad_files.write(inbox, b"%PDF-1.7 broken", "broken.pdf")
    bad_files.write(inbox, b"\x00\x01\x02 no words", "words.bin")
    return desk.run(inbox)


def routes(lines: list[dict[str, Any]]) -> dict[str, tuple[str, list[str]]]:
    return {line["document"]: (line["route"], line["reasons"]) for line in lines}


def test_every_document_of_a_folder_is_settled_each_in_its_way(mixed: list[dict[str, Any]]) -> None:
    assert routes(mixed) == {
        "CLI-1.xml": ("posted", []),
        "copy of CLI-1.xml": ("duplicate", ["same_bytes"]),
        "mail.eml": ("unpacked", []),
        "mailed.xml": ("posted", []),
        "broken.pdf": ("review", ["unreadable_pdf"]),
        "words.bin": ("review", ["unsupported_type"]),
    }


def test_a_second_run_posts_nothing_new(desk: Desk, mixed: list[dict[str, Any]]) -> None:
    before = sorted(path.name for path in desk.home.rglob("*.csv"))

    again = desk.run(desk.folder / "inbox")

    assert {line["route"] for line in again} == {"duplicate"}
    assert sorted(path.name for path in desk.home.rglob("*.csv")) == before


def test_walking_again_finds_what_was_posted(desk: Desk, mixed: list[dict[str, Any]]) -> None:
    before = sorted(path.name for path in desk.home.rglob("*.csv"))

    again = desk.run("--again", desk.folder / "inbox" / "CLI-1.xml")

    assert routes(again) == {"CLI-1.xml": ("posted", [])}
    assert sorted(path.name for path in desk.home.rglob("*.csv")) == before


def test_a_copy_with_other_bytes_is_a_duplicate(desk: Desk, mixed: list[dict[str, Any]]) -> None:
    copy = desk.folder / "rescan.xml"
    copy.write_bytes((desk.folder / "inbox" / "CLI-1.xml").read_bytes() + b"\n<!-- sent again -->\n")

    line = desk.run(copy)[0]

    assert (line["route"], line["id"] != mixed[0]["id"]) == ("duplicate", True)


def test_out_chooses_the_drop_folder(desk: Desk, mixed: list[dict[str, Any]], tmp_path: Path) -> None:
    desk.run("--out", tmp_path / "drop", ubl_invoice(tmp_path, "CLI-3"))

    assert len(list((tmp_path / "drop").rglob("*.csv"))) == 1


@pytest.mark.parametrize(
    ("flow", "ending"),
    [
        ("ap_invoice_xml", ".xml"),
        ("ap_invoice_json", ".json"),
        ("ap_invoice_fixed", ".txt"),
        ("ap_invoice_idoc", ".idoc"),
    ],
)
def test_a_flow_on_request_writes_its_format(
    desk: Desk, mixed: list[dict[str, Any]], tmp_path: Path, flow: str, ending: str
) -> None:
    line = desk.run("--flow", flow, "--out", tmp_path / "drop", ubl_invoice(tmp_path, f"CLI-{flow}"))[0]

    assert line["route"] == "posted"
    dropped = [path for path in (tmp_path / "drop").rglob("*") if path.is_file() and ".postroom" not in path.parts]
    assert any(path.suffix == ending for path in dropped)


def test_an_unknown_flow_is_refused_with_those_that_there_are(desk: Desk, tmp_path: Path) -> None:
    done = desk.call("run", "--flow", "no_such", ubl_invoice(tmp_path, "CLI-4"))

    assert done.returncode == 2
    assert "ap_invoice@1" in done.stderr


def test_a_path_that_is_not_there_fails_the_run(desk: Desk) -> None:
    done = desk.call("run", "/no/such/file.pdf")

    assert done.returncode == 1
    assert "/no/such/file.pdf" in done.stderr


def test_reading_prints_values_with_their_origin_and_leaves_no_trace(desk: Desk, tmp_path: Path) -> None:
    path = ubl_invoice(tmp_path, "CLI-5")

    done = desk.call("read", "--json", path)

    data = json.loads(done.stdout)
    total = data["fields"]["total"]
    assert (data["document"]["path"], data["document"]["type"]) == (str(path), "invoice")
    assert (total["value"], total["how"], total["page"], total["bbox"]) == ("119.00", "embedded", None, None)
    assert total["pointer"].endswith("cbc:TaxInclusiveAmount[1]")
    assert data["lines"][0]["amount"]["value"] == "100.00"
    assert "CLI-5" not in desk.call("status", "--json").stdout


def test_reading_goes_on_after_a_bad_file(desk: Desk, tmp_path: Path) -> None:
    bad = bad_files.write(tmp_path, b"", "a-empty.pdf")
    good = ubl_invoice(tmp_path, "CLI-6")

    done = desk.call("read", "--json", bad, good)

    first, second = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, first["error"]["code"], second["document"]["path"]) == (1, "empty_file", str(good))


def test_the_story_of_a_posted_document_names_rules_operation_and_receipt(
    desk: Desk, mixed: list[dict[str, Any]]
) -> None:
    shown = desk.call("show", mixed[0]["id"][:12]).stdout

    for words in ("ap_invoice@1", "committed", "receipt: created as AP_", "document_judged", "einvoice@"):
        assert words in shown


def test_the_ledger_verifies_until_somebody_changes_it(desk: Desk, mixed: list[dict[str, Any]], tmp_path: Path) -> None:
    assert "is whole" in desk.call("audit", "verify").stdout
    forged = Desk(tmp_path)
    forged.home.mkdir()
    with (
        sqlite3.connect(desk.home / "postroom.sqlite") as original,
        sqlite3.connect(forged.home / "postroom.sqlite") as copy,
    ):
        original.backup(copy)
        for (trigger,) in copy.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            copy.execute(f"drop trigger {trigger}")
        copy.execute("update ledger set actor = 'somebody else' where seq = 3")

    done = forged.call("audit", "verify")

    assert done.returncode == 1
    assert "entry 3" in done.stderr


def test_status_counts_documents_by_state(desk: Desk, mixed: list[dict[str, Any]]) -> None:
    counts = json.loads(desk.call("status", "--json").stdout)

    assert counts["documents"]["posted"] >= 2
    assert counts["operations"]["committed"] >= 2
    assert counts["reviews"]["intake"] >= 2


def test_the_doctor_finds_this_machine_well(desk: Desk) -> None:
    done = desk.call("doctor")

    assert "all well" in done.stdout, done.stdout
