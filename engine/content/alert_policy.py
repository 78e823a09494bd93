"""What an environment says about alerts: by which ways people are told of alarms, without any secret in the file."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from engine.content.secrecy import is_reference
from engine.model.alarm import AlarmKind
from engine.model.value import Value

Address = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$", max_length=254)]
Reference = Mapping[str, str]
"""`{env: NAME}`, `{file: PATH}` or `{keyring: service/name}`."""


class _Way(Value):
    """What all ways say."""

    only: tuple[AlarmKind, ...] = ()
    """Kinds of alarms that are told this way; all when none is named."""
    pause_seconds: int = Field(default=60, ge=1, le=86_400)
    """At most one message in this time; what happens meanwhile goes together in the next one."""

    def wants(self, kind: AlarmKind) -> bool:
        """Tell whether alarms of a kind are told this way."""
        return not self.only or kind in self.only


class MailWay(_Way):
    """E-mail through an SMTP server."""

    kind: Literal["email"]
    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`tls` from the first byte on (port 465); `none` only to a relay in one's own network."""
    sender: Address
    to: tuple[Address, ...] = Field(min_length=1)
    username: str | None = None
    password: Reference | None = None

    @field_validator("password")
    @classmethod
    def _by_reference(cls, value: Reference | None) -> Reference | None:
        return None if value is None else _referred(value)


class ChatWay(_Way):
    """An incoming webhook of Slack, or of a workflow in Teams. Whoever knows its address can write there: it is a secret."""

    kind: Literal["slack", "teams"]
    url: Reference

    @field_validator("url")
    @classmethod
    def _by_reference(cls, value: Reference) -> Reference:
        return _referred(value)


AlertWay = Annotated[MailWay | ChatWay, Field(discriminator="kind")]


def _referred(value: Reference) -> Reference:
    if not is_reference(value):
        raise ValueError("a secret is a reference: {env: NAME}, {file: path} or {keyring: service/name}")
    return value
