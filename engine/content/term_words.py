"""The wording of payment terms in all languages, as data that people without code can extend."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from engine.content.wording import Wording, newest
from engine.model.value import Value

FromMonthEnd = Literal["yes", "no", "rather_yes", "rather_no"]


class TermPhrases(Value):
    """How one language words payment terms. Matching ignores case, accents, points and spaces."""

    days: tuple[str, ...]
    weeks: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    net: tuple[str, ...] = ()
    """Words of the deadline without discount: net, netto, ohne Abzug."""
    discount: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    """Payment at once: on receipt, sofort."""
    month_end: tuple[str, ...] = ()
    next_month: tuple[str, ...] = ()
    """The month after: following month, Folgemonat, prox."""
    next_month_end: tuple[str, ...] = ()
    """Its end: Ende des Folgemonats."""
    after: tuple[str, ...] = ()
    """Words that, right before the end of the month, let the days begin there: after, ab, dopo."""
    on_day: tuple[str, ...] = ()
    """Words before a day of the month: le 10, zum 15."""
    invoice_date: tuple[str, ...] = ()
    """Phrases that only say where the days begin: from the date of invoice."""
    partial: tuple[str, ...] = ()
    """Words of advances and instalments: such terms are not worked out."""
    late: tuple[str, ...] = ()
    """Words of interest and reminders: what their sentence says is no term."""
    otherwise: tuple[str, ...] = ()
    """Words that begin the next term: otherwise, sonst."""
    pay_day: tuple[str, ...] = ()
    """Words before the day of the month on which this house pays: día de pago 15."""
    counts_from_month_end: FromMonthEnd = "no"
    """Whether days beside the end of the month begin there where no word says so; `rather_*` keeps the other reading."""


class TermWords(Wording):
    """Everything that is known of the wording of payment terms."""

    languages: Mapping[str, TermPhrases]
    """ISO 639-1 -> phrases."""


def load_term_words(root: Path, *, only: Collection[str] | None = None) -> TermWords | None:
    """Load the highest `mappings/inbound/payment_terms.v*.yaml`, or return None when there is none.

    `only` are the versions that may be looked at; None: all. Raises ContentError for a broken file.
    """
    return newest(root, "payment_terms", TermWords, only=only)
