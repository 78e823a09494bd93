"""Change requests: what vendors and customers want changed in their accounts, and the accounts as master data hold them."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

from admin.samples import ids
from admin.samples.labelled.model import Labelled, Shape

VENDORS: tuple[Mapping[str, str], ...] = (
    {"id": "V10000", "name": "Larkspur Tools Ltd", "tax_id": "GB123456782", "country": "GB", "street": "4 Mill Lane", "postcode": "BA1 1AA", "city": "Bath", "email": "office@larkspur.example", "iban": "GB33BUKB20201555555555"},
    {"id": "V10001", "name": "Quellwald Verpackungen AG", "tax_id": "DE136695976", "country": "DE", "street": "Hafenstraße 1", "postcode": "20457", "city": "Hamburg", "email": "post@quellwald.example", "iban": "DE02120300000000202051"},
    {"id": "V10002", "name": "Cartonnages du Rhône SAS", "tax_id": "FR83404833048", "country": "FR", "street": "12 rue des Lilas", "postcode": "69003", "city": "Lyon", "email": "contact@cartonnages.example"},
    {"id": "V10003", "name": "Van Houten Techniek B.V.", "country": "NL", "street": "Kade 8", "postcode": "3011 AB", "city": "Rotterdam", "email": "info@vanhouten.example"},
)  # fmt: skip
CUSTOMERS: tuple[Mapping[str, str], ...] = (
    {"id": "C10000", "name": "Ufergarten Seminarhotel GmbH", "country": "DE", "street": "Uferweg 3", "postcode": "88131", "city": "Lindau", "email": "empfang@ufergarten.example"},
    {"id": "C10001", "name": "Kestrel Moor Engineering Ltd", "country": "GB", "street": "2 Station Road", "postcode": "LS1 4DY", "city": "Leeds", "email": "accounts@kestrelmoor.example"},
    {"id": "C10002", "name": "Talleres del Ebro S.L.", "country": "ES", "street": "Calle Mayor 7", "postcode": "50001", "city": "Zaragoza", "email": "info@talleresebro.example"},
    {"id": "C10003", "name": "Officina Bellini S.r.l.", "country": "IT", "street": "Via Roma 5", "postcode": "40121", "city": "Bologna", "email": "info@bellini.example"},
)  # fmt: skip
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "title": ("Account change request", "Supplier change form", "CHANGE NOTIFICATION"), "bank_title": ("Change of bank details", "Notice of change of bank details"),
        "name": ("Company name", "Company", "Current legal name"), "vendor": ("Supplier number", "Supplier no.", "Vendor no"), "customer": ("Customer number", "Customer no."),
        "date": ("Date", "Date of request"), "effective": ("Effective from", "Valid from", "With effect from"), "by": ("Requested by", "Signed by"),
        "old_street": ("Old street", "Current address"), "old_iban": ("Old IBAN", "Current IBAN"), "street": ("New street", "New address"), "postcode": ("New postcode", "New ZIP code"), "city": ("New city", "New town"),
        "new_name": ("New legal name", "New company name"), "tax_id": ("New VAT no", "New VAT number"), "contact": ("New contact person", "New contact"), "email": ("New e-mail", "New email address"), "phone": ("New telephone", "New phone number"),
        "iban": ("New IBAN", "New bank account"), "bic": ("BIC", "New BIC"), "bank": ("New bank", "Bank"),
    },
    "de": {
        "title": ("Änderungsmitteilung", "Stammdatenänderung", "ÄNDERUNGSANTRAG"), "bank_title": ("Änderung der Bankverbindung", "Neue Bankverbindung"),
        "name": ("Firma", "Firmenname", "Bisherige Firma"), "vendor": ("Lieferantennummer", "Lieferanten-Nr."), "customer": ("Kundennummer", "Kunden-Nr."),
        "date": ("Datum", "Antragsdatum"), "effective": ("Gültig ab", "Gilt ab", "Wirksam ab"), "by": ("Beantragt von", "Unterzeichnet von"),
        "old_street": ("Bisherige Straße", "Alte Anschrift"), "old_iban": ("Alte IBAN", "Bisherige IBAN"), "street": ("Neue Straße", "Neue Anschrift"), "postcode": ("Neue PLZ", "Neue Postleitzahl"), "city": ("Neuer Ort",),
        "new_name": ("Neue Firma", "Neuer Firmenname"), "tax_id": ("Neue USt-IdNr.",), "contact": ("Neuer Ansprechpartner", "Neue Ansprechpartnerin"), "email": ("Neue E-Mail", "Neue E-Mail-Adresse"), "phone": ("Neue Telefonnummer", "Neues Telefon"),
        "iban": ("Neue IBAN", "Neues Konto"), "bic": ("BIC", "Neuer BIC"), "bank": ("Neue Bank", "Bank"),
    },
    "fr": {
        "title": ("Demande de modification", "Avis de changement"), "bank_title": ("Changement de coordonnées bancaires",), "name": ("Raison sociale", "Société"), "vendor": ("Numéro de fournisseur", "Code fournisseur"), "customer": ("Numéro de client", "Code client"),
        "date": ("Date", "Date de la demande"), "effective": ("À compter du", "Date d'effet"), "by": ("Demandé par",), "old_street": ("Ancienne adresse",), "old_iban": ("Ancien IBAN",),
        "street": ("Nouvelle adresse", "Nouvelle rue"), "postcode": ("Nouveau code postal",), "city": ("Nouvelle ville",), "new_name": ("Nouvelle raison sociale",), "tax_id": ("Nouveau numéro de TVA",), "contact": ("Nouveau contact", "Nouvel interlocuteur"),
        "email": ("Nouvelle adresse e-mail",), "phone": ("Nouveau téléphone",), "iban": ("Nouvel IBAN", "Nouveau compte bancaire"), "bic": ("BIC", "Nouveau BIC"), "bank": ("Nouvelle banque",),
    },
    "es": {
        "title": ("Solicitud de modificación", "Comunicación de cambio"), "bank_title": ("Cambio de datos bancarios",), "name": ("Razón social", "Empresa"), "vendor": ("Número de proveedor",), "customer": ("Número de cliente", "Código de cliente"),
        "date": ("Fecha", "Fecha de la solicitud"), "effective": ("A partir del", "Fecha de efecto"), "by": ("Solicitado por",), "old_street": ("Dirección anterior",), "old_iban": ("IBAN anterior",),
        "street": ("Nueva dirección", "Nueva calle"), "postcode": ("Nuevo código postal",), "city": ("Nueva ciudad",), "new_name": ("Nueva razón social",), "tax_id": ("Nuevo NIF",), "contact": ("Nueva persona de contacto", "Nuevo contacto"),
        "email": ("Nuevo correo electrónico",), "phone": ("Nuevo teléfono",), "iban": ("Nuevo IBAN", "Nueva cuenta bancaria"), "bic": ("BIC",), "bank": ("Nuevo banco",),
    },
    "it": {
        "title": ("Richiesta di modifica", "Comunicazione variazione"), "bank_title": ("Variazione coordinate bancarie",), "name": ("Ragione sociale", "Azienda"), "vendor": ("Codice fornitore",), "customer": ("Codice cliente",),
        "date": ("Data", "Data della richiesta"), "effective": ("A partire dal", "Decorrenza"), "by": ("Richiesto da",), "old_street": ("Vecchio indirizzo",), "old_iban": ("Vecchio IBAN",),
        "street": ("Nuovo indirizzo", "Nuova via"), "postcode": ("Nuovo CAP",), "city": ("Nuova città",), "new_name": ("Nuova ragione sociale",), "tax_id": ("Nuova partita IVA",), "contact": ("Nuovo referente", "Nuovo contatto"),
        "email": ("Nuova e-mail",), "phone": ("Nuovo telefono",), "iban": ("Nuovo IBAN", "Nuovo conto"), "bic": ("BIC",), "bank": ("Nuova banca",),
    },
    "nl": {
        "title": ("Wijzigingsformulier", "Wijzigingsverzoek"), "bank_title": ("Wijziging bankgegevens", "Wijziging rekeningnummer"), "name": ("Bedrijfsnaam", "Bedrijf"), "vendor": ("Leveranciersnummer",), "customer": ("Klantnummer",),
        "date": ("Datum",), "effective": ("Met ingang van", "Ingangsdatum"), "by": ("Aangevraagd door",), "old_street": ("Oud adres",), "old_iban": ("Oude IBAN",),
        "street": ("Nieuw adres", "Nieuwe straat"), "postcode": ("Nieuwe postcode",), "city": ("Nieuwe plaats",), "new_name": ("Nieuwe bedrijfsnaam",), "tax_id": ("Nieuw btw-nummer",), "contact": ("Nieuwe contactpersoon",),
        "email": ("Nieuw e-mailadres",), "phone": ("Nieuw telefoonnummer",), "iban": ("Nieuwe IBAN", "Nieuw rekeningnummer"), "bic": ("BIC",), "bank": ("Nieuwe bank",),
    },
}  # fmt: skip
_FIELDS: Mapping[str, str] = {
    "name": "account_name", "vendor": "account_number", "customer": "account_number", "date": "issue_date", "effective": "effective_date",
    "by": "requested_by", "old_street": "account_street", "old_iban": "account_iban", "contact": "new_contact_name", "bank": "new_bank_name",
    "new_name": "new_name", **{one: f"new_{one}" for one in ("street", "postcode", "city", "tax_id", "email", "phone", "iban", "bic")},
}  # fmt: skip
_PLACES = (
    ("15 Orchard Parade", "BS1 5TR", "Bristol"),
    ("Am Kai 9", "28195", "Bremen"),
    ("Rue Neuve 21", "13001", "Marseille"),
    ("Via Verdi 44", "20121", "Milano"),
)
_PEOPLE = ("Emma Wood", "Jürgen Groß", "Anna Novak", "Lucía Prieto")
_BANKS = ("Harbour Bank", "Nordsee Bank", "Banco del Puente")

Asked = Literal["address", "contact", "name", "tax_id", "bank"]
Flaw = Literal["", "stranger", "unknown", "no_name", "later"]
_ASKED: tuple[Asked, ...] = ("address", "address", "contact", "name", "tax_id", "bank", "bank")
_FLAWS: tuple[Flaw, ...] = ("",) * 6 + ("stranger", "unknown", "no_name", "later")
_RULES: Mapping[str, str] = {
    "stranger": "stated_otherwise", "unknown": "account_unknown", "no_name": "mandatory_missing", "later": "not_yet",
    "tax_id": "tax_id", "bank": "bank_details",
}  # fmt: skip


class _Request(NamedTuple):
    role: Literal["vendor", "customer"]
    account: Mapping[str, str]
    asked: Asked
    flaw: Flaw
    written: date
    effective: date


def change_request(rng: random.Random, name: str, *, language: str) -> Labelled:
    """Return a request with its truth; in some somebody else writes, the account is unknown, its name is missing, or it holds later."""
    words = {key: rng.choice(told) for key, told in _WORDS[language].items()}
    one = _request(rng)
    told = _told(rng, one)
    shape: Shape = rng.choice(("beside", "beside", "columns", "below"))
    is_letter = "name" in told and one.flaw != "unknown" and rng.random() < 0.25
    return Labelled(
        name=name, type="change_request", language=language, title=words["bank_title" if one.asked == "bank" else "title"],
        shape=shape, truth={_FIELDS[key]: plain for key, (_, plain) in _printed(told, language).items()},
        letterhead=(one.account["name"], f"{one.account['street']}, {one.account['postcode']} {one.account['city']}") if is_letter else (),
        values=tuple((words[key], shown) for key, (shown, _) in _printed(told, language).items() if not (is_letter and key == "name")), reason=_reason(one),
    )  # fmt: skip


def _request(rng: random.Random) -> _Request:
    role: Literal["vendor", "customer"] = rng.choice(("vendor", "customer"))
    asked, flaw = rng.choice(_ASKED), rng.choice(_FLAWS)
    if asked in {"tax_id", "bank"}:
        flaw = ""
    written = date(2026, 10, 13) + timedelta(days=rng.randrange(18))
    effective = date(2027, 2, 1) if flaw == "later" else written + timedelta(days=rng.randrange(3))
    return _Request(role, rng.choice(VENDORS if role == "vendor" else CUSTOMERS), asked, flaw, written, effective)


def _told(rng: random.Random, one: _Request) -> dict[str, str | date]:
    """Return what stands on the paper, in its order."""
    is_stranger, account = one.flaw == "stranger", one.account
    told: dict[str, str | date] = {} if one.flaw == "no_name" else {"name": account["name"]}
    told[one.role] = account["id"]
    if one.flaw == "unknown":
        told |= {"name": "Finchley & Sons Ltd", one.role: "X-77"}
    told |= {"date": one.written, "effective": one.effective, "by": rng.choice(_PEOPLE)}
    if one.asked == "address" or is_stranger:
        told["old_street"] = "99 Nowhere Street" if is_stranger else account["street"]
    if one.asked == "bank" and "iban" in account:
        told["old_iban"] = account["iban"]
    return told | _wanted(rng, one)


def _wanted(rng: random.Random, one: _Request) -> dict[str, str | date]:
    match one.asked:
        case "address":
            return dict(zip(("street", "postcode", "city"), rng.choice(_PLACES), strict=True))
        case "contact":
            host = one.account["email"].partition("@")[2]
            return {
                "contact": rng.choice(_PEOPLE),
                "email": f"buero{rng.randrange(9)}@{host}",
                "phone": f"+49 40 {rng.randrange(10000, 99999)}",
            }
        case "name":
            return {"new_name": f"{one.account['name'].split()[0]} Holding SE"}
        case "tax_id":
            return {"tax_id": ids.tax_id(rng, "DE")}
        case "bank":
            country = rng.choice(("DE", "FR", "NL"))
            return {"iban": ids.iban(rng, country), "bic": ids.bic(rng, country), "bank": rng.choice(_BANKS)}


def _printed(told: Mapping[str, str | date], language: str) -> dict[str, tuple[str, str]]:
    """Return what is printed of each value, and what it means."""
    shown: dict[str, tuple[str, str]] = {}
    for key, value in told.items():
        if isinstance(value, date):
            shown[key] = (f"{value:%d %b %Y}" if language == "en" else f"{value:%d.%m.%Y}"), value.isoformat()
        else:
            shown[key] = (ids.grouped(value) if key.endswith("iban") else value), value
    return shown


def _reason(one: _Request) -> str:
    return _RULES.get(one.flaw or one.asked, "")
