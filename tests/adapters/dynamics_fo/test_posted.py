"""An answer gets lost, and people post the invoice before anybody looks: it must not be sent again."""

import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest

from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.dynamics_fo.target import FoTarget
from adapters.shared.contract.http import UNSAID
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, TargetError, Transient
from engine.model.operation import Operation, Receipt
from tests.adapters.dynamics_fo.test_target import invoice, operation

SLOW = frozenset({"commit_then_hang"})


def described(n: int, *, attempts: int = 1) -> Operation:
    plain = invoice(n)
    payload = {**plain.payload, "InvoiceDescription": f"Postroom {n}"}
    return operation(str(n), payload).model_copy(update={"attempts": attempts, "state": "unknown"})


def bare(n: int, *, attempts: int = 1) -> Operation:
    return invoice(n).model_copy(update={"attempts": attempts, "state": "unknown"})


@pytest.mark.parametrize("kind", sorted(set(UNSAID) - SLOW))
def test_what_was_committed_unsaid_and_posted_by_people_is_found(
    target: FoTarget, environment: FoSandbox, kind: str
) -> None:
    target.find(described(1))
    environment.faults.add(Fault(kind))  # type: ignore[arg-type]  # a name of the list of kinds
    with pytest.raises(Ambiguous):
        target.send(described(1))
    environment.faults.clear()
    environment.post("RE-1")

    found = target.find(described(1))

    assert found is not None
    assert (found.outcome, found.response["status"]) == ("already_there", "posted")
    assert environment.count("VendorInvoiceHeaders") == 0


def test_the_posted_one_keeps_the_id_that_it_had_when_it_was_pending(target: FoTarget, environment: FoSandbox) -> None:
    sent = target.send(described(1))
    environment.post("RE-1")
    found = target.find(described(1))

    assert found is not None
    assert found.external_id == sent.external_id


@pytest.mark.parametrize("hidden", ["VendInvoiceJourBiEntities", "VendTransBiEntities"])
def test_where_posted_invoices_cannot_be_seen_no_lost_one_is_called_absent(
    target: FoTarget, environment: FoSandbox, hidden: str
) -> None:
    environment.hidden.add(hidden)

    assert target.find(invoice(1)) is None
    with pytest.raises(Ambiguous, match=f"does not show {hidden}"):
        target.find(bare(1))
    assert hidden in target.ping()


def test_a_second_try_looks_at_posted_ones_before_it_writes(target: FoTarget, environment: FoSandbox) -> None:
    environment.hidden.add("VendInvoiceJourBiEntities")
    first = bare(1).model_copy(update={"state": "sending"})
    second = first.model_copy(update={"attempts": 2})

    with pytest.raises(Ambiguous):
        target.send(second)
    assert environment.count("VendorInvoiceHeaders") == 0
    assert target.send(first).outcome == "created"


@pytest.mark.parametrize(
    ("altered", "said"),
    [
        pytest.param({"Description": "typed by hand"}, "Description is typed by hand", id="other words"),
        pytest.param({"SalesBalance": Decimal("999.99")}, "SalesBalance is 999.99, not 10.50", id="another amount"),
        pytest.param({"CurrencyCode": "CHF"}, "CurrencyCode is CHF", id="another currency"),
    ],
)
def test_a_posted_invoice_of_the_same_number_that_says_something_else_is_for_a_person(
    target: FoTarget, environment: FoSandbox, altered: dict[str, object], said: str
) -> None:
    target.send(described(1))
    environment.post("RE-1")
    environment.objects["VendInvoiceJourBiEntities"][0].update(altered)

    with pytest.raises(Ambiguous, match=said):
        target.find(described(1))


def test_without_words_of_ours_a_posted_invoice_is_for_a_person(target: FoTarget, environment: FoSandbox) -> None:
    target.send(bare(1))
    environment.post("RE-1")

    with pytest.raises(Ambiguous, match="nothing there says that it is ours"):
        target.find(bare(1))


def test_an_invoice_that_went_through_an_invoice_register_is_seen_by_its_transaction(
    target: FoTarget, environment: FoSandbox
) -> None:
    target.send(described(1))
    environment.post("RE-1")
    environment.objects["VendInvoiceJourBiEntities"].clear()

    with pytest.raises(Ambiguous, match="as voucher VIV"):
        target.find(described(1))


def test_what_somebody_posted_before_is_not_sent_at_all(target: FoTarget, environment: FoSandbox) -> None:
    environment.stand_posted({"dataAreaId": "usmf", "InvoiceAccount": "1001", "InvoiceNumber": "RE-1"}, Decimal(5))

    with pytest.raises(Ambiguous, match="posted in Finance already"):
        target.send(invoice(1))
    assert environment.count("VendorInvoiceHeaders") == 0


def test_a_look_at_posted_ones_that_went_wrong_is_no_absence(target: FoTarget, environment: FoSandbox) -> None:
    environment.faults.add(Fault("html_200", on="*/VendInvoiceJourBiEntities", times=100))

    with pytest.raises(Transient):
        target.find(bare(1))


def test_under_siege_with_people_posting_every_invoice_stands_once(target: FoTarget, environment: FoSandbox) -> None:
    """Answers are lost in every way, people post whatever they see, and everything is tried again until it is settled."""
    dice = random.Random(7)  # noqa: S311 - a schedule of faults that can be repeated
    settled: dict[int, Receipt] = {}
    for attempt in range(1, 6):
        for n in range(8):
            if n not in settled and (receipt := _tried(target, environment, n, attempt, dice)) is not None:
                settled[n] = receipt
            _post_some(environment, dice)
    environment.faults.clear()
    for n in set(range(8)) - settled.keys():
        receipt = target.find(described(n)) or target.send(described(n))
        settled[n] = receipt

    assert _standing(environment) == Counter({f"RE-{n}": 1 for n in range(8)})
    assert len({receipt.external_id for receipt in settled.values()}) == 8


def _tried(target: FoTarget, environment: FoSandbox, n: int, attempt: int, dice: random.Random) -> Receipt | None:
    environment.faults.clear()
    if dice.random() < 0.6:
        kinds = sorted(set(UNSAID) - SLOW | {"cut_before", "throttle"})
        environment.faults.add(Fault(dice.choice(kinds), on=dice.choice(("writes", "reads"))))  # type: ignore[arg-type]
    try:
        found = target.find(described(n, attempts=attempt - 1)) if attempt > 1 else None
        return found or target.send(described(n, attempts=attempt).model_copy(update={"state": "sending"}))
    except TargetError:
        return None


def _post_some(environment: FoSandbox, dice: random.Random) -> None:
    for row in list(environment.objects.get("VendorInvoiceHeaders", ())):
        if dice.random() < 0.5:
            environment.post(row["InvoiceNumber"])


def _standing(environment: FoSandbox) -> Counter[str]:
    return Counter(_numbers(environment))


def _numbers(environment: FoSandbox) -> Iterator[str]:
    for row in environment.objects.get("VendorInvoiceHeaders", ()):
        yield row["InvoiceNumber"]
    for row in environment.objects.get("VendInvoiceJourBiEntities", ()):
        yield row["InvoiceId"]
