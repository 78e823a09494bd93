"""Two readings of the same pages weighed field by field: what engines agree on is surer than either alone."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from engine.model.field import Alternative, Field
from engine.model.record import Extraction
from engine.stages.extract.lexicon import fold

_MOST = 0.995
_LONE = 0.93
"""What is left of the certainty of a value that only one engine has."""
_DOUBT = 0.6
"""How much of the other engine's certainty speaks against a value that it reads otherwise."""
_TEXTS = frozenset({"vendor_name", "vendor_address", "buyer_name", "payment_terms"})
_ALIKE = 85


def vote(first: Extraction, second: Extraction) -> Extraction:
    """Return one extraction of two of the same pages by different engines; the first one's wins where both are as sure.

    A value that both have gets the certainty of two witnesses. Of two different values the surer one stays, with the
    other as its alternative and less certainty. Items and tax rows come from the one whose rows fit its total better.
    """
    names = list(dict.fromkeys(f.name for e in (first, second) for f in e.fields))
    fields = [_merged(first.get(name), second.get(name)) for name in names]
    rows = max((first, second), key=lambda e: (_is_proven(e), _sureness(e)))
    return first.model_copy(
        update={
            "fields": tuple(f for f in fields if f is not None), "lines": rows.lines or first.lines or second.lines,
            "taxes": rows.taxes or first.taxes or second.taxes,
        }
    )  # fmt: skip


def _merged(one: Field | None, two: Field | None) -> Field | None:
    if one is None or two is None:
        lone = one or two
        return lone and lone.model_copy(update={"confidence": round(_LONE * lone.confidence, 3)})
    best, other = (one, two) if one.confidence >= two.confidence else (two, one)
    if _same(best, other):
        sure = 1.0 - (1.0 - best.confidence) * (1.0 - 0.5 * other.confidence)
        return best.model_copy(update={"confidence": round(min(sure, _MOST), 3)})
    promoted = next((a for a in best.alternatives if a.value == other.value), None)
    if promoted is not None and best.confidence - other.confidence < promoted.confidence:
        best, other = other, best
    sure = round(best.confidence * (1.0 - _DOUBT * other.confidence), 3)
    rival = Alternative(
        value=other.value, raw=other.raw, confidence=round(other.confidence * (1.0 - best.confidence), 3)
    )
    rest = tuple(a for a in best.alternatives if a.value != other.value)
    return best.model_copy(update={"confidence": sure, "alternatives": (rival, *rest)})


def _same(one: Field, two: Field) -> bool:
    if one.name in _TEXTS:
        return fuzz.ratio(fold(one.value), fold(two.value)) >= _ALIKE
    return fold(one.value) == fold(two.value)


def _sureness(extraction: Extraction) -> float:
    confidences: Sequence[float] = [f.confidence for row in extraction.lines for f in row]
    return sum(confidences) / len(confidences) if confidences else 0.0


def _is_proven(extraction: Extraction) -> bool:
    """Tell whether the items add up to the total or the net sum."""
    amounts = [f.decimal() for row in extraction.lines for f in row if f.name == "amount"]
    sums = {extraction.amount(name) for name in ("total", "subtotal")}
    return bool(amounts) and sum(amounts) in sums
