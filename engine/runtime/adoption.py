"""Moving an environment from flows written by hand to a live set, which only promotion changes."""

import re
from datetime import datetime
from pathlib import Path

from engine.content import closure, cross_check
from engine.content.environment import load_environments
from engine.content.live import LiveSet, read_live, write_live
from engine.content.shelf import everything
from engine.model.errors import PostroomError

_FLOWS = re.compile(r"^flows:[^\n]*\n(?:[ \t]+[^\n]*\n|-[^\n]*\n)*", re.MULTILINE)


def adopt(root: Path, environment: str, *, by: str, at: datetime, again: bool = False) -> LiveSet:
    """Make the flows that stand in an environment file its live set, and take them out of the file.

    The live set is written first: a crash in between leaves both, and `again` finishes it. Raises PostroomError when
    there is a live set already (without `again`) or nothing to adopt, ContentError for content that is broken.
    """
    environments = load_environments(root / "environments")
    if environment not in environments:
        raise PostroomError(f"There is no environment {environment}; there are: {', '.join(environments)}.")
    settings, before = environments[environment], read_live(root, environment)
    if not settings.flows:
        raise PostroomError(
            f"{environment} names no flows in environments/{environment}.yaml; there is nothing to adopt."
        )
    if before is not None and not again:
        raise PostroomError(
            f"{environment} has a live set already. With --again what stands in environments/{environment}.yaml takes its place."
        )
    file = root / "environments" / f"{environment}.yaml"
    text = file.read_text(encoding="utf-8")
    shorter, found = _FLOWS.subn("", text if text.endswith("\n") else f"{text}\n", count=1)
    if not found:
        raise PostroomError(
            f"{file.name} writes its flows in a way that cannot be taken out. Write `flows: [...]` on one line."
        )
    shelf = everything(root)
    cross_check.check(shelf, settings, file=file, flows_file=file)
    live = closure.live_set(shelf, settings.flows, at=at, by=by, after=before)
    write_live(root, environment, live)
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text(shorter, encoding="utf-8", newline="\n")
    fresh.replace(file)
    return live
