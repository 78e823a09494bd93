"""Facts about what the document is and how surely it was read."""

from engine.model.decision import FactValue
from engine.model.finding import Finding
from engine.stages.facts.case import Case, fact, needed, permille


@fact
def document_type(case: Case) -> FactValue:
    """Say what kind of document it is."""
    return case.record.type


@fact
def type_confidence(case: Case) -> FactValue:
    """How sure the type is, in thousandths."""
    return permille(case.record.classification.type_confidence)


@fact
def language_is_known(case: Case) -> FactValue:
    """Whether what is needed was not read from print in a language without vocabulary."""
    return not case.coded("language_unknown")


@fact
def aside(case: Case) -> FactValue:
    """Name what the paper is instead of something to pay."""
    return case.record.classification.aside


@fact
def is_embedded(case: Case) -> FactValue:
    """Whether the amounts come from data that the file carries."""
    total = case.record.get("total")
    return total is not None and total.provenance.how in {"embedded", "event"}


@fact
def missing_count(case: Case) -> FactValue:
    """How many mandatory fields are not there."""
    return len(case.absent)


@fact
def missing_fields(case: Case) -> FactValue:
    """Their names."""
    return ", ".join(case.absent) or None


@fact
def unsure_count(case: Case) -> FactValue:
    """How many needed fields were read below their threshold."""
    return len(case.unsure)


@fact
def unsure_fields(case: Case) -> FactValue:
    """Their names."""
    return ", ".join(case.unsure) or None


@fact
def lowest_confidence(case: Case) -> FactValue:
    """Return the smallest confidence of a needed field, in thousandths."""
    return min((permille(field.confidence) for field in needed(case.record, case.ruleset)), default=None)


@fact
def schema_error_count(case: Case) -> FactValue:
    """How many values do not have the form they must have."""
    return len(case.coded("schema_error"))


@fact
def schema_error_fields(case: Case) -> FactValue:
    """Their paths."""
    names = dict.fromkeys(name for finding in case.coded("schema_error") for name in finding.fields or ("the record",))
    return ", ".join(names) or None


@fact
def contradiction_count(case: Case) -> FactValue:
    """How many values the print and the embedded data disagree about."""
    return len(case.coded("contradiction", "type_contradiction"))


@fact
def contradiction_fields(case: Case) -> FactValue:
    """Their names."""
    names = dict.fromkeys(
        name for finding in case.coded("contradiction", "type_contradiction") for name in finding.fields
    )
    return ", ".join(names) or None


@fact
def einvoice_error_count(case: Case) -> FactValue:
    """How many rules of its standard an e-invoice breaks."""
    return len(_einvoice_errors(case))


@fact
def einvoice_broken_rules(case: Case) -> FactValue:
    """Their names."""
    names = dict.fromkeys(dict(finding.evidence).get("rule", finding.code) for finding in _einvoice_errors(case))
    return ", ".join(names) or None


def _einvoice_errors(case: Case) -> list[Finding]:
    return [f for f in case.coded(*_EINVOICE) if f.severity in {"error", "fatal"}]


_EINVOICE = ("en16931_rule", "profile_rule", "einvoice_schema")


@fact
def other_error_count(case: Case) -> FactValue:
    """How many errors were found that no other fact stands for."""
    return len(_others(case))


@fact
def other_errors(case: Case) -> FactValue:
    """Their codes."""
    return ", ".join(dict.fromkeys(finding.code for finding in _others(case))) or None


_SEEN_BY_FACTS = frozenset({
    "contradiction", "missing_field", "schema_error", "sum_lines", "sum_total", "sum_tax", "iban_invalid",
    "tax_id_invalid", "due_before_issue", "language_unknown", "payment_reminder", "supplier_statement", "quotation",
    "pro_forma", "order_confirmation", *_EINVOICE,
})  # fmt: skip
"""Codes of findings that facts of their own stand for."""
_ASKING = frozenset({"several_embedded_invoices"})
"""Codes of warnings that still ask a person: one of several invoices would be posted, the others lost."""


def _others(case: Case) -> list[Finding]:
    return [
        f for f in case.findings
        if f.code in _ASKING or (f.severity in {"error", "fatal"} and f.code not in _SEEN_BY_FACTS)
    ]  # fmt: skip


@fact
def is_first_claim(case: Case) -> FactValue:
    """Whether no other document holds the same vendor and number."""
    return case.claim_is_free


@fact
def is_same_as_first(case: Case) -> FactValue:
    """Whether the document that holds them has the same type, currency, total and date."""
    return None if case.claim_is_free else case.same_fingerprint
