"""The audit page over HTTP: what an auditor finds, what stays masked or out of reach, what leaves the house."""

import json
import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text, update

from admin.pages.audit import said
from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime.audit.names import SOURCE
from engine.runtime.audit.verify import verify
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand, note
from engine.store import audit, ledger, masterdata, tables
from engine.store.database import transaction
from tests.admin.pages.test_control import visitor
from tests.admin.visitors import fields, house_of, opened
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.runtime.processed import walked

IBAN = "DE89370400440532013000"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        house = house_of(client)
        with transaction(house.engine) as tx:
            masterdata.upsert_vendors(tx, [VENDOR])
        yield client


@pytest.fixture(scope="module")
def house(hub: TestClient) -> House:
    return house_of(hub)


@pytest.fixture(scope="module")
def ines(hub: TestClient) -> TestClient:
    return visitor(hub, "ines", Grant(role="auditor"))


@pytest.fixture(scope="module")
def paper(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    return walked(house, ubl_invoice(tmp_path_factory.mktemp("papers"), "RE-8001"))


def told(house: House, kind: str, **data: object) -> None:
    with transaction(house.engine) as tx:
        note(tx, house, Hand("olga", Where(address="10.1.2.3", agent="Browser/1")), kind, data)


def test_an_auditor_finds_who_did_it_and_from_where(house: House, ines: TestClient) -> None:
    told(house, "tolerance_changed", version="ap_invoice@2", why="=1+1")

    page = ines.get("/audit?who=olga&kind=tolerance_changed&text=ap_invoice").text
    lines = ines.get("/audit/export.jsonl?kind=tolerance_changed").text.splitlines()
    cells = ines.get("/audit/export.csv?kind=tolerance_changed").text

    assert "10.1.2.3" in page
    assert "ap_invoice@2" in page
    assert [json.loads(line)["address"] for line in lines] == ["10.1.2.3"]
    assert cells.startswith("seq,at,kind,actor")
    assert "audit_exported" in ines.get("/audit?kind=audit_exported").text


def test_entries_come_page_by_page_and_none_twice(house: House, ines: TestClient) -> None:
    for number in range(60):
        told(house, "counted", number=number)

    first = ines.get("/audit?kind=counted").text
    before = first.partition("before=")[2].partition('"')[0]
    second = ines.get(f"/audit?kind=counted&before={before}").text

    assert (first.count("number: "), second.count("number: ")) == (50, 10)


def test_a_rare_word_is_sought_span_by_span(house: House, ines: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told(house, "note_kept", why="the rarest of words")
    for number in range(6):
        told(house, "note_kept", why=f"nothing {number}")
    monkeypatch.setattr(audit, "SPAN", 3)

    pages = [ines.get("/audit?text=rarest").text]
    while "rarest of" not in pages[-1]:
        assert "looks further back" in pages[-1]
        pages.append(
            ines.get(re.findall(r"/audit\?text=rarest&amp;before=\d+", pages[-1])[0].replace("&amp;", "&")).text
        )

    assert len(pages) == 3
    assert ines.get("/audit/export.csv?text=rarest").text.count("rarest of") == 1


def test_accounts_stay_masked_for_who_may_not_see_them(house: House, ines: TestClient) -> None:
    told(house, "vendor_changed", vendor_iban=IBAN)

    assert IBAN not in ines.get("/audit?kind=vendor_changed").text
    assert IBAN not in ines.get("/audit/export.csv?kind=vendor_changed").text
    assert "••••3000" in ines.get("/audit/export.jsonl?kind=vendor_changed").text


def test_nobody_learns_by_searching_what_is_masked(house: House, ines: TestClient) -> None:
    told(house, "guessed_at", iban=IBAN, why="a new bank")

    found = [
        len(ines.get(f"/audit/export.jsonl?kind=guessed_at&text={one}").text.splitlines()) for one in (IBAN, "a new")
    ]

    assert found == [0, 1]


def test_an_auditor_of_one_company_sees_nothing_else(hub: TestClient, house: House) -> None:
    told(house, "tolerance_changed", version="ap_invoice@3")
    narrow = visitor(hub, "nina", Grant(role="auditor", entities=("9999",)))

    assert "ap_invoice@3" not in narrow.get("/audit?kind=tolerance_changed").text
    assert "ap_invoice@3" not in narrow.get("/audit/export.jsonl").text


def test_who_is_no_auditor_sees_no_history(hub: TestClient) -> None:
    viewer = visitor(hub, "victor", Grant(role="viewer"))

    assert [viewer.get(f"/audit{rest}").status_code for rest in ("", "/chain", "/export.csv")] == [403] * 3


def test_a_bundle_by_the_button_is_whole_and_masked(hub: TestClient, ines: TestClient, paper: str) -> None:
    seeing = visitor(hub, "sina", Grant(role="auditor", fields=("bank", "identity")))

    bundles = [
        one.post(f"/audit/bundle/{paper}", data=fields(one.get(f"/documents/{paper}").text)) for one in (ines, seeing)
    ]

    verdicts = [verify(one.content) for one in bundles]
    assert [one.is_intact for one in verdicts] == [True, True]
    assert [SOURCE in one.manifest.members for one in verdicts if one.manifest] == [False, True]


def test_the_chain_is_walked_on_the_page_until_something_was_changed(house: House, ines: TestClient) -> None:
    first = tables.ledger.c.seq == 1
    with transaction(house.engine) as tx:
        actor = tx.execute(select(tables.ledger.c.actor).where(first)).scalar_one()
    whole = ines.get("/audit/chain").text
    with transaction(house.engine) as tx:
        tx.execute(text("DROP TRIGGER ledger_no_update"))
        tx.execute(update(tables.ledger).where(first).values(actor="nobody"))
    broken = ines.get("/audit/chain").text
    with transaction(house.engine) as tx:
        tx.execute(update(tables.ledger).where(first).values(actor=actor))

    assert "is whole" in whole
    assert "broken at entry 1" in broken


def test_what_an_entry_tells_is_words_and_no_program_text() -> None:
    told = {"workflows": ["a:1", "b:1"], "was": {"total": "1.00", "lines": [1, 2]}, "is_off": False}

    assert said(told) == "workflows: a:1, b:1, was: total: 1.00, lines: 1, 2, is_off: False"


def test_programs_read_the_history_as_the_page_does(house: House, ines: TestClient) -> None:
    for number in range(5):
        told(house, "told_to_programs", number=number, vendor_iban=IBAN)

    first = ines.get("/api/v1/audit", params={"kind": "told_to_programs", "limit": 3}).json()
    rest = ines.get("/api/v1/audit", params={"kind": "told_to_programs", "limit": 3, "after": first["next"]}).json()
    lines = ines.get("/api/v1/audit/export.jsonl", params={"kind": "told_to_programs"}).text.splitlines()

    assert [one["data"]["number"] for one in first["entries"] + rest["entries"]] == [4, 3, 2, 1, 0]
    assert rest["next"] is None
    assert IBAN not in json.dumps(first)
    assert [json.loads(line)["hash"] for line in lines][:3] == [one["hash"] for one in first["entries"]]
    assert "told_to_programs" in ines.get("/api/v1/audit/kinds").json()["kinds"]
    assert ines.get("/api/v1/audit", params={"since": "9999-12-31", "until": "9999-12-31"}).status_code == 422
    assert ines.get("/api/v1/audit", params={"after": "bm8"}).status_code == 422


def test_programs_walk_the_chain_to_its_end(house: House, ines: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told(house, "counted", number=0)
    monkeypatch.setattr(ledger.verify_on, "__kwdefaults__", {"limit": 2})
    looks = [ines.get("/api/v1/audit/chain").json()]
    while looks[-1]["next"]:
        looks.append(ines.get("/api/v1/audit/chain", params={"after": looks[-1]["next"]}).json())

    assert [one["is_whole"] for one in looks] == [None] * (len(looks) - 1) + [True]
    assert len(looks) > 1
    assert looks[-1]["checked_to"] == looks[-1]["entries"]


def test_who_is_no_auditor_gets_no_history_by_the_api(hub: TestClient) -> None:
    viewer = visitor(hub, "vera", Grant(role="viewer"))

    assert [viewer.get(f"/api/v1/audit{rest}").status_code for rest in ("", "/kinds", "/chain", "/export.csv")] == [
        403
    ] * 4
