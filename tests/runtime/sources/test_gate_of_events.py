"""The promotion gate and replay read events again by the matrix that would be in force."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from engine.content.library import Library
from engine.content.ownership import Ownership, Team, Writer
from engine.model.gate import GateReport
from engine.model.page import Reading
from engine.model.value import digest
from engine.runtime import read_with, replay
from engine.runtime.house import House
from engine.runtime.otherwise import Trust
from engine.runtime.promotion.look import Versions, look
from engine.runtime.sources import events
from tests.runtime.sources.following import Portal, ask, crm_and_erp, walk

DEALS = "hubspot.deals"
TRUSTS = {"what is stored is taken over": Trust(permille=0), "all is judged": Trust(is_blind=True)}


@pytest.fixture
def won(empty_house: House) -> Iterator[tuple[House, str, str]]:
    """A house in which two deals were won, one of them without a number of the customer's; the ids of their documents."""
    with crm_and_erp(empty_house) as (house, crm, _):
        portal = Portal(crm)
        for number in ("PO-88", ""):
            portal.deal(number, stage="closedwon")
        first, second = ask(house).documents
        walk(house, first)
        walk(house, second)
        yield house, first, second


def edited(library: Library, **update: Any) -> Library:
    """Return the library with another version of the matrix by which deals are read."""
    matrix = library.inbound[DEALS].model_copy(update=update)
    made = matrix.model_copy(update={"matrix": matrix.matrix.model_copy(update={"version": 2})})
    digests = {ref: sha256 for ref, sha256 in library.digests.items() if ref != f"inbound/{DEALS}@1"}
    return replace(
        library, inbound={DEALS: made}, digests={**digests, f"inbound/{DEALS}@2": digest(made.model_dump(mode="json"))}
    )


def with_row(library: Library, to: str, **update: Any) -> Library:
    matrix = library.inbound[DEALS].matrix
    rows = tuple(row.model_copy(update=update) if row.to == to else row for row in matrix.rows)
    return edited(library, matrix=matrix.model_copy(update={"rows": rows}))


def gate(house: House, candidate: Library, trust: Trust) -> GateReport:
    return look(house, Versions("won_deal_sap", house.library, candidate), by="anna", trust=trust)


@pytest.mark.parametrize("trust", TRUSTS.values(), ids=TRUSTS)
def test_an_edited_row_names_the_events_that_it_changes_and_itself(won: tuple[House, str, str], trust: Trust) -> None:
    house, _, second = won
    other = "value | trim | first_non_empty('DEAL-' ~ record.event_key)"

    report = gate(house, with_row(house.library, "po_number", via=other), trust)

    (change,) = report.changes
    assert (change.document_id, report.failed) == (second, ())
    assert {(one.cause.kind, one.cause.ref) for one in change.effects} == {
        ("inbound", f"inbound/{DEALS}@2#rows.po_number")
    }
    assert "record" in {one.where for effect in change.effects for one in effect.differences}


@pytest.mark.parametrize("trust", TRUSTS.values(), ids=TRUSTS)
def test_a_new_version_that_reads_the_same_changes_nothing(won: tuple[House, str, str], trust: Trust) -> None:
    house = won[0]

    assert gate(house, with_row(house.library, "po_number", why="as they say"), trust).changes == ()


def test_what_a_matrix_would_not_let_through_is_named(won: tuple[House, str, str]) -> None:
    house, first, _ = won

    report = gate(house, edited(house.library, where="record.po_number == ''"), Trust())

    assert first in {change.document_id for change in report.changes}
    assert {effect.cause.ref for change in report.changes for effect in change.effects} == {f"inbound/{DEALS}@2#where"}


@pytest.fixture
def number_changes_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sales may write the order number until the order is posted; the deal's first version is what was posted."""
    writer = Writer(fields=("po_number",), system="crm", until="posted", then="erp")
    team = {"nobody": Team(title="Nobody")}
    ours = Ownership(name="ownership", version=1, teams=team, records={"purchase_order": (writer,)})
    monkeypatch.setattr(events, "_ownership", lambda _: ours)


@pytest.mark.usefixtures("number_changes_hands")
def test_an_event_is_read_again_as_on_its_day_although_its_object_was_posted_since(empty_house: House) -> None:
    with crm_and_erp(empty_house) as (house, crm, _):
        portal = Portal(crm)
        deal = portal.deal("PO-88", stage="closedwon")
        (first,) = ask(house).documents
        walk(house, first)
        portal.change(deal, amount="7")
        (second,) = ask(house).documents
        walk(house, second)

        again = [replay.replay(house, with_row(house.library, "note", why="x"), one) for one in (first, second)]

    assert [one.record.value("po_number") for one in again] == ["PO-88", None]


def test_of_paper_nothing_is_read_again_for_another_matrix(empty_house: House) -> None:
    library = empty_house.library
    made_with = read_with.read_with(library, Reading())

    assert read_with.now(with_row(library, "note", via="'x'"), made_with) == made_with


def test_an_event_names_the_matrix_that_it_was_read_by(won: tuple[House, str, str]) -> None:
    house, first, _ = won

    assert f"inbound/{DEALS}@1" in dict(replay.stored(house, first).decision.digests)
