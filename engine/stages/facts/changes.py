"""Facts about what a request would change in master data."""

from engine.model.decision import FactValue
from engine.stages import validate
from engine.stages.facts.case import Case, fact
from engine.stages.parties.changes import BANK, NEW, asked_of, changes_of, contradicted


@fact
def change_count(case: Case) -> FactValue:
    """Count the values that are asked for and are not so already."""
    return len(changes_of(case.record, case.vendor))


@fact
def changed_fields(case: Case) -> FactValue:
    """Name the fields of those values."""
    return ", ".join(one.field for one in changes_of(case.record, case.vendor)) or None


@fact
def changes(case: Case) -> FactValue:
    """Tell before and after of those values; of a bank account the last four signs alone."""
    return "; ".join(one.told for one in changes_of(case.record, case.vendor)) or None


@fact
def changes_bank(case: Case) -> FactValue:
    """Whether anything of a bank account is asked for, be it so already or not."""
    return any(name.removeprefix(NEW) in BANK for name in asked_of(case.record))


@fact
def stated_otherwise(case: Case) -> FactValue:
    """Name the fields that say how something is now, where master data say otherwise."""
    return ", ".join(contradicted(case.record, case.vendor)) or None


@fact
def unread_fields(case: Case) -> FactValue:
    """Name the fields under whose label something stands that has not their form."""
    there = [name for one in case.coded("value_unread") for name in one.fields if not case.record.value(name)]
    return ", ".join(dict.fromkeys(there)) or None


@fact
def new_iban_is_valid(case: Case) -> FactValue:
    """Whether the bank account that is asked for has a right checksum."""
    account = case.record.value(f"{NEW}iban")
    return validate.iban_is_valid(account) if account else None


@fact
def new_tax_id_is_valid(case: Case) -> FactValue:
    """Whether the VAT id that is asked for is right by the scheme of its country."""
    number = case.record.value(f"{NEW}tax_id")
    return validate.tax_id_is_valid(number) if number else None
