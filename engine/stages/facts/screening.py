"""Facts about lists of sanctions."""

from engine.model.decision import FactValue
from engine.stages.facts.case import Case, fact


@fact
def screening_hits(case: Case) -> FactValue:
    """Name the entries of lists that names on the document are like."""
    found = case.vendor.screening
    if found is None or not found.hits:
        return None
    days = dict(found.lists)
    return "; ".join(
        f"{one.name} is like {one.entry.name} ({one.entry.id}, {one.entry.list} of {days[one.entry.list]}), {one.likeness} of 100"
        for one in found.hits
    )


@fact
def screening_age_days(case: Case) -> FactValue:
    """Count the days since the list that is behind most was as it stands here."""
    return None if case.vendor.screening is None else case.vendor.screening.age_days
