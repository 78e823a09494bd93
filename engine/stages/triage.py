"""How urgent a review item is, and until when it should be done."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from engine.content.routing import Routing, Team
from engine.model.record import Record
from engine.stages.sums import amount

_SATURDAY = 5
_NORMAL, _MOST = 3, 1


class Triage(NamedTuple):
    """Who owns an item, how urgent it is (1 most, 4 least) and when it should be done."""

    team: Team
    priority: int
    due_at: datetime


def triage(record: Record | None, *, routing: Routing, queue: str, now: datetime, is_audit: bool = False) -> Triage:
    """Return owner, priority and due time of an item that is opened now.

    Normal is 3; a large amount, and a payment or discount that is due soon, make it one more urgent each; an audit of what
    is posted is 4. The due time is the owner's hours on weekdays, but not after the end (UTC) of the last day of the
    discount or of payment, unless that is over.
    """
    owner = routing.owner(queue)
    due = later(now, owner.due_hours)
    if record is None or is_audit:
        return Triage(owner.team, _NORMAL + is_audit, due)
    stated = (_date(record, name) for name in ("discount_date", "discount_date_2", "due_date"))
    deadlines = [day for day in stated if day is not None and day >= now.date()]
    soon = now.date() + timedelta(days=routing.soon_days)
    urgent = is_large(record, routing) + any(day <= soon for day in deadlines)
    ends = [datetime.combine(day, time(23, 59), tzinfo=UTC) for day in deadlines]
    return Triage(owner.team, max(_MOST, _NORMAL - urgent), min([due, *ends]))


def later(start: datetime, hours: int) -> datetime:
    """Return the moment so many hours after `start`, not counting Saturdays and Sundays (UTC)."""
    at = _weekday(start.astimezone(UTC))
    left = timedelta(hours=hours)
    while (rest := datetime.combine(at.date() + timedelta(days=1), time(), tzinfo=UTC) - at) < left:
        left -= rest
        at = _weekday(at + rest)
    return at + left


def is_large(record: Record, routing: Routing) -> bool:
    """Return whether the total reaches what the flow calls large in its currency."""
    limit: Decimal | None = routing.large.get(record.value("currency") or "")
    total = amount(record, "total")
    return limit is not None and total is not None and abs(total) >= limit


def _weekday(at: datetime) -> datetime:
    """Return the moment itself, or the start of Monday when it lies on a weekend."""
    while at.weekday() >= _SATURDAY:
        at = datetime.combine(at.date() + timedelta(days=1), time(), tzinfo=UTC)
    return at


def _date(record: Record, name: str) -> date | None:
    try:
        return date.fromisoformat(record.value(name) or "")
    except ValueError:
        return None
