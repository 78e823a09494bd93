"""Finds the conventions that give an invoice's figures exactly, and where the difference sits when none does."""

from collections.abc import Sequence
from decimal import localcontext

from engine.model.convention import Check, Convention, Habit, Inference
from engine.model.record import Record
from engine.stages.money.frame import frames, is_part_paid
from engine.stages.money.lines import unread_lines
from engine.stages.money.rounding import EXACT
from engine.stages.money.search import Try, least_off, total_of
from engine.stages.money.sheet import Sheet, sheet
from engine.stages.money.tax import taxed, unread_taxes

_MOST_FITS = 64


def infer(record: Record, *, habit: Habit | None = None) -> Inference:
    """Return which conventions give the figures of an invoice exactly.

    All arithmetic is exact. What was not read is not checked and is named in `unchecked`. Several conventions may fit:
    then the supplier's `habit` chooses, else the fewest assumptions do. When none fits, the nearest one says how much
    stays unexplained and in which figures.
    """
    with localcontext(EXACT):
        one = sheet(record)
        tries = least_off(one)
        unchecked = _unchecked(one)
        if not any(tried.checks for tried in tries):
            return Inference(outcome="not_checkable", unchecked=unchecked)
        return _unexplained(tries[0], unchecked) if tries[0].off else _explained(tries, habit, unchecked)


def _explained(tries: Sequence[Try], habit: Habit | None, unchecked: tuple[str, ...]) -> Inference:
    by_convention: dict[Convention, Try] = {}
    for tried in sorted(tries, key=lambda one: one.cost):
        by_convention.setdefault(tried.convention, tried)
    fits = list(by_convention)
    is_known = habit is not None and bool(habit.possible)
    usual = [fit for fit in fits if habit is not None and any(fit.agrees(known) for known in habit.possible)]
    chosen = (usual or fits)[0]
    return Inference(
        outcome="one" if len(fits) == 1 else "several", chosen=chosen, fits=tuple(fits[:_MOST_FITS]), unchecked=unchecked,
        checks=by_convention[chosen].checks, has_changed=not usual if is_known else None,
    )  # fmt: skip


def _unexplained(nearest: Try, unchecked: tuple[str, ...]) -> Inference:
    return Inference(
        outcome="none",
        chosen=nearest.convention,
        checks=nearest.checks,
        where=_where(nearest.checks),
        unchecked=unchecked,
    )


def _where(checks: Sequence[Check]) -> tuple[str, ...]:
    """Return the figures that stand in every equation that fails, without those that others confirm if any is left."""
    failing = [check for check in checks if check.delta]
    shared = [figure for figure in failing[0].figures if all(figure in check.figures for check in failing)]
    confirmed = {figure for check in checks if not check.delta for figure in check.figures}
    suspects = [figure for figure in shared if figure not in confirmed]
    return tuple(suspects or shared or dict.fromkeys(check.figures[0] for check in failing))


def _unchecked(one: Sheet) -> tuple[str, ...]:
    """Return what nothing can be held against, by path or name."""
    amounts = [line.amount for line in one.lines]
    plain = frames(one, has_lines=False, has_rates=False)[0]
    sums = tuple(name for name, value in (("subtotal", one.subtotal), ("total", one.total)) if value is None)
    parts = taxed(one, plain, amounts, total_of(amounts))
    rest = ((not one.lines, "lines"), (is_part_paid(one), "prepaid_amount"))
    return (*unread_lines(one), *sums, *unread_taxes(parts), *(name for is_unread, name in rest if is_unread))
