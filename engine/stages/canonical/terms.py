"""Payment terms as numbers: net days, discount steps, and the days they fall on."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from engine.content.term_words import TermWords
from engine.model.field import Field
from engine.model.finding import Finding
from engine.model.terms import Deadline, PaymentTerms
from engine.stages.canonical.derive import inferred, with_alternative
from engine.stages.terms.due import due_on
from engine.stages.terms.parse import parse_terms

_SPLIT = 0.6
"""Certainty of a due date whose terms are counted in two ways."""
_ENDS = {"then": "after_days", "from": "before_days"}
_STEPS = ("", "_2")
"""Ends of the names of the first and second discount."""


def terms_of(fields: Mapping[str, Field], words: TermWords | None, language: str | None) -> PaymentTerms | None:
    """Return what the printed terms say, or None where there are none or they are not understood."""
    printed = fields.get("payment_terms")
    return parse_terms(printed.value, words, language) if printed is not None and words is not None else None


def terms_fields(fields: Mapping[str, Field], terms: PaymentTerms) -> dict[str, Field]:
    """Return the terms as fields: `net_days`, `net_months`, `end_of_month`, `day_of_month`, and the discounts.

    `discount_percent`, `discount_days` and `discount_date` are those of the step that ends first; a second step has
    `_2` behind its names.
    """
    printed, issued = fields["payment_terms"], fields.get("issue_date")
    values = _of_deadline(terms.net) if terms.net is not None else {}
    for end, step in zip(_STEPS, terms.discounts, strict=False):
        values[f"discount_percent{end}"] = f"{_plain(step.percent)}"
        if step.within.month_end == "none" and not step.within.months and step.within.day_of_month is None:
            values[f"discount_days{end}"] = str(step.within.days)
    found = {name: inferred(name, value, (printed,)) for name, value in values.items()}
    for end, step in zip(_STEPS, terms.discounts, strict=False):
        day = _on(step.within, issued)
        if day is not None and issued is not None:
            found[f"discount_date{end}"] = inferred(f"discount_date{end}", day.isoformat(), (issued, printed))
    return {name: field for name, field in found.items() if name not in fields}


def due_date(fields: Mapping[str, Field], terms: PaymentTerms) -> Field | None:
    """Return the day that the terms give, with the other one where they are counted in two ways."""
    issued, printed = fields.get("issue_date"), fields.get("payment_terms")
    if issued is None or printed is None or terms.net is None:
        return None
    day = _on(terms.net, issued)
    if day is None:
        return None
    other = _on(terms.other, issued) if terms.other is not None else None
    if other is None or other == day:
        return inferred("due_date", day.isoformat(), (issued, printed))
    found = inferred("due_date", day.isoformat(), (issued, printed), sure=_SPLIT)
    return with_alternative(found, other.isoformat(), confidence=round(1.0 - _SPLIT, 3))


def terms_findings(fields: Mapping[str, Field], terms: PaymentTerms) -> tuple[Finding, ...]:
    """Return a finding `due_date_differs` where a printed due date is none of those that the terms give."""
    due, issued = fields.get("due_date"), fields.get("issue_date")
    if due is None or issued is None or terms.net is None or due.provenance.how == "inferred":
        return ()
    days = [day for one in (terms.net, terms.other) if one is not None and (day := _on(one, issued))]
    if not days or due.value in {day.isoformat() for day in days}:
        return ()
    message = f"It is due on {due.value}, but the terms give {days[0].isoformat()}. Ask which of them holds."
    evidence = (("due_date", due.value), ("terms", fields["payment_terms"].value), ("terms_give", days[0].isoformat()))
    return (
        Finding(code="due_date_differs", severity="info", message=message, fields=("due_date",), evidence=evidence),
    )


def plain_days(terms: PaymentTerms | None) -> int | None:
    """Return the days between issue and due date, where the terms are nothing but days."""
    net = terms.net if terms is not None else None
    is_plain = net is not None and net.month_end == "none" and not net.months and net.day_of_month is None
    return net.days if net is not None and is_plain else None


def _of_deadline(net: Deadline) -> dict[str, str]:
    values = {"net_days": str(net.days)}
    if net.months:
        values["net_months"] = str(net.months)
    if net.month_end != "none":
        values["end_of_month"] = _ENDS[net.month_end]
    if net.day_of_month is not None:
        values["day_of_month"] = str(net.day_of_month)
    return values


def _on(deadline: Deadline | None, issued: Field | None) -> date | None:
    if deadline is None or issued is None:
        return None
    try:
        return due_on(deadline, issued.date())
    except ValueError:
        return None


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
