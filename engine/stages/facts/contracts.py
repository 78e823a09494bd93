"""Facts about what a customer signed: its term, and who of us delivers."""

from calendar import monthrange
from datetime import date, timedelta

from engine.model.decision import FactValue
from engine.model.field import by_name
from engine.stages.facts.case import Case, fact
from engine.stages.validate import day

_YEAR = 12


@fact
def term_disagrees(case: Case) -> FactValue:
    """Whether beginning, end and length of the term contradict one another; an end may be the last day or the one after it."""
    start, end = day(case.record, "start_date"), day(case.record, "end_date")
    months = (case.record.value("term_months") or "").strip()
    if start is None or end is None:
        return None
    if not months.isdecimal():
        return end < start
    after = _later(start, int(months))
    return end not in {after, after - timedelta(days=1)}


@fact
def lines_without_unit(case: Case) -> FactValue:
    """Name the positions without a business unit, where others name one and the paper has none for all of them."""
    named = ["business_unit" in by_name(row) for row in case.record.lines]
    if not any(named) or case.record.value("business_unit"):
        return None
    return ", ".join(str(at) for at, has_one in enumerate(named, start=1) if not has_one) or None


def _later(start: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month where it has no such day."""
    years, month = divmod(start.month - 1 + months, _YEAR)
    year = min(start.year + years, date.max.year)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
