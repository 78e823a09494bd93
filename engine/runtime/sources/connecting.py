"""Sources of the environment, connected."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from engine.content.followed import SourceBinding
from engine.model.errors import ContentError
from engine.ports import HasSource, MovesIn, Plug, Source
from engine.runtime.house import House, resolve


@runtime_checkable
class _Closes(Protocol):
    def close(self) -> None:
        """Let go of connections."""


def binding_of(house: House, name: str) -> SourceBinding:
    """Return a source of the environment. Raises LookupError for an unknown name, with those that there are."""
    known = house.library.environment.sources
    if name not in known:
        raise LookupError(f"There is no source {name}; there are: {', '.join(known) or 'none'}.")
    return known[name]


def plug_of(house: House, binding: SourceBinding) -> tuple[Plug, Mapping[str, Any]]:
    """Return the plug of a source and its settings, with references not resolved."""
    target = house.library.environment.targets[binding.target]
    return house.plugs[target.adapter], {**target.settings, **binding.settings}


def connect(house: House, name: str) -> Source:
    """Connect a source. Raises ContentError for a system that tells of no changes or a missing credential."""
    binding = binding_of(house, name)
    plug, settings = plug_of(house, binding)
    if "source" not in plug.manifest.kind or not isinstance(plug, HasSource):
        raise ContentError(
            f"adapter {plug.manifest.name!r} tells of no changes", file=house.library.environment.name,
            path=f"sources.{name}.target",
        )  # fmt: skip
    source = plug.source(resolve(settings, out=house.out, target=binding.target))
    if isinstance(source, MovesIn):
        source.move_in(house.surroundings(binding.target))
    return source


def close(source: Source) -> None:
    """Let go of the connections of a source that has some."""
    if isinstance(source, _Closes):
        source.close()
