"""Environments: which flow versions are live and what their names are bound to, without any secret in the file."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from engine.content import strict_yaml
from engine.content.facts import Name
from engine.content.flow import Ref
from engine.content.promotion_policy import PromotionPolicy
from engine.model.value import Value

_SECRET = re.compile(r"(^|_)(password|passphrase|secret|token|api_key|private_key|client_secret)$")
_TRYOUT = re.compile(
    r"(^|[.\-_])(localhost|sandbox|test|tst|dev|qa|uat|stage|staging|demo|preprod|example)\d*($|[.\-_])"
)
_LOOPBACK = re.compile(r"^(127\.|0\.0\.0\.0$|::1$|\[::1\]$)")
_LIVE = re.compile(r"(^|[.\-_])(prod|prd|production|live)\d*($|[.\-_])")


class Entity(Value):
    """One company of ours: the buyer on the documents that concern us."""

    code: str = Field(min_length=1)
    """Company code in the ERP."""
    name: str = Field(min_length=1)
    tax_id: str | None = None
    country: str = Field(pattern=r"^[A-Z]{2}$")
    """ISO 3166 alpha-2."""
    aliases: tuple[str, ...] = ()
    """Other spellings under which suppliers write to it."""


class Company(Value):
    """The companies this hub works for."""

    entities: tuple[Entity, ...] = Field(min_length=1)


class Binding(Value):
    """What a target's name means here."""

    adapter: Name
    settings: Mapping[str, Any] = {}
    """Checked against the adapter's manifest at start. Secrets are references: `{env: NAME}` or `{file: path}`."""


class Environment(Value):
    """One environment. Promotion changes which file is in force, never a file's meaning."""

    name: Name
    kind: Literal["development", "test", "production"]
    flows: tuple[Ref, ...] = ()
    """Live flows in order: the first whose `when` fits takes the document. Written here by hand, or else in a live set."""
    targets: Mapping[Name, Binding] = Field(min_length=1)
    company: Company
    promotion: PromotionPolicy = PromotionPolicy()
    """What it takes before a version goes live here."""
    xref: Mapping[Name, Mapping[str, str]] = {}
    """Cross-reference overlays of this environment by table: our value -> theirs."""

    @field_validator("flows")
    @classmethod
    def _each_once(cls, flows: tuple[str, ...]) -> tuple[str, ...]:
        names = [ref.partition("@")[0] for ref in flows]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"{twice} is live twice; one version of a flow is live at a time")
        return flows

    def hosts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield every host that a binding names, with the path in the file."""
        for name, binding in self.targets.items():
            for key, value in binding.settings.items():
                if host := _host(key, value):
                    yield ("targets", name, "settings", key), host


def _host(key: str, value: object) -> str | None:
    if isinstance(value, str) and "://" in value:
        return urlsplit(value).hostname
    return str(value).lower() if key == "host" or key.endswith("_host") else None


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
            raise source.error("a secret may not stand in a file; write {env: NAME} or {file: path}", *path)
        for path, host in environment.hosts():
            if host.startswith("{"):
                raise source.error("a host stands here in plain text, so that it can be checked", *path)
            if wrong := _misplaced(environment.kind, host, live):
                raise source.error(wrong, *path)
    return environments


def _written_secrets(environment: Environment) -> Iterator[tuple[str, ...]]:
    for name, binding in environment.targets.items():
        for key, value in binding.settings.items():
            if _SECRET.search(key) and not _is_reference(value):
                yield ("targets", name, "settings", key)


def _is_reference(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) == 1
        and all(key in {"env", "file"} and isinstance(place, str) and place for key, place in value.items())
    )


def _misplaced(kind: str, host: str, live: set[str]) -> str | None:
    """Return why a host may not stand in an environment of this kind, or None."""
    if kind == "production":
        if _TRYOUT.search(host) or _LOOPBACK.search(host):
            return f"production may not name {host}, which is a place to try things"
        return None
    if host in live:
        return f"{host} is a production host; only a production environment may name it"
    return (
        f"{host} reads like a production host; only a production environment may name it"
        if _LIVE.search(host)
        else None
    )
