"""Order forms and contracts: what customers sign, how they sign it, and the customers as master data hold them."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from admin.samples.labelled.model import Labelled, Shape, Signed
from admin.samples.notation import amount, quantity

CUSTOMERS: tuple[Mapping[str, str], ...] = (
    {"id": "40301", "name": "Wendelin Küchenbau GmbH", "tax_id": "DE136695976", "country": "DE", "street": "Am Anger 4", "postcode": "99084", "city": "Erfurt", "email": "buero@wendelin.example"},
    {"id": "40302", "name": "Thornfield Dairies Ltd", "tax_id": "GB123456782", "country": "GB", "street": "8 Mill Road", "postcode": "LS1 4DY", "city": "Leeds", "email": "office@thornfield.example"},
    {"id": "40303", "name": "Ateliers Montfaucon SAS", "tax_id": "FR83404833048", "country": "FR", "street": "12 rue des Lilas", "postcode": "69003", "city": "Lyon", "email": "contact@montfaucon.example"},
    {"id": "40304", "name": "Zeilmakerij De Roos B.V.", "country": "NL", "street": "Kade 8", "postcode": "3011 AB", "city": "Rotterdam", "email": "info@deroos.example"},
)  # fmt: skip
LANGUAGES = ("en", "de", "fr", "nl")
_SISTERS = {
    "40301": "Wendelin Service AG",
    "40302": "Thornfield Logistics Ltd",
    "40303": "Montfaucon Industrie SA",
    "40304": "De Roos Jachtbouw N.V.",
}
_COUNTRY = {"en": "GB", "de": "DE", "fr": "FR", "nl": "NL"}
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "order_form": ("Order form", "SUBSCRIPTION ORDER FORM", "Service Order Form"), "contract": ("Service Agreement", "Framework Agreement", "MASTER SERVICES AGREEMENT"),
        "contract_number": ("Order form no", "Contract no.", "Agreement number"), "quote_number": ("Quote no", "Quotation number", "Opportunity no"), "issue_date": ("Date", "Agreement date", "Order date"),
        "buyer_name": ("Customer", "Client", "Customer legal entity"), "customer_number": ("Customer no.", "Account number"), "buyer_tax_id": ("VAT no", "Customer VAT ID"), "buyer_contact_name": ("Contact", "Primary contact"), "buyer_email": ("E-mail", "Contact e-mail"),
        "vendor_name": ("Supplier", "Provider"), "start_date": ("Start date", "Subscription start", "Effective date"), "end_date": ("End date", "Term end"), "term_months": ("Initial term", "Term", "Contract duration"), "renewal": ("Renewal", "Auto-renewal"), "billing_period": ("Billing", "Billing frequency"), "business_unit": ("Business unit",),
        "item_code": ("SKU", "Product code"), "description": ("Product", "Description"), "unit": ("Business unit", "Division"), "quantity": ("Qty", "Quantity"), "unit_price": ("Unit price", "Net price"), "amount": ("Amount", "Line total"),
        "total": ("Total contract value", "Total", "Total value"), "buyer": ("For the customer", "Accepted by the customer", "Signed for and on behalf of the Customer"), "vendor": ("For the supplier", "For and on behalf of the supplier"),
        "signature": ("Signature", "Authorised signature"), "electronic": ("DocuSigned by", "Digitally signed by", "Electronically signed by"), "name": ("Name", "Printed name"), "role": ("Title", "Position"), "date": ("Date", "Date signed"),
        "none": ("none", "no"), "automatic": ("automatic", "yes"), "month": ("monthly",), "year": ("annually", "yearly"), "months": ("{0} months",), "years": ("{0} years", "{0}-year"),
        "clause": ("This agreement is entered into by and between the parties named above.",),
    },
    "de": {
        "order_form": ("Bestellschein", "Auftragsformular", "BESTELLFORMULAR"), "contract": ("Dienstleistungsvertrag", "Rahmenvertrag", "Wartungsvertrag"),
        "contract_number": ("Auftragsnummer", "Vertragsnummer", "Vertrags-Nr."), "quote_number": ("Angebotsnummer", "Angebots-Nr."), "issue_date": ("Datum", "Vertragsdatum"),
        "buyer_name": ("Kunde", "Auftraggeber", "Firma"), "customer_number": ("Kundennummer", "Kunden-Nr."), "buyer_tax_id": ("USt-IdNr.", "USt-ID"), "buyer_contact_name": ("Ansprechpartner", "Kontakt"), "buyer_email": ("E-Mail",),
        "vendor_name": ("Anbieter", "Auftragnehmer"), "start_date": ("Vertragsbeginn", "Laufzeitbeginn", "Beginn"), "end_date": ("Vertragsende", "Laufzeitende"), "term_months": ("Laufzeit", "Erstlaufzeit", "Vertragslaufzeit"), "renewal": ("Verlängerung", "Automatische Verlängerung"), "billing_period": ("Abrechnung", "Rechnungsstellung"), "business_unit": ("Geschäftsbereich",),
        "item_code": ("Artikel", "Artikel-Nr."), "description": ("Bezeichnung", "Leistung"), "unit": ("Geschäftsbereich", "Bereich"), "quantity": ("Menge", "Anzahl"), "unit_price": ("Einzelpreis", "Preis"), "amount": ("Betrag", "Gesamtpreis"),
        "total": ("Auftragswert", "Vertragswert", "Gesamtbetrag"), "buyer": ("Für den Kunden", "Für den Auftraggeber", "Auftraggeber"), "vendor": ("Für den Anbieter", "Auftragnehmer"),
        "signature": ("Unterschrift",), "electronic": ("Elektronisch signiert von", "Digital signiert von"), "name": ("Name", "Name in Druckbuchstaben"), "role": ("Funktion", "Position"), "date": ("Datum", "Ort, Datum"),
        "none": ("keine", "nein"), "automatic": ("automatisch", "ja"), "month": ("monatlich",), "year": ("jährlich",), "months": ("{0} Monate",), "years": ("{0} Jahre",),
        "clause": ("Die Parteien schließen den nachstehenden Vertrag; es gelten die Bestimmungen des Anbieters.",),
    },
    "fr": {
        "order_form": ("Bulletin de commande", "Formulaire de commande"), "contract": ("Contrat de prestation de services", "Contrat de maintenance", "Contrat-cadre"),
        "contract_number": ("Numéro de contrat", "Référence"), "quote_number": ("Numéro de devis",), "issue_date": ("Date", "Date du contrat"),
        "buyer_name": ("Client", "Raison sociale"), "customer_number": ("Numéro de client", "Code client"), "buyer_tax_id": ("N° TVA", "Numéro de TVA"), "buyer_contact_name": ("Contact", "Interlocuteur"), "buyer_email": ("E-mail", "Courriel"),
        "vendor_name": ("Fournisseur", "Prestataire"), "start_date": ("Date de début", "Date d'effet"), "end_date": ("Date de fin",), "term_months": ("Durée initiale", "Durée"), "renewal": ("Reconduction", "Renouvellement"), "billing_period": ("Facturation",), "business_unit": ("Division",),
        "item_code": ("Référence", "Code article"), "description": ("Désignation", "Prestation"), "unit": ("Division", "Unité"), "quantity": ("Quantité", "Qté"), "unit_price": ("Prix unitaire", "PU"), "amount": ("Montant", "Montant HT"),
        "total": ("Montant total", "Valeur totale", "Total"), "buyer": ("Pour le client", "Le client"), "vendor": ("Pour le fournisseur", "Le prestataire"),
        "signature": ("Signature",), "electronic": ("Signé électroniquement par",), "name": ("Nom", "Nom et prénom"), "role": ("Fonction", "Qualité"), "date": ("Date", "Signé le"),
        "none": ("aucune", "non"), "automatic": ("tacite", "oui"), "month": ("mensuelle",), "year": ("annuelle",), "months": ("{0} mois",), "years": ("{0} ans",),
        "clause": ("Le présent contrat est conclu entre les parties désignées ci-dessus.",),
    },
    "nl": {
        "order_form": ("Bestelformulier", "Orderformulier"), "contract": ("Dienstverleningsovereenkomst", "Raamovereenkomst", "Onderhoudscontract"),
        "contract_number": ("Contractnummer", "Referentie"), "quote_number": ("Offertenummer",), "issue_date": ("Datum", "Contractdatum"),
        "buyer_name": ("Klant", "Opdrachtgever", "Bedrijfsnaam"), "customer_number": ("Klantnummer",), "buyer_tax_id": ("Btw-nummer",), "buyer_contact_name": ("Contactpersoon",), "buyer_email": ("E-mail", "E-mailadres"),
        "vendor_name": ("Leverancier", "Opdrachtnemer"), "start_date": ("Startdatum", "Ingangsdatum"), "end_date": ("Einddatum",), "term_months": ("Looptijd", "Contractduur"), "renewal": ("Verlenging", "Automatische verlenging"), "billing_period": ("Facturatie",), "business_unit": ("Divisie",),
        "item_code": ("Artikel", "Artikelnummer"), "description": ("Omschrijving", "Dienst"), "unit": ("Divisie", "Afdeling"), "quantity": ("Aantal",), "unit_price": ("Prijs", "Stukprijs"), "amount": ("Bedrag",),
        "total": ("Totaal", "Totale waarde", "Orderwaarde"), "buyer": ("Voor de klant", "Namens de klant"), "vendor": ("Voor de leverancier", "Namens de leverancier"),
        "signature": ("Handtekening",), "electronic": ("Elektronisch ondertekend door", "Digitaal ondertekend door"), "name": ("Naam",), "role": ("Functie",), "date": ("Datum", "Getekend op"),
        "none": ("geen", "nee"), "automatic": ("automatisch", "ja"), "month": ("maandelijks",), "year": ("jaarlijks",), "months": ("{0} maanden",), "years": ("{0} jaar",),
        "clause": ("Partijen komen het volgende overeen; op deze overeenkomst zijn de voorwaarden van de leverancier van toepassing.",),
    },
}  # fmt: skip
_PRODUCTS = (
    ("A-100", "Portal licence", "Software"), ("A-210", "Reporting suite", "Software"), ("S-300", "Onboarding", "Services"),
    ("S-310", "Training day", "Services"), ("M-450", "Pump care", "Plant"),
)  # fmt: skip
_PEOPLE = ("Emma Wood", "Jürgen Groß", "Anna Novak", "Lucía Prieto")
_ROLES = {"en": "Managing Director", "de": "Geschäftsführerin", "fr": "Directrice générale", "nl": "Directeur"}
OURS, _OUR_SIGNATORY = "Lindenhof Handels GmbH", "Karl Berg"

How = Literal["electronic", "ink", "typed", "missing"]
Flaw = Literal["", "unsigned", "typed", "sister", "stranger", "term", "unit", "no_start"]
_FLAWS: tuple[Flaw, ...] = ("",) * 9 + (
    "unsigned",
    "unsigned",
    "typed",
    "sister",
    "stranger",
    "term",
    "unit",
    "no_start",
)
RULES: Mapping[str, str] = {
    "unsigned": "not_signed", "typed": "signature_typed", "sister": "entity_differs", "stranger": "customer_unknown",
    "term": "term_contradicts", "unit": "unit_missing", "no_start": "mandatory_missing",
}  # fmt: skip


Words = Mapping[str, str]
"""One wording of each label."""


class Agreed(NamedTuple):
    """What is agreed between whom, and what is wrong with the paper."""

    customer: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...]
    total: Decimal
    written: date
    start: date
    months: int
    signed: How
    by: str
    is_countersigned: bool
    has_units: bool
    flaw: Flaw


def order_form(rng: random.Random, name: str, *, language: str, is_drawn: bool = False) -> Labelled:
    """Return an order form with its truth. Only what is drawn can be signed with ink.

    In some nobody signed for the customer, a name is typed, another entity signs, the customer is unknown, the end does not
    fit the term, a position lacks its business unit, or no beginning is named.
    """
    return _paper(rng, name, "order_form", language, is_drawn=is_drawn)


def contract(rng: random.Random, name: str, *, language: str, is_drawn: bool = False) -> Labelled:
    """Return a contract with its truth; as `order_form`."""
    return _paper(rng, name, "contract", language, is_drawn=is_drawn)


def _paper(rng: random.Random, name: str, kind: str, language: str, *, is_drawn: bool) -> Labelled:
    words = {key: rng.choice(told) for key, told in WORDS[language].items()}
    one, country = agreed(rng, is_drawn=is_drawn), _COUNTRY[language]
    shape: Shape = rng.choice(("beside", "beside", "columns", "below"))
    number = f"{rng.choice(('OF', 'C', 'V'))}-{rng.randrange(1000, 99999)}"
    told = _told(rng, one, words, language, number)
    return Labelled(
        name=name, type=kind, language=language, title=words[kind], shape=shape,
        truth={**{key: plain for key, (_, plain) in told.items()}, **signed_truth(one, language), "currency": "EUR", "total": f"{one.total:.2f}", "lines": [dict(line) for line in one.lines]},
        values=tuple((words[key], shown) for key, (shown, _) in told.items()), addressee=(words["clause"],) if kind == "contract" else (),
        blocks=blocks(one, words, language), is_stacked=rng.random() < 0.4, reason=RULES.get(one.flaw, ""), **table(one, words, country),
    )  # fmt: skip


def table(one: Agreed, words: Words, country: str) -> dict[str, Any]:
    """Return the positions as they are printed: headings, rows, the columns set to the right, and the total."""
    units = ("business_unit",) if one.has_units else ()
    columns = ("item_code", "description", *units, "quantity", "unit_price", "amount")
    return {
        "headings": tuple(words["unit" if column == "business_unit" else column] for column in columns),
        "rows": tuple(tuple(_cell(line, column, country) for column in columns) for line in one.lines),
        "right": tuple(range(len(columns) - 3, len(columns))),
        "sums": ((words["total"], f"{amount(one.total, country=country, currency='EUR')} EUR"),),
    }


def agreed(rng: random.Random, *, is_drawn: bool) -> Agreed:
    """Return what is agreed; only what is drawn can be signed with ink."""
    flaw = rng.choice(_FLAWS)
    written = date(2026, 10, 1) + timedelta(days=rng.randrange(40))
    ways: tuple[How, ...] = ("ink", "ink", "electronic") if is_drawn else ("electronic",)
    signed = rng.choice(ways)
    has_units = flaw == "unit" or rng.random() < 0.5
    lines = [_line(rng, at, has_unit=has_units) for at in range(rng.randrange(2, 5))]
    if flaw == "unit":
        del lines[-1]["business_unit"]
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    return Agreed(
        customer=rng.choice(CUSTOMERS), lines=tuple(lines), total=total, written=written,
        start=date(2026, 12, 1) if rng.random() < 0.5 else date(2027, 1, 1), months=rng.choice((12, 24, 36, 36, 18)),
        signed="missing" if flaw == "unsigned" else "typed" if flaw == "typed" else signed,
        by=rng.choice(_PEOPLE), is_countersigned=rng.random() < 0.4, has_units=has_units, flaw=flaw,
    )  # fmt: skip


def _told(
    rng: random.Random, one: Agreed, words: Mapping[str, str], language: str, number: str
) -> dict[str, tuple[str, str]]:  # fmt: skip
    """Return what is printed of each header value, and what it means, in the order of the paper."""
    is_stranger = one.flaw == "stranger"
    told = {"contract_number": (number, number), "issue_date": _day(one.written, language)}
    told["buyer_name"] = name_of(one), name_of(one)
    known = {} if is_stranger else _known(rng, one)
    told |= {key: (value, value) for key, value in known.items()}
    quote = f"Q-{rng.randrange(1000, 9999)}"
    told |= {"quote_number": (quote, quote)} if rng.random() < 0.6 else {}
    mail = f"{one.by.split()[0].lower().replace('ü', 'ue').replace('í', 'i')}@{one.customer['email'].partition('@')[2]}"
    told |= {"buyer_contact_name": (one.by, one.by), "buyer_email": (mail, mail), "vendor_name": (OURS, OURS)}
    if one.flaw != "no_start":
        told["start_date"] = _day(one.start, language)
    told["term_months"] = _term(one.months, words), str(one.months)
    if one.flaw == "term" or (one.flaw != "no_start" and rng.random() < 0.6):
        told["end_date"] = _day(end_of(one.start, one.months + (12 if one.flaw == "term" else 0)), language)
    renewal, billed = rng.choice(("none", "automatic")), rng.choice(("month", "year"))
    told |= {"renewal": (words[renewal], renewal), "billing_period": (words[billed], billed)}
    if not one.has_units and rng.random() < 0.5:
        told["business_unit"] = "Software", "Software"
    return told


def name_of(one: Agreed) -> str:
    """Return the legal entity that signs."""
    if one.flaw == "stranger":
        return "Finchley & Sons Ltd"
    return _SISTERS[one.customer["id"]] if one.flaw == "sister" else one.customer["name"]


def _known(rng: random.Random, one: Agreed) -> dict[str, str]:
    """Return by what the customer is known: our number, its VAT number, or both."""
    number, tax_id = {"customer_number": one.customer["id"]}, one.customer.get("tax_id")
    return number if tax_id is None or rng.random() < 0.6 else number | {"buyer_tax_id": tax_id}


def _term(months: int, words: Mapping[str, str]) -> str:
    years, rest = divmod(months, 12)
    return words["months"].format(months) if rest or years == 1 else words["years"].format(years)


def end_of(start: date, months: int) -> date:
    """Return the last day of a term."""
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, 1) - timedelta(days=1)


def _line(rng: random.Random, at: int, *, has_unit: bool) -> dict[str, str]:
    code, description, unit = _PRODUCTS[(at + rng.randrange(2)) % len(_PRODUCTS)]
    count, price = rng.randrange(1, 40), Decimal(rng.randrange(2000, 90000)) / 100
    line = {"item_code": code, "description": description, "quantity": str(count)}
    line |= {"unit_price": f"{price:.2f}", "amount": f"{count * price:.2f}"}
    return line | ({"business_unit": unit} if has_unit else {})


def _cell(line: Mapping[str, str], column: str, country: str) -> str:
    value = line.get(column, "")
    if column == "quantity":
        return quantity(Decimal(value), country=country)
    return amount(Decimal(value), country=country, currency="EUR") if column in {"unit_price", "amount"} else value


def blocks(one: Agreed, words: Mapping[str, str], language: str) -> tuple[Signed, ...]:
    """Return where each side signs."""
    when = _day(one.written + timedelta(days=2), language)[0]
    return (
        _block(one.signed, words, "buyer", who=one.by, role=_ROLES[language], when=when if one.signed != "missing" else ""),
        _block("ink" if one.is_countersigned and one.signed == "ink" else "missing", words, "vendor", who=_OUR_SIGNATORY, role="", when=""),
    )  # fmt: skip


def _block(how: How, words: Mapping[str, str], side: str, *, who: str, role: str, when: str) -> Signed:
    label = words["electronic" if how == "electronic" else "signature"]
    rows = [(label, who if how in {"electronic", "typed"} else "")]
    rows += [] if how == "electronic" else [(words["name"], who)]
    rows += [(words["role"], role)] if role else []
    return Signed(
        heading=words[side], rows=(*rows, (words["date"], when)), inked=words["signature"] if how == "ink" else ""
    )  # fmt: skip


def signed_truth(one: Agreed, language: str) -> dict[str, Any]:
    """Return what is true of the signatures."""
    is_ours = one.is_countersigned and one.signed == "ink"
    said = {
        "buyer_signature": one.signed, "buyer_signatory": one.by, "buyer_signatory_role": _ROLES[language], "vendor_signature": "ink" if is_ours else "missing",
        "vendor_signatory": _OUR_SIGNATORY,
    }  # fmt: skip
    day = (one.written + timedelta(days=2)).isoformat()
    return said | ({"buyer_signed_on": day} if one.signed != "missing" else {})


def _day(day: date, language: str) -> tuple[str, str]:
    return (f"{day.day} {day:%B} {day.year}" if language == "en" else f"{day:%d.%m.%Y}"), day.isoformat()
