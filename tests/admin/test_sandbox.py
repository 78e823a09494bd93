"""`postroom sandbox` and `postroom adapter new`."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from postroom_daybook.plug import PLUG
from postroom_daybook.sandbox import DaybookSandbox
from typer.testing import CliRunner, Result

from admin.cli import adapter, sandbox
from admin.cli.main import app
from engine.content.environment import load_environments
from engine.model.errors import ContentError

ROOT = Path(__file__).parents[2]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The example is installed, and nothing is really served."""
    plugs: Mapping[str, Any] = {"daybook": PLUG, "files": object(), "taken": object()}
    monkeypatch.setattr(sandbox, "discover", lambda: plugs)
    monkeypatch.setattr(adapter, "discover", lambda: plugs)
    monkeypatch.setattr(DaybookSandbox, "serve", DaybookSandbox.stop_listening)
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))


def error(result: Result) -> ContentError:
    assert isinstance(result.exception, ContentError)
    return result.exception


def test_the_printed_binding_fits_and_names_no_secret() -> None:
    result = call("sandbox", "daybook", "--port", "0")
    binding = yaml.safe_load(result.stdout.partition("export")[0])["daybook"]

    assert result.exit_code == 0
    assert binding["adapter"] == "daybook"
    assert binding["settings"]["client_secret"] == {"env": "POSTROOM_SANDBOX_DAYBOOK_CLIENT_SECRET"}
    assert "export POSTROOM_SANDBOX_DAYBOOK_CLIENT_SECRET='sandbox-secret'" in result.stdout


def test_the_printed_binding_is_taken_by_a_test_environment_and_refused_by_production(tmp_path: Path) -> None:
    binding = yaml.safe_load(call("sandbox", "serve", "daybook", "--port", "0").stdout.partition("export")[0])
    for kind in ("test", "production"):
        folder = tmp_path / kind
        folder.mkdir()
        company = {"entities": [{"code": "1", "name": "We", "country": "DE"}]}
        body = {"name": "here", "kind": kind, "targets": binding, "company": company}
        (folder / "here.yaml").write_text(yaml.safe_dump(body), encoding="utf-8")

    assert load_environments(tmp_path / "test")["here"].targets["daybook"].adapter == "daybook"
    with pytest.raises(ContentError, match="place to try things"):
        load_environments(tmp_path / "production")


def test_no_sandbox_is_served_where_production_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROOM_ENV", "prod")

    assert "production" in str(error(call("sandbox", "daybook", "--port", "0")))


@pytest.mark.parametrize("target", ["files", "nothing", "erp"])
def test_what_has_no_sandbox_is_told_with_those_that_have(target: str) -> None:
    assert "adapters that have one: daybook" in str(error(call("sandbox", target)))


def test_faults_are_switched_on_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Any] = []

    def serve(self: DaybookSandbox) -> None:
        listed.extend(self.faults.listed())
        self.stop_listening()

    monkeypatch.setattr(DaybookSandbox, "serve", serve)
    call(
        "sandbox",
        "daybook",
        "--port",
        "0",
        "--fault",
        "commit_then_cut:3",
        "--fault",
        "throttle:2:reads",
        "--fault",
        "drip",
    )

    assert [(one["kind"], one["times"], one["on"]) for one in listed] == [
        ("commit_then_cut", 3, "writes"), ("throttle", 2, "reads"), ("drip", 1, "writes"),
    ]  # fmt: skip


@pytest.mark.parametrize("fault", ["explode", "drip:x", "", "drip:1:reads more"])
def test_what_is_no_fault_is_told_before_anything_is_served(fault: str) -> None:
    assert "commit_then_cut" in str(error(call("sandbox", "daybook", "--port", "0", "--fault", fault)))


def test_a_port_that_is_taken_is_told() -> None:
    with DaybookSandbox() as served:
        assert "cannot be used" in str(error(call("sandbox", "daybook", "--port", served.url.rpartition(":")[2])))


@pytest.fixture
def port() -> Iterator[str]:
    with DaybookSandbox() as served:
        yield served.url.rpartition(":")[2]


def test_faults_of_a_running_sandbox_are_switched(port: str) -> None:
    shown = call("sandbox", "faults", "--port", port, "--add", "drip:2", "--add", "hang:1:/entries")

    assert re.findall(r"(drip|hang)\s+(\d)\s+(\S+)", shown.stdout) == [
        ("drip", "2", "writes"),
        ("hang", "1", "/entries"),
    ]
    assert "drip" not in call("sandbox", "faults", "--port", port, "--clear").stdout
    assert "entry" in call("sandbox", "objects", "--port", port).stdout


def test_a_port_without_a_sandbox_is_told() -> None:
    gone = DaybookSandbox()
    gone.stop_listening()

    assert "no sandbox" in str(error(call("sandbox", "faults", "--port", gone.url.rpartition(":")[2])))


# -- adapter new


def test_a_new_adapter_has_the_name_everywhere_and_the_example_nowhere(tmp_path: Path) -> None:
    result = call("adapter", "new", "my_erp", tmp_path / "made")
    text = "\n".join(
        f"{path.relative_to(tmp_path)}\n{path.read_text()}" for path in tmp_path.rglob("*") if path.is_file()
    )

    assert result.exit_code == 0
    assert "daybook" not in text.lower()
    assert all(
        one in text for one in ("made/postroom_my_erp/plug.py", "class MyErpTarget", "postroom-my-erp", "name: my_erp")
    )


def test_a_new_adapter_is_python_that_keeps_the_house_style(tmp_path: Path) -> None:
    call("adapter", "new", "crm", tmp_path / "made")
    ruff = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "E,F,UP",
        "--line-length",
        "130",
        str(tmp_path),
    ]

    assert subprocess.run(ruff, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", ["My", "1x", "a-b", "", "class", "taken", "daybook", "x__y", "../x"])
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    error(call("adapter", "new", name, tmp_path / "made"))

    assert not (tmp_path / "made").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    error(call("adapter", "new", "crm", tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
