"""Facts that repeat a field of the record, so that a rule may test any field without a function of its own."""

from engine.content.facts import Fact
from engine.model.decision import FactValue
from engine.stages.facts.case import Case
from engine.stages.validate import day


def repeated(fact: Fact, case: Case) -> FactValue:
    """Return the value of the field that a fact repeats, or None when it is not there or no such value.

    Unit `minor`: the amount in minor units of the document's currency. `days`: from the date to the arrival, negative for
    days to come. Another unit: the whole number.
    """
    name = fact.field or ""
    if fact.type == "text":
        return case.record.value(name) or None
    if fact.unit == "minor":
        return case.minor(name)
    if fact.unit == "days":
        then = day(case.record, name)
        return None if then is None or case.received_on is None else (case.received_on - then).days
    text = (case.record.value(name) or "").strip()
    return int(text) if text.removeprefix("-").isdecimal() else None
