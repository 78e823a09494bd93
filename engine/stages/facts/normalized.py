"""Facts about values whose print allows two readings."""

from engine.model.decision import FactValue
from engine.stages.facts.case import Case, fact


@fact
def ambiguous_dates(case: Case) -> FactValue:
    """Name the dates whose day and month may be swapped, with both readings."""
    return _readings(case, "date_ambiguous")


@fact
def ambiguous_amounts(case: Case) -> FactValue:
    """Name the amounts whose sign may set thousands or decimals apart, with both readings."""
    return _readings(case, "amount_ambiguous")


@fact
def due_date_by_terms(case: Case) -> FactValue:
    """Return the day that the printed terms give, where the printed due date is another."""
    return next((dict(one.evidence).get("terms_give") for one in case.coded("due_date_differs")), None)


def _readings(case: Case, code: str) -> FactValue:
    """Return the readings of the fields that findings of a code name and that nobody has settled since."""
    told = [
        f"{name}: {dict(one.evidence)[name]}"
        for one in case.coded(code)
        for name in one.fields
        if name in dict(one.evidence) and _is_open(case, name)
    ]
    return "; ".join(told) or None


def _is_open(case: Case, name: str) -> bool:
    field = case.record.get(name)
    return field is not None and field.provenance.how in {"read", "normalized"}
