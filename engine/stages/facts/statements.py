"""Facts about a statement of account: what we know of its positions."""

from collections.abc import Sequence

from engine.model.decision import FactValue
from engine.model.field import by_name
from engine.model.money import minor
from engine.model.reconciled import Standing
from engine.stages.facts.case import Case, fact, permille
from engine.stages.reconcile import delta, listed
from engine.stages.thresholds.drift import stepped

_SHOWN = 30
_READ = ("invoice_number", "amount", "credit", "open_amount")


@fact
def position_count(case: Case) -> FactValue:
    """Count the positions."""
    return None if case.positions is None else len(case.positions)


@fact
def positions_missing(case: Case) -> FactValue:
    """Name the positions of which nothing is here."""
    return _told(case, "missing")


@fact
def positions_differing(case: Case) -> FactValue:
    """Name the positions that are here with another amount or currency."""
    return _told(case, "differs")


@fact
def positions_paid(case: Case) -> FactValue:
    """Name the positions that are said to be open and are paid."""
    return _told(case, "paid")


@fact
def positions_in_hand(case: Case) -> FactValue:
    """Name the positions that are here and not posted yet."""
    return _told(case, "in_hand")


@fact
def positions_unread(case: Case) -> FactValue:
    """Name the positions whose number or amount was not read."""
    return _told(case, "unread")


@fact
def unsure_positions(case: Case) -> FactValue:
    """Name the positions that somebody will be asked about, where number or amount was read below its threshold."""
    currency, total = case.at_stake
    levels = case.ruleset.confidence.levels_for(vendor_group=case.vendor_group, currency=currency, amount=total)
    least = {name: stepped(levels.permille(name), case.steps) for name in _READ}
    doubtful = [
        one.told for one in listed(case.positions or (), "missing", "differs", "paid")
        if any(
            permille(field.confidence) < least[name]
            for name, field in by_name(case.record.lines[one.line]).items() if name in least
        )
    ]  # fmt: skip
    return _few(doubtful)


@fact
def statement_delta_minor(case: Case) -> FactValue:
    """Tell how far the balance is from the positions and what was brought forward."""
    found = None if case.positions is None else delta(case.record)
    return None if found is None else abs(minor(found, case.record.value("currency")))


def _told(case: Case, standing: Standing) -> str | None:
    return _few([one.told for one in listed(case.positions or (), standing)])


def _few(told: Sequence[str]) -> str | None:
    """Return the first of them in words, with how many more there are: people read this."""
    more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return ", ".join(told[:_SHOWN]) + more or None
