"""Papers of those who want to become customers: applications, tax forms, register extracts and licences, each with its truth."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from admin.samples import ids
from admin.samples.labelled.model import Labelled, Shape, Signed

LANGUAGES = ("en", "de", "fr")
Told = Mapping[str, tuple[str, str | date]]
"""By the word that labels it: field and value."""
Flaw = Literal["", "unsigned", "typed", "no_mail", "no_number", "old", "expired"]
_RULES: Mapping[Flaw, str] = {
    "unsigned": "not_signed", "typed": "signature_typed", "no_mail": "mandatory_missing", "old": "too_old", "expired": "expired",
}  # fmt: skip
_OF: Mapping[str, tuple[Flaw, ...]] = {
    "account_application": ("",) * 6 + ("unsigned", "unsigned", "typed", "no_mail"),
    "tax_form": ("",) * 8 + ("no_number",),
    "business_licence": ("",) * 6 + ("old", "expired", "no_number"),
}
_COMPANIES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (("Zephyr Trading", "Ltd"), ("Copper Lane Bakeries", "Ltd"), ("Harrow & Finch", "LLP"), ("Northgate Optics", "plc")),
    "de": (("Quellwald Handel", "GmbH"), ("Brückner Anlagenbau", "GmbH & Co. KG"), ("Möwe Logistik", "AG"), ("Steinfurt Dental", "GmbH")),
    "fr": (("Ateliers du Vercors", "SAS"), ("Boulangerie Lefèvre", "SARL"), ("Optique Garonne", "SA"), ("Transports Delmas", "SAS")),
}  # fmt: skip
_PLACES: Mapping[str, tuple[str, ...]] = {
    "en": ("12 Quay Street, Leeds LS1 4HT", "4 Mill Lane, Bath BA1 1AA", "77 Orchard Parade, Bristol BS1 5TR"),
    "de": ("Kai 9, 20457 Hamburg", "Uferweg 3, 88131 Lindau", "Am Markt 14, 48565 Steinfurt"),
    "fr": ("12 rue des Lilas, 69003 Lyon", "8 quai Victor Hugo, 38000 Grenoble", "21 rue Neuve, 13001 Marseille"),
}
_LAND: Mapping[str, tuple[str, str]] = {
    "en": ("United Kingdom", "GB"),
    "de": ("Deutschland", "DE"),
    "fr": ("France", "FR"),
}
_PEOPLE: Mapping[str, tuple[str, ...]] = {
    "en": ("Emma Wood", "Peter Ashdown", "Olivia Marsh"), "de": ("Jörg Groß", "Katrin Möller", "Stefan Huber"),
    "fr": ("Chloé Martin", "Luc Girard", "Inès Moreau"),
}  # fmt: skip
_ROLES: Mapping[str, str] = {"en": "Director", "de": "Geschäftsführer", "fr": "Gérant"}
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "account_application": ("APPLICATION FOR A CUSTOMER ACCOUNT", "Business account application", "Customer application", "Trade account application form"),
        "tax_form": ("VAT REGISTRATION CERTIFICATE", "Certificate of registration for value added tax", "Tax registration certificate"),
        "business_licence": ("Extract from the company register", "COMPANY REGISTER EXTRACT", "Business licence", "Certificate of good standing"),
        "number": ("Application no", "Application number", "Form no"), "date": ("Date", "Date of application"), "name": ("Company", "Company name", "Legal name", "Applicant"),
        "trade": ("Trading as", "Trading name"), "form": ("Legal form", "Entity type"), "register": ("Registration number", "Company number", "Company registration no"),
        "tax": ("VAT number", "VAT registration number", "VAT no"), "address": ("Address", "Registered address"), "country": ("Country",), "contact": ("Contact person", "Contact name"),
        "mail": ("E-mail", "Email address"), "phone": ("Phone", "Telephone"), "tier": ("Service tier", "Plan", "Package"), "taxable": ("Name", "Name of taxable person", "Company name"), "holder": ("Company name", "Name of company", "Registered name", "Company"),
        "issued": ("Date of issue", "Issued on"), "office": ("Issued by", "Tax office"), "stand": ("Date of extract", "As of", "Issued on"), "court": ("Registrar", "Issuing authority"),
        "entered": ("Date of incorporation", "Incorporated on"), "until": ("Valid until", "Expiry date"), "directors": ("Directors", "Represented by"), "block": ("For the applicant", "Signed for the applicant", "Authorised signatory"),
        "signature": ("Signature",), "who": ("Name", "Full name"), "role": ("Position", "Title"), "on": ("Date",), "by": ("DocuSigned by", "Electronically signed by"),
    },
    "de": {
        "account_application": ("Antrag auf ein Kundenkonto", "KUNDENANTRAG", "Geschäftskundenantrag"), "tax_form": ("Bescheinigung über die Erfassung als Steuerpflichtiger", "Unternehmerbescheinigung", "Nachweis der Eintragung als Steuerpflichtiger"),
        "business_licence": ("Handelsregisterauszug", "Auszug aus dem Handelsregister", "Gewerbeanmeldung"), "number": ("Antragsnummer", "Antrag Nr."), "date": ("Datum", "Datum des Antrags"),
        "name": ("Firma", "Antragsteller", "Unternehmen"), "trade": ("Handelsname",), "form": ("Rechtsform",), "register": ("Handelsregisternummer", "Registernummer"), "tax": ("USt-IdNr.", "USt-ID"),
        "address": ("Anschrift", "Adresse"), "country": ("Land",), "contact": ("Ansprechpartner", "Kontaktperson"), "mail": ("E-Mail",), "phone": ("Telefon",), "tier": ("Servicestufe", "Tarif", "Paket"),
        "taxable": ("Firma", "Name des Unternehmers", "Name"), "holder": ("Firma", "Name der Firma", "Unternehmen"), "issued": ("Datum", "Ausgestellt am"), "office": ("Finanzamt",), "stand": ("Abruf vom", "Stand", "Ausgestellt am"), "court": ("Amtsgericht", "Registergericht"),
        "entered": ("Tag der ersten Eintragung", "Eingetragen am"), "until": ("Gültig bis",), "directors": ("Geschäftsführer", "Vertretungsberechtigt"), "block": ("Für den Antragsteller", "Antragsteller"),
        "signature": ("Unterschrift",), "who": ("Name", "Name in Druckbuchstaben"), "role": ("Funktion", "Position"), "on": ("Datum",), "by": ("Elektronisch signiert von", "Digital signiert von"),
    },
    "fr": {
        "account_application": ("Demande d'ouverture de compte client", "DEMANDE DE COMPTE CLIENT"), "tax_form": ("Attestation d'assujettissement à la TVA", "Certificat d'assujettissement à la TVA"),
        "business_licence": ("Extrait Kbis", "Extrait du registre du commerce", "EXTRAIT D'IMMATRICULATION"), "number": ("Numéro de demande", "Référence"), "date": ("Date", "Date de la demande"), "name": ("Raison sociale", "Société", "Demandeur"),
        "trade": ("Nom commercial",), "form": ("Forme juridique",), "register": ("SIREN", "RCS"), "tax": ("Numéro de TVA", "TVA intracommunautaire"), "address": ("Adresse", "Siège social"), "country": ("Pays",), "contact": ("Interlocuteur", "Contact"),
        "mail": ("E-mail", "Courriel"), "phone": ("Téléphone",), "tier": ("Formule", "Niveau de service"), "taxable": ("Raison sociale", "Nom"), "holder": ("Dénomination sociale", "Raison sociale", "Dénomination ou raison sociale"), "issued": ("Date de délivrance", "Fait le"), "office": ("Service des impôts",), "stand": ("Date de l'extrait", "À jour au"),
        "court": ("Greffe du tribunal", "Greffe"), "entered": ("Date d'immatriculation",), "until": ("Valable jusqu'au",), "directors": ("Dirigeants", "Gérant"), "block": ("Pour le demandeur", "Le demandeur"), "signature": ("Signature",),
        "who": ("Nom", "Nom et prénom"), "role": ("Fonction", "Qualité"), "on": ("Date",), "by": ("Signé électroniquement par",),
    },
}  # fmt: skip
_TIERS: Mapping[str, Mapping[str, str]] = {
    "en": {"Basic": "basic", "Standard": "standard", "Premium": "premium"}, "de": {"Basis": "basic", "Standard": "standard", "Premium": "premium"},
    "fr": {"Base": "basic", "Standard": "standard", "Premium": "premium"},
}  # fmt: skip
_OFFICES: Mapping[str, tuple[str, str]] = {
    "en": ("HM Revenue & Customs", "Cardiff"),
    "de": ("Hamburg-Mitte", "Hamburg"),
    "fr": ("SIE Lyon Centre", "Lyon"),
}


class Applicant(NamedTuple):
    """Who applies; all papers of a packet are of one."""

    language: str
    name: str
    form: str
    place: str
    register: str
    tax_id: str
    person: str
    written: date


def applicant(rng: random.Random, language: str) -> Applicant:
    """Return somebody who applies."""
    name, form = rng.choice(_COMPANIES[language])
    number = {"en": f"{rng.randrange(10**7, 10**8)}", "de": f"HRB {rng.randrange(1000, 99999)}", "fr": ""}[language]
    tax_id = ids.tax_id(rng, _LAND[language][1])
    return Applicant(
        language=language, name=f"{name} {form}", form=form, place=rng.choice(_PLACES[language]), tax_id=tax_id,
        register=number or tax_id[4:], person=rng.choice(_PEOPLE[language]),
        written=date(2026, 10, 13) + timedelta(days=rng.randrange(18)),
    )  # fmt: skip


def account_application(
    rng: random.Random, name: str, *, language: str, is_drawn: bool = False, who: Applicant | None = None
) -> Labelled:
    """Return an application; some are not signed, signed with a typed name, or without an address to write to."""
    one, flaw = who or applicant(rng, language), _flaw(rng, "account_application", who)
    words = _words(rng, language)
    tier, plain = rng.choice(tuple(_TIERS[language].items()))
    mail = f"{one.person.split()[0].lower()}@{ids_host(one.name)}"
    told: dict[str, tuple[str, str | date]] = {
        "number": ("account_application_number", f"A-{rng.randrange(100, 9999)}"), "date": ("issue_date", one.written),
        "name": ("buyer_name", one.name), "form": ("legal_form", one.form), "register": ("buyer_registration_id", one.register),
        "tax": ("buyer_tax_id", one.tax_id), "address": ("buyer_address", one.place), "country": ("buyer_country", _LAND[language][0]),
        "contact": ("buyer_contact_name", one.person), "mail": ("buyer_email", mail),
        "phone": ("buyer_phone", f"+49 40 {rng.randrange(10000, 99999)}"), "tier": ("service_tier", tier),
    }  # fmt: skip
    if flaw == "no_mail":
        del told["mail"]
    meant = {"country": _LAND[language][1], "tier": plain}
    block, signed = _signature(rng, words, one, flaw, is_drawn=is_drawn)
    paper = _paper(rng, name, "account_application", words, told, one, meant)
    return _held(paper, flaw).model_copy(update={"blocks": (block,), "truth": {**paper.truth, **signed}})


def tax_form(
    rng: random.Random, name: str, *, language: str, is_drawn: bool = False, who: Applicant | None = None
) -> Labelled:
    """Return a certificate of a tax office; some name no number, in English some are a W-9."""
    one, flaw = who or applicant(rng, language), _flaw(rng, "tax_form", who)
    words = _words(rng, language)
    if language == "en" and who is None and rng.random() < 0.4:
        return _w9(rng, name, one, words, is_drawn=is_drawn)
    told: dict[str, tuple[str, str | date]] = {
        "taxable": ("buyer_name", one.name), "tax": ("buyer_tax_id", one.tax_id), "address": ("buyer_address", one.place),
        "issued": ("issue_date", one.written), "office": ("authority", _OFFICES[language][0]),
    }  # fmt: skip
    if flaw == "no_number":
        del told["tax"]
    return _held(_paper(rng, name, "tax_form", words, told, one, {}), flaw, "number_missing")


def business_licence(
    rng: random.Random, name: str, *, language: str, is_drawn: bool = False, who: Applicant | None = None
) -> Labelled:  # fmt: skip
    """Return an extract of a register or a licence; some are old, over, or without a number."""
    del is_drawn  # nobody signs it
    one, flaw = who or applicant(rng, language), _flaw(rng, "business_licence", who)
    words = _words(rng, language)
    told: dict[str, tuple[str, str | date]] = {
        "stand": ("issue_date", date(2025, 1, 15) if flaw == "old" else one.written), "holder": ("buyer_name", one.name),
        "form": ("legal_form", one.form), "register": ("buyer_registration_id", one.register),
        "court": ("authority", _OFFICES[language][1]), "entered": ("registered_on", date(2011, 5, rng.randrange(1, 28))),
        "directors": ("directors", one.person), "address": ("buyer_address", one.place),
    }  # fmt: skip
    if flaw == "expired":
        told["until"] = ("expires_on", date(2026, 9, 30))
    if flaw == "no_number":
        del told["register"]
    return _held(_paper(rng, name, "business_licence", words, told, one, {}), flaw, "mandatory_missing")


def packet(
    rng: random.Random, name: str, *, language: str, written: date | None = None
) -> tuple[Labelled, ...]:  # fmt: skip
    """Return the three papers of one applicant, without flaws: application, extract, tax form; all of the day `written`, if given."""
    who = applicant(rng, language)
    who = who if written is None else who._replace(written=written)
    makers = (account_application, business_licence, tax_form)
    return tuple(make(rng, f"{name}-{at}", language=language, who=who) for at, make in enumerate(makers))


def ids_host(name: str) -> str:
    """Return where mails of a company come from."""
    return f"{''.join(sign for sign in name.lower() if sign.isascii() and sign.isalpha())[:12]}.example"


def _w9(rng: random.Random, name: str, one: Applicant, words: Mapping[str, str], *, is_drawn: bool) -> Labelled:
    number = f"{rng.randrange(10, 99)}-{rng.randrange(10**6, 10**7)}"
    company = f"{one.name.rsplit(' ', 1)[0]} LLC"
    place = "500 Harbor Blvd, Oakland, CA 94607"
    values = (
        ("Name", company), ("Federal tax classification", "Limited liability company"), ("Address", place),
        ("Employer identification number", number),
    )  # fmt: skip
    block, signed = _signature(rng, {**words, "block": "Certification"}, one, "", is_drawn=is_drawn)
    block = block.model_copy(update={"rows": tuple(row for row in block.rows if row[0] != words["role"])})
    signed = {path: value for path, value in signed.items() if path != "buyer_signatory_role"}
    truth = {
        "buyer_name": company, "tax_classification": "Limited liability company", "buyer_address": place, "buyer_tax_number": number,
    }  # fmt: skip
    return Labelled(
        name=name, type="tax_form", language="en", title="Request for Taxpayer Identification Number and Certification",
        letterhead=("Form W-9",), values=values, blocks=(block,), truth={**truth, **signed},
    )  # fmt: skip


def _words(rng: random.Random, language: str) -> dict[str, str]:
    return {key: rng.choice(told) for key, told in _WORDS[language].items()}


def _flaw(rng: random.Random, kind: str, who: Applicant | None) -> Flaw:
    return rng.choice(_OF[kind]) if who is None else ""


def _signature(
    rng: random.Random, words: Mapping[str, str], one: Applicant, flaw: Flaw, *, is_drawn: bool
) -> tuple[Signed, dict[str, str]]:
    """Return where it is signed, and what that means."""
    how = {"unsigned": "missing", "typed": "typed"}.get(flaw) or (
        "ink" if is_drawn and rng.random() < 0.5 else "electronic"
    )
    day = _shown(one.written, one.language)
    who, role, on = (words["who"], one.person), (words["role"], _ROLES[one.language]), (words["on"], day)
    truth = {
        "buyer_signature": how, "buyer_signatory": one.person, "buyer_signatory_role": role[1], "buyer_signed_on": one.written.isoformat(),
    }  # fmt: skip
    if how == "missing":
        rows = ((words["signature"], ""), (words["who"], ""), (words["on"], ""))
        return Signed(heading=words["block"], rows=rows), {"buyer_signature": "missing"}
    if how == "electronic":
        return Signed(heading=words["block"], rows=((words["by"], one.person), role, on)), truth
    drawn = (words["signature"], one.person if how == "typed" else "")
    inked = words["signature"] if how == "ink" else ""
    return Signed(heading=words["block"], rows=(drawn, who, role, on), inked=inked), truth


def _paper(
    rng: random.Random, name: str, kind: str, words: Mapping[str, str], told: Told, one: Applicant, meant: Mapping[str, str],
) -> Labelled:  # fmt: skip
    shape: Shape = rng.choice(("beside", "beside", "columns", "below"))
    values = tuple((words[key], _shown(value, one.language)) for key, (_, value) in told.items())
    truth = {
        path: meant.get(key) or (value.isoformat() if isinstance(value, date) else value)
        for key, (path, value) in told.items()
    }
    return Labelled(
        name=name, type=kind, language=one.language, title=words[kind], values=values, shape=shape, truth=truth
    )


def _held(paper: Labelled, flaw: Flaw, rule: str = "") -> Labelled:
    """Return a paper with the rule that holds it for its flaw."""
    return paper.model_copy(update={"reason": (_RULES.get(flaw) or rule) if flaw else ""})


def _shown(value: str | date, language: str) -> str:
    if isinstance(value, str):
        return value
    return (
        f"{value.day} {value:%B %Y}"
        if language == "en"
        else f"{value:%d.%m.%Y}"
        if language == "de"
        else f"{value:%d/%m/%Y}"
    )
