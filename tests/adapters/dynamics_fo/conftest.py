from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.dynamics_fo.plug import PLUG
from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.dynamics_fo.target import FoTarget
from adapters.shared.contract.surroundings import MemoryBlobs
from engine.ports import Surroundings


@pytest.fixture
def environment() -> Iterator[FoSandbox]:
    with FoSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def target(environment: FoSandbox, tmp_path: Path) -> Iterator[FoTarget]:
    target = PLUG.target({**environment.settings(), "timeout_seconds": 0.5})
    target.move_in(Surroundings(MemoryBlobs(), tmp_path))
    yield target
    target.close()
