"""Rates that a mapping needs are heard when a document is judged, and are the same when its payload is made again."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from engine.content.matrix_row import MatrixRow
from engine.model.decision import Decision, Route
from engine.model.master_kinds import kind
from engine.model.record import Match
from engine.runtime.house import House
from engine.runtime.rates import hear, rates_of
from engine.runtime.witness import Live, Recorded
from engine.store import masterdata
from engine.store.database import transaction
from tests.mappings.examples import record_of

DAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 5, tzinfo=UTC)
RECORD = record_of({"invoice_number": "1", "issue_date": "2026-03-04", "currency": "ISK", "total": "1000"})
NOBODY = Match(kind="vendor", outcome="none")


def rated(house: House, rate: str) -> None:
    row = {"from_currency": "ISK", "to_currency": "EUR", "date": "2026-03-01", "rate": rate, "per": "100"}
    with transaction(house.engine) as tx:
        masterdata.write(tx, kind("exchange_rates"), [row])


def heard(house: House, route: Route, *, converts: bool = True) -> Live:
    """Judge under a matrix that may convert a currency."""
    flow = house.library.flows["ap_invoice@1"]
    ref = flow.sends[0].mapping
    via = "value | currency(record.currency, 'EUR', record.issue_date)" if converts else "value"
    row = MatrixRow.model_validate({"to": "x", "from": "total", "via": via})
    matrix = house.library.matrices[ref].model_copy(update={"rows": (row,)})
    library = replace(house.library, matrices={**house.library.matrices, ref: matrix})
    witness = Live(house.engine)
    decision = Decision(
        route=route,
        queue=None,
        reasons=(),
        message="",
        rules=(),
        facts=(),
        confidence=1.0,
        flow=flow.ref,
        ruleset=flow.ruleset,
    )
    hear(witness, RECORD, decision, flow=flow, library=library, vendor=NOBODY, order=NOBODY)
    return witness


def test_a_rate_of_the_statement_stands_whatever_comes_later(empty_house: House) -> None:
    rated(empty_house, "0.70")
    statement = heard(empty_house, "post").statement(NOW)
    rated(empty_house, "0.99")

    recorded = Recorded(empty_house.engine, statement, at=NOW)
    rate = rates_of(recorded)("ISK", "EUR", on=DAY, rate_type="")

    assert rate is not None
    assert (rate.rate, rate.per, rate.on) == (Decimal("0.70"), Decimal(100), date(2026, 3, 1))
    assert recorded.asked_anew == ()


def test_nothing_is_asked_for_a_document_that_is_not_posted_or_a_matrix_that_converts_nothing(
    empty_house: House,
) -> None:
    rated(empty_house, "0.70")

    assert not heard(empty_house, "review").was_told
    assert not heard(empty_house, "post", converts=False).was_told
    assert heard(empty_house, "post").was_told
