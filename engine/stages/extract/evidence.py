"""What speaks for a value that was read: the signs from which its confidence can be fitted."""

from typing import NamedTuple

from engine.stages.extract.candidates import Relation
from engine.stages.extract.choose import Choice


class Evidence(NamedTuple):
    """The signs of one header value."""

    score: float
    """Weight of its label, form and place together (0..1, lifted a little when it is printed again)."""
    margin: float
    """How far the score is before that of the next value; 1 without one."""
    rivals: int
    """How many other values were possible."""
    label: float
    """Strength of the label that announces it; 0 without one."""
    relation: Relation
    """Where it stands to its label."""
    proof: float
    """How sure the place alone makes it (0..1)."""
    is_proven: bool
    """True when sums that add up confirm it."""
    is_ambiguous: bool
    """True when the same print has a second reading, such as day and month swapped."""
    clearness: float
    """Recognition confidence of its least sure word; 1 for a text layer."""
    confidence: float
    """The confidence given by hand weights."""


def evidence_of(choice: Choice) -> Evidence:
    """Return the signs of a choice."""
    spot = choice.spot
    words = spot.line.words[spot.start : spot.end]
    return Evidence(
        score=round(spot.score, 4), margin=round(choice.margin, 4), rivals=choice.rivals, label=round(spot.label, 4),
        relation=spot.relation, proof=spot.proof, is_proven=choice.is_proven, is_ambiguous=spot.other is not None,
        clearness=min((w.confidence for w in words), default=1.0), confidence=choice.confidence,
    )  # fmt: skip
