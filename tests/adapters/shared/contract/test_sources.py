"""Sources of the shipped adapters keep the contract of what tells of changes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.hubspot.plug import PLUG as HUBSPOT
from adapters.sap.plug import PLUG as SAP
from adapters.sap.sandbox.checks import date_text
from adapters.shared.contract.source import SourceContract
from adapters.shared.contract.surroundings import QUICK, MemoryBlobs
from adapters.shared.http import Api
from engine.model.errors import TargetError
from engine.model.operation import Operation
from engine.model.value import digest
from engine.ports import Changes, Source, Surroundings


class TestSap(SourceContract):
    plug = SAP

    def change(self, sandbox: Any, n: int) -> str:
        sandbox.add("A_PurchaseOrder", PurchaseOrder=f"450000000{n}", LastChangeDateTime=date_text(datetime.now(UTC)))
        return f"450000000{n}"


class TestHubSpot(SourceContract):
    plug = HUBSPOT

    def change(self, sandbox: Any, n: int) -> str:
        payload = {"properties": {"dealname": f"Deal {n}"}}
        target = self.plug.target(sandbox.settings())
        target.move_in(Surroundings(blobs=MemoryBlobs(), folder=self._folder / "target"))
        self._opened.append(target)
        operation = Operation(
            key=f"x/{n}", document_id="d" * 64, revision=1, target="crm", object="deals", payload=payload,
            mapping="hubspot.deal@1", payload_digest=digest(payload),
        )  # fmt: skip
        return target.send(operation).external_id


class Forgetful:
    """Takes an error for "nothing changed"."""

    def __init__(self, inner: Source) -> None:
        self._inner = inner
        self.accept = inner.accept

    def poll(self, cursor: str) -> Changes:
        try:
            return self._inner.poll(cursor)
        except TargetError:
            return Changes(cursor=cursor)


class TestTheContractItself:
    """It finds what it is there for."""

    def test_a_source_that_takes_an_error_for_nothing_new_is_found(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contract = TestSap()
        contract._opened, contract._folder, contract.patience = [], tmp_path, QUICK
        monkeypatch.setattr(Api, "_patience", property(lambda _: QUICK, lambda *_: None), raising=False)
        monkeypatch.setattr(contract, "connect", lambda sandbox: Forgetful(SAP.source(sandbox.settings())))
        with SAP.sandbox(host="127.0.0.1", port=0) as sandbox, pytest.raises(pytest.fail.Exception):
            contract.test_a_poll_that_went_wrong_is_an_error_and_misses_nothing(sandbox, "html_500")
