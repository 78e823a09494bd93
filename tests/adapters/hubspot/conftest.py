from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.hubspot.plug import PLUG
from adapters.hubspot.sandbox.portal import HubSpotSandbox
from adapters.hubspot.target import HubSpotTarget
from engine.model.operation import Operation
from engine.ports import Surroundings
from engine.store.blobs import FsspecBlobs


@pytest.fixture
def portal() -> Iterator[HubSpotSandbox]:
    with PLUG.sandbox(host="127.0.0.1", port=0) as sandbox:
        yield sandbox


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    return Surroundings(FsspecBlobs(str(tmp_path / "blobs"), cache_dir=tmp_path / "cache"), tmp_path / "private")


@pytest.fixture
def target(portal: HubSpotSandbox, surroundings: Surroundings) -> Iterator[HubSpotTarget]:
    target = PLUG.target({**portal.settings(), "timeout_seconds": 0.5})
    target.move_in(surroundings)
    yield target
    target.close()


@pytest.fixture
def write() -> Callable[..., Operation]:
    def operation(kind: str, name: str, properties: dict[str, str], **more: Any) -> Operation:
        related = {"associations": more.pop("associations")} if "associations" in more else {}
        return Operation(
            key=f"flow/crm/{kind}/{name}", document_id="d1", revision=1, target="crm", object=kind,
            payload={"properties": properties, **related}, mapping="hubspot.x@1", payload_digest=f"digest-{name}", **more,
        )  # fmt: skip

    return operation
