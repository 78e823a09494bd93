"""Statements of account of vendors: every position held against what was posted here or by the ERP before."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.model.posted_invoices import POSTED_INVOICES
from engine.runtime import erp_history, intake, judging, steps
from engine.runtime import replay as history
from engine.runtime.desk.viewing import sight
from engine.runtime.house import House
from engine.store import documents
from engine.store.database import transaction
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.house import furnished_house
from tests.runtime.posting.test_new_types import walked
from tests.runtime.sources.following import at_home

FLOW = "vendor_statement@1"
STATEMENT = """{name}
STATEMENT OF ACCOUNT
VAT no: {tax_id}                           Statement date: {day} October 2026
Account no: 70045                          Currency: EUR

Date           Type            Document      Debit         Credit
02/10/2026     Invoice         RE-100        {first}
05/10/2026     Invoice         RE-101        60.00
{rest}
Balance due                                                {balance}
"""
POSTED = f"""document,entity,vendor_id,number,date,amount,currency,paid_on
5100,1000,{VENDOR["id"]},RE-100,2026-10-02,1190.00,EUR,
5101,1000,{VENDOR["id"]},RE-101,2026-10-05,60.00,EUR,2026-10-12
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("statements")
    house = furnished_house(folder / "home")
    file = folder / f"{POSTED_INVOICES.name}.csv"
    file.write_text(POSTED)
    assert erp_history.import_history(house, file, None, actor="test").new == 2
    yield house
    house.close()


def statement(*, day: int = 31, first: str = "1,190.00", rest: str = "", balance: str = "1,250.00") -> str:
    return STATEMENT.format(
        name=VENDOR["name"], tax_id=VENDOR["tax_id"], day=day, first=first, rest=rest, balance=balance
    )


def bound(home: House, out: Path) -> House:
    local = {
        name: {"adapter": "files", "settings": {"delivery": "local", "folder": str(out)}}
        for name in ("statements", "notices")
    }
    return at_home(home, local, {}, FLOW)


def written(out: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(out.rglob(f"{name}_*.json"))]


def test_positions_are_reported_and_what_is_missing_or_paid_is_answered(home: House, tmp_path: Path) -> None:
    out = tmp_path / "out"
    there = bound(home, out)

    keys, asked = walked(there, tmp_path, "open", statement(rest="09/10/2026     Invoice         RE-102        250.00\n", balance="1,500.00"))  # fmt: skip

    (report,), (answer,) = written(out, "STATEMENT"), written(out, "ANSWER")
    assert ([key.split("/")[2] for key in keys], asked) == (["statement_report", "statement_answer"], [])
    assert [(one["number"], one["standing"], one.get("posted_as", "")) for one in report["positions"]] == [
        ("RE-100", "posted", "erp:1000/5100"), ("RE-101", "paid", "erp:1000/5101"), ("RE-102", "missing", ""),
    ]  # fmt: skip
    assert answer["body"] == (
        "Not here, please send copies: RE-102 (250.00). Paid already: RE-101 (60.00) on 2026-10-12."
    )


def test_what_all_agrees_is_filed_and_nobody_is_written_to(home: House, tmp_path: Path) -> None:
    out = tmp_path / "out"
    there = bound(home, out)
    paid = "12/10/2026     Payment         BACS 9                      60.00\n"

    keys, asked = walked(there, tmp_path, "agrees", statement(day=30, rest=paid, balance="1,190.00"))
    again, _ = walked(there, tmp_path, "again", statement(day=30, rest=paid, balance="1,190.00") + "\n")

    assert ([key.split("/")[2] for key in keys], asked, again) == (["statement_report"], [], [])
    assert [one["standing"] for one in written(out, "STATEMENT")[0]["positions"]] == ["posted", "posted", "payment"]


def test_another_amount_goes_to_a_person_and_a_lost_position_too(home: House, tmp_path: Path) -> None:
    there = bound(home, tmp_path / "out")

    differs = walked(there, tmp_path, "differs", statement(day=29, first="1,290.00", balance="1,350.00"))
    lost = walked(there, tmp_path, "lost", statement(day=28, balance="1,400.00"))

    assert differs == ([], ["position_differs"])
    assert lost == ([], ["balance_wrong"])


def test_an_invoice_that_is_here_is_in_hand_until_it_is_posted(home: House, tmp_path: Path) -> None:
    there = bound(home, tmp_path / "out")
    file = ubl_invoice(tmp_path, "RE-103")
    with file.open("rb") as stream:
        invoice = intake.accept(home, stream, name=file.name, source="test").document
    steps.read(home, invoice.id, 1)
    steps.understand(home, invoice.id, 1)
    judging.judge(home, invoice.id, 1)
    total = steps.load_record(home, invoice.id, 1)[1].value("total")
    text = statement(
        day=27,
        rest=f"09/10/2026     Invoice         RE-103        {total}\n",
        balance=f"{1250 + Decimal(total or 0):,.2f}",
    )

    _, asked = walked(there, tmp_path, "here", text)
    name = intake.accept_bytes(there, text.encode(), name="here.txt", source="test", parent_id=None).document.id
    before = sight(there, name, by="anna").order
    with transaction(home.engine) as tx:
        documents.move(tx, invoice.id, "posted", at=home.clock.now())
    again = history.replay(there, there.library, name)

    assert asked == []
    assert before is not None
    assert [(one.standing, one.document_id) for one in before.positions or ()][-1] == ("in_hand", invoice.id)
    assert history.difference(history.one(there, name), again) is None
