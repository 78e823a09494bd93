"""Environments: which flow versions are live and what their names are bound to, without any secret in the file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from engine.content import strict_yaml
from engine.content.alert_policy import AlertWay
from engine.content.calendar import Calendar, Schedule, Window, schedule_of
from engine.content.facts import Name
from engine.content.flow import Ref
from engine.content.followed import SourceBinding
from engine.content.hosts import hosts_in, misplaced
from engine.content.promotion_policy import PromotionPolicy
from engine.content.retention_policy import Keep
from engine.content.secrecy import SECRET_NAME, is_reference, refuse_secrets
from engine.content.webhook_policy import WebhookPolicy
from engine.model.call_limits import CallLimits
from engine.model.rights import FieldGroup
from engine.model.value import Value


class Entity(Value):
    """One company of ours: the buyer on the documents that concern us."""

    code: str = Field(min_length=1)
    """Company code in the ERP."""
    name: str = Field(min_length=1)
    tax_id: str | None = None
    country: str = Field(pattern=r"^[A-Z]{2}$")
    """ISO 3166 alpha-2."""
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    """Accounting currency (ISO 4217); not written: that of the country."""
    aliases: tuple[str, ...] = ()
    """Other spellings under which suppliers write to it."""


class Company(Value):
    """The companies this hub works for."""

    entities: tuple[Entity, ...] = Field(min_length=1)


class TargetLimits(Value):
    """What all workers together may ask of a target; what is not written is as the adapter's manifest says."""

    concurrency: int | None = Field(default=None, ge=1, le=1000)
    """Calls at the same time."""
    calls: int | None = Field(default=None, ge=1)
    """Calls that may begin within `per_seconds`."""
    per_seconds: int | None = Field(default=None, ge=1, le=86_400)
    failures: int | None = Field(default=None, ge=1)
    """Failures in a row after which the target is left alone."""
    pause_seconds: int | None = Field(default=None, ge=0)
    """How long it is left alone before one probe; every failed probe doubles it, up to `most_pause_seconds`."""
    most_pause_seconds: int | None = Field(default=None, ge=0)

    def over(self, manifest: CallLimits) -> CallLimits:
        """Return the limits of an adapter with what is written here in their place. Raises ValidationError."""
        return CallLimits.model_validate({**manifest.model_dump(), **self.model_dump(exclude_none=True)})


class Binding(Value):
    """What a target's name means here."""

    adapter: Name
    settings: Mapping[str, Any] = {}
    """Checked against the adapter's manifest at start. Secrets are references: `{env: NAME}`, `{file: path}`, `{keyring: ...}`."""
    limits: TargetLimits = TargetLimits()
    window: Window | None = None
    """When operations may leave; at any time when not said."""
    sensitive: tuple[FieldGroup, ...] = ()
    """Groups of sensitive fields that may be sent there; a live flow that would send others is refused."""


class Expectation(Value):
    """What should have been posted by now; an alarm is raised when it was not."""

    flow: Name | None = None
    target: Name | None = None
    at_least: int = Field(default=1, ge=1)
    within_hours: int = Field(default=24, ge=1, le=8760)
    on: Name | None = None
    """Calendar on whose days the hours are counted; every day when not said."""

    @model_validator(mode="after")
    def _of_something(self) -> "Expectation":
        if self.flow is None and self.target is None:
            raise ValueError("an expectation names a `flow`, a `target`, or both")
        return self

    @property
    def subject(self) -> str:
        """What is expected, in one word."""
        return "/".join(filter(None, (self.flow, self.target)))


class AlarmLimits(Value):
    """How long something may stand still before it is an alarm."""

    waiting_hours: int = Field(default=24, ge=1)
    """Planned, and not behind a closed window."""
    unknown_hours: int = Field(default=1, ge=1)
    unacknowledged_hours: int = Field(default=24, ge=1)
    """Delivered, and the target did not say yes or no."""


class Environment(Value):
    """One environment. Promotion changes which file is in force, never a file's meaning."""

    name: Name
    kind: Literal["development", "test", "production"]
    flows: tuple[Ref, ...] = ()
    """Live flows in order: the first whose `when` fits takes the document. Written here by hand, or else in a live set."""
    targets: Mapping[Name, Binding] = Field(min_length=1)
    sources: Mapping[Name, SourceBinding] = {}
    """Systems that are followed."""
    company: Company
    promotion: PromotionPolicy = PromotionPolicy()
    """What it takes before a version goes live here."""
    xref: Mapping[Name, Mapping[str, str]] = {}
    """Cross-reference overlays of this environment by table: our value -> theirs."""
    calendars: Mapping[Name, Calendar] = {}
    expects: tuple[Expectation, ...] = ()
    alarms: AlarmLimits = AlarmLimits()
    alerts: Mapping[Name, AlertWay] = {}
    """Ways by which people are told of alarms. A mail server may be that of all environments, so it is none of `hosts`."""
    webhooks: WebhookPolicy = WebhookPolicy()
    retention: tuple[Keep, ...] = ()
    """How long documents are kept; the first row that fits counts."""

    @field_validator("flows")
    @classmethod
    def _each_once(cls, flows: tuple[str, ...]) -> tuple[str, ...]:
        names = [ref.partition("@")[0] for ref in flows]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"{twice} is live twice; one version of a flow is live at a time")
        return flows

    @model_validator(mode="after")
    def _known_names(self) -> "Environment":
        calendars = ", ".join(self.calendars) or "none"
        for name, binding in self.targets.items():
            if binding.window is not None and binding.window.calendar not in (None, *self.calendars):
                raise ValueError(
                    f"targets.{name}.window: no calendar {binding.window.calendar}; there are: {calendars}"
                )
        for name, source in self.sources.items():
            if source.target not in self.targets:
                raise ValueError(f"sources.{name}: no target {source.target}; there are: {', '.join(self.targets)}")
        for one in self.expects:
            if one.on not in (None, *self.calendars):
                raise ValueError(f"expects: no calendar {one.on}; there are: {calendars}")
            if one.target not in (None, *self.targets):
                raise ValueError(f"expects: no target {one.target}; there are: {', '.join(self.targets)}")
        return self

    def schedule(self, target: str) -> Schedule | None:
        """Return when operations may leave to a target; None: at any time."""
        window = self.targets[target].window if target in self.targets else None
        if window is None:
            return None
        return schedule_of(window, self.calendars.get(window.calendar) if window.calendar is not None else None)

    def hosts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield every host that a binding names, with the path in the file."""
        for name, binding in self.targets.items():
            for key, value in binding.settings.items():
                yield from hosts_in(value, ("targets", name, "settings", key))
        for name, source in self.sources.items():
            for key, value in source.settings.items():
                yield from hosts_in(value, ("sources", name, "settings", key))


def load_environments(folder: Path) -> Mapping[str, Environment]:
    """Read every environment file and check them against each other.

    Raises ContentError when a secret is written out, when production names a place to try things, or when another
    environment names a production host.
    """
    sources = {file.stem: strict_yaml.load(file) for file in sorted(folder.glob("*.yaml"))}
    environments = {stem: strict_yaml.parse(source, Environment) for stem, source in sources.items()}
    live = {host for one in environments.values() if one.kind == "production" for _, host in one.hosts()}
    for stem, environment in environments.items():
        source = sources[stem]
        if environment.name != stem:
            raise source.error(f"the file is called {stem}.yaml, so the name must be {stem}", "name")
        for path in _written_secrets(environment):
            raise source.error(
                "a secret may not stand in a file; write {env: NAME}, {file: path} or {keyring: service/name}", *path
            )
        for path, host in environment.hosts():
            if host.startswith("{"):
                raise source.error("a host stands here in plain text, so that it can be checked", *path)
            if wrong := misplaced(environment.kind, host, live):
                raise source.error(wrong, *path)
    refuse_secrets(sorted(folder.rglob("*.yaml")))
    return environments


def _written_secrets(environment: Environment) -> Iterator[tuple[str, ...]]:
    for name, binding in environment.targets.items():
        yield from _secrets(binding.settings, ("targets", name, "settings"))
    for name, source in environment.sources.items():
        yield from _secrets(source.settings, ("sources", name, "settings"))


def _secrets(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the paths, however deep, of values that are named like a secret and are no reference."""
    if SECRET_NAME.search(path[-1]) and value is not None and not is_reference(value):
        yield path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _secrets(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _secrets(inner, path)
