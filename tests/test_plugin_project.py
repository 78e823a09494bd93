"""An adapter in a project of its own: made, installed, found by entry point, and true to the contract."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
FOUND = "from engine.runtime.plugs import discover; print(discover()['my_erp'].manifest.objects)"


@pytest.mark.slow
def test_a_new_adapter_installs_and_keeps_the_contract(tmp_path: Path) -> None:
    project, site = tmp_path / "project", tmp_path / "site"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(CHECKOUT)])}

    def run(*arguments: object) -> str:
        done = subprocess.run(
            [sys.executable, *map(str, arguments)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    run("-c", "from admin.cli.main import main; main()", "adapter", "new", "my_erp", project)
    run("-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index", "--target", site, project)

    assert run("-c", FOUND).strip() == "('entry',)"
    kept = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", project, project / "tests")
    assert " failed" not in kept
    assert " passed" in kept
