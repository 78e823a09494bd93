"""Lets a vendor's earlier invoices tell which part of a date is the month."""

from engine.model.document import Document
from engine.model.record import Record
from engine.runtime import matching, questions
from engine.runtime.house import House
from engine.runtime.witness import Witness
from engine.stages.seen import flow_for
from engine.stages.values.date_order import Habit


def of_vendor(house: House, document: Document, record: Record, *, witness: Witness) -> Habit:
    """Return how the vendor of a record wrote dates before; nothing where it is not known who it is."""
    flow = flow_for(house.library, document, record)
    if flow is None:
        return Habit()
    vendor = matching.match(house, record, flow, witness=witness)["vendor"]
    if vendor.outcome != "one" or vendor.chosen is None:
        return Habit()
    return witness.ask(questions.date_habit(vendor.chosen.id, but=document.id))
