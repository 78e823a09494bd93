"""Sentences of contracts in running text, by language and what they tell; wordings of three sets.

The `first` were written before the phrases that read them. The `second` were written after these, and read before a phrase was
changed; then the phrases took them in. The `third` were written after that and no phrase since: how well those are read tells
how well others' papers may be.
"""

from collections.abc import Mapping
from typing import Literal

Wordings = Literal["first", "second", "third"]
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

_SECOND: Clauses = {
    "en": {
        "tax_id": ("VAT registration number {0}", "registered for VAT under {0}"),
        "number": ("account number {0}", "our customer reference {0}"),
        "term": ("{0} months|{1} years", "a period of {0} months|a period of {1} years"),
        "until": ("The term ends on {end}.", "The services are provided until {end}."),
        "parties": (
            "This Services Agreement (the “Agreement”) is effective as of {issue_date} by and among {vendor}, having its principal place of business at {vendor_address} (hereinafter “Provider”) and {buyer}, having its principal place of business at {buyer_address} (hereinafter “Client”). Provider and Client are each a “Party”.",
            "On {issue_date} the following parties concluded this contract: (1) {vendor} of {vendor_address} (“the Supplier”); and (2) {buyer} of {buyer_address} (“the Customer”).",
        ),
        "runs": (
            "The services shall start on {start} and shall be provided for {term}. Upon expiry the Agreement shall be extended automatically for additional terms of {renewal}, save where a party serves {notice}' notice in writing prior to expiry.",
            "This contract shall be in force for {term} as from {start}. It will renew for further periods of {renewal} if neither party terminates it by giving not less than {notice}' notice prior to the end of the period.",
        ),
        "ends": (
            "The services shall start on {start} and shall be provided for {term}, after which the Agreement expires automatically.",
            "This contract shall be in force for {term} as from {start} and there shall be no renewal.",
        ),
        "total": (
            "The Client undertakes to pay to the Provider the sum of {total} in aggregate for the term.",
            "The total price payable under this contract is {total}, plus VAT at the applicable rate.",
        ),
        "year": (
            "Charges: {fee} per annum, net of tax.",
            "The Customer shall pay the Supplier an annual subscription of {fee}.",
        ),
        "month": ("The Client shall pay {fee} per month.", "The monthly charge amounts to {fee}."),
        "billed_year": ("Charges are billed yearly.", "Invoices are issued on an annual basis."),
        "billed_month": ("The Supplier invoices on a monthly basis.", "Payment is due monthly in arrears."),
        "other": (
            "Neither Party is liable for more than EUR 100,000.00 in any period of 12 months.",
            "Either party may terminate for cause if a breach is not remedied within 30 days of a notice of 14 days.",
            "Support is provided from Monday to Friday; response times are set out in Annex 2 of 1 May 2025.",
            "This contract is governed by the laws of England and Wales.",
        ),
    },
    "de": {
        "tax_id": ("Umsatzsteuer-Identifikationsnummer {0}", "USt-ID: {0}"),
        "number": ("Kd.-Nr. {0}", "Kundennr. {0}"),
        "term": ("{0} Monate|{1} Jahre",),
        "until": ("Die Leistungen enden mit Ablauf des {end}.", "Der Vertrag läuft bis zum {end}."),
        "parties": (
            "Die {vendor}, {vendor_address}, \u2013 nachstehend Lieferant genannt \u2013 und die {buyer}, {buyer_address}, \u2013 nachstehend Kunde genannt \u2013 schließen mit Datum vom {issue_date} diesen Vertrag.",
            "Vertragspartner sind {buyer}, {buyer_address} (Auftraggeber), und {vendor}, {vendor_address} (Auftragnehmer). Der Vertrag wurde am {issue_date} unterzeichnet.",
        ),
        "runs": (
            "Vertragsbeginn ist der {start}. Die Mindestvertragslaufzeit beträgt {term}. Wird der Vertrag nicht spätestens {notice} vor Ablauf gekündigt, so verlängert er sich stillschweigend um jeweils {renewal}.",
            "Das Vertragsverhältnis beginnt mit dem {start} und wird auf {term} fest geschlossen. Es verlängert sich um {renewal}, falls keine Partei mit einer Frist von {notice} zum Laufzeitende schriftlich kündigt.",
        ),
        "ends": (
            "Vertragsbeginn ist der {start}. Die Mindestvertragslaufzeit beträgt {term}. Eine automatische Verlängerung findet nicht statt.",
            "Das Vertragsverhältnis beginnt mit dem {start}, wird auf {term} fest geschlossen und endet ohne Kündigung.",
        ),
        "total": (
            "Der Auftraggeber zahlt für die gesamte Laufzeit ein Entgelt von {total}.",
            "Das Auftragsvolumen beträgt {total} netto.",
        ),
        "year": ("Das Entgelt beträgt {fee} pro Jahr.", "Vereinbart ist ein Jahresentgelt in Höhe von {fee}."),
        "month": ("Die monatliche Pauschale beläuft sich auf {fee}.", "Der Auftraggeber entrichtet monatlich {fee}."),
        "billed_year": (
            "Der Auftragnehmer stellt seine Leistungen jährlich in Rechnung.",
            "Die Zahlung ist jährlich fällig.",
        ),
        "billed_month": ("Abgerechnet wird monatlich nachträglich.", "Der Lieferant stellt monatlich eine Rechnung."),
        "other": (
            "Die Haftung ist je Schadensfall auf 100.000,00 EUR begrenzt.",
            "Das Recht zur Kündigung aus wichtigem Grund mit einer Frist von 14 Tagen bleibt unberührt.",
            "Es gelten die Allgemeinen Geschäftsbedingungen in der Fassung vom 1. Mai 2025.",
            "Gerichtsstand ist Hamburg. Änderungen bedürfen der Schriftform.",
        ),
    },
    "fr": {
        "tax_id": ("numéro de TVA intracommunautaire {0}", "TVA n° {0}"),
        "number": ("compte client n° {0}", "référence client {0}"),
        "term": ("{0} mois|{1} ans", "{0} mois|{0} mois"),
        "until": ("Le présent contrat expire le {end}.", "Les prestations sont fournies jusqu'au {end}."),
        "parties": (
            "ENTRE {vendor}, ayant son siège {vendor_address}, ci-après « le Vendeur », d'une part, ET {buyer}, ayant son siège {buyer_address}, ci-après « l'Acheteur », d'autre part. Fait le {issue_date}.",
            "La société {buyer}, {buyer_address}, ci-après désignée le « Client », a confié à {vendor}, {vendor_address}, ci-après désignée le « Prestataire », par contrat signé le {issue_date}, les prestations suivantes.",
        ),
        "runs": (
            "Les prestations débutent le {start} et sont assurées pendant {term}. À l'échéance, le contrat est prolongé automatiquement par périodes successives de {renewal}, à moins que l'une des parties ne le dénonce en respectant un délai de préavis de {notice}.",
            "La durée du contrat est fixée à {term}, à partir du {start}. Sauf dénonciation {notice} avant son terme, il est renouvelé pour {renewal}.",
        ),
        "ends": (
            "Les prestations débutent le {start} et sont assurées pendant {term}. Le contrat ne peut être reconduit.",
            "La durée du contrat est fixée à {term}, à partir du {start}, toute reconduction étant exclue.",
        ),
        "total": (
            "En contrepartie, le Client règle la somme globale de {total}.",
            "Le prix total des prestations est de {total} hors taxes.",
        ),
        "year": ("Le prix annuel est fixé à {fee}.", "Les prestations sont facturées {fee} par an."),
        "month": ("Le montant mensuel de l'abonnement est de {fee}.", "Le Client règle {fee} par mois."),
        "billed_year": ("Le paiement est annuel.", "Une facture est émise annuellement."),
        "billed_month": ("Le paiement est mensuel.", "Les factures sont établies mensuellement."),
        "other": (
            "La responsabilité totale des parties ne dépasse pas 100 000,00 EUR.",
            "Le contrat peut être résilié pour faute après une mise en demeure restée 14 jours sans effet.",
            "Les conditions générales du 1er mai 2025 s'appliquent.",
            "Tout litige relève du tribunal de commerce de Strasbourg.",
        ),
    },
}

_THIRD: Clauses = {
    "en": {
        "tax_id": ("VAT ID {0}", "VAT Reg. No. {0}"),
        "number": ("customer ID {0}", "client number {0}"),
        "term": ("{0} months|{1} years", "{0} calendar months|{0} calendar months"),
        "until": ("The Agreement will expire on {end}.", "It remains valid through {end}."),
        "parties": (
            "THIS CONTRACT dated {issue_date} BETWEEN: {buyer} of {buyer_address}, in this contract called the “Purchaser”; AND {vendor} of {vendor_address}, in this contract called the “Seller”.",
            "{vendor}, a company with offices at {vendor_address} (“Vendor”), and {buyer}, a company with offices at {buyer_address} (“Subscriber”), agree as follows with effect from the signature date, {issue_date}.",
        ),
        "runs": (
            "The contract period begins on {start} and lasts {term}. Unless a party objects at least {notice} before it ends, the contract is prolonged by {renewal} at a time.",
            "Subscriber's access starts {start}. The subscription term is {term} and auto-renews for {renewal}; non-renewal requires written notice of {notice} before the renewal date.",
        ),
        "ends": (
            "The contract period begins on {start} and lasts {term}. It may not be renewed other than in writing.",
            "Subscriber's access starts {start}. The subscription term is {term}. There is no automatic renewal.",
        ),
        "total": ("The contract price is {total}.", "For the whole term the Seller charges {total} in total."),
        "year": ("The price is {fee} per year.", "Yearly fees: {fee}."),
        "month": ("The price is {fee} for each month.", "Subscriber pays {fee} monthly."),
        "billed_year": ("Invoicing takes place yearly.", "The amount falls due annually."),
        "billed_month": ("Invoicing takes place monthly.", "The Vendor sends a monthly invoice."),
        "other": (
            "All notices must be in writing and take effect 3 days after posting.",
            "Late payments bear interest of 8 percent per year from the due date.",
            "Data is deleted within 90 days of the end of the subscription.",
            "Insurance cover of EUR 2,000,000.00 is maintained by the Seller.",
        ),
    },
    "de": {
        "tax_id": ("USt-IdNr.: {0}", "UID {0}"),
        "number": ("Kunden-Nr.: {0}", "Debitor {0}"),
        "term": ("{0} Monate|{1} Jahre",),
        "until": ("Letzter Tag der Laufzeit ist der {end}.", "Die Laufzeit endet mit dem {end}."),
        "parties": (
            "Zwischen {vendor}, {vendor_address} (Auftragnehmerin), einerseits und {buyer}, {buyer_address} (Auftraggeberin), andererseits wird folgende Vereinbarung getroffen. Datum der Vereinbarung ist der {issue_date}.",
            "{buyer}, {buyer_address} (im Weiteren „Kundin“ genannt), beauftragt hiermit {vendor}, {vendor_address} (im Weiteren „Dienstleister“ genannt), mit den unten genannten Leistungen. Dieser Auftrag wurde am {issue_date} erteilt.",
        ),
        "runs": (
            "Die Laufzeit des Vertrags beginnt am {start}; sie beträgt {term}. Nach Ablauf verlängert sie sich um {renewal}, es sei denn, der Vertrag wird {notice} vor Ablauf gekündigt.",
            "Der Vertrag gilt ab {start} für {term}. Ohne Kündigung mit einer Frist von mindestens {notice} verlängert er sich automatisch um weitere {renewal}.",
        ),
        "ends": (
            "Die Laufzeit des Vertrags beginnt am {start}; sie beträgt {term}. Eine Verlängerung ist ausgeschlossen.",
            "Der Vertrag gilt ab {start} für {term} und verlängert sich nicht.",
        ),
        "total": ("Der Preis für die gesamte Laufzeit beträgt {total}.", "Die Gesamtkosten betragen {total}."),
        "year": ("Pro Jahr fallen {fee} an.", "Der jährliche Preis ist {fee}."),
        "month": ("Pro Monat fallen {fee} an.", "Der monatliche Preis ist {fee}."),
        "billed_year": ("Die Rechnung wird jährlich gestellt.", "Zahlungsweise: jährlich."),
        "billed_month": ("Die Rechnung wird monatlich gestellt.", "Zahlungsweise: monatlich."),
        "other": (
            "Verzugszinsen betragen 8 Prozent im Jahr ab Fälligkeit.",
            "Daten werden 90 Tage nach Ende der Laufzeit gelöscht.",
            "Der Dienstleister unterhält eine Versicherung über 2.000.000,00 EUR.",
            "Mündliche Nebenabreden bestehen nicht.",
        ),
    },
    "fr": {
        "tax_id": ("identifiant TVA {0}", "n° de TVA {0}"),
        "number": ("numéro de client {0}", "client n° {0}"),
        "term": ("{0} mois|{1} années", "{0} mois|{0} mois"),
        "until": ("Le contrat se termine le {end}.", "Il reste valable jusqu'au {end}."),
        "parties": (
            "Par le présent contrat du {issue_date}, {vendor}, {vendor_address}, dénommée ci-après « l'Éditeur », accorde à {buyer}, {buyer_address}, dénommée ci-après « l'Abonné », les droits suivants.",
            "Contrat entre les parties : 1) {buyer}, {buyer_address} (« Cliente ») ; 2) {vendor}, {vendor_address} (« Fournisseuse »), à la date du {issue_date}.",
        ),
        "runs": (
            "Le contrat commence le {start} et dure {term}. Il est ensuite reconduit pour des périodes de {renewal}, sauf si une partie s'y oppose {notice} à l'avance.",
            "L'abonnement court du {start} pendant {term}. Il sera renouvelé automatiquement pour {renewal}, sauf résiliation notifiée {notice} avant l'échéance.",
        ),
        "ends": (
            "Le contrat commence le {start} et dure {term}. Il n'est pas renouvelable.",
            "L'abonnement court du {start} pendant {term}, sans renouvellement automatique.",
        ),
        "total": ("Le coût total est de {total}.", "Pour toute la durée, le prix s'élève à {total}."),
        "year": ("Le tarif est de {fee} par an.", "L'abonnement coûte {fee} l'an."),
        "month": ("Le tarif est de {fee} par mois.", "Chaque mois, l'Abonné paie {fee}."),
        "billed_year": ("La facture est annuelle.", "Le règlement intervient une fois par an."),
        "billed_month": ("La facture est mensuelle.", "Le règlement intervient chaque mois."),
        "other": (
            "Tout retard de paiement porte intérêt au taux de 8 pour cent l'an.",
            "Les données sont effacées 90 jours après la fin de l'abonnement.",
            "Une assurance de 2 000 000,00 EUR est souscrite.",
            "Aucune modification orale n'est valable.",
        ),
    },
}

CLAUSES: Mapping[Wordings, Clauses] = {"first": _FIRST, "second": _SECOND, "third": _THIRD}
