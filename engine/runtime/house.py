"""The composition root: everything that steps need, put together once at start."""

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import ValidationError
from sqlalchemy import Engine

from engine.content.library import Library
from engine.content.secrecy import is_reference
from engine.model.call_limits import CallLimits
from engine.model.errors import ContentError
from engine.ports import Blobs, Clock, MovesIn, Plug, Surroundings, Target
from engine.runtime import plugs as plug_discovery
from engine.runtime.clock import SystemClock
from engine.runtime.settings import Settings, secret
from engine.stages.decide import RuleBook
from engine.store import database
from engine.store.blobs import FsspecBlobs

_COLLECT_AFTER = 10_000
"""New objects between two looks for cycles; Python's 700 suits small programs."""


@dataclass(frozen=True)
class House:
    """One running hub: settings, knowledge, store, plugs and clock. Built by `open_house`, passed to every step."""

    settings: Settings
    library: Library
    engine: Engine
    blobs: Blobs
    plugs: Mapping[str, Plug]
    clock: Clock
    out: Path
    rulebooks: Mapping[str, RuleBook]
    _targets: dict[str, Target] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def target(self, name: str, *, anew: bool = False) -> Target:
        """Return a connected target of the environment. Raises ContentError for an unknown name or a missing credential.

        `anew` connects again, with credentials as they are now.
        """
        with self._lock:
            if anew:
                self._targets.pop(name, None)
            if name not in self._targets:
                binding = self.library.environment.targets.get(name)
                if binding is None:
                    known = ", ".join(self.library.environment.targets)
                    raise ContentError(f"no target {name!r}; there are: {known}", file=self.library.environment.name)
                settings = resolve(binding.settings, out=self.out, target=name)
                target = self.plugs[binding.adapter].target(settings)
                if isinstance(target, MovesIn):
                    target.move_in(self.surroundings(name))
                self._targets[name] = target
            return self._targets[name]

    def connected(self, name: str) -> Target | None:
        """Return a target that is connected, or None: nobody waits for a connection here."""
        return self._targets.get(name)

    def limits(self, target: str) -> CallLimits:
        """Return what all workers together may ask of a target: its binding's limits over its adapter's."""
        binding = self.library.environment.targets.get(target)
        if binding is None:
            return CallLimits()
        return binding.limits.over(self.plugs[binding.adapter].manifest.limits)

    def surroundings(self, target: str) -> Surroundings:
        """Return what a target, or what lists its master data, may use of this house."""
        return Surroundings(self.blobs, self.settings.home.resolve() / "targets" / target)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_house(
    settings: Settings, *, environment: str | None = None, out: Path | None = None, clock: Clock | None = None
) -> House:
    """Load and check all knowledge, open the database and bring it up to date.

    Raises ContentError when any file is broken: a hub with broken rules does not start.
    """
    # pages are thousands of small values that live for one document: looking for cycles so often costs a fifth
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
    settings.home.mkdir(parents=True, exist_ok=True)
    library = Library.load(settings.content_folder(), environment or settings.env)
    plugs = plug_discovery.discover()
    check_bindings(library, plugs)
    engine = database.connect(settings.sql_url())
    database.migrate(engine)
    blobs_url = settings.blobs_url or str(settings.home.resolve() / "blobs")
    return House(
        settings=settings,
        library=library,
        engine=engine,
        blobs=FsspecBlobs(blobs_url, cache_dir=settings.home.resolve() / "cache"),
        plugs=plugs,
        clock=clock or SystemClock(),
        out=(out or settings.home / "out").resolve(),
        rulebooks={ref: RuleBook(ruleset, library.facts) for ref, ruleset in library.rulesets.items()},
    )


def resolve(binding: Mapping[str, Any], *, out: Path, target: str) -> dict[str, Any]:
    """Fill `{out}` and credential references of a binding in. Raises ContentError naming a missing credential."""
    resolved: dict[str, Any] = {}
    for name, value in binding.items():
        if isinstance(value, str):
            resolved[name] = value.replace("{out}", str(out))
        elif is_reference(value):
            try:
                resolved[name] = secret(dict(value))
            except LookupError as e:
                raise ContentError(f"{name}: {e}", file=f"target {target}") from e
        else:
            resolved[name] = value
    return resolved


def check_bindings(library: Library, plugs: Mapping[str, Plug]) -> None:
    """Refuse bindings and matrix options that the adapter's manifest does not allow."""
    for name, binding in library.environment.targets.items():
        plug = plugs.get(binding.adapter)
        if plug is None:
            raise ContentError(
                f"no adapter {binding.adapter!r}; there are: {', '.join(sorted(plugs))}",
                file=f"environments/{library.environment.name}.yaml", path=f"targets.{name}.adapter",
            )  # fmt: skip
        try:
            binding.limits.over(plug.manifest.limits)
        except ValidationError as e:
            raise ContentError(
                e.errors()[0]["msg"].removeprefix("Value error, "),
                file=f"environments/{library.environment.name}.yaml", path=f"targets.{name}.limits",
            ) from e  # fmt: skip
        _check(
            _with_credentials(binding.settings, plug.manifest.secrets),
            plug.manifest.settings_schema,
            f"environments/{library.environment.name}.yaml",
            f"targets.{name}.settings",
        )
    _check_sources(library, plugs)
    for ref, matrix in library.matrices.items():
        if matrix.target.adapter in plugs:
            _check(
                matrix.options,
                plugs[matrix.target.adapter].manifest.options_schema,
                f"mappings/outbound/{ref}",
                "options",
            )


def _check_sources(library: Library, plugs: Mapping[str, Plug]) -> None:
    """Refuse sources of systems that tell of no changes, and settings that their adapter does not allow."""
    environment = library.environment
    file = f"environments/{environment.name}.yaml"
    for name, source in environment.sources.items():
        target = environment.targets[source.target]
        manifest = plugs[target.adapter].manifest
        if "source" not in manifest.kind:
            raise ContentError(
                f"adapter {target.adapter!r} tells of no changes", file=file, path=f"sources.{name}.target"
            )
        settings = _with_credentials({**target.settings, **source.settings}, manifest.secrets)
        _check(settings, manifest.settings_schema, file, f"sources.{name}.settings")


def _with_credentials(binding: Mapping[str, Any], secrets: Sequence[str]) -> dict[str, Any]:
    """Put a text in the place of each credential reference: the manifest describes the credential, not the reference."""
    return {
        name: "given" if name in secrets and isinstance(value, Mapping) else value for name, value in binding.items()
    }


def _check(data: Mapping[str, Any], schema: Mapping[str, Any], file: str, path: str) -> None:
    error = next(iter(sorted(Draft202012Validator(schema).iter_errors(data), key=lambda e: list(e.path))), None)
    if error is not None:
        where = ".".join([path, *map(str, error.absolute_path)])
        raise ContentError(error.message, file=file, path=where)
