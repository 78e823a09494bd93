"""A content folder of one's own: laid out from the knowledge that is there, ready for git."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from engine.model.errors import ContentError

KNOWLEDGE = ("rules", "mappings", "environments")


def lay_out(target: Path, *, content: Path, beside: Mapping[str, str], runnable: tuple[str, ...] = ()) -> list[Path]:
    """Copy the written knowledge of `content` into an empty folder, and write files beside it (path -> text).

    Which versions are live is not copied: that is said where a hub runs. Returns what was written at the top.
    Raises ContentError for a folder that holds something already (a git repository without files may).
    """
    held = [one.name for one in target.iterdir() if one.name != ".git"] if target.is_dir() else []
    if held or (target.exists() and not target.is_dir()):
        raise ContentError("is not an empty folder; name another", file=str(target))
    target.mkdir(parents=True, exist_ok=True)
    for name in KNOWLEDGE:
        shutil.copytree(content / name, target / name, ignore=shutil.ignore_patterns("live", "__pycache__", "*.pyc"))
    for path, text in beside.items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if path in runnable:
            file.chmod(0o755)
    return sorted(one for one in target.iterdir() if one.name != ".git")
