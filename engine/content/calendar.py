"""When something may leave, by the wall clock of a place: business days, hours, holidays and freezes.

Days and hours are local; moments are compared in UTC, so that the nights in which clocks change come out right: an hour
that comes twice is open twice, one that does not come is made up for right after the jump.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, field_validator, model_validator

from engine.model.value import Value

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)")
_WHOLE_DAY = "00:00-24:00"
_FARTHEST_DAYS = 400
"""How far ahead an opening is looked for: a year, and the holidays after it."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as e:
        raise ValueError(f"{name!r} is no time zone; write one such as Europe/Berlin") from e
    return name


def _hours(text: str) -> str:
    if not _HOURS.fullmatch(text) or text[:5] == text[6:]:
        raise ValueError('write hours such as "08:00-18:00", or "22:00-04:00" for over midnight')
    return text


Zone = Annotated[str, AfterValidator(_zone)]
"""Name of the IANA time zone database."""
Hours = Annotated[str, AfterValidator(_hours)]
"""Local wall clock; an end before the beginning is on the next day."""


class Freeze(Value):
    """A time in which nothing may leave: a month-end close, a stop of changes."""

    begins: str = Field(alias="from")
    """Local `2026-11-30` or `2026-11-30T18:00`."""
    ends: str = Field(alias="to")
    """The same; a day alone counts whole."""
    why: str = Field(min_length=1)

    @field_validator("begins", "ends")
    @classmethod
    def _is_moment(cls, text: str) -> str:
        try:
            is_local = datetime.fromisoformat(text).tzinfo is None
        except ValueError:
            is_local = False
        if not is_local:
            raise ValueError(f"{text!r} is no local day or moment; write 2026-11-30 or 2026-11-30T18:00")
        return text

    @model_validator(mode="after")
    def _in_order(self) -> "Freeze":
        if self.local_end <= datetime.fromisoformat(self.begins):
            raise ValueError("a freeze ends after it begins")
        return self

    @property
    def local_end(self) -> datetime:
        """The first local moment after it."""
        end = datetime.fromisoformat(self.ends)
        return end + timedelta(days=1) if "T" not in self.ends else end


class Calendar(Value):
    """Business days of a place."""

    zone: Zone
    days: tuple[Day, ...] = Field(default=DAYS[:5], min_length=1)
    hours: Hours = _WHOLE_DAY
    holidays: tuple[date, ...] = ()
    freeze: tuple[Freeze, ...] = ()

    def schedule(self) -> "Schedule":
        """Return when this calendar is open."""
        return Schedule(self.zone, frozenset(self.days), self.hours, frozenset(self.holidays), self.freeze)


class Window(Value):
    """When operations may leave to a target."""

    calendar: str | None = None
    """Name of a calendar of the environment; without one every day is open."""
    hours: Hours | None = None
    """Those of the calendar when not said."""
    zone: Zone | None = None
    freeze: tuple[Freeze, ...] = ()

    @model_validator(mode="after")
    def _has_zone(self) -> "Window":
        if self.calendar is None and self.zone is None:
            raise ValueError("a window names a `calendar`, or a `zone` by whose clock it is")
        return self


class Opening(NamedTuple):
    """When something may leave."""

    at: datetime | None
    """UTC; None: not within a year."""
    why: str
    """Why not at once; empty when it may."""


class Schedule(NamedTuple):
    """A calendar and a window in one."""

    zone: str
    days: frozenset[str]
    hours: str
    holidays: frozenset[date]
    freezes: tuple[Freeze, ...]

    def opening(self, moment: datetime) -> Opening:
        """Return the first moment from `moment` (with a zone) on at which something may leave, and why not at once."""
        moment = moment.astimezone(UTC)
        why = ""
        for begin, end in self._open_days(moment):
            at = max(begin, moment)
            if at > moment and not why:
                why = f"only {self.hours} ({self.zone}) on {self._said_days()}"
            while (freeze := self._freeze_at(at)) is not None:
                why = f"frozen until {freeze.ends.replace('T', ' ')} ({self.zone}): {freeze.why}"
                at = self._moment(freeze.local_end)
            if at < end:
                return Opening(at, why if at > moment else "")
        return Opening(None, why or "no open day within a year")

    def back(self, moment: datetime, hours: int) -> datetime:
        """Return the moment that lies so many hours before `moment`, counting only hours of open days (all 24 of each)."""
        left, day = timedelta(hours=hours), moment.astimezone(ZoneInfo(self.zone)).date()
        end = moment.astimezone(UTC)
        for _ in range(_FARTHEST_DAYS + hours):
            begin = self._moment(datetime.combine(day, time()))
            if self._is_open_on(day):
                if end - begin >= left:
                    return end - left
                left -= end - begin
            end, day = begin, day - timedelta(days=1)
        return end

    def _open_days(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield when each open day begins and ends (UTC), from the day before `moment`: a night may have begun there."""
        first = moment.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1)
        start, end = self._clock()
        for day in (first + timedelta(days=number) for number in range(_FARTHEST_DAYS)):
            if self._is_open_on(day):
                local = datetime.combine(day, time())
                yield self._moment(local + start), self._moment(local + end, is_end=True)

    def _clock(self) -> tuple[timedelta, timedelta]:
        start, end = (timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in self.hours.split("-"))
        return start, end if end > start else end + timedelta(days=1)

    def _is_open_on(self, day: date) -> bool:
        return DAYS[day.weekday()] in self.days and day not in self.holidays

    def _freeze_at(self, moment: datetime) -> Freeze | None:
        for one in self.freezes:
            if self._moment(datetime.fromisoformat(one.begins)) <= moment < self._moment(one.local_end):
                return one
        return None

    def _moment(self, local: datetime, *, is_end: bool = False) -> datetime:
        """Return a local wall-clock moment in UTC; of one that comes twice the second when it ends something."""
        zone = ZoneInfo(self.zone)
        zoned = local.replace(tzinfo=zone)
        comes_twice = zoned.utcoffset() > zoned.replace(fold=1).utcoffset()  # type: ignore[operator]
        return zoned.replace(fold=int(is_end and comes_twice)).astimezone(UTC)

    def _said_days(self) -> str:
        said = "every day" if len(self.days) == len(DAYS) else ", ".join(day for day in DAYS if day in self.days)
        return f"{said} but holidays" if self.holidays else said


def schedule_of(window: Window, calendar: Calendar | None) -> Schedule:
    """Return a window with the calendar that it names laid under it."""
    own = Schedule(window.zone or "UTC", frozenset(DAYS), window.hours or _WHOLE_DAY, frozenset(), window.freeze)
    if calendar is None:
        return own
    return Schedule(
        window.zone or calendar.zone, frozenset(calendar.days), window.hours or calendar.hours,
        frozenset(calendar.holidays), (*calendar.freeze, *window.freeze),
    )  # fmt: skip
