"""Sources of the shipped adapters keep the contract of what tells of changes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.dataverse.plug import PLUG as DATAVERSE
from adapters.dynamics_bc.plug import PLUG as BUSINESS_CENTRAL
from adapters.hubspot.plug import PLUG as HUBSPOT
from adapters.netsuite.plug import PLUG as NETSUITE
from adapters.sap.plug import PLUG as SAP
from adapters.sap.sandbox.checks import date_text
from adapters.shared.contract.source import SourceContract
from adapters.shared.contract.surroundings import QUICK, MemoryBlobs
from adapters.shared.http import Api
from engine.model.errors import TargetError
from engine.model.operation import Operation, Receipt
from engine.model.value import digest
from engine.ports import Changes, MovesIn, Source, Surroundings
from tests.adapters.dataverse import test_contract as dataverse
from tests.adapters.dynamics_bc import test_contract as business_central
from tests.adapters.netsuite import operations as netsuite


class TestSap(SourceContract):
    plug = SAP

    def change(self, sandbox: Any, n: int) -> str:
        sandbox.add("A_PurchaseOrder", PurchaseOrder=f"450000000{n}", LastChangeDateTime=date_text(datetime.now(UTC)))
        return f"450000000{n}"


class BySending(SourceContract):
    """Changes are made by the adapter's own target."""

    def operation(self, n: int) -> Operation:
        raise NotImplementedError

    def change(self, sandbox: Any, n: int) -> str:
        target: Any = self.plug.target(sandbox.settings())
        if isinstance(target, MovesIn):
            target.move_in(Surroundings(blobs=MemoryBlobs(), folder=self._folder / "target"))
        self._opened.append(target)
        receipt: Receipt = target.send(self.operation(n))
        return receipt.external_id


class TestHubSpot(BySending):
    plug = HUBSPOT

    def operation(self, n: int) -> Operation:
        payload = {"properties": {"dealname": f"Deal {n}"}}
        return Operation(
            key=f"x/{n}", document_id="d" * 64, revision=1, target="crm", object="deals", payload=payload,
            mapping="hubspot.deal@1", payload_digest=digest(payload),
        )  # fmt: skip


class TestNetSuite(BySending):
    plug = NETSUITE

    def operation(self, n: int) -> Operation:
        return netsuite.operation("vendor_bill", netsuite.bill(n), n=n)


class TestBusinessCentral(BySending):
    plug = BUSINESS_CENTRAL

    def operation(self, n: int) -> Operation:
        return business_central.operation("vendors", f"{n}", {"number": f"V4000{n}", "displayName": f"Vendor {n}"})


class TestDataverse(BySending):
    plug = DATAVERSE

    def operation(self, n: int) -> Operation:
        return dataverse.operation(
            "accounts", f"{n}", {"name": f"A {n}", "accountnumber": f"471{n}"}, by="accountnumber"
        )


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
