"""What a supplier's last invoices say together about how it rounds."""

from collections.abc import Iterable, Sequence

from engine.model.convention import Convention, Habit, Inference

_MOST = 64
"""Conventions kept; the ones with the fewest assumptions stand first."""


def learned(invoices: Iterable[Sequence[Convention]]) -> Habit:
    """Return what explains a supplier's invoices, given the conventions that fit each of them, the oldest first.

    Only what explains all of them stays possible. An invoice that none of it explains begins a new habit.
    """
    habit = Habit()
    for fits in invoices:
        if fits:
            habit = _with(habit, fits)
    return habit


def lesson(found: Inference) -> tuple[Convention, ...]:
    """Return what an invoice teaches about its supplier: the conventions that fit, nothing when it shows none."""
    return tuple(one for one in found.fits if one.parts) if all(one.parts for one in found.fits) else ()


def _with(habit: Habit, fits: Sequence[Convention]) -> Habit:
    both = (known.joined(fit) for known in habit.possible for fit in fits if known.agrees(fit))
    possible = tuple(dict.fromkeys(both))[:_MOST]
    if not possible:
        return Habit(documents=1, possible=tuple(fits[:_MOST]))
    return Habit(documents=habit.documents + 1, possible=possible)
