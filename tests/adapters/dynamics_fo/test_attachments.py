import base64

import pytest

from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.dynamics_fo.target import FoTarget
from adapters.shared.contract.http import UNSAID
from adapters.shared.contract.surroundings import ATTACHED, ATTACHED_SHA256
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, Rejected
from engine.model.operation import Operation
from tests.adapters.dynamics_fo.test_target import invoice, operation

KIND = "VendorInvoiceDocumentAttachments"


def attachment(reference: str, *, attempts: int = 0) -> Operation:
    payload = {"HeaderReference": reference, "FileName": "RE-1.pdf", "sha256": ATTACHED_SHA256}
    return operation("a", payload).model_copy(update={"object": KIND, "attempts": attempts})


def test_the_document_hangs_at_its_invoice_with_all_its_bytes(target: FoTarget, environment: FoSandbox) -> None:
    target.send(attachment(target.send(invoice(1)).external_id))
    (row,) = environment.objects[KIND]

    assert base64.b64decode(row["FileContents"]) == ATTACHED
    assert (row["FileName"], row["FileType"], row["TypeId"]) == ("RE-1.pdf", "pdf", "File")


@pytest.mark.parametrize("kind", sorted(set(UNSAID) - {"commit_then_hang"}))
def test_a_document_whose_answer_got_lost_hangs_there_once(target: FoTarget, environment: FoSandbox, kind: str) -> None:
    reference = target.send(invoice(1)).external_id
    environment.faults.add(Fault(kind))  # type: ignore[arg-type]  # a name of the list of kinds
    with pytest.raises(Ambiguous):
        target.send(attachment(reference))
    environment.faults.clear()

    assert target.find(attachment(reference, attempts=1)) is not None
    assert environment.count(KIND) == 1


def test_other_bytes_under_our_key_are_for_a_person(target: FoTarget, environment: FoSandbox) -> None:
    reference = target.send(invoice(1)).external_id
    target.send(attachment(reference))
    environment.objects[KIND][0]["FileContents"] = base64.b64encode(b"other").decode()

    with pytest.raises(Ambiguous, match="5 bytes, not ours"):
        target.find(attachment(reference))


def test_an_invoice_that_was_posted_meanwhile_leaves_its_document_to_a_person(
    target: FoTarget, environment: FoSandbox
) -> None:
    reference = target.send(invoice(1)).external_id
    environment.post("RE-1")

    with pytest.raises(Ambiguous, match="not pending in Finance any more"):
        target.find(attachment(reference, attempts=1))


def test_without_its_invoice_nothing_is_attached(target: FoTarget) -> None:
    with pytest.raises(Rejected, match="Header reference"):
        target.send(attachment("usmf/NOWHERE"))
    with pytest.raises(Rejected, match="needs the invoice"):
        target.send(attachment(""))
