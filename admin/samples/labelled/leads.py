"""Enquiries: forms of trade fairs, contact forms, cards that sales people filled in."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from admin.samples.labelled.model import Labelled, Shape

_FIRST, _LAST = (
    ("Emma", "Jonas", "Aylin", "Pavel", "Chloé", "Sofía"),
    ("Wood", "Grünwald", "Yilmaz", "Novák", "Lefèvre", "Ibarra"),
)
_COMPANIES = (
    ("Larkspur & Finch Cafes Ltd", "GB"), ("Ufergarten Seminarhotel GmbH", "DE"), ("Boiseries du Val Perdu SARL", "FR"),
    ("Bergfried Bürotechnik AG", "CH"), ("Kestrel Moor Engineering Ltd", "IE"), ("Quellwald Verpackungen AG", "AT"),
)  # fmt: skip
_COUNTRIES = {
    "en": {
        "GB": "United Kingdom",
        "DE": "Germany",
        "FR": "France",
        "CH": "Switzerland",
        "IE": "Ireland",
        "AT": "Austria",
    },
    "de": {
        "GB": "Vereinigtes Königreich",
        "DE": "Deutschland",
        "FR": "Frankreich",
        "CH": "Schweiz",
        "IE": "Irland",
        "AT": "Österreich",
    },
}
_WORDS: Mapping[str, Mapping[str, str | tuple[str, ...]]] = {
    "en": {
        "titles": ("Trade fair lead", "Contact form", "Enquiry form", "Request for information"), "date": ("Date", "Submitted on", "Date of visit"),
        "number": ("Form no", "Lead ID", "Reference"), "company": ("Company", "Organisation", "Company name"), "first": ("First name",), "last": ("Last name", "Surname"),
        "person": ("Name", "Contact person", "Your name"), "job": ("Position", "Job title"), "email": ("E-mail", "Email address"),
        "phone": ("Phone", "Tel."), "country": ("Country",), "interest": ("Interested in", "Product of interest", "Subject"),
        "source": ("Source", "How did you hear about us?"), "note": ("Message", "Comments"), "consent": ("Consent", "May we contact you?"), "yes": "Yes", "no": "No",
        "agree": "I agree to be contacted by e-mail and phone.", "refuse": "I do not agree to be contacted for advertising.",
        "things": ("Filter cartridges", "Maintenance contract for two pumps", "Packaging for export"), "sources": ("Trade fair", "Web form"),
        "notes": ("Please send an offer for 200 pieces before the end of the month, delivered to our warehouse.", "Call me in the afternoon."), "fax": "Fax",
    },
    "de": {
        "titles": ("Messekontakt", "Kontaktanfrage", "Anfrageformular", "Rückrufwunsch"), "date": ("Datum", "Gesendet am", "Gesprächsdatum"),
        "number": ("Formular-Nr.", "Vorgangsnummer", "Lead-Nr."), "company": ("Firma", "Unternehmen"), "first": ("Vorname",), "last": ("Nachname",),
        "person": ("Name", "Ansprechpartner", "Ihr Name"), "job": ("Funktion", "Position"), "email": ("E-Mail", "E-Mail-Adresse"),
        "phone": ("Telefon", "Tel."), "country": ("Land",), "interest": ("Interesse an", "Betreff", "Produktinteresse"),
        "source": ("Quelle", "Wie sind Sie auf uns aufmerksam geworden?"), "note": ("Nachricht", "Bemerkungen"), "consent": ("Einwilligung", "Dürfen wir Sie kontaktieren?"), "yes": "Ja", "no": "Nein",
        "agree": "Ich bin damit einverstanden, dass Sie mich kontaktieren.", "refuse": "Ich bin nicht einverstanden, Werbung zu erhalten.",
        "things": ("Filterpatronen", "Wartungsvertrag für zwei Pumpen", "Verpackungen für den Export"), "sources": ("Messe", "Webformular"),
        "notes": ("Bitte senden Sie uns bis Monatsende ein Angebot über 200 Stück, frei Lager geliefert.", "Bitte nachmittags anrufen."), "fax": "Fax",
    },
}  # fmt: skip


Flaw = Literal["", "refused", "unasked", "no_email"]
_FLAWS: tuple[Flaw, ...] = ("",) * 7 + ("refused", "unasked", "no_email")
_REASONS: Mapping[Flaw, str] = {
    "refused": "consent_refused", "unasked": "consent_unclear", "no_email": "mandatory_missing",
}  # fmt: skip
_JOB = "Head of Purchasing"
Words = Mapping[str, str]


class _Enquiry(NamedTuple):
    """What somebody asks, before it is written down."""

    number: str
    day: date
    company: str
    country: str
    first: str
    last: str
    is_split: bool
    """First and last name have a label each."""
    email: str
    phone: str
    flaw: Flaw


def lead(rng: random.Random, name: str, *, language: str) -> Labelled:
    """Return an enquiry with its truth; some refused to be written to, were not asked, or left their address out."""
    words = {key: one if isinstance(one, str) else rng.choice(one) for key, one in _WORDS[language].items()}
    asked = _enquiry(rng)
    values = _values(rng, asked, words, language)
    is_agreed = asked.flaw != "refused"
    ticks: tuple[tuple[bool, str], ...] = ()
    if asked.flaw != "unasked" and rng.random() < 0.5:
        ticks = ((is_agreed, words["agree"]), (not is_agreed, words["refuse"]))
    elif asked.flaw != "unasked":
        values.append((words["consent"], words["yes"] if is_agreed else words["no"]))
    shape: Shape = rng.choice(("beside", "columns", "below"))
    return Labelled(
        name=name, type="lead", language=language, title=words["titles"], values=tuple(values), ticks=ticks, shape=shape,
        long=(words["note"], words["notes"]), truth=_truth(asked, words), reason=_REASONS.get(asked.flaw, ""),
    )  # fmt: skip


def _enquiry(rng: random.Random) -> _Enquiry:
    company, country = rng.choice(_COMPANIES)
    last = rng.choice(_LAST)
    sender = f"{last.lower()}.{rng.randrange(100, 999)}@kunde.example".encode("ascii", "ignore").decode()
    return _Enquiry(
        number=f"{rng.choice(('L', 'F', 'WEB'))}-{rng.randrange(1000, 9999)}",
        day=date(2026, 9, 1) + timedelta(days=rng.randrange(60)), company=company, country=country, first=rng.choice(_FIRST),
        last=last, is_split=rng.random() < 0.5, email=sender, phone=f"+49 40 {rng.randrange(100000, 999999)}",
        flaw=rng.choice(_FLAWS),
    )  # fmt: skip


def _values(rng: random.Random, asked: _Enquiry, words: Words, language: str) -> list[tuple[str, str]]:
    whole = f"{asked.first} {asked.last}"
    person = [("first", asked.first), ("last", asked.last)] if asked.is_split else [("person", whole)]
    told = [
        ("number", asked.number), ("date", _day(rng, asked.day, language)), ("company", asked.company), *person, ("job", _JOB),
        ("email", "" if asked.flaw == "no_email" else asked.email), ("phone", asked.phone),
        ("country", _COUNTRIES[language][asked.country]), ("interest", words["things"]), ("source", words["sources"]),
        ("fax", "+49 40 999999"),
    ]  # fmt: skip
    return [(words[key], value) for key, value in told]


def _truth(asked: _Enquiry, words: Words) -> dict[str, str]:
    whole = {"person_name": f"{asked.first} {asked.last}"}
    said = {
        "lead_number": asked.number, "issue_date": asked.day.isoformat(), "company_name": asked.company, "job_title": _JOB,
        "phone": asked.phone, "country": asked.country, "interest": words["things"], "source": words["sources"],
        "note": words["notes"], **({"first_name": asked.first, "last_name": asked.last} if asked.is_split else whole),
    }  # fmt: skip
    if asked.flaw != "no_email":
        said["email"] = asked.email
    if asked.flaw != "unasked":
        said["consent"] = "refused" if asked.flaw == "refused" else "given"
    return said


def _day(rng: random.Random, day: date, language: str) -> str:
    written = (
        (f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}")
        if language == "de"
        else (f"{day.day} {day:%B} {day.year}", f"{day:%d %b %Y}", f"{day:%Y-%m-%d}")
    )
    return rng.choice(written)
