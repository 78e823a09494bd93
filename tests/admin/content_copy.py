"""A copy of the shipped content that a test may write into."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def with_target(home: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy the content below `home`, put a target (indented YAML) last into its environment, and make both the hub's."""
    content = home / "content"
    for name in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / name, content / name)
    file = content / "environments" / "dev.yaml"
    file.write_text(file.read_text().replace("company:\n", f"{target}company:\n", 1))
    monkeypatch.setenv("POSTROOM_HOME", str(home / "home"))
    monkeypatch.setenv("POSTROOM_CONTENT", str(content))
