"""`postroom sandbox`: a stand-in for a system, to try flows against before the real one is bound."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
import yaml
from rich.table import Table
from typer.core import TyperGroup

from adapters.shared.sandbox.faults import KINDS, Fault
from admin.cli.console import err, out
from engine.content.environment import load_environments
from engine.content.secrecy import SECRET_NAME
from engine.model.errors import ContentError
from engine.model.sensitive import GROUPS
from engine.ports import HasSandbox, Plug, StandIn
from engine.runtime.plugs import discover
from engine.runtime.settings import Settings

_HOST = "127.0.0.1"
"""Nothing but this machine reaches a sandbox; a production environment may not name it (engine/content/hosts.py)."""
_PORT = 8765
_FAULT = re.compile(r"(?P<kind>\w+)(?::(?P<times>\d+)(?::(?P<on>\S+))?)?")
_FAULT_HELP = "KIND[:TIMES[:CALLS]], such as commit_then_cut:3 or throttle:2:reads; CALLS are writes, reads, all or a path with *."


class _ServesByDefault(TyperGroup):
    """Reads `postroom sandbox TARGET` as `postroom sandbox serve TARGET`."""

    unnamed = "serve"
    """The command that is meant when none is named (read by tools/reference.py)."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is meant."""
        known = args and (args[0] in self.commands or args[0].startswith("-"))
        return super().resolve_command(ctx, args if known else [self.unnamed, *args])


app = typer.Typer(no_args_is_help=True, cls=_ServesByDefault, help="Stand-ins for systems, to try flows against.")
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")]
Faults = Annotated[list[str] | None, typer.Option("--fault", metavar="FAULT", help=_FAULT_HELP)]


@app.command("serve")
def serve(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="An adapter, or a target of the environment.")],
    *,
    port: Port = _PORT,
    fault: Faults = None,
) -> None:
    """Serve a stand-in for a target's system on this machine, and print the binding to paste. Ctrl-C ends it.

    Refused where a production environment is in force. What it holds is gone when it ends.
    """
    settings = Settings()
    adapter, plug = _plug(settings, target)
    faults = [_read(text) for text in fault or ()]
    try:
        sandbox = plug.sandbox(host=_HOST, port=port)
    except OSError as e:
        raise ContentError(f"port {port} cannot be used: {e.strerror}", file="--port") from e
    for one in faults:
        sandbox.faults.add(one)
    _tell(adapter, plug, sandbox, settings.home / "sandbox")
    try:
        sandbox.serve()
    except KeyboardInterrupt:
        err.print("The sandbox ends; what it held is gone.")


@app.command("faults")
def faults(
    *,
    port: Port = _PORT,
    add: Annotated[list[str] | None, typer.Option(metavar="FAULT", help=_FAULT_HELP)] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Switch all faults off first.")] = False,
    kinds: Annotated[bool, typer.Option("--kinds", help="List the kinds of faults.")] = False,
) -> None:
    """Switch faults of a sandbox that is being served on and off, and show which are on."""
    if kinds:
        out.print("\n".join(KINDS))
        return
    if clear:
        _ask("DELETE", port, "faults")
    for text in add or ():
        one = _read(text)
        _ask("POST", port, "faults", {"kind": one.kind, "times": one.times, "on": one.on})
    table = Table("fault", "times left", "calls", box=None)
    for row in _ask("GET", port, "faults").json():
        table.add_row(row["kind"], str(row["times"]), row["on"])
    out.print(table)


@app.command("objects")
def objects(*, port: Port = _PORT) -> None:
    """Print what stands in a sandbox that is being served, as JSON."""
    typer.echo(json.dumps(_ask("GET", port, "objects").json(), ensure_ascii=False, indent=2))


def _plug(settings: Settings, target: str) -> tuple[str, HasSandbox]:
    """Return the adapter's name and its plug. Raises ContentError where that may not be."""
    root = settings.content_folder()
    environments = load_environments(root / "environments")
    environment = environments.get(settings.env)
    where = f"environments/{settings.env}.yaml"
    if environment is None:
        raise ContentError(f"there is no such environment; there are: {', '.join(environments)}", file=where)
    if environment.kind == "production":
        raise ContentError(
            "a sandbox is not served where a production environment is in force", file=where, path="kind"
        )
    plugs: Mapping[str, Plug] = discover()
    adapter = environment.targets[target].adapter if target in environment.targets else target
    plug = plugs.get(adapter)
    if not isinstance(plug, HasSandbox):
        able = ", ".join(sorted(name for name, one in plugs.items() if isinstance(one, HasSandbox))) or "none"
        raise ContentError(f"{target} has no sandbox; adapters that have one: {able}", file=where)
    return adapter, plug


def _read(text: str) -> Fault:
    match = _FAULT.fullmatch(text)
    if match is None or match["kind"] not in KINDS:
        raise ContentError(
            f"{text!r} is no fault; write {_FAULT_HELP} KIND is one of: {', '.join(KINDS)}", file="--fault"
        )
    kind: Any = match["kind"]
    return Fault(kind, times=int(match["times"] or 1), on=match["on"] or "writes")


def _tell(adapter: str, plug: Any, sandbox: StandIn, folder: Path) -> None:
    """Print the binding, with references where secrets belong, and how to give them."""
    settings, given = dict(sandbox.settings()), []
    for name, value in settings.items():
        if name not in plug.manifest.secrets and not SECRET_NAME.search(name):
            continue
        variable = f"POSTROOM_SANDBOX_{adapter}_{name}".upper()
        if "\n" in str(value):
            settings[name] = {"file": str(_written(folder, variable.lower(), str(value)))}
        else:
            settings[name] = {"env": variable}
            given.append(f"export {variable}='{value}'")
    bound = {"adapter": adapter, "sensitive": sorted(GROUPS), "settings": settings}
    binding = yaml.safe_dump({adapter: bound}, sort_keys=False, allow_unicode=True)
    err.print(
        f"{plug.manifest.title} pretends to be at {sandbox.url}. Below `targets:` of an environment:", highlight=False
    )
    typer.echo(binding + ("\n".join(["", *given, ""]) if given else ""))
    port = sandbox.url.rpartition(":")[2]
    err.print(
        f"Faults: postroom sandbox faults --port {port} --add commit_then_cut:1. Ctrl-C ends it.", highlight=False
    )


def _written(folder: Path, name: str, text: str) -> Path:
    """Write a made-up key where a reference can name it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = (folder / name).resolve()
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path


def _ask(method: str, port: int, what: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
    try:
        answer = httpx.request(method, f"http://{_HOST}:{port}/__sandbox__/{what}", json=body, timeout=10)
    except httpx.HTTPError as e:
        raise ContentError(f"no sandbox is served at port {port}", file="--port") from e
    if answer.is_error:
        raise ContentError(f"what listens at port {port} is no sandbox: {answer.status_code}", file="--port")
    return answer
