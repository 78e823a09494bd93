"""The sandbox of every shipped adapter is bound by what is printed, and by nothing in production."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from adapters.shared.contract.surroundings import MemoryBlobs
from adapters.shared.sandbox.server import Sandbox
from admin.cli.main import app
from engine.content.environment import load_environments
from engine.model.errors import ContentError
from engine.ports import HasSandbox, MovesIn, Pings, Surroundings
from engine.runtime.house import resolve
from engine.runtime.plugs import discover

ABLE = sorted(name for name, plug in discover().items() if isinstance(plug, HasSandbox))


def environment(folder: Path, kind: str, targets: Any) -> Path:
    folder.mkdir()
    company = {"entities": [{"code": "1000", "name": "We", "country": "DE"}]}
    text = yaml.safe_dump({"name": "here", "kind": kind, "targets": targets, "company": company}, allow_unicode=True)
    (folder / "here.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("adapter", ABLE)
def test_a_sandbox_answers_to_the_binding_that_is_printed(
    adapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Sandbox] = []

    def serve(sandbox: Sandbox) -> None:
        served.append(sandbox)

    monkeypatch.setattr(Sandbox, "serve", serve)
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "home"))
    shown = CliRunner().invoke(app, ["sandbox", adapter, "--port", "0"]).stdout
    binding, _, exports = shown.partition("export ")
    for name, value in re.findall(r"(\w+)='([^']*)'", exports):
        monkeypatch.setenv(name, value)
    targets = yaml.safe_load(binding)

    (sandbox,) = served
    sandbox.start()
    try:
        settings = load_environments(environment(tmp_path / "test", "test", targets))["here"].targets[adapter].settings
        target = discover()[adapter].target(resolve(settings, out=tmp_path, target=adapter))
        if isinstance(target, MovesIn):
            target.move_in(Surroundings(blobs=MemoryBlobs(), folder=tmp_path / "private"))
        assert isinstance(target, Pings)
        assert target.ping()
        target.close()
    finally:
        sandbox.stop()
    with pytest.raises(ContentError, match="production may not name"):
        load_environments(environment(tmp_path / "production", "production", targets))
