"""One line about each document: what lists show and searches find."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from engine.store import documents, reviews, summaries
from engine.store.database import reading, transaction
from engine.store.reviews import Urgency
from engine.store.summaries import Scope, Summary, Wanted
from tests.store.factories import document, later

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ROWS = (
    ("Nordlicht Papier GmbH", "RE-1", "invoice", "DE01", 120_00, "ap", 3, 5, ("vendor_unknown",)),
    ("100 % Büro_Bedarf", "RE-2", "invoice", "FR01", 99_999_00, "ap", 1, -1, ("large_without_order",)),
    ("Zonneveld", "GS-3", "credit_note", "DE01", 7, "procurement", 2, 2, ("order_unknown", "order_failed")),
)


@pytest.fixture
def ids(engine: Engine) -> list[str]:
    """Three documents in review, and one that is not."""
    found = []
    with transaction(engine) as tx:
        for number, (vendor, name, kind, entity, stake, team, priority, hours, reasons) in enumerate(ROWS):
            one = document(str(number), received_at=later(number))
            documents.add(tx, one)
            line = Summary(document_id=one.id, vendor=vendor, number=name, type=kind, entity=entity, stake=stake)
            summaries.write(tx, line, name=f"scan-{number}.pdf")
            reviews.open_review(
                tx, document_id=one.id, revision=1, queue=team, reasons=list(reasons), message="Look.", at=NOW,
                urgency=Urgency(team, priority, NOW + timedelta(hours=hours)),
            )  # fmt: skip
            found.append(one.id)
        over = document("3", received_at=later(3))
        documents.add(tx, over)
        summaries.write(tx, Summary(document_id=over.id, vendor="Nordlicht Papier GmbH", number="RE-9"), name="old.pdf")
    return found


def numbers(engine: Engine, wanted: Wanted) -> list[str]:
    with reading(engine) as tx:
        rows = summaries.listed(tx, wanted, most=10)
        assert summaries.count(tx, wanted) == len(rows)
    return [row.summary.number for row in rows]


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        pytest.param(Wanted(only_open=True), ["RE-2", "GS-3", "RE-1"], id="the most urgent first"),
        pytest.param(Wanted(only_open=True, order="stake"), ["RE-2", "RE-1", "GS-3"], id="the most money first"),
        pytest.param(Wanted(only_open=True, order="due"), ["RE-2", "GS-3", "RE-1"], id="due first"),
        pytest.param(Wanted(only_open=True, queue="ap"), ["RE-2", "RE-1"], id="of a queue"),
        pytest.param(Wanted(only_open=True, teams=("procurement",)), ["GS-3"], id="of a team"),
        pytest.param(Wanted(only_open=True, overdue_at=NOW), ["RE-2"], id="overdue"),
        pytest.param(Wanted(only_open=True, reason="order_failed"), ["GS-3"], id="by any of its reasons"),
        pytest.param(Wanted(only_open=True, reason="order"), [], id="a part of a reason is none"),
        pytest.param(Wanted(text="nordlicht", order="oldest"), ["RE-1", "RE-9"], id="words of the vendor"),
        pytest.param(Wanted(text="NORDLICHT re-1"), ["RE-1"], id="each word somewhere"),
        pytest.param(Wanted(text="scan-2"), ["GS-3"], id="the name of the file"),
        pytest.param(Wanted(text="100 % büro_"), ["RE-2"], id="signs that mean something to databases"),
        pytest.param(Wanted(text="%"), ["RE-2"], id="a lone percent sign is no joker"),
        pytest.param(Wanted(type="credit_note"), ["GS-3"], id="of a type"),
        pytest.param(Wanted(within=()), [], id="who reaches nothing"),
        pytest.param(Wanted(within=(Scope(entities=("FR01",)),)), ["RE-2"], id="of a company"),
        pytest.param(
            Wanted(within=(Scope(types=("credit_note",)), Scope(entities=("FR01",), team="ap"))), ["RE-2", "GS-3"],
            id="what one of several grants reaches",
        ),
        pytest.param(Wanted(within=(Scope(entities=("FR01",), team="procurement"),)), [], id="all parts of one grant"),
    ],
)  # fmt: skip
def test_a_list_shows_what_is_asked_for(engine: Engine, ids: list[str], wanted: Wanted, shown: list[str]) -> None:
    assert len(ids) == len(ROWS)
    assert numbers(engine, wanted) == shown


def test_a_document_is_found_by_the_beginning_of_its_id(engine: Engine, ids: list[str]) -> None:
    assert numbers(engine, Wanted(text=ids[1][:12])) == ["RE-2"]


def test_a_list_comes_in_pages(engine: Engine, ids: list[str]) -> None:
    assert len(ids) == len(ROWS)
    with reading(engine) as tx:
        first = summaries.listed(tx, Wanted(only_open=True), most=2)
        rest = summaries.listed(tx, Wanted(only_open=True), most=2, skip=2)

    assert [row.summary.number for row in (*first, *rest)] == ["RE-2", "GS-3", "RE-1"]


def test_a_line_is_written_over(engine: Engine, ids: list[str]) -> None:
    with transaction(engine) as tx:
        line = summaries.get(tx, ids[0])
        assert line is not None
        summaries.write(tx, line.model_copy(update={"references": "5105600101"}), name="scan-0.pdf")

    assert numbers(engine, Wanted(text="5105600101")) == ["RE-1"]
