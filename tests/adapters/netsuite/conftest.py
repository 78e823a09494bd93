"""Connections that a test opened are closed after it."""

from collections.abc import Iterator

import pytest

from tests.adapters.netsuite.operations import OPENED


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()
