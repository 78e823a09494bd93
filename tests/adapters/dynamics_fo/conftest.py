from collections.abc import Iterator

import pytest

from adapters.dynamics_fo.plug import PLUG
from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.dynamics_fo.target import FoTarget


@pytest.fixture
def environment() -> Iterator[FoSandbox]:
    with FoSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def target(environment: FoSandbox) -> Iterator[FoTarget]:
    target = PLUG.target({**environment.settings(), "timeout_seconds": 0.5})
    yield target
    target.close()
