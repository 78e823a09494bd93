"""Whether an environment binds what a flow needs, written out and of the right type."""

from collections.abc import Iterator
from typing import Any

from engine.content.environment import Environment
from engine.content.flow import Flow, Need
from engine.content.secrecy import is_reference


def unmet(flow: Flow, environment: Environment) -> Iterator[tuple[Need, str]]:
    """Yield the needs of a flow that an environment does not meet, each with what is wrong."""
    for need in flow.needs:
        if wrong := _wrong(need, environment):
            yield need, wrong


def _wrong(need: Need, environment: Environment) -> str | None:
    if need.company is not None:
        codes = [entity.code for entity in environment.company.entities]
        return None if need.company in codes else f"which is none of: {', '.join(codes)}"
    if need.xref is not None:
        return None if need.xref in environment.xref else f"which is none of: {', '.join(environment.xref) or 'none'}"
    target, _, setting = (need.setting or "").partition(".")
    if target not in environment.targets:
        return f"and there is no target {target}"
    settings = environment.targets[target].settings
    if settings.get(setting) is None:
        return "which is not written here; what the adapter takes when nothing is said does not do"
    return _misfit(need.type, settings[setting])


def _misfit(kind: str, value: Any) -> str | None:
    """Return what is wrong with a written value for a type, or None."""
    if kind == "credential":
        return None if is_reference(value) else "as a reference to a credential"
    if kind == "integer":
        return None if isinstance(value, int) and not isinstance(value, bool) else "as a whole number"
    if not isinstance(value, str) or not value.strip():
        return "as text"
    return "as the name of one machine" if kind == "host" and (" " in value or "/" in value) else None
