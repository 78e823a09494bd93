"""`postroom init` and `postroom check`: a content folder of one's own, in a real git repository."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from admin.cli.main import app
from engine.runtime.settings import Settings
from tests.durable.invoices import ubl_invoice

ROOT = Path(__file__).parents[2]
MATRIX = "mappings/outbound/files.ap_invoice_csv.v1.yaml"
POSTROOM = Path(sys.executable).parent / "postroom"


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    assert call("init", tmp_path / "content").exit_code == 0
    return tmp_path / "content"


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def parts(folder: Path, *arguments: str) -> tuple[int, dict[str, str], list[str]]:
    result = call("check", folder, "--json", *arguments)
    told = json.loads(result.stdout)
    assert told["code"] == result.exit_code
    states = {one["name"]: one["state"] for one in told["parts"]}
    return result.exit_code, states, [text for one in told["parts"] for text in one["told"]]


def test_a_workspace_holds_content_and_no_program(workspace: Path) -> None:
    files = [file for file in workspace.rglob("*") if file.is_file()]

    assert {file.name for file in workspace.iterdir()} == {
        "rules", "mappings", "environments", "golden", "README.md", ".gitignore", ".githooks", ".github", ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
    }  # fmt: skip
    assert not [file for file in files if file.suffix in {".py", ".pyc"}]
    assert os.access(workspace / ".githooks/pre-commit", os.X_OK)


def test_a_folder_that_holds_something_is_left_alone(workspace: Path) -> None:
    result = CliRunner().invoke(app, ["init", str(workspace)])

    assert "is not an empty folder" in str(result.exception)


def test_commands_find_the_workspace_they_are_typed_in(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace)

    assert Settings().content_folder() == workspace


@pytest.mark.slow
def test_a_new_workspace_is_clean(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace)

    result = call("check")

    assert result.exit_code == 0
    assert result.stdout.count("clean") == 9
    assert "clean: 9 parts looked at, 0 findings." in result.stderr


FINDINGS = {
    "mappings lint": (MATRIX, "{text: {max: 17}}, need: must, why", "{text: {max: 99}}, need: must, why"),
    "mappings test": (MATRIX, 'net_amount: "1000.50"', 'net_amount: "1000.51"'),
    "rules lint": ("rules/sets/ap_invoice.v1.yaml", "when: type_confidence < 500", "when: type_confidence < 0"),
    "references": (
        "environments/dev.yaml", 'delivery: local, folder: "{out}/erp"',
        "delivery: sftp, host: files.internal, username: u, private_key: {env: NO_SUCH_KEY_HERE}, known_hosts: k, folder: /in",
    ),
}  # fmt: skip


@pytest.mark.slow
def test_everything_that_is_wrong_is_found_in_one_go(workspace: Path) -> None:
    for file, old, new in FINDINGS.values():
        edit(workspace, file, old, new)

    exit_code, states, told = parts(workspace)

    assert exit_code == 1
    assert {name for name, state in states.items() if state == "findings"} == {*FINDINGS, "rules test"}
    assert all(any(one.startswith(file) for one in told) for file, _, _ in FINDINGS.values())


@pytest.mark.slow
def test_what_would_not_start_is_broken(workspace: Path) -> None:
    edit(workspace, MATRIX, "from: issue_date", "from: issued_on")

    exit_code, states, told = parts(workspace)

    assert (exit_code, states["load dev"], states["golden"]) == (2, "broken", "skipped")
    assert any(one.startswith(MATRIX) for one in told)


@pytest.mark.slow
def test_a_released_file_that_was_changed_is_broken(workspace: Path) -> None:
    (workspace / "rules/released.lock").write_text(f"ruleset/ap_invoice@1 {'0' * 64}\n", encoding="utf-8")

    exit_code, states, told = parts(workspace)

    assert (exit_code, states["load dev"], states["golden"]) == (2, "broken", "skipped")
    assert "ruleset/ap_invoice@1 is released and its file was changed" in told[0]


def git(folder: Path, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "POSTROOM_"))},
        "PATH": f"{POSTROOM.parent}:{os.environ['PATH']}", "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }  # fmt: skip
    return subprocess.run(["git", *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.siege
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")
def test_the_hook_refuses_what_is_broken_and_takes_what_is_good(workspace: Path, tmp_path: Path) -> None:
    git(workspace, "init", "-q", home=tmp_path)
    git(workspace, "config", "core.hooksPath", ".githooks", home=tmp_path)
    git(workspace, "add", "-A", home=tmp_path)
    first = git(workspace, "commit", "-q", "--no-verify", "-m", "Begin", home=tmp_path)
    edit(workspace, MATRIX, "from: issue_date", "from: issued_on")
    git(workspace, "add", "-A", home=tmp_path)
    edit(workspace, MATRIX, "from: issued_on", "from: issue_date")

    refused = git(workspace, "commit", "-q", "-m", "Break it", home=tmp_path)
    git(workspace, "add", "-A", home=tmp_path)
    good = git(workspace, "commit", "-q", "--allow-empty", "-m", "Put it right", home=tmp_path)
    log = git(workspace, "log", "--format=%s", home=tmp_path)

    assert first.returncode == 0, first.stderr
    assert refused.returncode != 0
    assert f"{MATRIX}:" in refused.stdout + refused.stderr
    assert good.returncode == 0, good.stderr
    assert log.stdout.splitlines() == ["Put it right", "Begin"]


@pytest.mark.slow
def test_a_hub_runs_on_a_workspace(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROOM_CONTENT", str(workspace))
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    invoice = ubl_invoice(tmp_path, "WS-1")
    environ = {**os.environ, "POSTROOM_CONTENT": str(workspace), "POSTROOM_HOME": str(tmp_path / "home")}

    done = subprocess.run(
        [str(POSTROOM), "run", str(invoice)], env=environ, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    added = call("golden", "add", "--masked", "--name", "first", hashlib.sha256(invoice.read_bytes()).hexdigest())
    listed = call("golden", "list")
    ran = call("golden", "run", "--json")

    assert done.returncode == 0, done.stderr
    assert added.exit_code == 0, added.stderr
    assert "ap_invoice/first" in listed.stdout
    assert (ran.exit_code, json.loads(ran.stdout)["differences"]) == (0, [])
    assert (workspace / "golden/ap_invoice/first.json").is_file()
