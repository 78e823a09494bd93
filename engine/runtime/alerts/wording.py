"""What an alert says: what is wrong, what to do, and where to look; one message for all that happened at once."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from engine.content.environment import Environment
from engine.model.alarm import AlarmKind
from engine.store.alerts import Alert

_MOST = 20
"""Alarms that are told in full in one message."""
_LONGEST = 600
_SHOWN_AS: dict[AlarmKind, str] = {
    "nothing_posted": "nothing posted", "deadline_passed": "deadline passed", "waits_too_long": "waits too long",
    "unknown_too_long": "unknown whether it arrived", "unacknowledged": "not acknowledged",
    "breaker_open": "target left alone", "operation_shares_object": "two operations, one object",
    "answer_contradicts": "answers contradict", "source_silent": "source is silent",
    "source_refused": "source shows nothing", "webhook_fails": "webhook fails", "parked": "parked",
    "review_overdue": "review overdue",
}  # fmt: skip
_PAGES: dict[AlarmKind, str] = {
    "deadline_passed": "/control/operations", "waits_too_long": "/control/operations?state=planned",
    "unknown_too_long": "/control/operations?state=unknown", "unacknowledged": "/control/operations?state=delivered",
    "parked": "/control/operations?state=parked", "review_overdue": "/desk",
}  # fmt: skip


class Note(NamedTuple):
    """One alarm as it is told."""

    title: str
    text: str
    url: str | None
    """The page on which one looks; None when nobody said under which address the pages are."""


class Message(NamedTuple):
    """One message."""

    title: str
    notes: tuple[Note, ...]
    more: str = ""
    """What is not told in full."""

    @property
    def text(self) -> str:
        """The whole as plain text."""
        parts = [line for one in self.notes for line in (one.title, one.text, one.url or "", "")]
        return "\n".join([*parts, self.more]).strip() + "\n"


def told(alerts: Sequence[Alert], environment: Environment, *, public_url: str | None) -> Message:
    """Return the message of alarms that began or ended, at least one."""
    notes = tuple(_note(one, public_url) for one in alerts[:_MOST])
    begun = sum(one.event == "raised" for one in alerts)
    ended = len(alerts) - begun
    counts = ", ".join([*([f"{begun} new"] if begun else []), *([f"{ended} over"] if ended else [])])
    title = notes[0].title if len(alerts) == 1 else f"Alarms: {counts}"
    left = len(alerts) - len(notes)
    more = f"And {left} more: {link(public_url, '/control') or 'postroom alarms'}" if left else ""
    return Message(f"[Postroom {environment.name}] {title}", notes, more)


def trial(environment: Environment, way: str, *, public_url: str | None) -> Message:
    """Return a message that only shows that a way is open."""
    text = f"This is a test of the way {way}. Alarms of this hub are told here when they begin and when they are over. Nothing has to be done."
    return Message(
        f"[Postroom {environment.name}] test alert", (Note("Test alert", text, link(public_url, "/control")),)
    )


def link(public_url: str | None, path: str) -> str | None:
    """Return the address of a page, or None when nobody said where the pages are."""
    return None if public_url is None else f"{public_url.rstrip('/')}{quote(path, safe='/?=&')}"


def _note(alert: Alert, public_url: str | None) -> Note:
    state = "" if alert.event == "raised" else "Over: "
    title = f"{state}{_SHOWN_AS[alert.kind]}: {alert.subject}"
    moment = f"{alert.since:%Y-%m-%d %H:%M} UTC"
    if alert.event == "cleared":
        text = f"Raised {moment}, over since {alert.made_at:%Y-%m-%d %H:%M} UTC. Nothing has to be done any more."
    else:
        text = f"{_short(alert.message)} (raised {moment})"
    return Note(_line(title), text, link(public_url, _PAGES.get(alert.kind, "/control")))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def _line(text: str) -> str:
    """Return a text in one line of bounded length, without anything that cannot be printed."""
    return "".join(one if one.isprintable() else " " for one in text)[:150]
