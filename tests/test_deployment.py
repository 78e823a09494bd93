"""Dockerfile, compose file and set-up say the same as the code. No container engine is needed for that."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.runtime.settings import Settings

CHECKOUT = Path(__file__).parents[1]
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())


def test_everything_the_image_copies_is_there() -> None:
    sources = [
        word for line in DOCKERFILE.splitlines() if line.startswith("COPY") and "--from" not in line
        for word in line.split()[1:-1]
    ]  # fmt: skip

    assert [source for source in sources if not (CHECKOUT / source).exists()] == []


def test_the_image_has_every_ocr_language_that_set_up_installs() -> None:
    setup = (CHECKOUT / "tools" / "setup.sh").read_text()
    languages = re.search(r"for language in ([a-z ]+);", setup)

    assert languages is not None
    assert [code for code in languages.group(1).split() if f"tesseract-ocr-{code}" not in DOCKERFILE] == []


def test_the_services_are_the_hub_a_worker_a_database_and_an_sftp_server() -> None:
    assert set(COMPOSE["services"]) == {"hub", "worker", "database", "sftp"}


def test_the_compose_file_sets_only_settings_that_exist() -> None:
    known = {f"POSTROOM_{name.upper()}" for name in Settings.model_fields}
    used = {name for service in COMPOSE["services"].values() for name in service.get("environment", {})}

    assert {name for name in used if name.startswith("POSTROOM_")} <= known


def test_no_secret_stands_in_the_compose_file() -> None:
    values = [
        str(value) for service in COMPOSE["services"].values() for name, value in service.get("environment", {}).items()
        if re.search("PASSWORD|TOKEN|SECRET", name)
    ]  # fmt: skip

    assert [value for value in values if not value.startswith("${")] == []


def test_every_variable_of_the_compose_file_is_in_the_example() -> None:
    wanted = set(re.findall(r"\$\{([A-Z_]+)", (CHECKOUT / "docker-compose.yml").read_text()))
    offered = {line.split("=")[0] for line in (CHECKOUT / ".env.example").read_text().splitlines() if "=" in line}

    assert wanted <= offered


@pytest.mark.parametrize("script", sorted((CHECKOUT / "tools").glob("*.sh")), ids=lambda path: path.name)
def test_a_script_parses_and_may_be_run(script: Path) -> None:
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert script.stat().st_mode & 0o111


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-models.lock"])
def test_a_lock_file_pins_with_hashes_and_names_no_registry(lock: str) -> None:
    text = (CHECKOUT / lock).read_text()

    assert not re.search(r"https?://|--index|--find-links", text)
    assert text.count("==") <= text.count("--hash=")
