"""Letters and mails that ask, tell or complain: whose account it is, the subject, what is written, who signed."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from admin.samples.labelled.changes import CUSTOMERS, VENDORS
from admin.samples.labelled.model import Labelled, Prose

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")


class _Topic(NamedTuple):
    subject: str
    sentences: tuple[str, ...]
    is_answer: bool = False
    """Its number is one of ours."""


class _Words(NamedTuple):
    number: Mapping[str, str]
    """Label of our number, by role."""
    day: str
    subject: str
    email: str
    greetings: tuple[str, ...]
    closings: tuple[str, ...]
    months: str
    topics: tuple[_Topic, ...]


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        {"vendor": "Supplier number", "customer": "Customer number"}, "Date", "Subject", "E-mail",
        ("Dear Sir or Madam,", "Dear Ms Novak,", "Hello,"), ("Yours sincerely,", "Kind regards,", "Best regards"),
        "January February March April May June July August September October November December",
        (
            _Topic("Opening hours of your warehouse, gate {n}", ("could you tell us until when our driver may come on Fridays?", "Last week the gate was closed at three in the afternoon.")),
            _Topic("Complaint about the carrier, tour {n}", ("the driver left the pallets in the rain and did not ring the bell.", "We ask you to speak with the carrier, and to tell us what will be done.")),
            _Topic("Our talk of last week, file {n}", ("thank you for the time that you took for us.", "As agreed we send our comments until the end of the month.", "Please let us know who takes part in the next meeting.")),
            _Topic("Question about your invoice {n}", ("we cannot find the goods that you charged.", "Please tell us which branch received them, so that we can release the payment."), is_answer=True),
        ),
    ),
    "de": _Words(
        {"vendor": "Lieferantennummer", "customer": "Kundennummer"}, "Datum", "Betreff", "E-Mail",
        ("Sehr geehrte Damen und Herren,", "Sehr geehrte Frau Novak,", "Guten Tag,"), ("Mit freundlichen Grüßen", "Freundliche Grüße", "Viele Grüße"),
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        (
            _Topic("Anlieferung an Tor {n}", ("bitte teilen Sie uns mit, bis wann unser Fahrer freitags abholen kann.", "In der vergangenen Woche war das Tor um drei Uhr geschlossen.")),
            _Topic("Beschwerde über den Spediteur, Tour {n}", ("der Fahrer hat die Paletten im Regen abgestellt und nicht geklingelt.", "Wir bitten Sie, mit dem Spediteur zu sprechen und uns zu antworten.")),
            _Topic("Unser Gespräch der letzten Woche, Akte {n}", ("vielen Dank für die Zeit, die Sie sich genommen haben.", "Wie besprochen senden wir unsere Anmerkungen bis zum Monatsende.", "Bitte nennen Sie uns die Teilnehmer der nächsten Besprechung.")),
            _Topic("Rückfrage zu Ihrer Rechnung {n}", ("wir können die berechnete Ware nicht zuordnen.", "Bitte nennen Sie uns die Filiale, die sie erhalten hat, damit wir die Zahlung freigeben können."), is_answer=True),
        ),
    ),
    "fr": _Words(
        {"vendor": "Numéro de fournisseur", "customer": "Numéro de client"}, "Date", "Objet", "E-mail",
        ("Madame, Monsieur,", "Bonjour,"), ("Cordialement,", "Bien cordialement,", "Salutations distinguées"),
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        (
            _Topic("Horaires de votre entrepôt, porte {n}", ("pouvez-vous nous dire jusqu'à quelle heure notre chauffeur peut venir le vendredi ?", "La semaine dernière la porte était fermée à quinze heures.")),
            _Topic("Plainte au sujet du transporteur, tournée {n}", ("le chauffeur a laissé les palettes sous la pluie sans sonner.", "Nous vous prions de parler avec le transporteur et de nous répondre.")),
        ),
    ),
    "es": _Words(
        {"vendor": "Número de proveedor", "customer": "Número de cliente"}, "Fecha", "Asunto", "Correo electrónico",
        ("Estimados señores:", "Buenos días,"), ("Atentamente,", "Un cordial saludo,", "Saludos cordiales"),
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        (
            _Topic("Horario de su almacén, puerta {n}", ("les rogamos que nos digan hasta qué hora puede venir nuestro conductor los viernes.", "La semana pasada la puerta estaba cerrada a las tres de la tarde.")),
            _Topic("Queja sobre el transportista, ruta {n}", ("el conductor dejó los palés bajo la lluvia y no llamó al timbre.", "Les pedimos que hablen con el transportista y nos respondan.")),
        ),
    ),
    "it": _Words(
        {"vendor": "Codice fornitore", "customer": "Codice cliente"}, "Data", "Oggetto", "E-mail",
        ("Gentili Signori,", "Buongiorno,"), ("Cordiali saluti,", "Distinti saluti", "Con i migliori saluti"),
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        (
            _Topic("Orari del vostro magazzino, porta {n}", ("potete dirci fino a che ora il nostro autista può venire il venerdì?", "La settimana scorsa la porta era chiusa alle tre del pomeriggio.")),
            _Topic("Reclamo sul corriere, giro {n}", ("l'autista ha lasciato i bancali sotto la pioggia e non ha suonato.", "Vi preghiamo di parlare con il corriere e di risponderci.")),
        ),
    ),
    "nl": _Words(
        {"vendor": "Leveranciersnummer", "customer": "Klantnummer"}, "Datum", "Onderwerp", "E-mail",
        ("Geachte heer, mevrouw,", "Goedemorgen,"), ("Met vriendelijke groet,", "Hoogachtend,", "Met vriendelijke groeten"),
        "januari februari maart april mei juni juli augustus september oktober november december",
        (
            _Topic("Openingstijden van uw magazijn, poort {n}", ("kunt u ons zeggen tot hoe laat onze chauffeur op vrijdag mag komen?", "Vorige week was de poort om drie uur dicht.")),
            _Topic("Klacht over de vervoerder, rit {n}", ("de chauffeur heeft de pallets in de regen gezet en niet aangebeld.", "Wij vragen u met de vervoerder te spreken en ons te antwoorden.")),
        ),
    ),
}  # fmt: skip
_PEOPLE = ("Emma Wood", "Jürgen Groß", "Anna Novak", "Lucía Prieto")
_US = ("Lindenhof Handels GmbH", "Am Markt 3", "50667 Köln")
_STRANGER: Mapping[str, str] = {
    "id": "X-77",
    "name": "Finchley & Sons Ltd",
    "street": "8 Bell Court",
    "postcode": "N3 2AA",
    "city": "London",
    "email": "info@finchley.example",
}
_STRANGERS = 0.15
"""Share of letters whose writer is not known."""


def correspondence(
    rng: random.Random, name: str, *, language: str, is_mail: bool = False, account: Mapping[str, str] | None = None
) -> Labelled:  # fmt: skip
    """Return a letter with its truth, of a customer where one is given; a mail has no letterhead and no date, and ends with who and where its writer is."""
    words = _WORDS[language]
    role: Literal["vendor", "customer"] = rng.choice(("vendor", "customer")) if account is None else "customer"
    if account is None:
        account = _STRANGER if rng.random() < _STRANGERS else rng.choice(VENDORS if role == "vendor" else CUSTOMERS)
    topic = rng.choice(words.topics)
    number = str(rng.randrange(1000, 9999))
    subject = topic.subject.format(n=number)
    day, writer = date(2026, 10, 13) + timedelta(days=rng.randrange(18)), rng.choice(_PEOPLE)
    has_number = rng.random() < 0.6
    truth = {
        "subject": subject, "account_name": account["name"], "body": " ".join(topic.sentences), "writer_name": writer,
        **({"account_number": account["id"]} if has_number else {}),
        **({"your_reference": number} if topic.is_answer else {}),
        "account_address": f"{account['street']}, {account['postcode']} {account['city']}",
        **({"account_email": account["email"]} if is_mail else {"issue_date": day.isoformat()}),
    }  # fmt: skip
    values = [(words.number[role], account["id"])] if has_number else []
    is_labelled_day, is_labelled_subject = rng.random() < 0.3, rng.random() < 0.3
    if is_labelled_day and not is_mail:
        values.insert(0, (words.day, _written(day, language, words)))
    place = "" if is_labelled_day or is_mail else f"{account['city']}, {_written(day, language, words)}"
    street = (account["street"], f"{account['postcode']} {account['city']}")
    signature = (account["name"], *street, f"{words.email}: {account['email']}") if is_mail else ()
    return Labelled(
        name=name, type="correspondence", language=language, title=subject, values=tuple(values), truth=truth,
        letterhead=() if is_mail else (account["name"], *street), addressee=() if is_mail else _US,
        prose=Prose(
            place=place, subject_label=words.subject if is_labelled_subject and not is_mail else "", greeting=rng.choice(words.greetings),
            sentences=topic.sentences, closing=rng.choice(words.closings), writer=writer, signature=signature,
        ),
        reason="account_unknown" if account is _STRANGER else "",
    )  # fmt: skip


def _written(day: date, language: str, words: _Words) -> str:
    month = words.months.split()[day.month - 1]
    point = "." if language == "de" else ""
    between = " de " if language == "es" else " "
    return f"{day.day}{point}{between}{month}{between}{day.year}"
