"""The people of the sample world: one buying company and the vendors it knows. All of them are invented."""

import random
from functools import cache

from admin.samples import ids
from admin.samples.model import Party

# id, name, country, language, currency, trade, street, postcode, city, days, gl account, cost centre
_VENDORS = (
    ("V1001", "Nordlicht Papier GmbH", "DE", "de", "EUR", "office", "Speicherhof 12", "24937", "Flensburg", 30),
    ("V1002", "Brunnstein Elektrotechnik GmbH & Co. KG", "DE", "de", "EUR", "electrical", "Amboßweg 7", "70599", "Stuttgart", 14),
    ("V1003", "Taubenried Gebäudereinigung e.K.", "DE", "de", "EUR", "cleaning", "Am Eulenturm 3", "89073", "Ulm", 10),
    ("V1004", "Quellwald Verpackungen AG", "DE", "de", "EUR", "packaging", "Kiefernkamp 41", "33602", "Bielefeld", 30),
    ("V1005", "Mühlental IT-Systeme GmbH", "DE", "de", "EUR", "it", "Wasserradstraße 88", "01099", "Dresden", 14),
    ("V1006", "Alpenrose Bürobedarf GmbH", "AT", "de", "EUR", "office", "Enzianweg 5", "6020", "Innsbruck", 30),
    ("V1007", "Donauwinkel Verpackung GmbH", "AT", "de", "EUR", "packaging", "Treppelweg 19", "4020", "Linz", 21),
    ("V1008", "Papeterie des Trois Saules SARL", "FR", "fr", "EUR", "office", "14 rue du Lavoir", "69003", "Lyon", 30),
    ("V1009", "Ateliers Valmorin SAS", "FR", "fr", "EUR", "electrical", "8 impasse des Forges", "38000", "Grenoble", 45),
    ("V1010", "Nettoyage Clairbois EURL", "FR", "fr", "EUR", "cleaning", "27 quai des Tilleuls", "44000", "Nantes", 30),
    ("V1011", "Suministros Almendral S.L.", "ES", "es", "EUR", "office", "Calle del Olivo 23", "41001", "Sevilla", 30),
    ("V1012", "Embalajes Ríoclaro S.L.", "ES", "es", "EUR", "packaging", "Avenida del Molino 102", "50018", "Zaragoza", 60),
    ("V1013", "Cartoleria Montefiore S.r.l.", "IT", "it", "EUR", "office", "Via del Setificio 9", "22100", "Como", 30),
    ("V1014", "Officine Valdoro S.p.A.", "IT", "it", "EUR", "electrical", "Via delle Fucine 54", "25121", "Brescia", 60),
    ("V1015", "Servizi Puliti Lagonero S.r.l.", "IT", "it", "EUR", "cleaning", "Piazza dei Tigli 2", "37121", "Verona", 30),
    ("V1016", "Papierhandel De Zilvermeeuw B.V.", "NL", "nl", "EUR", "office", "Havendijk 118", "3011 BK", "Rotterdam", 30),
    ("V1017", "Verpakking Noorderwiek B.V.", "NL", "nl", "EUR", "packaging", "Molenpad 6", "9712 CP", "Groningen", 14),
    ("V1018", "Zonneveld Techniek V.O.F.", "NL", "nl", "EUR", "electrical", "Smidsstraat 33", "5611 EM", "Eindhoven", 30),
    ("V1019", "Bureau Lindebos BV", "BE", "nl", "EUR", "office", "Kasteeldreef 71", "2000", "Antwerpen", 30),
    ("V1020", "Thornbury Vale Stationers Ltd", "GB", "en", "GBP", "office", "22 Millrace Lane", "BS2 0QX", "Bristol", 30),
    ("V1021", "Kestrel Moor Engineering Ltd", "GB", "en", "GBP", "electrical", "Unit 9, Foundry Yard", "LS11 5QZ", "Leeds", 30),
    ("V1022", "Ballynamore Packaging Ltd", "IE", "en", "EUR", "packaging", "4 Weir Street", "T12 X0QZ", "Cork", 30),
    ("V1023", "Cedar Hollow Components Inc.", "US", "en", "USD", "electrical", "1480 Juniper Creek Rd", "OR 97230", "Portland", 30),
    ("V1024", "Prairie Lantern Software LLC", "US", "en", "USD", "it", "305 Windmill Ave, Suite 210", "NE 68102", "Omaha", 15),
    ("V1025", "Bergfried Bürotechnik AG", "CH", "de", "CHF", "office", "Seilerstrasse 16", "8400", "Winterthur", 30),
    ("V1026", "Emballages Fontaine-Basse SA", "CH", "fr", "CHF", "packaging", "Chemin des Vernes 11", "1003", "Lausanne", 30),
    ("V1027", "Zielona Brama Opakowania Sp. z o.o.", "PL", "en", "PLN", "packaging", "ul. Lipowa 48", "30-702", "Krakow", 21),
    ("V1028", "Hoshikawa Precision K.K.", "JP", "en", "JPY", "electrical", "2-14-7 Momijidai", "460-0008", "Nagoya", 30),
    ("V1029", "Baltā Priede Iepakojums SIA", "LV", "lv", "EUR", "packaging", "Kaļķu iela 14", "LV-1050", "Rīga", 30),
    ("V1030", "Złota Sowa Opakowania Sp. z o.o.", "PL", "pl", "PLN", "packaging", "ul. Źródlana 9", "50-010", "Wrocław", 14),
    ("V1031", "Embalagens Monte Sereno, Lda", "PT", "pt", "EUR", "packaging", "Rua das Oliveiras 57", "4000-210", "Porto", 30),
)  # fmt: skip

_STRANGERS = (
    ("X9001", "Wolkenstein Möbelwerke GmbH", "DE", "de", "EUR", "office", "Schattenburgweg 66", "99084", "Erfurt", 14),
    ("X9002", "Harrowgate Lamp & Cable Ltd", "GB", "en", "GBP", "electrical", "71 Lantern Row", "M4 1QZ", "Manchester", 30),
    ("X9003", "Boiseries du Val Perdu SARL", "FR", "fr", "EUR", "packaging", "3 route de la Scierie", "39000", "Lons-le-Saunier", 30),
)  # fmt: skip

_CUSTOMERS = (
    ("C2001", "Ufergarten Seminarhotel GmbH", "DE", "de", "EUR", "office", "Seepromenade 4", "88131", "Lindau", 14),
    ("C2002", "Larkspur & Finch Cafes Ltd", "GB", "en", "GBP", "cleaning", "15 Orchard Parade", "BA1 2QX", "Bath", 30),
)

_BOOKS = {
    "office": ("4930", "CC-1100"),
    "electrical": ("4805", "CC-2300"),
    "cleaning": ("4250", "CC-1900"),
    "packaging": ("4710", "CC-3100"),
    "it": ("4964", "CC-1500"),
}
_TAX_CODES = {"DE": "V9", "GB": "V4", "US": "V0", "CH": "V4", "JP": "V0"}
_DIAL = {"DE": "+49", "AT": "+43", "FR": "+33", "ES": "+34", "IT": "+39", "NL": "+31", "BE": "+32", "GB": "+44",
         "IE": "+353", "US": "+1", "CH": "+41", "PL": "+48", "LV": "+371", "PT": "+351", "JP": "+81"}  # fmt: skip
_PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "í": "i", "é": "e", "&": "", ".": "", ",": "", "ā": "a", "ł": "l"}
)
_LEGAL = {"gmbh", "co", "kg", "ek", "ag", "sarl", "sas", "eurl", "sl", "srl", "spa", "bv", "vof", "ltd", "inc", "llc", "sa",
          "sp", "z", "oo", "kk", "sia", "lda"}  # fmt: skip


def _party(row: tuple[str, str, str, str, str, str, str, str, str, int]) -> Party:
    number, name, country, language, currency, trade, street, postcode, city, days = row
    rng = random.Random(f"party {number}")
    words = [word for word in name.lower().translate(_PLAIN).split() if word not in _LEGAL]
    domain = "-".join(words[:3]) + ".example"
    tax = ids.tax_id(rng, country)
    gl_account, cost_centre = _BOOKS[trade]
    return Party(
        id=number, name=name, country=country, language=language, currency=currency, trade=trade, street=street,
        postcode=postcode, city=city, days=days, tax_id=tax, registration_id=ids.registration_id(rng, country, tax),
        iban=ids.iban(rng, country), bic=ids.bic(rng, country),
        email=f"{_DESK[language]}@{domain}", web=f"www.{domain}", phone=f"{_DIAL[country]} {ids.digits(rng, 3)} {ids.digits(rng, 6)}",
        gl_account=gl_account, cost_centre=cost_centre, tax_code=_TAX_CODES.get(country, "V8"),
    )  # fmt: skip


_DESK = {
    "de": "buchhaltung",
    "en": "accounts",
    "fr": "compta",
    "es": "facturas",
    "it": "amministrazione",
    "nl": "facturen",
    "pt": "faturas",
    "pl": "faktury",
    "lv": "rekini",
}


@cache
def vendors() -> tuple[Party, ...]:
    """Return the vendors of the demo master data, always the same ones."""
    return tuple(_party(row) for row in _VENDORS)


@cache
def strangers() -> tuple[Party, ...]:
    """Return companies that send invoices and stand in no master data."""
    return tuple(_party(row) for row in _STRANGERS)


@cache
def customers() -> tuple[Party, ...]:
    """Return companies that order from the buying company."""
    return tuple(_party(row) for row in _CUSTOMERS)


def vendor(number: str) -> Party:
    """Return a party by its id. Raises StopIteration for an id that nobody has."""
    return next(party for party in (*vendors(), *strangers(), *customers()) if party.id == number)


@cache
def company() -> Party:
    """Return the buying company: entity 1000 of the demo environment."""
    rng = random.Random("party 1000")
    tax = ids.tax_id(rng, "DE")
    return Party(
        id="1000", name="Lindenhof Handels GmbH", country="DE", language="de", currency="EUR", trade="office",
        street="Lindenallee 24", postcode="50667", city="Köln", tax_id=tax,
        registration_id=ids.registration_id(rng, "DE", tax), iban=ids.iban(rng, "DE"), bic=ids.bic(rng, "DE"),
        email="rechnungen@lindenhof-handel.example", web="www.lindenhof-handel.example", phone="+49 221 555010",
    )  # fmt: skip
