"""Facts about the vendor and the buyer."""

from engine.model.decision import FactValue
from engine.stages import validate
from engine.stages.facts.case import Case, fact, permille
from engine.stages.parties.customers import NUMBER
from engine.stages.parties.names import is_same_entity
from engine.stages.parties.signals import ibans


@fact
def vendor_outcome(case: Case) -> FactValue:
    """Whether one vendor is meant, several, or none."""
    return "none" if case.vendor.outcome == "not_asked" or case.customer is not None else case.vendor.outcome


@fact
def vendor_candidates(case: Case) -> FactValue:
    """Name the vendors that may be meant."""
    return ", ".join(f"{one.name} ({one.id})" for one in case.vendor.candidates[:5]) or None


@fact
def iban_is_valid(case: Case) -> FactValue:
    """Whether the vendor's bank account has a right checksum."""
    account = case.record.value("vendor_iban")
    return validate.iban_is_valid(account) if account else None


@fact
def iban_differs(case: Case) -> FactValue:
    """Whether the bank account on the document is not the vendor's in master data."""
    account = case.record.get("vendor_iban")
    known = ibans(case.vendor.chosen) if case.vendor.outcome == "one" and case.vendor.chosen else frozenset()
    if account is None or not account.value or not known:
        return None
    printed = {account.value, *(other.value for other in account.alternatives)}
    return known.isdisjoint("".join(number.split()).upper() for number in printed)


@fact
def iban_on_file(case: Case) -> FactValue:
    """Whether master data holds a bank account of the vendor."""
    if case.vendor.outcome != "one" or case.vendor.chosen is None:
        return None
    return bool(ibans(case.vendor.chosen))


@fact
def vendor_tax_id_is_valid(case: Case) -> FactValue:
    """Whether the vendor's VAT id is right by the scheme of its country."""
    number = case.record.value("vendor_tax_id")
    return validate.tax_id_is_valid(number) if number else None


@fact
def buyer_tax_id_is_valid(case: Case) -> FactValue:
    """Whether the buyer's VAT id is right by the scheme of its country."""
    number = case.record.value("buyer_tax_id")
    return validate.tax_id_is_valid(number) if number else None


@fact
def currency_differs_from_vendor(case: Case) -> FactValue:
    """Whether the currency is not the vendor's."""
    return _differs(case.record.value("currency"), case.master(case.vendor, "currency"))


@fact
def vendor_probability(case: Case) -> FactValue:
    """How probable it is, by the fitted model, that the vendor found is the one meant."""
    chosen = case.vendor.chosen if case.vendor.outcome == "one" else None
    return None if chosen is None or chosen.probability is None else permille(chosen.probability)


@fact
def party_status(case: Case) -> FactValue:
    """Tell the status in the master data of the one party that is meant."""
    return case.master(case.vendor, "status")


@fact
def customer_outcome(case: Case) -> FactValue:
    """Whether one customer of ours is the buyer, several, or none."""
    return "none" if case.customer is None or case.customer.outcome == "not_asked" else case.customer.outcome


@fact
def customer_candidates(case: Case) -> FactValue:
    """Name the customers that may be meant."""
    found = case.customer.candidates if case.customer is not None else ()
    return ", ".join(f"{one.name} ({one.id})" for one in found[:5]) or None


@fact
def customer_probability(case: Case) -> FactValue:
    """How probable it is, by the fitted model, that the customer found is the one meant; a number of ours is sure."""
    chosen = case.customer.chosen if case.customer is not None and case.customer.outcome == "one" else None
    if chosen is None or any(signal == NUMBER for signal, _ in chosen.evidence):
        return None
    return None if chosen.probability is None else permille(chosen.probability)


@fact
def customer_name_differs(case: Case) -> FactValue:
    """Whether the document calls the customer that was found otherwise than the master data, its legal form included."""
    chosen = case.customer.chosen if case.customer is not None and case.customer.outcome == "one" else None
    name = case.record.value("buyer_name")
    return None if chosen is None or not name else not is_same_entity(name, chosen.name)


@fact
def buyer(case: Case) -> FactValue:
    """Whether the buyer on the document is one of our companies."""
    return {"not_asked": "unknown", "none": "other"}.get(case.buyer.outcome, "ours")


@fact
def buyer_entity(case: Case) -> FactValue:
    """Return the code of the one company of ours that is the buyer."""
    return None if case.buyer.chosen is None else case.buyer.chosen.id


def _differs(one: str | None, other: str | None) -> bool | None:
    return None if not one or not other else one.strip().upper() != other.strip().upper()
