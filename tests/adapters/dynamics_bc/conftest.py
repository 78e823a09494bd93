from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.dynamics_bc.plug import PLUG
from adapters.dynamics_bc.sandbox.tenant import BcSandbox
from adapters.dynamics_bc.target import BcTarget
from adapters.shared.contract.surroundings import QUICK, MemoryBlobs
from adapters.shared.http import Api
from engine.ports import Surroundings


@pytest.fixture
def tenant() -> Iterator[BcSandbox]:
    with PLUG.sandbox(host="127.0.0.1", port=0) as sandbox:
        yield sandbox


@pytest.fixture
def target(tenant: BcSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BcTarget]:
    monkeypatch.setattr(Api, "_patience", property(lambda _: QUICK, lambda *_: None), raising=False)
    target = PLUG.target(tenant.settings())
    target.move_in(Surroundings(MemoryBlobs(), tmp_path))
    yield target
    target.close()
