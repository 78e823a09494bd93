"""`postroom duplicates` as an admin meets it."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.house import opened
from admin.cli.main import app, main
from engine.content.duplicate_policy import DuplicatePolicy
from engine.runtime import duplicates
from engine.runtime.witness import Live
from engine.store import documents
from engine.store.database import transaction
from tests.admin.test_cli import MAIL, Desk
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.runtime.test_erp_history import PAPER
from tests.store.factories import document, document_id

POSTED = "document,vendor_id,number,date,amount,currency\n5100000123,V1,RE20260815,2026-03-02,119.00,EUR\n"
EXPORT = """\
BUKRS;BELNR;GJAHR;LIFNR;XBLNR;BLDAT;BUDAT;WRBTR;STBLG
1000;5100000123;2026;V1;RE20260815;02.03.2026;05.03.2026;119,00;
1000;5100000125;2026;V1;RE-2026-0790;02.02.2026;05.02.2026;1.204,10;5100000126
1000;5100000127;2026;V1;;11.05.2026;13.05.2026;80,00;
1000;5100000128;2026;V9;4711;31.02.2026;13.05.2026;80,00;
1000;5100000129;2026;V9;A-77;12.05.2026;13.05.2026;119,00-;
"""
MAP = """\
name: sap_posted
version: 1
kind: posted_invoices
file: {delimiter: ";", encoding: cp1252}
dates: "%d.%m.%Y"
decimals: comma
columns:
  document: {from: [BELNR, GJAHR], join: "-"}
  entity: BUKRS
  vendor_id: LIFNR
  number: XBLNR
  date: BLDAT
  amount: WRBTR
  currency: {value: EUR}
  reversed: {from: STBLG, via: "'true' if value else ''"}
ignore: BUDAT
examples:
  - row: {BUKRS: "1000", BELNR: "5", GJAHR: "2026", LIFNR: V1, XBLNR: A, BLDAT: 02.03.2026, WRBTR: "1.204,10", STBLG: "6"}
    gives: {document: 5-2026, date: "2026-03-02", amount: "1204.10", reversed: "true"}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["duplicates", *map(str, words)])


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def arrive(name: str) -> str:
    """Take a reading of the invoice in and let it claim. Return the document's id."""
    with opened() as house, transaction(house.engine) as tx:
        record = PAPER.read(document_id(name))
        documents.add(tx, document(name))
        duplicates.look(
            tx, document(name), record, vendor=PAPER.matched(), policy=DuplicatePolicy(), witness=Live(house.engine)
        )
        documents.save(tx, document_id(name), 1, "record", record.model_dump(mode="json"))
    return document_id(name)


def test_history_comes_in_through_a_column_map_with_counts_and_complaints(home: Path) -> None:
    words = ("import", write(home, "bkpf.csv", EXPORT), "--map", write(home, "map.yaml", MAP))
    tried, done, again = call(*words, "--dry-run"), call(*words), call(*words)

    assert "5 rows checked: 2 new, 1 reversed, 2 refused" in tried.stdout
    assert "5 rows read: 2 new, 1 reversed, 2 refused" in done.stdout
    assert "5 rows read: 2 as before, 1 reversed, 2 refused" in again.stdout
    assert "vendors that master data does not know: V1, V9" in done.stdout
    assert "bkpf.csv:4: number is missing" in done.stderr
    assert "bkpf.csv:5: date '31.02.2026' is not a day of the form %d.%m.%Y" in done.stderr
    assert done.exit_code == 1


def test_a_file_without_mistakes_ends_well_and_speaks_json(home: Path) -> None:
    done = call("import", write(home, "posted.csv", POSTED), "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout)["new"] == 1


def test_a_copy_is_shown_next_to_the_document_of_the_erp(home: Path) -> None:
    call("import", write(home, "posted.csv", POSTED))
    mine = arrive("one")
    shown = call("show", mine[:8]).stdout

    assert "Outcome: duplicate" in shown
    assert "RE20260815 (ERP document 5100000123): copy" in shown
    assert json.loads(call("show", mine[:8], "--json").stdout)["best"]["document_id"] == "erp:5100000123"


def test_a_copy_is_shown_next_to_the_earlier_document() -> None:
    first, second = arrive("one"), arrive("two")

    assert f"({first[:12]}): copy" in call("show", second[:8]).stdout
    assert call("show", first[:8]).stdout.startswith("Outcome: no")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(("show", "ffff"), "no document whose id begins with ffff", id="unknown document"),
        pytest.param(("import", "{bad}"), "unknown column 'BELNR'; allowed: document", id="unknown column"),
        pytest.param(("import", "{posted}", "--map", "{bad}"), "bad.csv", id="no column map"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    home: Path,
    words: tuple[str, ...],
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = {"bad": write(home, "bad.csv", "BELNR\n1\n"), "posted": write(home, "posted.csv", POSTED)}
    monkeypatch.setattr("sys.argv", ["postroom", "duplicates", *(word.format(**files) for word in words)])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    told = "".join(capsys.readouterr().err.split())  # long paths are wrapped anywhere
    assert "".join(complaint.split()) in told


@pytest.mark.slow
def test_a_document_that_the_erp_posted_is_held_until_a_person_tells_the_two_apart(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    vendors = write(tmp_path, "vendors.csv", f"{','.join(VENDOR)}\n{','.join(VENDOR.values())}\n")
    desk.call("masterdata", "import", "--vendors", vendors)
    row = f"5100000123,{VENDOR['id']},CLI1,2026-10-15,119.00,EUR"
    imported = desk.call("duplicates", "import", write(tmp_path, "posted.csv", f"{POSTED.splitlines()[0]}\n{row}\n"))
    [held] = desk.run(ubl_invoice(tmp_path, "CLI-1"))
    unknown = desk.call("duplicates", "apart", held["id"], "erp:77", "--by", "anna")
    apart = desk.call("duplicates", "apart", held["id"], "erp:5100000123", "--by", "anna", "--json")

    assert "1 rows read: 1 new" in imported.stdout
    assert (held["route"], held["reasons"]) == ("duplicate", ["copy_of_earlier"])
    assert "ERP document 5100000123" in desk.call("show", held["id"]).stdout
    assert (unknown.returncode, unknown.stderr) == (2, "Error: no document whose id begins with erp:77.\n")
    assert apart.returncode == 0, apart.stderr
    assert json.loads(apart.stdout)["route"] == "posted"


@pytest.mark.slow
def test_one_invoice_that_many_processes_take_in_at_once_is_posted_once(tmp_path: Path) -> None:
    """Three processes, each with scans of its own: files, mails, and the number as other channels write it."""
    desk = Desk(tmp_path)
    vendors = write(tmp_path, "vendors.csv", f"{','.join(VENDOR)}\n{','.join(VENDOR.values())}\n")
    desk.call("masterdata", "import", "--vendors", vendors)
    for channel, number in (("files", "RE-2026-0815"), ("mails", "RE-2026-0815"), ("edi", "RE20260815")):
        submit(tmp_path, channel, number, copies=2)

    with ThreadPoolExecutor(3) as pool:
        told = [
            line
            for lines in pool.map(desk.run, (tmp_path / one for one in ("files", "mails", "edi")))
            for line in lines
        ]

    ends = Counter(line["route"] for line in told if line["route"] != "unpacked")
    assert ends["posted"] == 1
    assert ends["duplicate"] == 5
    assert len(list((desk.home / "out" / "erp").glob("AP_*.csv"))) == 1


def submit(folder: Path, channel: str, number: str, *, copies: int) -> None:
    """Write copies of one invoice that differ in their bytes."""
    inbox = folder / channel
    inbox.mkdir()
    for index in range(copies):
        file = ubl_invoice(inbox, number, delivery="LS4711")
        copy = file.read_bytes() + f"\n<!-- {channel} {index} -->\n".encode()
        file.unlink()
        name, content = (
            (f"{index}.eml", (MAIL % copy).replace(b"\n", b"\r\n")) if channel == "mails" else (f"{index}.xml", copy)
        )
        (inbox / name).write_bytes(content)
