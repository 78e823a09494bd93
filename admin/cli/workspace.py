"""`postroom check` and `postroom init`: a content folder as a whole."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from admin.cli.console import err, out, print_json
from engine.runtime import checking, workspace
from engine.runtime.checking import Part
from engine.runtime.logs import configure
from engine.runtime.settings import Settings

_COLOURS = {"clean": "green", "findings": "yellow", "broken": "red", "skipped": "dim"}
_BESIDE = {
    "README.md": "README.md",
    ".gitignore": "gitignore",
    ".githooks/pre-commit": "pre-commit",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".github/workflows/postroom.yml": "github.yml",
    ".gitlab-ci.yml": "gitlab.yml",
    "golden/README.md": "golden.md",
}
"""File of a workspace -> its template in admin/workspace."""
_SUMMARY = {0: "clean", 1: "there are findings", 2: "something is broken"}


def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Content folder. Default: this one, or POSTROOM_CONTENT.")
    ] = None,
    *,
    env: Annotated[
        str | None, typer.Option(help="Environment whose references must resolve. Default: POSTROOM_ENV.")
    ] = None,
    info: Annotated[bool, typer.Option("--info", help="Also what is known and not wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for all of it.")] = False,
) -> None:
    """Check all written knowledge without any effect: load, lint, examples, references, golden cases.

    Exit code 0: clean; 1: findings; 2: something is broken and would not start.
    """
    settings = Settings() if env is None else Settings().model_copy(update={"env": env})
    configure(form=settings.log_format, level=settings.log_level)
    root = (folder or settings.content_folder()).resolve()
    parts: list[Part] = []
    for part in checking.check(settings, root):
        parts.append(part)
        if not as_json:
            _part(part, info=info)
    code = checking.code(parts)
    if as_json:
        print_json({"state": _SUMMARY[code], "code": code, "parts": [part.model_dump(mode="json") for part in parts]})
    else:
        wrong = sum(len(part.told) for part in parts)
        err.print(f"{_SUMMARY[code]}: {len(parts)} parts looked at, {wrong} findings.", highlight=False)
    raise typer.Exit(code)


def _part(part: Part, *, info: bool) -> None:
    colour = _COLOURS[part.state]
    out.print(f"[{colour}]{part.state:<9}[/] [bold]{part.name:<14}[/] {escape(part.looked_at)}", highlight=False)
    for sentence in part.told:
        out.print(f"    {sentence}", highlight=False, markup=False, soft_wrap=True)
    for sentence in part.notes if info else ():
        out.print(f"    {sentence}", style="dim", highlight=False, markup=False, soft_wrap=True)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty folder.")],
) -> None:
    """Lay out a content folder of your own: rules, mappings, environments, golden cases, git hook and pipelines."""
    templates = files("admin") / "workspace"
    beside = {path: (templates / name).read_text(encoding="utf-8") for path, name in _BESIDE.items()}
    made = workspace.lay_out(
        folder, content=Settings().content_folder(), beside=beside, runnable=(".githooks/pre-commit",)
    )
    for one in made:
        out.print(f"{one}{'/' if one.is_dir() else ''}", highlight=False, soft_wrap=True)
    err.print(f"cd {folder} && postroom check", highlight=False)
