"""Contracts in running text: who agrees, how long it runs and what it costs stand in sentences; some have a table of positions."""

import random
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from admin.samples.labelled import contracts
from admin.samples.labelled.clauses import CLAUSES, Told, Wordings
from admin.samples.labelled.contracts import Agreed, Words
from admin.samples.labelled.model import Labelled, Signed
from admin.samples.notation import amount

LANGUAGES = ("en", "de", "fr")
_MONTHS = {
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
}  # fmt: skip
_ADDRESS = {
    "en": "12 Quay Street, Bristol",
    "de": "Am Lindenhof 1, 20095 Hamburg",
    "fr": "5 rue du Port, 67000 Strasbourg",
}
_COUNTRY = {"en": "GB", "de": "DE", "fr": "FR"}
_NOTICE = (30, 60, 90)
_DAYS = {"en": "{0} days", "de": "{0} Tagen", "fr": "{0} jours"}
_RENEWED = {"en": "12 months", "de": "12 Monate", "fr": "12 mois"}
_YEAR = 12


class _Priced(NamedTuple):
    """What it costs: the whole term where there are positions, else a year or a month."""

    kind: Told
    fee: Decimal | None
    total: Decimal


def running_contract(
    rng: random.Random, name: str, *, language: str, is_drawn: bool = False, wordings: Wordings = "first"
) -> Labelled:  # fmt: skip
    """Return a contract in running text with its truth; in wordings that our phrases were written from, or not (`third`).

    Flaws as with `contracts.contract`. A part has no positions, and goes to a person for that.
    """
    words = {key: rng.choice(told) for key, told in contracts.WORDS[language].items()}
    one, clauses = contracts.agreed(rng, is_drawn=is_drawn), CLAUSES[wordings][language]
    has_table = one.flaw != "" or rng.random() < 0.7
    priced = _priced(rng, one, has_table=has_table)
    is_renewed, days = rng.random() < 0.7, rng.choice(_NOTICE)
    told = _told(rng, one, clauses, language)
    spans = rng.choice(clauses["term"]).split("|")
    term = (
        spans[0].format(one.months)
        if one.months % _YEAR or one.months == _YEAR
        else spans[1].format(one.months, one.months // _YEAR)
    )
    country = _COUNTRY[language]
    shown = {
        **told.shown, "term": term, "renewal": _RENEWED[language], "notice": _DAYS[language].format(days),
        "total": _money(rng, priced.total, country), "fee": _money(rng, priced.fee or Decimal(0), country),
    }  # fmt: skip
    billed: Told = rng.choice(("billed_year", "billed_month"))
    others = rng.sample(clauses["other"], 3)
    # what a term is counted from is what is missing where no beginning is named
    ends: list[Told] = [] if one.flaw == "no_start" else ["runs" if is_renewed else "ends"]
    ends += ["until"] if one.flaw == "term" else []
    keys: list[Told] = ["parties", *ends, priced.kind, billed]
    said = [rng.choice(clauses[key]).format(**shown) for key in keys]
    paragraphs = (
        said[0],
        others[0],
        " ".join(said[1 : 1 + len(ends)]),
        others[1],
        " ".join(said[1 + len(ends) :]),
        others[2],
    )
    truth: dict[str, Any] = {
        **told.truth,
        **contracts.signed_truth(one, language),
        "currency": "EUR",
        "billing_period": billed[7:],
    }
    if ends:
        truth |= {"term_months": str(one.months), "renewal": "automatic" if is_renewed else "none"}
        truth |= {"renewal_months": "12", "notice_period": shown["notice"]} if is_renewed else {}
    truth |= {"total": f"{priced.total:.2f}"} if priced.fee is None or ends else {}
    truth |= {} if priced.fee is None else {"fee": f"{priced.fee:.2f}", "fee_period": priced.kind}
    table = contracts.table(one, words, country) if has_table else {}
    return Labelled(
        name=name, type="contract", language=language, title=words["contract"], values=((words["contract_number"], told.truth["contract_number"]),),
        paragraphs=tuple(text for text in paragraphs if text), truth=truth | ({"lines": [dict(line) for line in one.lines]} if has_table else {}),
        blocks=_blocks(one, words, language, told.shown, wordings), is_stacked=rng.random() < 0.4,
        reason=contracts.RULES.get(one.flaw, "") if has_table else "items_missing", **table,
    )  # fmt: skip


class _Said(NamedTuple):
    shown: Mapping[str, str]
    truth: Mapping[str, str]


def _told(rng: random.Random, one: Agreed, clauses: Mapping[Told, tuple[str, ...]], language: str) -> _Said:
    """Return who agrees and when: as it is printed, and what it means."""
    number = f"{rng.choice(('C', 'V', 'MSA'))}-{rng.randrange(1000, 99999)}"
    name = contracts.name_of(one)
    address = f"{one.customer['street']}, {one.customer['postcode']} {one.customer['city']}"
    known = {} if one.flaw == "stranger" else _known(rng, one)
    for key, value in known.items():
        clause: Told = "number" if key == "customer_number" else "tax_id"
        address += ", " + rng.choice(clauses[clause]).format(value)
    shown = {
        "number": number, "issue_date": _day(rng, one.written, language), "buyer": name, "buyer_address": address,
        "vendor": contracts.OURS, "vendor_address": _ADDRESS[language], "start": _day(rng, one.start, language),
        "end": _day(rng, contracts.end_of(one.start, one.months + _YEAR), language),
    }  # fmt: skip
    truth = {
        "contract_number": number,
        "issue_date": one.written.isoformat(),
        "buyer_name": name,
        "vendor_name": contracts.OURS,
        **known,
    }
    truth |= {} if one.flaw == "no_start" else {"start_date": one.start.isoformat()}
    truth |= {"end_date": contracts.end_of(one.start, one.months + _YEAR).isoformat()} if one.flaw == "term" else {}
    return _Said(shown, truth)


def _known(rng: random.Random, one: Agreed) -> dict[str, str]:
    tax_id = one.customer.get("tax_id")
    return {"customer_number": one.customer["id"]} if tax_id is None or rng.random() < 0.5 else {"buyer_tax_id": tax_id}


def _priced(rng: random.Random, one: Agreed, *, has_table: bool) -> _Priced:
    kind: Told = "total" if has_table else rng.choice(("year", "month"))
    if kind == "total":
        return _Priced(kind, None, one.total)
    fee = Decimal(rng.randrange(20, 400) * 50)
    months = one.months if kind == "month" else Decimal(one.months) / _YEAR
    return _Priced(kind, fee, fee * months)


def _blocks(
    one: Agreed, words: Words, language: str, shown: Mapping[str, str], wordings: Wordings
) -> tuple[Signed, ...]:  # fmt: skip
    """Return where each side signs; but for the first wordings under the name of the company."""
    blocks = contracts.blocks(one, words, language)
    names = (shown["buyer"], shown["vendor"])
    if wordings == "first":
        return blocks
    return tuple(block.model_copy(update={"heading": name}) for block, name in zip(blocks, names, strict=True))


def _money(rng: random.Random, value: Decimal, country: str) -> str:
    told = amount(value, country=country, currency="EUR")
    if country == "GB":
        return rng.choice((f"EUR {told}", f"€{told}", f"EUR {told}"))
    return rng.choice((f"{told} EUR", f"{told} €"))


def _day(rng: random.Random, day: date, language: str) -> str:
    if language == "en":
        return rng.choice((f"{day.day} {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}"))
    point = "." if language == "de" else "er" if day.day == 1 else ""
    named = f"{day.day}{point} {_MONTHS[language][day.month - 1]} {day.year}"
    return rng.choice((named, f"{day:%d.%m.%Y}" if language == "de" else f"{day:%d/%m/%Y}"))
