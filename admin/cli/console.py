"""How the command line talks: results to standard output, everything else to standard error."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console

WIDE = 160
"""Columns when standard output is a file or a pipe: a table is not squeezed into a screen that is not there."""

out = Console() if sys.stdout.isatty() else Console(width=WIDE)
err = Console(stderr=True)


def print_json(data: Mapping[str, Any]) -> None:
    """Print one JSON object on one line."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def complain(message: str, detail: str = "") -> None:
    """Say what is wrong, on standard error."""
    err.print(f"[bold red]Error:[/] {message}", highlight=False)
    if detail:
        err.print(detail, style="dim", highlight=False, markup=False)
