"""The reference page of key figures: what each counts, how it is reckoned, and the formulas of what is saved."""

from engine.model.kpi import COUNTS, MEASURES, Measure
from engine.runtime.kpi_roi import FORMULAS, INPUTS
from tools.markdown import cell, code, table


def key_figures() -> str:
    """Return the page."""
    figures = [(code(one.name), cell(one.title), cell(_reckoned(one)), cell(one.says)) for one in MEASURES]
    counts = [(code(name), cell(says)) for name, says in COUNTS.items()]
    inputs = [(code(one.name), cell(one.title), code(one.default), cell(one.says)) for one in INPUTS]
    formulas = [(code(one.name), cell(one.title), cell(one.says)) for one in FORMULAS]
    head = (
        "What `/kpi`, `/roi`, `GET /api/v1/kpi` and `postroom kpi` tell. A document belongs to the day, week (from Monday) or "
        "month, in UTC, in which it came in."
    )
    return "\n\n".join((
        head, table(("figure", "title", "how", "meaning"), figures), "## Counts", table(("count", "meaning"), counts),
        "## Inputs of what is saved", table(("input", "title", "default", "meaning"), inputs),
        "## Formulas of what is saved", table(("amount", "title", "how"), formulas),
    ))  # fmt: skip


def _reckoned(one: Measure) -> str:
    if one.percentile:
        return f"percentile {one.percentile} of {one.over} seconds"
    share = f"{one.over} / {one.under}" if one.under else one.over
    return f"1 - {share}" if one.is_rest else share
