"""The page about git says what is so: its commands and pipelines are run as they are written, in a scratch repository."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/work-with-git.md").read_text(encoding="utf-8")
SHIPPED = ROOT / "admin/workspace"
INSTALL = "pip install postroom"
HOOK = re.compile(r"```sh\n(#!/bin/sh\n.*?)```", re.DOTALL)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def commands() -> dict[str, list[str]]:
    """Return what the shipped pipelines run, by file."""
    github = yaml.safe_load((SHIPPED / "github.yml").read_text(encoding="utf-8"))
    gitlab = yaml.safe_load((SHIPPED / "gitlab.yml").read_text(encoding="utf-8"))
    steps = [step["run"] for step in github["jobs"]["check"]["steps"] if "run" in step]
    return {"github.yml": steps, "gitlab.yml": gitlab["check"]["script"]}


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_a_pipeline_on_the_page_is_the_one_that_is_shipped(name: str) -> None:
    assert (SHIPPED / name).read_text(encoding="utf-8") in blocks("yaml")


def test_the_hook_on_the_page_is_the_one_that_is_shipped() -> None:
    shipped = [line for line in (SHIPPED / "pre-commit").read_text(encoding="utf-8").splitlines() if line[:2] != "# "]

    assert HOOK.findall(PAGE) == ["\n".join(shipped) + "\n"]


def test_all_pipelines_run_the_same() -> None:
    assert set(map(tuple, commands().values())) == {(INSTALL, "postroom check --json > check.json")}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")
@pytest.mark.siege
def test_the_commands_of_the_page_work_as_they_are_written(tmp_path: Path) -> None:
    """The package stands in for the one that `pip install` would bring; everything else is run to the letter."""
    begin = blocks("sh")[0]
    assert begin.startswith("postroom init our-content\n")
    shell(tmp_path, begin)
    shell(tmp_path / "our-content", "git add -A && git -c core.hooksPath=/dev/null commit -q -m Begin")
    shell(tmp_path, "git clone -q our-content fresh")

    shell(tmp_path / "fresh", *(one for one in commands()["github.yml"] if one != INSTALL))

    told = json.loads((tmp_path / "fresh/check.json").read_text(encoding="utf-8"))
    assert (told["code"], {one["state"] for one in told["parts"]}) == (0, {"clean"})


def shell(folder: Path, *lines: str) -> None:
    """Run lines of a page as a pipeline does: in one shell that stops at the first that fails."""
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "POSTROOM_"))},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-e"], input="\n".join(lines), cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
