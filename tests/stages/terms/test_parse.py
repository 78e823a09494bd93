from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.content.term_words import TermWords, load_term_words
from engine.model.terms import Deadline, PaymentTerms
from engine.stages.terms.due import due_on
from engine.stages.terms.parse import parse_terms
from tests.stages.extract.layout import ROOT


@cache
def _words() -> TermWords:
    words = load_term_words(ROOT)
    assert words is not None
    return words


def _told(terms: PaymentTerms | None) -> str:
    """Return terms as the tables below write them: `2%:10 30`; `30|` runs to the end of the month, `|30` begins there."""
    if terms is None:
        return "-"
    parts = [f"{one.percent}%:{_deadline(one.within)}" for one in terms.discounts]
    parts += [_deadline(terms.net)] if terms.net else []
    parts += [f"or {_deadline(terms.other)}"] if terms.other else []
    return " ".join(parts)


def _deadline(deadline: Deadline) -> str:
    count = f"{deadline.months}m" * bool(deadline.months) + f"{deadline.days}"
    ends = {"none": count, "then": f"{count}|", "from": f"|{count}"}[deadline.month_end]
    return ends if deadline.day_of_month is None else f"{ends}@{deadline.day_of_month}"


TERMS = {
    "en": {
        "2% 10, net 30": "2%:10 30", "2/10 n/30": "2%:10 30", "2/10, net 30": "2%:10 30", "2/10 net 30": "2%:10 30", "2%/10, n30": "2%:10 30",
        "1.5%/15 net 45": "1.5%:15 45", "Net 30": "30", "n/60": "60", "Net 30 days from invoice date": "30", "30 days net": "30", "NET30": "30",
        "30 days EOM": "|30 or 30|", "Net 30 EOM": "|30 or 30|", "30 days end of month": "|30 or 30|", "EOM": "0|", "net EOM 10": "|10",
        "15 MFI": "0|@15", "10th of following month": "0|@10", "Net 10th prox": "0|@10", "20th of the next month": "0|@20",
        "2% 10 days, 1% 20 days, net 30 days": "2%:10 1%:20 30", "3% discount if paid within 7 days, otherwise 30 days net": "3%:7 30",
        "2% 10th prox, net 60": "2%:0|@10 60", "Payable immediately": "0", "Due on receipt": "0", "COD": "0", "Cash on delivery": "0",
        "30 days after end of month": "|30", "30 days from end of month": "|30", "End of following month": "1m0|", "2 months": "2m0", "6 weeks net": "42",
        "within 14 days. Interest of 1.5% per month on late payment": "14", "Please pay within 30 days of invoice date": "30",
        "30% advance, balance at 30 days": "-", "as agreed": "-", "": "-", "see contract 30": "-", "10 days or 45 days": "-", "5000 days": "-",
        "50% deposit": "-", "6 month contract": "-", "60 days from date of invoice, late payment interest 8%": "60",
    },
    "de": {
        "30 Tage netto, 14 Tage 2% Skonto": "2%:14 30", "2 % Skonto innerhalb 10 Tagen, 30 Tage netto": "2%:10 30", "14 Tage 2 %, 30 Tage netto": "2%:14 30",
        "zahlbar sofort": "0", "sofort ohne Abzug": "0", "Zahlung sofort nach Rechnungserhalt": "0", "netto Kasse 14 Tage": "14", "8 Tage 3%, 14 Tage 2%, 30 Tage netto": "3%:8 2%:14 30",
        "Zahlbar innerhalb von 8 Tagen mit 3 % Skonto, innerhalb von 14 Tagen mit 2 % Skonto, innerhalb 30 Tagen netto": "3%:8 2%:14 30",
        "30 Tage nach Monatsende": "|30", "zum 15. des Folgemonats": "0|@15", "Zahlbar bis Ende des Folgemonats": "1m0|", "60 Tage zum Monatsende": "60|",
        "10 Tage 2,5 % Skonto oder 30 Tage rein netto": "2.5%:10 30", "innerhalb 30 Tagen ohne Abzug": "30", "30 Tage ab Rechnungsdatum": "30", "1 Monat": "1m0",
        "Bei Zahlung innerhalb von 10 Tagen 2% Skonto": "2%:10", "14 Tage netto. Bei Verzug 9 % Zinsen": "14", "Anzahlung 50 %, Rest 14 Tage": "-", "wie vereinbart": "-",
    },
    "fr": {
        "30 jours fin de mois": "30| or |30", "45 jours fin de mois le 10": "45|@10", "45 jours, fin de mois": "45| or |45", "60 jours FDM le 15": "60|@15", "30 jours net": "30",
        "à réception de facture": "0", "30 jours à réception de facture": "30", "30 jours date de facture": "30", "escompte 2% à 10 jours, 30 jours net": "2%:10 30",
        "fin de mois 45 jours": "|45", "60 jours fin de mois. Pénalités de retard 10%": "60| or |60", "fin du mois suivant": "1m0|", "le 15 du mois suivant": "0|@15",
        "comptant": "0", "acompte 30%, solde à 30 jours": "-",
    },
    "es": {
        "30 días fin de mes": "30|", "30 días fecha factura": "30", "2% pronto pago 10 días, 30 días neto": "2%:10 30", "al contado": "0", "60 días, día de pago 15": "60@15",
        "el 10 del mes siguiente": "0|@10", "60 dias": "60",
    },
    "it": {
        "30 gg d.f.f.m.": "30|", "60 giorni fine mese": "60|", "60 gg FM + 10 gg": "60|@10", "30 gg data fattura": "30", "30gg. D.F.": "30", "rimessa diretta": "0",
        "sconto 3% a 10 giorni, 60 giorni netto": "3%:10 60", "30 giorni data fattura fine mese": "30|", "a vista": "0",
    },
    "nl": {
        "30 dagen netto": "30", "2% korting binnen 8 dagen, 30 dagen netto": "2%:8 30", "binnen 14 dagen na factuurdatum": "14", "30 dagen einde maand": "30|", "per omgaande": "0",
        "30 dagen na einde maand": "|30",
    },
    "pl": {"60 dni": "60", "14 dni od daty wystawienia": "14", "2% skonto 10 dni, 30 dni netto": "2%:10 30", "płatne natychmiast": "0", "do 15 następnego miesiąca": "0|@15"},
    "pt": {"30 dias": "30", "2% desconto 8 dias, 30 dias líquido": "2%:8 30", "30 dias fim do mês": "30|", "à vista": "0"},
    "cs": {"splatnost 14 dní": "14", "2 % skonto do 10 dnů, 30 dnů netto": "2%:10 30", "hotově": "0"},
    "sk": {"splatnosť 14 dní": "14", "3 % skonto do 7 dní, 30 dní netto": "3%:7 30"},
    "sv": {"30 dagar netto": "30", "10 dagar 2% rabatt, 30 dagar netto": "2%:10 30", "kontant": "0"},
    "da": {"løbende måned + 30 dage": "|30", "netto 8 dage": "8", "Netto kontant": "0"},
    "nb": {"30 dager netto": "30", "fri leveringsmåned + 30 dager": "|30"},
    "fi": {"14 päivää netto": "14", "7 pv -2%, 30 pv netto": "2%:7 30", "heti": "0"},
    "lv": {"10 dienas": "10", "30 dienu laikā pēc rēķina saņemšanas": "30"},
    "hu": {"8 nap": "8", "azonnal": "0"},
    "ro": {"30 zile de la data facturii": "30", "la vedere": "0"},
}  # fmt: skip
ROWS = [(language, text, told) for language, rows in TERMS.items() for text, told in rows.items()]


@pytest.mark.parametrize(("language", "text", "told"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_terms_say_what_people_read_in_them(language: str, text: str, told: str) -> None:
    assert _told(parse_terms(text, _words(), language)) == told


@pytest.mark.parametrize("text", ["2% 10, net 30", "30 Tage netto", "30 jours fin de mois", "60 dni", "30 dagen netto"])
def test_terms_are_understood_on_a_document_of_unknown_language(text: str) -> None:
    assert parse_terms(text, _words()) is not None


DUE = {
    "30": ("2026-01-30", "2026-03-01"), "0": ("2026-01-30", "2026-01-30"), "30|": ("2026-01-30", "2026-03-31"), "|30": ("2026-01-30", "2026-03-02"),
    "0|@10": ("2026-01-30", "2026-02-10"), "45|@10": ("2026-01-10", "2026-03-10"), "1m0": ("2026-01-31", "2026-02-28"), "1m0|": ("2026-01-15", "2026-02-28"),
    "60@15": ("2026-01-15", "2026-04-15"), "14@15": ("2026-01-01", "2026-01-15"), "0|@31": ("2026-03-10", "2026-04-30"), "12m0": ("2024-02-29", "2025-02-28"),
}  # fmt: skip


def _of(told: str) -> Deadline:
    count, _, day = told.partition("@")
    ends = "then" if count.endswith("|") else "from" if count.startswith("|") else "none"
    months, _, days = count.strip("|").rpartition("m")
    return Deadline.model_validate(
        {"months": int(months or 0), "days": int(days), "month_end": ends, "day_of_month": int(day) if day else None}
    )


@pytest.mark.parametrize(("told", "days"), DUE.items())
def test_a_deadline_falls_on_its_day(told: str, days: tuple[str, str]) -> None:
    issued, due = map(date.fromisoformat, days)

    assert due_on(_of(told), issued) == due


def test_a_deadline_beyond_the_calendar_has_no_day() -> None:
    assert due_on(Deadline(days=365), date(9999, 12, 31)) is None


WORDINGS = {
    "en": ("{p}% {d} days, net {n}", "{p}/{d}, net {n}", "{n} days net, {p}% discount within {d} days"),
    "de": ("{d} Tage {p} % Skonto, {n} Tage netto", "{n} Tage netto, bei Zahlung innerhalb {d} Tagen {p}% Skonto"),
    "fr": ("{p}% d'escompte sous {d} jours, {n} jours net",), "it": ("sconto {p}% a {d} giorni, {n} giorni netto",),
    "es": ("{p}% descuento {d} días, {n} días neto",), "nl": ("{p}% korting binnen {d} dagen, {n} dagen netto",),
    "pl": ("{p}% skonto {d} dni, {n} dni netto",), "cs": ("{p} % skonto do {d} dnů, {n} dnů netto",),
    "pt": ("{p}% desconto {d} dias, {n} dias líquido",), "sv": ("{d} dagar {p}% rabatt, {n} dagar netto",),
}  # fmt: skip


@given(
    wording=st.sampled_from([(language, text) for language, texts in WORDINGS.items() for text in texts]),
    percent=st.sampled_from(["1", "2", "3", "1.5", "2.25"]),
    days=st.integers(3, 20),
    net=st.integers(21, 120),
)
def test_terms_that_were_written_are_read(wording: tuple[str, str], percent: str, days: int, net: int) -> None:
    language, text = wording

    told = _told(parse_terms(text.format(p=percent, d=days, n=net), _words(), language))

    assert told == f"{percent}%:{days} {net}"
