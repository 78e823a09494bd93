"""`postroom adapter`: a project of one's own for a system that this hub does not know yet."""

import keyword
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from admin.cli.console import err, out
from engine.model.errors import ContentError
from engine.runtime.plugs import discover

app = typer.Typer(no_args_is_help=True, help="Adapters of one's own.")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_EXAMPLE = "daybook"
_CHECKOUT = Path(__file__).parents[2]


@app.callback()
def adapter() -> None:
    """Write adapters in projects of their own."""


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits and _, such as my_erp.")],
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="New folder. Default: postroom-NAME.")] = None,
) -> None:
    """Write a project with a working adapter, a stand-in for its system, and the contract of every target as its test.

    It installs and passes as it is: put your system's calls in the place of the example's, one by one.
    """
    _check(name)
    dashed = name.replace("_", "-")
    root = folder or Path(f"postroom-{dashed}")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ContentError("there is something here already", file=str(root))
    example = _example()
    files = [file for file in sorted(example.rglob("*")) if _is_source(file.relative_to(example))]
    for file in files:
        path = root / _renamed(str(file.relative_to(example)), name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_renamed(file.read_text(encoding="utf-8"), name), encoding="utf-8")
    out.print(f"{escape(str(root))}: {len(files)} files.", highlight=False)
    err.print(f"Next: pip install --editable {escape(str(root))}, then pytest there.", highlight=False)


def _check(name: str) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name == _EXAMPLE:
        raise ContentError("a name is made of small letters, digits and _, begins with a letter", file=name)
    if name in discover():
        raise ContentError("there is an adapter of this name already", file=name)


def _example() -> Path:
    """Return the folder of the example: in a checkout, or as it travels with the wheel."""
    places = (_CHECKOUT / "examples" / "postroom-daybook", _CHECKOUT / "postroom_content" / "adapter")
    for place in places:
        if place.is_dir():
            return place
    raise ContentError("the example adapter is not installed", file=str(places[0]))


def _is_source(path: Path) -> bool:
    """Whether a file of the example was written by a person: no cache of any tool."""
    return path.suffix in {".md", ".py", ".toml", ".yaml"} and not any(
        part.startswith((".", "_")) for part in path.parts[:-1]
    )


def _renamed(text: str, name: str) -> str:
    camel = "".join(word.capitalize() for word in name.split("_"))
    text = text.replace(f"postroom-{_EXAMPLE}", f"postroom-{name.replace('_', '-')}")
    text = text.replace(_EXAMPLE.capitalize(), camel).replace(_EXAMPLE.upper(), name.upper())
    return text.replace(_EXAMPLE, name)
