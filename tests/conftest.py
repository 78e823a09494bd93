"""What every test may rely on: no setting of the machine leaks in."""

import gc
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from reportlab import rl_config

from tests import shortcuts

# a process of thousands of tests keeps many values alive: looking through all of them for cycles is rarely worth it
gc.set_threshold(50_000, 50, 100)
# a drawn paper is the same bytes in every run: its hash decides what is audited, and chance has no place here
rl_config.invariant = 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files without a slow test when slow ones are asked for: each process would read all of them.

    Tests are slow by a mark in their file, or by a parameter of a fixture in their folder.
    """
    wanted = str(config.getoption("markexpr"))
    if collection_path.suffix != ".py" or not wanted.startswith(("slow", "siege")):
        return None
    places = [one for one in (collection_path, collection_path.with_name("conftest.py")) if one.exists()]
    return None if any("slow" in one.read_text(encoding="utf-8") for one in places) else True


@pytest.fixture(autouse=True, scope="session")
def _what_all_share() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        shortcuts.take(patch)
        yield


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("POSTROOM_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _logs_where_they_were() -> Iterator[None]:
    """Take back the logging of commands that ran in this process: their standard error is closed by now."""
    before, handlers = structlog.get_config(), set(logging.getLogger().handlers)
    yield
    structlog.configure(**before)
    for handler in set(logging.getLogger().handlers) - handlers:
        if type(handler) is logging.StreamHandler:
            logging.getLogger().removeHandler(handler)
