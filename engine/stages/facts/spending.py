"""Facts about what was bought, in words."""

from engine.model.decision import FactValue
from engine.stages.facts.case import Case, fact
from engine.stages.line_words import line_words as words_of


@fact
def line_words(case: Case) -> FactValue:
    """Return the descriptions of all lines."""
    return words_of(case.record) or None
