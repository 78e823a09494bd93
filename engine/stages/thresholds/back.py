"""How far automation that stood down may step up again: by what people found of documents that were held only because of it.

Everything that the machine doubts more than it may now is looked at by a person, so that the documents which would pass
again are known one by one, all with the same chance of being looked at. Those that pass even now stay under audit.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.model.outcome import Comeback, Outcome
from engine.stages.thresholds.bound import p_value, still_needed
from engine.stages.thresholds.drift import stepped

DEFAULT = "default"


def comeback(
    held: Sequence[tuple[Outcome, Mapping[str, int]]], *, steps: int, target: float, confidence: float = 0.95
) -> Comeback:
    """Return the fewest steps at which the error of what would pass again is proved to be below `target` (0..1).

    `held` are documents that a person looked at since the last step, each with the thresholds that are written for it in
    thousandths. Steps are tried from `steps` - 1 to none; the probability that the error of the chosen one is at or above
    the target is at most 1 - `confidence` (fallback procedure, see fit.py).
    """
    own = (1 - confidence) / max(1, steps)
    carried, found, missing = 0.0, steps, 0
    reviewed = wrong = 0
    for fewer in reversed(range(steps)):
        some = [one for one, written in held if one.counts and not one.is_straight and _passes(one, written, fewer)]
        errors = np.array([bool(one.wrong) for one in some], dtype=np.float64)
        weights, allowed = np.ones(len(some)), own + carried
        if p_value(errors, weights, target) <= allowed:
            found, carried = fewer, allowed
            reviewed, wrong = len(some), int(errors.sum())
            continue
        carried = 0.0
        needed = still_needed(errors, weights, target, allowed)
        if found == steps and (not missing or needed < missing):
            missing, reviewed, wrong = needed, len(some), int(errors.sum())
    return Comeback(steps=found, reviewed=reviewed, wrong=wrong, missing=0 if found < steps else missing)


def _passes(one: Outcome, written: Mapping[str, int], steps: int) -> bool:
    return all(sure >= stepped(written.get(name, written[DEFAULT]), steps) for name, sure in one.confidences)
