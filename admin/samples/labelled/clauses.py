"""Sentences of contracts in running text, by language and what they tell; wordings of two sets.

The `first` were written before the phrases that read them, the `second` after these were finished: how well those are read
tells how well others' papers may be.
"""

from collections.abc import Mapping
from typing import Literal

Wordings = Literal["first", "second"]
Told = Literal[
    "tax_id",
    "number",
    "term",
    "parties",
    "runs",
    "ends",
    "until",
    "total",
    "year",
    "month",
    "billed_year",
    "billed_month",
    "other",
]
"""What a sentence, or a part of one, tells: what the customer is known by, a span of months or years, who and when, a term with renewal and notice, one without, its last day, the whole value, the price of a year or a
month, how often it is billed, and what is none of ours."""
Clauses = Mapping[str, Mapping[Told, tuple[str, ...]]]

_FIRST: Clauses = {
    "en": {
        "tax_id": ("VAT no. {0}",),
        "number": ("customer no. {0}",),
        "term": (
            "{0} months|{1} years",
            "{0} months|{0} months",
        ),
        "until": ("It ends on {end}.",),
        "parties": (
            'This Agreement is made on {issue_date} between {vendor}, {vendor_address} ("Supplier") and {buyer}, {buyer_address} ("Customer").',
            'This Agreement, dated {issue_date}, is entered into by and between {buyer}, with its registered office at {buyer_address} (the "Customer"), and {vendor}, {vendor_address} (the "Provider").',
        ),
        "runs": (
            "The initial term is {term} from {start} and renews for {renewal} unless terminated with {notice}' notice.",
            "This Agreement commences on {start} and continues for an initial term of {term}. Thereafter it renews automatically for successive periods of {renewal} each, unless either party gives {notice}' written notice before the end of the then-current term.",
        ),
        "ends": ("This Agreement commences on {start}, runs for {term} and does not renew.",),
        "total": (
            "The total fees for the initial term amount to {total}.",
            "In consideration of the services the Customer shall pay a total contract value of {total}.",
        ),
        "year": ("The annual fee is {fee}.",),
        "month": ("The Customer pays a monthly fee of {fee}, exclusive of VAT.",),
        "billed_year": ("Fees are invoiced annually in advance.",),
        "billed_month": ("The Supplier shall invoice the fees monthly.",),
        "other": (
            "The Customer shall pay undisputed invoices within 30 days of receipt.",
            "Each party shall keep the other's information confidential for 5 years after it was disclosed.",
            "The liability of the Supplier is limited to EUR 50,000.00 per calendar year.",
            "The Supplier may change its list prices once a year with 60 days' notice.",
        ),
    },
    "de": {
        "tax_id": ("USt-IdNr. {0}",),
        "number": ("Kundennummer {0}",),
        "term": ("{0} Monaten|{1} Jahren",),
        "until": ("Er endet am {end}.",),
        "parties": (
            "Zwischen der {buyer}, {buyer_address}, nachfolgend „Auftraggeber“ genannt, und der {vendor}, {vendor_address}, nachfolgend „Auftragnehmer“ genannt, wird am {issue_date} folgender Vertrag geschlossen.",
            "Dieser Vertrag wird am {issue_date} geschlossen zwischen {vendor}, {vendor_address} (im Folgenden „Anbieter“), und {buyer}, {buyer_address} (im Folgenden „Kunde“).",
        ),
        "runs": (
            "Der Vertrag beginnt am {start} und hat eine Laufzeit von {term}. Er verlängert sich jeweils um weitere {renewal}, wenn er nicht mit einer Frist von {notice} zum Ende der Laufzeit gekündigt wird.",
            "Die Erstlaufzeit beträgt {term} ab dem {start}. Danach verlängert sich der Vertrag automatisch um {renewal}, sofern er nicht unter Einhaltung einer Kündigungsfrist von {notice} gekündigt wird.",
        ),
        "ends": ("Der Vertrag tritt am {start} in Kraft und endet nach {term}, ohne dass es einer Kündigung bedarf.",),
        "total": (
            "Die Gesamtvergütung für die Erstlaufzeit beträgt {total}.",
            "Der Auftragswert beläuft sich auf insgesamt {total}.",
        ),
        "year": ("Die jährliche Vergütung beträgt {fee}.",),
        "month": ("Der Kunde zahlt eine monatliche Gebühr von {fee} zuzüglich Umsatzsteuer.",),
        "billed_year": ("Die Rechnungsstellung erfolgt jährlich im Voraus.",),
        "billed_month": ("Die Vergütung wird monatlich abgerechnet.",),
        "other": (
            "Rechnungen sind innerhalb von 30 Tagen nach Zugang ohne Abzug zu zahlen.",
            "Die Haftung des Anbieters ist auf 50.000,00 EUR je Kalenderjahr beschränkt.",
            "Die Parteien behandeln vertrauliche Angaben der anderen Seite auch 5 Jahre nach Ende des Vertrags vertraulich.",
            "Der Anbieter kann seine Listenpreise einmal im Jahr mit einer Ankündigung von 60 Tagen ändern.",
        ),
    },
    "fr": {
        "tax_id": ("n° TVA {0}",),
        "number": ("n° client {0}",),
        "term": ("{0} mois|{1} ans",),
        "until": ("Il prend fin le {end}.",),
        "parties": (
            "Entre les soussignés : la société {vendor}, dont le siège social est situé {vendor_address}, ci-après dénommée « le Prestataire », et la société {buyer}, dont le siège social est situé {buyer_address}, ci-après dénommée « le Client », il a été convenu ce qui suit le {issue_date}.",
            "Le présent contrat est conclu le {issue_date} entre {buyer}, {buyer_address} (le « Client »), et {vendor}, {vendor_address} (le « Fournisseur »).",
        ),
        "runs": (
            "Le contrat prend effet le {start} pour une durée initiale de {term}. Il se renouvelle par tacite reconduction par périodes de {renewal}, sauf dénonciation moyennant un préavis de {notice}.",
            "Le contrat est conclu pour une durée de {term} à compter du {start} et est reconduit tacitement pour {renewal}, sauf résiliation avec un préavis de {notice}.",
        ),
        "ends": ("Le contrat entre en vigueur le {start} pour une durée de {term}, sans reconduction.",),
        "total": (
            "Le montant total du contrat s'élève à {total}.",
            "Le prix global est fixé à {total} pour la durée initiale.",
        ),
        "year": ("La redevance annuelle est de {fee} hors taxes.",),
        "month": ("Le Client verse une redevance mensuelle de {fee}.",),
        "billed_year": ("La facturation est annuelle, à terme à échoir.",),
        "billed_month": ("Les prestations sont facturées mensuellement.",),
        "other": (
            "Les factures sont payables à 30 jours, sans escompte.",
            "La responsabilité du Prestataire est limitée à 50 000,00 EUR par année civile.",
            "Chaque partie garde confidentielles les informations de l'autre pendant 5 ans après la fin du contrat.",
            "Le Prestataire peut modifier ses tarifs une fois par an, en informant le Client 60 jours à l'avance.",
        ),
    },
}

CLAUSES: Mapping[Wordings, Clauses] = {"first": _FIRST}
