"""Stored documents are judged again as on their day: the same under the same content, without any effect."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace as changed
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete

from engine.content.library import Library
from engine.model import master_kinds
from engine.model.value import digest
from engine.runtime import history
from engine.runtime.history import Nothing
from engine.runtime.house import House
from engine.runtime.replay import Start, replay, stored
from engine.runtime.replaying import replay_many
from engine.stages.compare import compare
from engine.store import database, documents, masterdata, tables
from engine.store.database import reading, transaction
from engine.store.master_rows import begin
from tests.durable.invoices import VENDOR
from tests.runtime.processed import dump, furnish, some_mail

CHECKOUT = Path(__file__).parents[2]
LATER = datetime(2100, 1, 1, tzinfo=UTC)
ELSEWHERE = """
import sys
from engine.model.value import digest
from engine.runtime.house import open_house
from engine.runtime.replay import replay
from tests.house import test_settings
from pathlib import Path
house = open_house(test_settings(Path(sys.argv[1])))
for one in sys.argv[2:]:
    print(digest(replay(house, house.library, one).model_dump(mode="json")))
"""


@pytest.fixture(scope="module")
def home(knowing_house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which some mail was judged."""
    folder = tmp_path_factory.mktemp("judged")
    house = opened(knowing_house, folder)
    database.migrate(house.engine)
    furnish(house)
    some_mail(house, folder)
    house.close()
    return folder


@pytest.fixture
def house(knowing_house: House, home: Path, tmp_path: Path) -> Iterator[House]:
    """A house of which each test has its own copy of the database."""
    (tmp_path / "postroom.sqlite").write_bytes((home / "postroom.sqlite").read_bytes())
    house = opened(knowing_house, tmp_path)
    yield house
    house.close()


def opened(house: House, home: Path) -> House:
    settings = house.settings.model_copy(update={"home": home})
    return changed(house, settings=settings, engine=database.connect(settings.sql_url()), _targets={})


def ids(house: House) -> list[str]:
    with reading(house.engine) as tx:
        return history.ids(tx)


def forget_statements(house: House) -> None:
    with transaction(house.engine) as tx:
        tx.execute(delete(tables.step_results).where(tables.step_results.c.kind.in_(["witness", "lessons"])))


def with_limit(library: Library, amount: Decimal) -> Library:
    """Return the library with another limit for invoices without an order."""
    ruleset = library.rulesets["ap_invoice@1"]
    limits = ruleset.limits.model_copy(update={"large_without_order": {"EUR": amount}})
    return changed(library, rulesets={**library.rulesets, ruleset.ref: ruleset.model_copy(update={"limits": limits})})


@pytest.mark.parametrize("start", ["pages", "extraction", "auto"])
def test_the_same_content_gives_the_same_outcome_byte_for_byte(house: House, start: Start) -> None:
    outcomes = {one: replay(house, house.library, one, from_=start) for one in ids(house)}

    assert [one.text for one in outcomes.values()] == [stored(house, one).text for one in outcomes]
    assert sorted(one.decision.route for one in outcomes.values()) == ["post", "post", "post", "review", "review"]
    assert sum(bool(one.operations) for one in outcomes.values()) == 3


def test_what_came_since_changes_nothing(house: House) -> None:
    before = [stored(house, one).text for one in ids(house)]
    with transaction(house.engine) as tx:
        change = begin(tx, at=LATER, by="anna", source="new.csv")
        moved = {**VENDOR, "gl_account": "499999", "tax_id": "DE999999990"}
        masterdata.write(tx, master_kinds.VENDORS, [moved], change)
        masterdata.upsert_orders(tx, [{"number": "45000171", "vendor_id": "1", "currency": "USD", "lines": []}], change)

    assert [replay(house, house.library, one).text for one in ids(house)] == before


def test_without_a_statement_the_store_is_asked_as_of_the_day(house: House) -> None:
    before = {one: stored(house, one) for one in ids(house)}
    forget_statements(house)
    with transaction(house.engine) as tx:
        change = begin(tx, at=LATER, by="anna", source="new.csv")
        masterdata.write(tx, master_kinds.VENDORS, [{**VENDOR, "gl_account": "499999"}], change)

    after = {one: replay(house, house.library, one) for one in before}

    assert [compare(before[one], after[one]) for one in before] == [None] * len(before)
    assert all("vendors" in one.asked_anew for one in after.values())


def test_a_question_that_was_asked_is_not_asked_anew(house: House) -> None:
    assert {replay(house, house.library, one).asked_anew for one in ids(house)} == {()}


def test_other_rules_give_another_outcome(house: House) -> None:
    strict = with_limit(house.library, Decimal(10))

    moved = [
        one for one in ids(house) if replay(house, strict, one).decision.route != stored(house, one).decision.route
    ]

    assert len(moved) == 2  # invoices that name no order
    assert {replay(house, strict, one).decision.reasons for one in moved} == {("large_without_order",)}


def test_a_replay_writes_nothing(house: House) -> None:
    before = dump(house)

    for start in ("pages", "extraction"):
        list(replay_many(house, with_limit(house.library, Decimal(10)), ids(house), workers=1, from_=start))

    assert dump(house) == before


@pytest.mark.slow
def test_many_are_replayed_in_processes_in_order(house: House) -> None:
    wanted = list(reversed(ids(house))) * 24

    here = [one.text for one in replay_many(house, house.library, wanted, workers=1)]
    there = [one.text for one in replay_many(house, house.library, wanted, workers=2)]

    assert here == there


def test_no_more_is_taken_than_is_wanted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime.replaying._BATCH", 2)
    taken: list[str] = []

    def endless() -> Iterator[str]:
        while True:
            taken.extend(ids(house)[:1])
            yield taken[-1]

    found = replay_many(house, house.library, endless(), workers=1)

    assert [next(found).document_id for _ in range(3)] == taken[:3]
    assert len(taken) == 4


@pytest.mark.slow
def test_the_outcome_is_the_same_in_another_process_zone_and_language(house: House) -> None:
    surroundings = {"PYTHONHASHSEED": "7", "TZ": "Asia/Kolkata", "LC_ALL": "C", "LANG": "C"}
    wanted = ids(house)

    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(house.settings.home), *wanted], cwd=CHECKOUT, check=True,
        env={**os.environ, **surroundings}, capture_output=True, text=True,
    )  # fmt: skip

    here = [digest(replay(house, house.library, one).model_dump(mode="json")) for one in wanted]
    assert done.stdout.split() == here


def test_a_document_that_was_never_judged_is_said_to_be_so(house: House) -> None:
    with pytest.raises(Nothing, match="never judged"):
        stored(house, "f" * 64)


def test_pages_that_are_not_kept_are_asked_for_in_vain(house: House) -> None:
    one = ids(house)[0]
    with transaction(house.engine) as tx:
        tx.execute(delete(tables.step_results).where(tables.step_results.c.kind == "reading"))

    with pytest.raises(Nothing, match="not kept"):
        replay(house, house.library, one, from_="pages")
    assert replay(house, house.library, one).text == stored(house, one).text


def test_a_flow_that_was_asked_for_in_a_version_that_is_gone_is_found_by_name(house: House) -> None:
    one = next(one for one in ids(house) if stored(house, one).decision.route == "post")
    with transaction(house.engine) as tx:
        documents.set_flow(tx, one, "ap_invoice@7")

    assert replay(house, house.library, one).text == stored(house, one).text


def test_a_document_that_no_flow_takes_goes_to_people(house: House) -> None:
    nothing_live = house.library.environment.model_copy(update={"flows": ()})

    judged = replay(house, changed(house.library, environment=nothing_live), ids(house)[0])

    assert (judged.decision.route, judged.decision.reasons[-1]) == ("review", "no_flow")
