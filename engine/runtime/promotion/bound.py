"""Bindings that a version meets anew: what its targets are bound to here, against where the version was tried.

Where a credential is kept is shown, never what it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.content.environment import Environment, load_environments
from engine.content.flow import Flow
from engine.content.library import Library
from engine.content.secrecy import is_reference
from engine.model.errors import PostroomError
from engine.model.gate import Rebound
from engine.model.value import digest
from engine.runtime.house import House

_PLACES = {"env": "environment variable", "file": "file", "keyring": "keyring entry"}


def rebound(house: House, candidate: Library, flow_ref: str, *, came_from: str | None) -> tuple[Rebound, ...]:
    """Return the bindings of a flow's targets that are not the same here as where it was tried.

    That is `came_from`, else the first environment that policy names; without either nothing is compared. Raises
    PostroomError for an unknown environment.
    """
    here = candidate.environment
    source = came_from or next(iter(here.promotion.sources), None)
    if source is None:
        return ()
    known = load_environments(house.settings.content_folder() / "environments")
    if source not in known:
        raise PostroomError(f"There is no environment {source!r}; there are: {', '.join(known)}.")
    return tuple(_differing(candidate.flows[flow_ref], known[source], here))


def digest_of(found: tuple[Rebound, ...]) -> str | None:
    """Return one SHA-256 over bindings that differ, by which it is known that somebody agreed to them; None for none."""
    return digest([one.model_dump(mode="json") for one in found]) if found else None


def _differing(flow: Flow, there: Environment, here: Environment) -> Iterator[Rebound]:
    for target in dict.fromkeys(send.target for send in flow.sends):
        was, now = _bound(there, target), _bound(here, target)
        for name in sorted({*was, *now}):
            if was.get(name) != now.get(name):
                yield Rebound(name=f"{target}.{name}", there=was.get(name), here=now.get(name), source=there.name)


def _bound(environment: Environment, target: str) -> dict[str, str]:
    """Return what a target's name means in an environment, setting by setting, in words."""
    binding = environment.targets.get(target)
    if binding is None:
        return {}
    return {"adapter": binding.adapter, **dict(_said(binding.settings, ""))}


def _said(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if is_reference(value):
        ((place, where),) = value.items()
        yield path, f"{_PLACES[place]} {where}"
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _said(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _said(inner, f"{path}[{index}]")
    else:
        yield path, "yes" if value is True else "no" if value is False else str(value)
