from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.dynamics_fo.plug import PLUG
from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.dynamics_fo.target import FoTarget
from adapters.shared.contract.surroundings import QUICK, MemoryBlobs
from adapters.shared.http import Api
from engine.ports import Surroundings


@pytest.fixture
def environment() -> Iterator[FoSandbox]:
    with FoSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def target(environment: FoSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FoTarget]:
    monkeypatch.setattr(Api, "_patience", property(lambda _: QUICK, lambda *_: None), raising=False)
    target = PLUG.target(environment.settings())
    target.move_in(Surroundings(MemoryBlobs(), tmp_path))
    yield target
    target.close()
