"""Facts about amounts and dates."""

from engine.model.convention import CheckKind
from engine.model.decision import FactValue
from engine.model.money import minor_at_least
from engine.stages import sums
from engine.stages.facts.case import Case, fact
from engine.stages.validate import day

_MOST_NAMES = 10
"""Figures named in one fact."""


@fact
def currency(case: Case) -> FactValue:
    """Return the currency of the document."""
    return case.record.value("currency") or None


@fact
def total_minor(case: Case) -> FactValue:
    """Return the grand total."""
    return case.minor("total")


@fact
def subtotal_minor(case: Case) -> FactValue:
    """Return the sum without tax."""
    return case.minor("subtotal")


@fact
def tax_total_minor(case: Case) -> FactValue:
    """Return the tax."""
    return case.minor("tax_total")


@fact
def line_count(case: Case) -> FactValue:
    """How many line items were read."""
    return len(case.record.lines)


@fact
def lines_delta_minor(case: Case) -> FactValue:
    """How far lines are from quantity times price, and together from the sum they make up."""
    return _unexplained(case, "line", "sum")


@fact
def total_delta_minor(case: Case) -> FactValue:
    """How far the total is from subtotal and tax, or the amount to pay from the total."""
    return _unexplained(case, "total", "due")


@fact
def tax_delta_minor(case: Case) -> FactValue:
    """Return the largest difference between a tax amount and what its base, rate or parts give."""
    return _unexplained(case, "tax")


@fact
def unexplained_minor(case: Case) -> FactValue:
    """Return the largest difference that no rounding convention explains."""
    return _unexplained(case)


@fact
def unexplained_where(case: Case) -> FactValue:
    """Name the figures in which it sits."""
    return ", ".join(case.explained.where[:_MOST_NAMES]) or None


@fact
def sums_unchecked(case: Case) -> FactValue:
    """Name the figures that nothing could be held against."""
    return ", ".join(case.explained.unchecked[:_MOST_NAMES]) or None


@fact
def rounding_outcome(case: Case) -> FactValue:
    """Whether one rounding convention gives the figures, several, or none."""
    return case.explained.outcome


@fact
def rounding_convention(case: Case) -> FactValue:
    """Name the convention that was taken."""
    found = case.explained
    return found.chosen.text or None if found.chosen and found.fits else None


@fact
def rounding_open(case: Case) -> FactValue:
    """Name what the conventions that fit disagree about."""
    return ", ".join(case.explained.open) or None


@fact
def rounding_has_changed(case: Case) -> FactValue:
    """Whether the supplier's last invoices followed another convention."""
    return case.explained.has_changed


@fact
def signs_agree(case: Case) -> FactValue:
    """Whether subtotal, tax and total are all positive or all negative."""
    amounts = [sums.amount(case.record, name) for name in ("subtotal", "tax_total", "total")]
    signs = {amount > 0 for amount in amounts if amount}
    return len(signs) <= 1


@fact
def exceeds_order_free_limit(case: Case) -> FactValue:
    """Whether the total lies above the limit for invoices without an order, in the document's currency or that of our books."""
    limits = case.ruleset.limits.large_without_order
    code, total = case.held_against(limits.keys(), "total")
    limit = limits.get(code)
    if total is None or limit is None:
        return None
    return limit != "unlimited" and abs(total) > limit


@fact
def exchange_rate_missing(case: Case) -> FactValue:
    """Name the exchange rate that is needed and not known."""
    return next((dict(one.evidence)["rate"] for one in case.coded("exchange_rate_missing")), None)


@fact
def due_before_issue(case: Case) -> FactValue:
    """Whether it is due before it was issued."""
    issued, due = day(case.record, "issue_date"), day(case.record, "due_date")
    return None if issued is None or due is None else due < issued


@fact
def issue_age_days(case: Case) -> FactValue:
    """Days from the date of issue to the day the document arrived; negative when it is dated ahead."""
    issued = day(case.record, "issue_date")
    return None if issued is None or case.received_on is None else (case.received_on - issued).days


def _unexplained(case: Case, *kinds: CheckKind) -> int | None:
    delta = case.explained.unexplained(*kinds)
    return None if delta is None else minor_at_least(delta, case.record.value("currency"))
