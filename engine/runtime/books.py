"""Asks for the exchange rates that a document has to be judged with."""

from datetime import date
from decimal import Decimal

from engine.content.environment import Environment
from engine.model.document import Document
from engine.model.record import Record
from engine.runtime import questions
from engine.runtime.witness import Witness
from engine.stages.books import Books, accounting_currency, rate_of
from engine.stages.scope import entity_of
from engine.stages.validate import day


def books_of(witness: Witness, document: Document, record: Record, environment: Environment) -> Books:
    """Return the books of the company that a document is addressed to, with the rate of its date (else of its arrival)."""
    texts = {field.name: field.value for field in record.fields}
    entity = entity_of(texts, environment.company.entities)
    ours, billed = accounting_currency(entity), record.value("currency") or ""
    on = day(record, "issue_date") or document.received_at.date()
    known = Books(entity=entity.code if entity else "", currency=ours, billed=billed, on=on)
    return known._replace(rate=rate_on(witness, known, on)) if known.needs_rate else known


def rate_on(witness: Witness, books: Books, on: date) -> Decimal | None:
    """Return what a unit of the document's currency is worth in the books on a day; None where no rate is kept."""
    return rate_of(witness.ask(questions.exchange_rate(books.billed, books.currency, on=on)))
