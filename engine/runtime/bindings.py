"""What an environment binds: each thing resolved without effects, found or missing, and where it comes from."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from engine.content.alert_policy import AlertWay, ChatWay
from engine.content.environment import Binding
from engine.content.flow import Flow
from engine.content.library import Library
from engine.content.needs import unmet
from engine.content.secrecy import is_reference
from engine.model.errors import ContentError, PostroomError
from engine.model.value import Value
from engine.ports import Manifest, Pings, Plug
from engine.runtime.house import check_bindings, resolve
from engine.runtime.settings import secret

State = Literal["found", "missing", "default", "unreachable"]
_PLACES = {"env": "environment variable", "file": "file", "keyring": "keyring entry"}


class Bound(Value):
    """One binding."""

    name: str
    """`erp.private_key`."""
    needed_by: str
    state: State
    """`default`: nothing is written, the adapter takes its own; `unreachable`: a ping failed."""
    source: str
    """Where the value comes from; never a secret itself."""
    note: str = ""

    @property
    def is_well(self) -> bool:
        """Whether work can begin with it."""
        return self.state in {"found", "default"}


def checked(
    root: Path, environment: str, plugs: Mapping[str, Plug], *, out: Path, ping: bool = False
) -> tuple[Bound, ...]:
    """Resolve everything that an environment binds; `ping` also asks its targets whether they are there.

    Content that cannot be loaded is one binding that is missing. Never raises for what it finds.
    """
    try:
        library = Library.load(root, environment)
    except ContentError as e:
        return (
            Bound(name=f"content of {environment}", needed_by="everything", state="missing", source="", note=e.message),
        )
    found = list(bound(library, plugs))
    if ping and all(one.is_well for one in found):
        found += [_pinged(name, binding, plugs, out) for name, binding in library.environment.targets.items()]
    return tuple(found)


def bound(library: Library, plugs: Mapping[str, Plug]) -> tuple[Bound, ...]:
    """Return everything that the live flows of a library need, and what their targets are bound to."""
    found = [one for flow in _live(library) for one in _flow(flow, library)]
    for name, binding in library.environment.targets.items():
        users = [flow.ref for flow in _live(library) if any(send.target == name for send in flow.sends)]
        found += _target(name, binding, plugs, ", ".join(users) or "nobody")
    for name, way in library.environment.alerts.items():
        found += alert_way(name, way)
    try:
        check_bindings(library, plugs)
    except ContentError as e:
        found.append(Bound(name=e.path, needed_by="its adapter", state="missing", source="", note=e.message))
    return tuple(found)


def alert_way(name: str, way: AlertWay) -> Iterator[Bound]:
    """Yield where a way of alerts leads, and whether its secret is there."""
    if isinstance(way, ChatWay):
        yield _setting(f"alerts.{name}.url", way.url, "alerts")
        return
    yield _setting(f"alerts.{name}.host", f"{way.host}:{way.port}", "alerts")
    if way.password is not None:
        yield _setting(f"alerts.{name}.password", way.password, "alerts")


def _live(library: Library) -> list[Flow]:
    return [library.flows[ref] for ref in library.environment.flows]


def _flow(flow: Flow, library: Library) -> Iterator[Bound]:
    """Yield what a live flow needs of the environment."""
    wrong = {need.name: text for need, text in unmet(flow, library.environment)}
    for need in flow.needs:
        told = wrong.get(need.name)
        yield Bound(
            name=need.name, needed_by=flow.ref, state="missing" if told else "found",
            source="" if told else "the environment file", note=told or need.why,
        )  # fmt: skip
    for mapping in flow.mappings:
        for table in library.matrices[mapping].xref_tables:
            size = len(library.environment.xref[table])
            yield Bound(name=f"xref {table}", needed_by=mapping, state="found", source=f"{size} entries")


def _target(name: str, binding: Binding, plugs: Mapping[str, Plug], users: str) -> Iterator[Bound]:
    plug = plugs.get(binding.adapter)
    if plug is None:
        note = f"there are: {', '.join(sorted(plugs))}"
        yield Bound(name=f"{name} (adapter {binding.adapter})", needed_by=users, state="missing", source="", note=note)
        return
    for key, value in binding.settings.items():
        yield _setting(f"{name}.{key}", value, users)
    yield from _unwritten(name, binding, plug.manifest, users)


def _setting(name: str, value: Any, users: str) -> Bound:
    """Return one written setting: a value, or a reference with whether its place holds something."""
    if not is_reference(value):
        return Bound(name=name, needed_by=users, state="found", source="the environment file", note=_short(value))
    ((place, where),) = value.items()
    source = f"{_PLACES[place]} {where}"
    try:
        is_empty = not secret(dict(value))
    except (LookupError, OSError) as e:
        return Bound(name=name, needed_by=users, state="missing", source=source, note=str(e))
    return Bound(
        name=name,
        needed_by=users,
        state="missing" if is_empty else "found",
        source=source,
        note="empty" if is_empty else "",
    )


def _unwritten(name: str, binding: Binding, manifest: Manifest, users: str) -> Iterator[Bound]:
    """Yield required settings that are not written, and those for which the adapter takes a value of its own."""
    schema = manifest.settings_schema
    for key, kind in schema.get("properties", {}).items():
        if key in binding.settings:
            continue
        about = str(kind.get("description", "")) if isinstance(kind, Mapping) else ""
        if key in schema.get("required", ()):
            yield Bound(name=f"{name}.{key}", needed_by=users, state="missing", source="", note=about)
        elif isinstance(kind, Mapping) and "default" in kind:
            yield Bound(
                name=f"{name}.{key}",
                needed_by=users,
                state="default",
                source=f"adapter {binding.adapter}",
                note=_short(kind["default"]),
            )


def _pinged(name: str, binding: Binding, plugs: Mapping[str, Plug], out: Path) -> Bound:
    """Ask one target whether it is there."""
    about = {"name": f"{name} (ping)", "needed_by": "deliveries", "source": f"adapter {binding.adapter}"}
    try:
        target = plugs[binding.adapter].target(resolve(binding.settings, out=out, target=name))
    except PostroomError as e:
        return Bound(**about, state="unreachable", note=e.message)
    if not isinstance(target, Pings):
        return Bound(**about, state="found", note="this adapter cannot be pinged")
    try:
        return Bound(**about, state="found", note=target.ping())
    except PostroomError as e:
        return Bound(**about, state="unreachable", note=e.message)
    finally:
        target.close()


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}\N{HORIZONTAL ELLIPSIS}"  # noqa: PLR2004 - one column of a table
