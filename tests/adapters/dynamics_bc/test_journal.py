"""Payments are lines of a journal, and posting takes the whole journal: each is posted once, and nobody else's with it."""

import pytest

from adapters.dynamics_bc.sandbox.tenant import BcSandbox
from adapters.dynamics_bc.target import BcTarget
from adapters.shared.contract.http import UNSAID
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, ContentError, Rejected
from engine.model.operation import Operation, Receipt
from tests.adapters.dynamics_bc.test_contract import operation, payment

POST = "*/Microsoft.NAV.post"


def later(one: Operation) -> Operation:
    return one.model_copy(update={"attempts": 1, "state": "unknown"})


def postings(tenant: BcSandbox) -> list[str]:
    return sorted({str(row["documentNumber"]) for row in tenant.objects.get("generalLedgerEntries", ())})


def test_a_line_waits_in_its_journal_unless_the_mapping_posts_it(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(payment(1))

    assert (tenant.count("vendorPayments"), postings(tenant)) == (1, [])


def test_a_posted_payment_is_found_among_the_ledger_entries(target: BcTarget, tenant: BcSandbox) -> None:
    sent = target.send(payment(1, post=True))
    found = target.find(payment(1, post=True))

    assert found is not None
    assert (sent.outcome, found.outcome, found.external_id) == ("created", "already_there", sent.external_id)
    assert (tenant.count("vendorPayments"), len(postings(tenant))) == (0, 1)


@pytest.mark.parametrize("kind", sorted(set(UNSAID) - {"commit_then_hang"}))
@pytest.mark.parametrize("step", ["*/vendorPayments", POST], ids=["line", "posting"])
def test_a_payment_whose_answer_got_lost_is_posted_once(
    target: BcTarget, tenant: BcSandbox, kind: str, step: str
) -> None:
    target.find(payment(1, post=True))
    reads = 1 if step == "*/vendorPayments" else 0
    tenant.faults.add(Fault(kind, on=step, skip=reads))  # type: ignore[arg-type]  # a name of the list of kinds
    with pytest.raises(Ambiguous):
        target.send(payment(1, post=True))
    tenant.faults.clear()

    receipt: Receipt = target.find(later(payment(1, post=True))) or target.send(later(payment(1, post=True)))

    assert receipt.response["status"] == "Posted"
    assert (tenant.count("vendorPayments"), len(tenant.objects["generalLedgerEntries"])) == (0, 2)


def test_a_payment_that_people_posted_meanwhile_is_not_sent_again(target: BcTarget, tenant: BcSandbox) -> None:
    tenant.faults.add(Fault("commit_then_cut"))
    with pytest.raises(Ambiguous):
        target.send(payment(1))
    tenant.journals.post(tenant.objects["vendorPayments"][0]["journalId"])

    found = target.find(later(payment(1)))

    assert found is not None
    assert found.response["status"] == "Posted"


def test_a_journal_that_numbers_documents_anew_leads_to_a_person(target: BcTarget, tenant: BcSandbox) -> None:
    tenant.journals.posting_series = "GJ"
    tenant.faults.add(Fault("commit_then_cut"))
    with pytest.raises(Ambiguous):
        target.send(payment(1))
    tenant.journals.post(tenant.objects["vendorPayments"][0]["journalId"])

    with pytest.raises(Ambiguous, match="entries like this vendor payment, as document GJ"):
        target.find(later(payment(1)))
    assert target.find(later(payment(2))) is None


def test_a_journal_with_somebody_elses_line_is_not_posted(target: BcTarget, tenant: BcSandbox) -> None:
    journal = tenant.objects["vendorPaymentJournals"][0]["id"]
    tenant.stand("vendorPayments", journalId=journal, documentNumber="G04001", postingDate="2026-04-01", amount=5)

    with pytest.raises(Rejected, match=r"lines that are not ours \(G04001\)"):
        target.send(payment(1, post=True))

    assert (tenant.count("vendorPayments"), postings(tenant)) == (2, [])


def test_what_another_of_our_payments_posted_with_it_is_found(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(payment(1))
    target.send(payment(2, post=True))

    found = target.find(payment(1, post=True))

    assert found is not None
    assert (tenant.count("vendorPayments"), len(postings(tenant))) == (0, 2)


def test_a_refused_posting_says_why_and_leaves_the_line(target: BcTarget, tenant: BcSandbox) -> None:
    wrong = {**payment(1).payload, "appliesToInvoiceNumber": "PI-NOWHERE"}

    with pytest.raises(Rejected, match="Applies-to"):
        target.send(operation("vendorPayments", "1", wrong, journal="BANK", post=True))

    assert (tenant.count("vendorPayments"), postings(tenant)) == (1, [])


def test_entries_under_our_number_with_another_amount_are_for_a_person(target: BcTarget, tenant: BcSandbox) -> None:
    target.send(payment(1, post=True))
    for row in tenant.objects["generalLedgerEntries"]:
        row |= {"debitAmount": 7, "creditAmount": 0}

    with pytest.raises(Ambiguous, match=r"otherwise: its amounts are 7, 7, not 1190\.60"):
        target.find(payment(1, post=True))


def test_a_journal_that_is_not_there_is_a_fault_of_the_mapping(target: BcTarget) -> None:
    line = operation("journalLines", "1", {"amount": "1", "postingDate": "2026-03-04"}, journal="NOWHERE")

    with pytest.raises(ContentError, match="no journal batch 'NOWHERE'"):
        target.send(line)


def test_a_line_of_the_general_journal_is_posted_the_same_way(target: BcTarget, tenant: BcSandbox) -> None:
    line = {"accountType": "Vendor", "accountNumber": "V10000", "amount": "10.5", "postingDate": "2026-03-04"}

    receipt = target.send(operation("journalLines", "1", line, journal="PAYMENTS", post=True))

    assert receipt.response["status"] == "Posted"
    assert tenant.count("journalLines") == 0
