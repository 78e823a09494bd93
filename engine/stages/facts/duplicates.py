"""Facts about earlier documents that may claim the same."""

from engine.model.decision import FactValue
from engine.model.duplicate import told
from engine.stages.facts.case import Case, fact

_NAMES = {"po_number": "order", "invoice_number": "number"}
_AGREE = ("same", "confusable", "label", "tail", "misread", "blurred", "swapped", "same_net", "amounts", "twin", "near")
_DIFFER = ("other", "other_year", "window", "far", "reworded", "partly", "named")


@fact
def duplicate_outcome(case: Case) -> FactValue:
    """Whether it claims what an earlier document claimed."""
    return None if case.earlier is None else case.earlier.outcome


@fact
def duplicate_permille(case: Case) -> FactValue:
    """How probable that is, of the earlier document that is most alike."""
    if case.earlier is None:
        return None
    return 0 if case.earlier.best is None else int(case.earlier.best.probability * 1000)


@fact
def duplicate_of(case: Case) -> FactValue:
    """Name that document by number and id."""
    best = case.earlier.best if case.earlier is not None else None
    return None if best is None else f"{best.number or 'without number'} ({told(best.document_id)})"


@fact
def duplicate_agrees(case: Case) -> FactValue:
    """List in what the two agree."""
    return _aspects(case, _AGREE)


@fact
def duplicate_differs(case: Case) -> FactValue:
    """List in what they differ."""
    return _aspects(case, _DIFFER)


@fact
def corrects_uncredited(case: Case) -> FactValue:
    """Whether it takes the place of an earlier invoice that no credit note took back."""
    return None if case.earlier is None else case.earlier.corrects is not None


@fact
def corrected_number(case: Case) -> FactValue:
    """Name that invoice by its number."""
    return None if case.earlier is None else case.earlier.corrects


def _aspects(case: Case, levels: tuple[str, ...]) -> str | None:
    best = case.earlier.best if case.earlier is not None else None
    if best is None:
        return None
    return ", ".join(_NAMES.get(name, name).replace("_", " ") for name in best.named(*levels)) or "nothing"
