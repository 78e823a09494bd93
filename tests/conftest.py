"""What every test may rely on: no setting of the machine leaks in."""

import gc
import logging
import os
from collections.abc import Iterator

import pytest
import structlog

# a process of thousands of tests keeps many values alive: looking through all of them for cycles is rarely worth it
gc.set_threshold(50_000, 50, 100)


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
