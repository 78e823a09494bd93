import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.dynamics_fo.plug import PLUG
from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.dynamics_fo.target import FoTarget
from adapters.shared.contract.http import HttpTargetContract
from adapters.shared.contract.surroundings import ATTACHED_SHA256
from engine.content.library import Library
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation

ROOT = Path(__file__).parents[3]


def operation(name: str, payload: Mapping[str, Any]) -> Operation:
    digest = hashlib.sha256(repr(payload).encode()).hexdigest()
    return Operation(
        key=f"flow/fo/VendorInvoiceHeaders/{name}", document_id="d1", revision=1, target="fo", object="VendorInvoiceHeaders",
        payload=payload, mapping="dynamics_fo.vendor_invoice@1", payload_digest=digest,
    )  # fmt: skip


def invoice(n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
    line = {"LineDescription": text or "goods", "MainAccountDisplayValue": "6210", "NetAmount": price or "10.50"}
    payload = {
        "InvoiceAccount": "1001",
        "InvoiceNumber": number or f"RE-{n}",
        "InvoiceDate": "2026-03-04",
        "Currency": "EUR",
        "lines": [line],
    }
    return operation(f"{n}{number}", payload)


class TestContract(HttpTargetContract):
    plug = PLUG
    kind = "VendorInvoiceHeaders"
    longest = 1000

    def operation(self, n: int, *, text: str = "", price: str = "", number: str = "") -> Operation:
        return invoice(n, text=text, price=price, number=number)

    def new_sandbox(self) -> Any:
        self._stand_in = FoSandbox()
        return self._stand_in

    def shown(self, standing: Mapping[str, Any]) -> tuple[str, str, str]:
        lines = self._stand_in.objects["VendorInvoiceLines"]
        (line,) = (one for one in lines if one["HeaderReference"] == standing["HeaderReference"])
        return line["LineDescription"], str(line["NetAmount"]), standing["InvoiceNumber"]

    def alter(self, standing: Any) -> None:
        self._stand_in.objects["VendorInvoiceLines"][0]["NetAmount"] = Decimal("99999.99")

    def samples(self) -> Sequence[Operation]:
        rows = [{"INVOICEACCOUNT": "1001"}]
        entity = {"name": "Vendor invoice header", "key": "HEADERREFERENCE", "rows": rows}
        package = operation("p", {"definition_group": "G", "entities": [entity]})
        queued = operation("q", {"definition_group": "Postroom vendor invoices", "entities": [entity]})
        attached = operation(
            "a",
            {"HeaderReference": f"usmf/{invoice(1).short_key.upper()}", "FileName": "a.pdf", "sha256": ATTACHED_SHA256},
        )
        return (
            invoice(1),
            package.model_copy(update={"object": "packages"}),
            queued.model_copy(update={"object": "messages"}),
            attached.model_copy(update={"object": "VendorInvoiceDocumentAttachments"}),
        )

    def refused(self) -> tuple[Operation, str]:
        return operation("refused", {**invoice(7).payload, "InvoiceAccount": "nobody"}), "nobody"


def test_an_invoice_of_which_one_line_is_refused_leaves_nothing(target: FoTarget, environment: FoSandbox) -> None:
    lines = [{"LineDescription": "A", "NetAmount": "1"}, {"LineDescription": "B", "Colour": "red"}]

    with pytest.raises(Rejected, match="Colour"):
        target.send(operation("1", {**invoice(1).payload, "lines": lines}))

    assert (environment.count("VendorInvoiceHeaders"), environment.count("VendorInvoiceLines")) == (0, 0)


def test_an_invoice_that_somebody_typed_is_for_a_person(target: FoTarget, environment: FoSandbox) -> None:
    row = {"dataAreaId": "usmf", "HeaderReference": "000123", "InvoiceAccount": "1001", "InvoiceNumber": "RE-1"}
    environment.objects["VendorInvoiceHeaders"] = [row]

    with pytest.raises(Ambiguous, match="stands in Finance already, as 000123"):
        target.find(invoice(1))


def test_without_lines_nothing_is_sent(target: FoTarget) -> None:
    with pytest.raises(Rejected, match="without lines"):
        target.send(operation("1", {**invoice(1).payload, "lines": []}))


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        pytest.param(matrix.target.object, dict(example.payload), id=f"{name} {example.name}")
        for name, matrix in Library.load(ROOT, "dev").matrices.items()
        if matrix.target.adapter == "dynamics_fo"
        for example in matrix.examples
        if example.payload
    ],
)
def test_every_shipped_payload_is_taken_and_found(target: FoTarget, kind: str, payload: dict[str, Any]) -> None:
    reference = target.send(invoice(1)).external_id
    given = {**payload, "sha256": ATTACHED_SHA256, "HeaderReference": reference} if "sha256" in payload else payload
    example = operation("example", given).model_copy(update={"object": kind})
    sent = target.send(example)
    found = target.find(example)

    assert found is not None
    assert found.external_id == sent.external_id
