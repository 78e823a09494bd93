from collections.abc import Iterator

import pytest

from tests.adapters.shared.auth.identity import Identity


@pytest.fixture
def identity() -> Iterator[Identity]:
    """Serve a token server and an interface behind it."""
    with Identity() as served:
        yield served
