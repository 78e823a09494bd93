"""By which day to pay: deadlines as dates."""

import calendar
from datetime import date, timedelta

from engine.model.terms import Deadline

_YEAR = 12


def due_on(deadline: Deadline, issued: date) -> date | None:
    """Return the day a deadline falls on, counted from the date of issue, or None beyond the calendar."""
    try:
        start = month_end(issued) if deadline.month_end == "from" else issued
        day = _later(start, deadline.months, at_end=deadline.month_end == "from") + timedelta(days=deadline.days)
        if deadline.month_end == "then":
            day = month_end(day)
        if deadline.day_of_month is None:
            return day
        return _next_day(day if deadline.month_end == "then" else day - timedelta(days=1), deadline.day_of_month)
    except (ValueError, OverflowError):
        return None


def month_end(day: date) -> date:
    """Return the last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _later(day: date, months: int, *, at_end: bool) -> date:
    """Return the same day some months later, the last one where the month is shorter or the count began at an end."""
    if not months:
        return day
    year, month = divmod(day.year * _YEAR + day.month - 1 + months, _YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, last if at_end else min(day.day, last))


def _next_day(day: date, day_of_month: int) -> date:
    """Return the first such day of a month after a day, the last of the month where it has fewer."""
    following = month_end(day) + timedelta(days=1)
    for first in (day.replace(day=1), following):
        found = first.replace(day=min(day_of_month, calendar.monthrange(first.year, first.month)[1]))
        if found > day:
            return found
    return month_end(following)
