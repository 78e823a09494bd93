from collections.abc import Iterator

import pytest

from adapters.shared.auth import tokens
from tests.adapters.shared.auth.identity import Identity


@pytest.fixture
def identity() -> Iterator[Identity]:
    """Serve a token server and an interface behind it; another one that had the same port has left no token."""
    tokens._SHARED.clear()
    with Identity() as served:
        yield served
