"""The wheel starts without a checkout: code, manifests, layouts and the written knowledge travel in it."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
START = """
import engine, sys
from pathlib import Path
from engine.runtime.house import open_house
from engine.runtime.settings import Settings
house = open_house(Settings(home=Path(sys.argv[1])))
print(Path(engine.__file__).parents[1], len(house.library.flows), len(house.library.matrices), sorted(house.plugs))
"""


@pytest.mark.slow
def test_an_installed_hub_starts_from_the_wheel_alone(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(CHECKOUT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    site = tmp_path / "site"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(site)

    started = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path / "home")], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(site)},
    )  # fmt: skip

    flows = len(list((CHECKOUT / "rules" / "flows").glob("*.yaml")))
    matrices = len(list((CHECKOUT / "mappings" / "outbound").glob("*.yaml")))
    plugs = sorted(
        tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["entry-points"]["postroom.adapters"]
    )
    expected = f"{site} {flows} {matrices} {plugs}"
    assert started.stdout.strip() == expected, started.stderr
    assert (site / "postroom_content" / "adapter" / "postroom_daybook" / "plug.py").is_file()


def test_the_image_is_built_from_all_that_the_wheel_is_made_of() -> None:
    wheel = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    folders = {Path(source).parts[0] for source in [*wheel["packages"], *wheel["force-include"]]}
    copied = {
        line.split()[1] for line in (CHECKOUT / "Dockerfile").read_text().splitlines() if line.startswith("COPY ")
    }
    ignored = set((CHECKOUT / ".dockerignore").read_text().split())

    assert folders <= copied
    assert not folders & ignored
