"""`postroom doctor`: what this machine lacks, and how to mend it."""

import typer

from admin.cli.console import out
from engine.runtime.doctor import examine
from engine.runtime.settings import Settings


def doctor() -> None:
    """Check tesseract and languages, database, folders, knowledge and credentials. Exit code 1 when something is wrong."""
    checks = examine(Settings())
    for check in checks:
        mark = "[green]ok[/]  " if check.is_well else "[red]bad[/] "
        out.print(f"{mark} {check.what}", highlight=False)
        if not check.is_well:
            out.print(f"     {check.mend}", highlight=False)
    ill = sum(not check.is_well for check in checks)
    out.print(f"\n{len(checks)} checks, {ill} to mend." if ill else f"\n{len(checks)} checks, all well.")
    raise typer.Exit(1 if ill else 0)
