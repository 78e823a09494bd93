"""Generate vendor master data of many countries, and what a reader makes of a vendor's name on a document.

Everything is invented: words of trades, common surnames, made-up brands. The same seed gives the same vendors. Names
follow a long-tailed distribution, as in a real master: a few words (`bau`, `transport`, `services`) stand in tens of
thousands of names, most brands in one.
"""

import random
from collections.abc import Iterator
from functools import cache

from stdnum.iso7064 import mod_11_10

FORMS = {
    "DE": ("GmbH", "GmbH & Co. KG", "AG", "e.K.", "KG", "UG (haftungsbeschränkt)", "GbR", "OHG"),
    "AT": ("GmbH", "Ges.m.b.H.", "AG", "e.U.", "OG", "KG"), "CH": ("AG", "GmbH", "SA", "Sàrl"),
    "FR": ("SARL", "SAS", "SA", "EURL", "SASU", "S.A.R.L.", "SCI"), "BE": ("BV", "NV", "SRL", "SA", "BVBA"),
    "ES": ("S.L.", "S.A.", "SLU", "S.L.U."), "IT": ("S.r.l.", "S.p.A.", "S.n.c.", "SRL", "S.a.s."),
    "NL": ("B.V.", "BV", "N.V.", "V.O.F."), "PL": ("Sp. z o.o.", "S.A.", "sp. k.", "Sp. j."), "PT": ("Lda.", "S.A.", "Unipessoal Lda"),
    "GB": ("Ltd", "Limited", "PLC", "LLP"), "US": ("Inc.", "LLC", "Corp.", "Co."), "SE": ("AB",), "DK": ("ApS", "A/S"), "NO": ("AS",),
    "FI": ("Oy", "Oyj"), "CZ": ("s.r.o.", "a.s."), "HU": ("Kft.", "Zrt."), "LV": ("SIA",), "RO": ("S.R.L.", "S.A."),
}  # fmt: skip
TRADES = {
    "DE": "Bau Transport Logistik Elektro Metallbau Maschinenbau Handel Technik Service Sanitär Heizung Holz Druck Verlag IT Gebäudereinigung Spedition Kunststoff Werkzeugbau Consulting Immobilien Garten Automobile Dach Stahl",
    "FR": "Transports Bâtiment Services Électricité Plomberie Menuiserie Imprimerie Conseil Distribution Boulangerie Garage Travaux Maçonnerie Location Nettoyage Informatique Matériaux Industrie",
    "ES": "Transportes Construcciones Servicios Instalaciones Distribuciones Suministros Talleres Hermanos Comercial Reformas Muebles Maquinaria Alimentos Limpiezas Gráficas",
    "IT": "Trasporti Costruzioni Servizi Impianti Officine Fratelli Industrie Forniture Edilizia Carpenteria Consulenze Alimentari Arredamenti Tipografia Meccanica",
    "NL": "Transport Bouw Techniek Installatie Handel Advies Schilderwerken Logistiek Metaal Groep Beheer Onderhoud Drukkerij Verhuur",
    "PL": "Transport Usługi Handel Budownictwo Przedsiębiorstwo Firma Zakład Produkcja Instalacje Meble Serwis Technika Hurtownia",
    "EN": "Services Transport Engineering Construction Logistics Supplies Solutions Holdings Group Consulting Electrical Plumbing Foods Trading International Systems Partners Printing Media Properties Associates Technologies Industrial",
    "NORD": "Bygg Transport Service Elektro Konsult Handel Teknik Maskin Rör Måleri Industri Fastigheter Data",
    "EAST": "Servis Stavby Doprava Obchod Technika Invest Trade Trans Group Elektro Auto Reality",
}  # fmt: skip
SURNAMES = {
    "DE": "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Lange Huber Gruber Maier Meier Mayer Köhler",
    "FR": "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia Roux Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Chevalier",
    "ES": "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Álvarez Muñoz Romero Alonso Gutiérrez",
    "IT": "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini Rizzo Lombardi Moretti Barbieri",
    "NL": "Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Smits Vermeulen Kok Jacobs Maas Verhoeven Post",
    "PL": "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Krawczyk Piotrowski Grabowski",
    "EN": "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke Miller Davis Anderson Moore Lewis Baker",
    "NORD": "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Hansen Jensen Nielsen Pedersen Olsen Korhonen Virtanen Mäkinen Lindberg Berg",
    "EAST": "Novák Svoboda Novotný Dvořák Černý Nagy Kovács Tóth Szabó Horváth Popescu Ionescu Bērziņš Kalniņš Ozoliņš",
}  # fmt: skip
TONGUE = {
    "DE": "DE", "AT": "DE", "CH": "DE", "FR": "FR", "BE": "NL", "ES": "ES", "PT": "ES", "IT": "IT", "NL": "NL", "PL": "PL", "GB": "EN", "US": "EN",
    "SE": "NORD", "DK": "NORD", "NO": "NORD", "FI": "NORD", "CZ": "EAST", "HU": "EAST", "LV": "EAST", "RO": "EAST",
}  # fmt: skip
_SYLLABLES = [
    "al",
    "an",
    "ar",
    "bel",
    "bor",
    "ca",
    "cor",
    "da",
    "del",
    "do",
    "dra",
    "el",
    "en",
    "er",
    "fa",
    "fer",
    "fin",
    "ga",
    "gen",
    "gi",
    "gra",
    "ha",
    "hel",
    "in",
    "ka",
    "kel",
    "kon",
    "la",
    "lan",
    "len",
    "lin",
    "lo",
    "lu",
    "ma",
    "mar",
    "mel",
    "mi",
    "mo",
    "na",
    "nor",
    "no",
    "ol",
    "or",
    "pa",
    "pel",
    "pri",
    "ra",
    "ren",
    "ri",
    "ro",
    "sa",
    "sen",
    "si",
    "sol",
    "ta",
    "tec",
    "ten",
    "to",
    "tra",
    "tri",
    "ul",
    "va",
    "vel",
    "ver",
    "vi",
    "vo",
    "wal",
    "wen",
    "xi",
    "za",
    "zen",
]
_TOWN_ENDS = {
    "DE": "berg burg dorf hausen heim ingen stadt feld", "FR": "ville court y ac on", "ES": "illa era osa al", "IT": "ano ello ina one", "NL": "dam dijk hoven veld",
    "PL": "ów ice owo no", "EN": "ton ford ham bury ley", "NORD": "by sund vik köping", "EAST": "ov ice ava eni",
}  # fmt: skip
_STREETS = {
    "DE": "Hauptstr. Bahnhofstraße Industriestr. Gartenweg Schulstraße", "FR": "rue_de_la_Gare avenue_Foch rue_Neuve chemin_Vert", "ES": "Calle_Mayor Avenida_Sol Calle_Nueva",
    "IT": "Via_Roma Via_Garibaldi Corso_Italia", "NL": "Kerkstraat Dorpsstraat Molenweg", "PL": "ul._Polna ul._Leśna ul._Szkolna", "EN": "High_Street Station_Road Mill_Lane Park_Avenue",
    "NORD": "Storgatan Skolvägen Industrivej", "EAST": "Hlavní Nádražní Kossuth_utca Brīvības_iela",
}  # fmt: skip
_COUNTRIES = (
    ("DE",) * 22 + ("FR",) * 13 + ("GB",) * 11 + ("IT",) * 10 + ("ES",) * 8 + ("NL",) * 7 + ("PL",) * 6 + ("US",) * 9
    + ("AT", "CH", "BE", "PT", "SE", "DK", "NO", "FI", "CZ", "HU", "LV", "RO") * 1
)  # fmt: skip
_OCR = {
    "l": "1",
    "o": "0",
    "i": "l",
    "m": "rn",
    "e": "c",
    "s": "5",
    "b": "h",
    "ü": "ii",
    "w": "vv",
    "n": "ri",
    "g": "q",
    "d": "cl",
    "t": "f",
    "u": "v",
}


@cache
def towns(tongue: str) -> tuple[tuple[str, int], ...]:
    """Return 600 made-up towns of a language, each with a number its postcodes begin with."""
    dice = random.Random(f"towns {tongue}")
    ends = _TOWN_ENDS[tongue].split()
    return tuple(
        ("".join(dice.choices(_SYLLABLES, k=dice.choice((1, 2)))).title() + dice.choice(ends), number)
        for number in range(100, 700)
    )


def vendors(count: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Yield vendors as rows of master data."""
    dice = random.Random(seed)
    for number in range(count):
        yield vendor(dice, number)


def vendor(dice: random.Random, number: int) -> dict[str, str]:
    """Return one vendor; most have a tax id, two of three a bank account and a mail address."""
    country = dice.choice(_COUNTRIES)
    tongue = TONGUE[country]
    town, zone = towns(tongue)[min(int(dice.paretovariate(0.6)) - 1, 599)]
    name = company(dice, tongue, town)
    digits = f"{dice.randrange(10**8, 10**9 - 1) if country != 'DE' else 0:09d}"
    if country == "DE":
        body = f"{dice.randrange(10**7, 10**8)}"
        digits = body + mod_11_10.calc_check_digit(body)
    return {
        "id": f"V{number:07d}", "name": f"{name} {dice.choice(FORMS[country])}" if dice.random() < 0.9 else name,
        "tax_id": f"{country}{digits}" if dice.random() < 0.85 else "",
        "registration_id": f"{dice.choice(('HRB ', '', 'RCS '))}{dice.randrange(10**5, 10**8)}" if dice.random() < 0.4 else "",
        "iban": f"{country}{dice.randrange(10, 99)}{dice.randrange(10**17, 10**18)}" if dice.random() < 0.65 else "",
        "email": f"info@{''.join(dice.choices(_SYLLABLES, k=4))}{dice.randrange(1000)}.example" if dice.random() < 0.6 else "",
        "street": f"{dice.choice(_STREETS[tongue].split()).replace('_', ' ')} {dice.randrange(1, 200)}",
        "postcode": postcode(dice, country, zone), "city": town, "country": country,
    }  # fmt: skip


def postcode(dice: random.Random, country: str, zone: int) -> str:
    """Return a postcode in the form of its country."""
    if country == "GB":
        return (
            f"{chr(65 + zone % 20)}{chr(65 + zone % 23)}{zone % 90} {dice.randrange(9)}{chr(65 + dice.randrange(20))}B"
        )
    if country == "NL":
        return f"{zone}{dice.randrange(9)} {chr(65 + dice.randrange(20))}K"
    if country == "PL":
        return f"{zone // 10}-{zone % 10}{dice.randrange(10):02d}"
    return (
        f"{zone}{dice.randrange(10)}"
        if country in {"AT", "CH", "BE", "DK", "NO", "HU"}
        else f"{zone}{dice.randrange(100):02d}"
    )


def surname(dice: random.Random, tongue: str) -> str:
    """Return a family name: half of the time one that many have."""
    if dice.random() < 0.5:
        listed = SURNAMES[tongue].split()
        return listed[min(int(dice.paretovariate(0.7)) - 1, len(listed) - 1)]
    return "".join(dice.choices(_SYLLABLES, k=dice.choice((2, 3)))).title()


def company(dice: random.Random, tongue: str, town: str) -> str:
    """Return a company name without its legal form."""
    trade = dice.choice(TRADES[tongue].split())
    brand = "".join(dice.choices(_SYLLABLES, k=dice.choice((2, 3, 3, 4)))).title()
    letters = "".join(dice.choices("ABCDEFGHIKLMNOPRSTUVW", k=3))
    family = surname(dice, tongue)
    kinds = (
        f"{family} {trade}", f"{family} & {surname(dice, tongue)}", f"{brand} {trade}", brand, f"{brand} {dice.choice(TRADES['EN'].split())}",
        f"{trade} {family} {town}", f"{letters} {trade}", f"{family} & {dice.choice(('Söhne', 'Fils', 'Sons', 'Figli', 'Hijos', 'Zonen'))} {trade}",
        f"{trade} {town}", f"{brand} {trade} {town}",
    )  # fmt: skip
    return dice.choices(kinds, weights=(18, 8, 22, 12, 12, 6, 6, 5, 4, 7))[0]


def misread(dice: random.Random, name: str) -> tuple[str, str]:
    """Return what a document shows and a reader makes of a name, and the kind of change."""
    kind = dice.choices(
        ("same", "form", "case", "typo", "ocr", "two_typos", "missing", "swapped", "glued", "added"),
        weights=(20, 15, 10, 12, 15, 6, 8, 6, 4, 4),
    )[0]
    words = name.split()
    if kind == "form":
        words = words[:-1] if len(words) > 2 else words
    elif kind == "case":
        words = [word.upper() for word in words]
    elif kind in {"typo", "two_typos"}:
        for _ in range(1 if kind == "typo" else 2):
            words = _struck(dice, words)
    elif kind == "ocr":
        place = max(range(len(words)), key=lambda n: len(words[n]) + dice.random() * 4)
        words[place] = _blurred(dice, words[place])
    elif kind == "missing" and len(words) > 2:
        words.pop(dice.randrange(len(words)))
    elif kind == "swapped":
        dice.shuffle(words)
    elif kind == "glued" and len(words) > 2:
        words[:2] = ["".join(words[:2])]
    elif kind == "added":
        words.insert(0, dice.choice(("Fa.", "Firma", "The", "Niederlassung", "Groupe")))
    return " ".join(words), kind


def _struck(dice: random.Random, words: list[str]) -> list[str]:
    place = max(range(len(words)), key=lambda n: len(words[n]) + dice.random() * 6)
    word, at = words[place], dice.randrange(len(words[place]))
    letter = dice.choice("abcdefghiklmnoprstuvwz")
    new = dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        )
    )
    return [*words[:place], new, *words[place + 1 :]]


def _blurred(dice: random.Random, word: str) -> str:
    places = [n for n, sign in enumerate(word.lower()) if sign in _OCR]
    for at in sorted(dice.sample(places, k=min(len(places), dice.choice((1, 1, 2)))), reverse=True):
        word = word[:at] + _OCR[word[at].lower()] + word[at + 1 :]
    return word
