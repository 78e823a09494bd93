"""Discovery of plugs by entry point, so that a third party adds one without touching this repository."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points

from engine.model.errors import ContentError
from engine.ports import Plug

GROUP = "postroom.adapters"


@cache
def discover() -> Mapping[str, Plug]:
    """Return every installed plug by name. Raises ContentError for one that cannot be loaded or is no plug."""
    plugs: dict[str, Plug] = {}
    for point in entry_points(group=GROUP):
        try:
            plug = point.load()
        except ImportError as e:
            raise ContentError(f"adapter {point.name!r} cannot be imported: {e}", file=point.value) from e
        if not isinstance(plug, Plug):
            raise ContentError(
                f"adapter {point.name!r} does not offer manifest, reader, target, diagnose", file=point.value
            )
        if plug.manifest.name != point.name:
            raise ContentError(
                f"adapter {point.name!r} calls itself {plug.manifest.name!r} in its manifest", file=point.value
            )
        plugs[point.name] = plug
    return plugs
