"""Exchange rates for mappings: asked when a document is judged, so that its payload is the same whenever it is made again."""

from datetime import date

from engine.content.converters import Rates
from engine.content.flow import Flow
from engine.content.library import Library
from engine.model.decision import Decision
from engine.model.masterdata import ExchangeRate
from engine.model.record import Match, Record
from engine.runtime import questions
from engine.runtime.witness import Witness
from engine.stages.items import made_of


def rates_of(witness: Witness) -> Rates:
    """Return who tells mappings what a currency cost on a day."""

    def ask(from_currency: str, to_currency: str, *, on: date, rate_type: str) -> ExchangeRate | None:
        return witness.ask(questions.exchange_rate(from_currency, to_currency, on=on, rate_type=rate_type))

    return ask


def hear(
    witness: Witness, record: Record, decision: Decision, *, flow: Flow, library: Library, vendor: Match, order: Match
) -> None:
    """Ask for the rates that posting a document will need, so that they stand in its statement."""
    if decision.route != "post":
        return
    for send in flow.sends:
        matrix = library.matrices[send.mapping]
        if matrix.converts_currency:
            made_of(
                record, matrix=matrix, vendor=vendor, order=order, environment=library.environment,
                rates=rates_of(witness),
            )  # fmt: skip
