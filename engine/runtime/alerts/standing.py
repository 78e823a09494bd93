"""By which ways people are told of alarms, as the environment's policy is read, and how each way stands."""

from datetime import datetime

from engine.content.alert_policy import AlertWay, MailWay
from engine.model.alarm import Alarm, AlarmKind
from engine.model.value import Value
from engine.runtime import bindings
from engine.runtime.house import House
from engine.store import alerts
from engine.store.database import reading

_SECURITY = {"starttls": "STARTTLS", "tls": "TLS", "none": "not encrypted"}


class WayStanding(Value):
    """One way by which alarms are told. No secret stands in it, only where it is kept."""

    name: str
    kind: str
    """`email`, `slack`, `teams`."""
    leads: str
    """Server and port, or where the address of the chat's webhook is kept."""
    to: tuple[str, ...]
    """Addresses of people; empty for chats."""
    only: tuple[AlarmKind, ...]
    """Kinds of alarms that are told this way; empty: all."""
    pause_seconds: int
    lacks: tuple[str, ...]
    """What it needs and is not there, in words; empty when it can be used."""
    last_sent_at: datetime | None
    waiting: int
    """Messages that are still to go out."""
    last_error: str
    """Why the message that was made last did not go out; empty when it did, or none was tried."""


def ways(house: House) -> tuple[WayStanding, ...]:
    """Return the ways of the environment, in its order."""
    return tuple(_way(house, name, way) for name, way in house.library.environment.alerts.items())


def told_by(house: House, alarm: Alarm) -> tuple[str, ...]:
    """Return the names of the ways that tell of an alarm of this kind."""
    return tuple(name for name, way in house.library.environment.alerts.items() if way.wants(alarm.kind))


def _way(house: House, name: str, way: AlertWay) -> WayStanding:
    bound = tuple(bindings.alert_way(name, way))
    with reading(house.engine) as tx:
        sent, waiting = alerts.last_sent(tx, name), alerts.waiting(tx, name)
        last = alerts.latest(tx, limit=1, way=name)
    leads = f"{way.host}:{way.port} ({_SECURITY[way.security]})" if isinstance(way, MailWay) else bound[0].source
    return WayStanding(
        name=name, kind=way.kind, leads=leads, to=way.to if isinstance(way, MailWay) else (), only=way.only,
        pause_seconds=way.pause_seconds, last_sent_at=sent, waiting=waiting, last_error=last[0].error if last else "",
        lacks=tuple(one.note if one.note != "empty" else f"{one.source} is empty" for one in bound if not one.is_well),
    )  # fmt: skip
