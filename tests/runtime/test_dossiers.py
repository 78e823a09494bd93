"""Papers of one applicant: collected in any order, asked for when they are missing, counted together once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.model.correction import Correction
from engine.model.document import Document
from engine.model.master_kinds import SCREENING
from engine.model.record import Record
from engine.runtime import corrections, dossier_joining, dossiers, intake, judging, steps, waiting
from engine.runtime.house import House
from engine.store import database, documents, ledger, masterdata, reviews
from engine.store.database import reading, transaction
from tests.postgres import postgres_server, postgres_url
from tests.runtime.sources.following import at_home
from tests.runtime.test_waiting import Hands, later

__all__ = ["postgres_server", "postgres_url"]

FLOWS = (
    "account_application@1",
    "tax_form@1",
    "business_licence@1",
    "onboarding_hubspot@1",
    "onboarding_reminder@1",
)
APPLICATION = """APPLICATION FOR A CUSTOMER ACCOUNT              Application no: AP-17
Date: 14 October 2026                           Service tier: [ ] basic  [x] standard  [ ] premium
Company: {name}                     Legal form: {form}
Registration number: 09876543                   VAT number: {tax}
Address: 12 Quay Street, Leeds LS1 4HT          Country: United Kingdom
Contact person: Emma Wood                       E-mail: emma@zephyr.example

For the applicant
Signature: DocuSigned by: Emma Wood
Date: 14 October 2026
"""
EXTRACT = """EXTRACT FROM THE COMPANY REGISTER              Date of extract: 1 October 2026
Company name: {name}
Legal form: Ltd                                Company number: 09876543
Registrar: Cardiff                             Date of incorporation: 12 May 2015
Directors: Emma Wood, Karl Berg
"""
TAX = """VAT REGISTRATION CERTIFICATE                   Date of issue: 2 October 2026
Name of taxable person: {name}
VAT registration number: {tax}
Address: 12 Quay Street, Leeds LS1 4HT
"""
SAID = {"name": "Zephyr Trading Ltd", "tax": "GB333289454", "form": "Ltd"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def house(request: pytest.FixtureRequest, knowing_house: House, tmp_path: Path) -> Iterator[House]:
    """A house with the flows of onboarding, whose clock is set by hand."""
    is_sqlite = request.param == "sqlite"
    engine = database.connect(
        f"sqlite:///{tmp_path / 'p.sqlite'}" if is_sqlite else request.getfixturevalue("postgres_url")
    )
    database.migrate(engine)
    screened(engine, "2026-10-19")
    there = at_home(
        replace(knowing_house, engine=engine, clock=Hands(), out=tmp_path / "out", _targets={}), {}, {}, *FLOWS
    )
    yield there
    engine.dispose()


def screened(engine: Engine, day: str, *names: str) -> None:
    """Import a list of sanctions as of a day."""
    rows = [
        {"id": f"T-{at}", "name": name, "list": "Test", "as_of": day}
        for at, name in enumerate(("Nemo Shipping", *names))
    ]
    with transaction(engine) as tx:
        masterdata.write(tx, SCREENING, rows)


def walk(house: House, document_id: str, revision: int = 1) -> None:
    """Walk a revision until it is judged, and what it opens after it."""
    steps.read(house, document_id, revision)
    if document_of(house, document_id).state != "processing":
        return
    steps.understand(house, document_id, revision)
    judged = judging.judge(house, document_id, revision)
    if judged["next"] == "plan":
        judging.plan(house, document_id, revision)
    for opened in judged.get("children", ()):
        walk(house, opened)


def sent(house: House, text: str, *, parent: str | None = None, **said: str) -> str:
    """Send a paper in and walk it. Returns its id."""
    content = text.format(**{**SAID, **said}).encode()
    document = intake.accept_bytes(house, content, name="paper.txt", source="test", parent_id=parent).document
    walk(house, document.id)
    return document.id


def look(house: House) -> None:
    """Look after what waits, as workers do."""
    for document in waiting.look(house):
        walk(house, document.id, document.revision)


def document_of(house: House, document_id: str) -> Document:
    with reading(house.engine) as tx:
        found = documents.get(tx, document_id)
    assert found is not None
    return found


def dossier_of(house: House, paper: str) -> Document:
    with reading(house.engine) as tx:
        (joined,) = [one for one in ledger.story(tx, paper) if one.kind == "dossier_joined"][-1:]
    return document_of(house, joined.data["into"])


def record_of(house: House, document: Document) -> Record:
    return steps.load_record(house, document.id, document.revision)[1]


def asked(house: House, document_id: str) -> list[str]:
    with reading(house.engine) as tx:
        return [reason for one in reviews.of_document(tx, document_id) if not one.closed_at for reason in one.reasons]


@pytest.mark.parametrize(
    "order",
    [(APPLICATION, EXTRACT, TAX), (TAX, EXTRACT, APPLICATION), (EXTRACT, APPLICATION, TAX)],
    ids=["the application first", "the application last", "the extract first"],
)
def test_papers_count_together_in_whatever_order_they_come(house: House, order: tuple[str, ...]) -> None:
    papers = []
    for text in order:
        papers.append(sent(house, text))
        look(house)

    dossiers_ = {dossier_of(house, one).id for one in papers}
    (dossier,) = [document_of(house, one) for one in dossiers_]
    record = record_of(house, dossier)
    assert [document_of(house, one).state for one in papers] == ["unpacked"] * 3
    assert dossier.state == "posting"
    assert record.value("missing_papers") is None
    assert (record.value("buyer_tax_id"), record.value("service_tier"), record.value("directors")) == (
        "GB333289454", "standard", "Emma Wood, Karl Berg",
    )  # fmt: skip
    assert sorted(dossiers.standing(house, dossier.id) or ()) == sorted(papers)


def test_a_missing_paper_is_asked_for_twice_and_then_a_person_looks(house: House) -> None:
    sent(house, APPLICATION)
    dossier = dossier_of(house, sent(house, TAX))
    look(house)
    states = []
    for _ in range(4):
        states.append(document_of(house, dossier.id).state)
        later(house, hours=73)
        look(house)

    with reading(house.engine) as tx:
        reminders = documents.children(tx, dossier.id)
    last = document_of(house, dossier.id)
    assert states == ["waiting", "waiting", "waiting", "in_review"]
    assert [record_of(house, one).value("reminder_number") for one in reminders] == ["1", "2"]
    assert {record_of(house, one).value("missing_papers") for one in reminders} == {"register_extract"}
    assert (last.state, asked(house, dossier.id)) == ("in_review", ["papers_missing"])

    screened(house.engine, "2026-11-01")
    sent(house, EXTRACT)
    look(house)

    assert document_of(house, dossier.id).state == "posting"


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        pytest.param("ZEPHYR TRADING LLC", "Zephyr Trading Ltd", id="the company, in another form"),
        pytest.param("Berg Karl", "Karl Berg", id="one of its directors, names turned round"),
    ],
)
def test_who_is_on_a_list_goes_to_compliance(house: House, listed: str, found: str) -> None:
    screened(house.engine, "2026-10-19", listed)
    for text in (APPLICATION, EXTRACT, TAX):
        paper = sent(house, text)
    look(house)

    dossier = dossier_of(house, paper)
    with reading(house.engine) as tx:
        (review,) = [one for one in reviews.of_document(tx, dossier.id) if not one.closed_at]
    assert (review.queue, review.reasons) == ("compliance", ("screening_hit",))
    assert f"{found} is like {listed} (T-1, Test of 2026-10-19), 100 of 100" in review.message


def test_old_lists_let_nobody_in(house: House) -> None:
    later(house, hours=24 * 8)
    for text in (APPLICATION, EXTRACT, TAX):
        paper = sent(house, text)
    look(house)

    assert asked(house, dossier_of(house, paper).id) == ["screening_stale"]


def test_who_has_no_register_needs_no_extract(house: House) -> None:
    paper = sent(house, APPLICATION, form="Sole proprietor")
    sent(house, TAX)
    look(house)

    assert dossier_of(house, paper).state == "posting"


def test_papers_that_contradict_one_another_go_to_a_person(house: House) -> None:
    paper = sent(house, APPLICATION)
    sent(house, TAX)
    sent(house, EXTRACT, name="Zephyr Holding Ltd")
    look(house)

    dossier = dossier_of(house, paper)
    assert record_of(house, dossier).value("papers_disagree") == "buyer_name"
    assert asked(house, dossier.id) == ["papers_disagree"]


def test_a_paper_that_is_put_right_changes_what_the_dossier_says(house: House) -> None:
    paper = sent(house, APPLICATION)
    sent(house, TAX)
    wrong = sent(house, EXTRACT, name="Zephyr Tradlng Ltd")
    look(house)
    assert asked(house, dossier_of(house, paper).id) == ["papers_disagree"]

    right = Correction(path="buyer_name", value="Zephyr Trading Ltd")
    revision = corrections.correct(house, wrong, [right], by="anna")
    walk(house, wrong, revision)
    look(house)

    assert dossier_of(house, wrong).id == dossier_of(house, paper).id
    assert dossier_of(house, paper).state == "posting"


def test_two_applicants_of_one_agent_are_two_dossiers(house: House) -> None:
    first = sent(house, APPLICATION)
    other = APPLICATION.replace("09876543", "11223344").replace("AP-17", "AP-18")
    second = sent(house, other, name="Boreas Ltd", tax="GB980780684")

    assert dossier_of(house, first).id != dossier_of(house, second).id


def test_a_paper_without_any_number_follows_the_packet_it_came_in(house: House) -> None:
    mail = intake.accept_bytes(house, b"a packet", name="packet.bin", source="test", parent_id=None).document
    first = sent(house, APPLICATION, parent=mail.id)
    second = sent(
        house, TAX.replace("VAT registration number: {tax}", "UTR: 12345 67890"), parent=mail.id, name="Zephyr"
    )

    assert dossier_of(house, first).id == dossier_of(house, second).id


def test_what_comes_after_the_end_goes_to_a_person(house: House) -> None:
    for text in (APPLICATION, EXTRACT, TAX):
        paper = sent(house, text)
    look(house)
    assert dossier_of(house, paper).state == "posting"

    late = sent(house, TAX.replace("2 October", "9 October"))

    assert asked(house, late) == ["dossier_unsure"]


def test_whoever_joins_twice_joins_once(house: House) -> None:
    paper = sent(house, APPLICATION)
    again_, record = steps.load_record(house, paper, 1)
    before = dossiers.standing(house, dossier_of(house, paper).id)

    with pytest.raises(steps.Overtaken):
        dossier_joining.join(house, again_, record, house.library.flows["account_application@1"])

    assert dossiers.standing(house, dossier_of(house, paper).id) == before


def test_without_a_flow_for_the_dossier_nothing_is_lost(house: House) -> None:
    bare = at_home(house, {}, {}, "account_application@1")

    paper = sent(bare, APPLICATION)

    assert asked(bare, paper) == ["no_dossier"]
