"""What the vendors sell: articles by trade, named in every language of the samples."""

from typing import NamedTuple


class Article(NamedTuple):
    """A thing with a price. `low` and `high` bound the price in cents of a euro; `reduced` goods carry the lower tax rate."""

    code: str
    unit: str
    low: int
    high: int
    names: dict[str, str]
    reduced: bool = False


def _article(code: str, unit: str, low: int, high: int, names: str, *, reduced: bool = False) -> Article:
    by_language = dict(zip(("en", "de", "fr", "es", "it", "nl"), names.split("|"), strict=True))
    more = _MORE.get(code)
    if more:
        by_language |= dict(zip(("pt", "pl", "lv"), more.split("|"), strict=True))
    return Article(code, unit, low, high, by_language, reduced)


# Portuguese, Polish, Latvian: only for the trade that vendors there are in
_MORE: dict[str, str] = {
    "KT-4030": "Caixa de cartão 40 x 30 x 20 cm|Karton klapowy 40 x 30 x 20 cm|Kartona kaste 40 x 30 x 20 cm",
    "SF-5000": "Película estirável 50 cm, transparente|Folia stretch 50 cm, przezroczysta|Stiepjamā plēve 50 cm, caurspīdīga",
    "KB-0066": "Fita adesiva 66 m, castanha|Taśma pakowa 66 m, brązowa|Līmlente 66 m, brūna",
    "PL-1208": "Palete 120 x 80 cm, nova|Paleta 120 x 80 cm, nowa|Palete 120 x 80 cm, jauna",
    "FM-0400": "Flocos de enchimento 400 l|Wypełniacz paczek 400 l|Pildmateriāls 400 l",
    "VT-2535": "Envelopes de expedição 25 x 35 cm|Koperty kurierskie 25 x 35 cm|Sūtījumu aploksnes 25 x 35 cm",
    "KS-0070": "Cantoneira de proteção 70 cm|Kątownik ochronny 70 cm|Stūra aizsargs 70 cm",
}

# English, German, French, Spanish, Italian, Dutch
GOODS: dict[str, tuple[Article, ...]] = {
    "office": (
        _article("PA-4080", "XPK", 389, 579, "Copy paper A4 80 g, white|Kopierpapier A4 80 g, weiß|Papier A4 80 g, blanc|Papel A4 80 g, blanco|Carta A4 80 g, bianca|Kopieerpapier A4 80 g, wit"),
        _article("BK-2210", "XPK", 349, 890, "Ball pens blue, box of 50|Kugelschreiber blau, 50er Karton|Stylos bleus, boîte de 50|Bolígrafos azules, caja de 50|Penne a sfera blu, scatola da 50|Balpennen blauw, doos van 50"),
        _article("OR-8050", "H87", 189, 420, "Lever arch file 80 mm, grey|Ordner 80 mm, grau|Classeur à levier 80 mm, gris|Archivador 80 mm, gris|Raccoglitore 80 mm, grigio|Ordner 80 mm, grijs"),
        _article("TN-3071", "H87", 5490, 11900, "Toner cartridge black|Tonerkassette schwarz|Cartouche de toner noire|Cartucho de tóner negro|Cartuccia toner nera|Tonercassette zwart"),
        _article("ST-1640", "H87", 18900, 34900, "Office chair with armrests|Bürostuhl mit Armlehnen|Fauteuil de bureau avec accoudoirs|Silla de oficina con brazos|Sedia da ufficio con braccioli|Bureaustoel met armleuningen"),
        _article("HB-0102", "H87", 2490, 3990, "Handbook of dispatch, 4th edition|Handbuch Versand, 4. Auflage|Manuel d'expédition, 4e édition|Manual de expedición, 4.ª edición|Manuale di spedizione, 4a edizione|Handboek expeditie, 4e druk", reduced=True),
        _article("KF-1000", "KGM", 1190, 1890, "Coffee beans, dark roast|Kaffeebohnen, kräftig geröstet|Café en grains, torréfaction forte|Café en grano, tueste oscuro|Caffè in grani, tostatura scura|Koffiebonen, donker gebrand", reduced=True),
        _article("WB-9060", "H87", 6900, 12900, "Whiteboard 90 x 60 cm|Whiteboard 90 x 60 cm|Tableau blanc 90 x 60 cm|Pizarra blanca 90 x 60 cm|Lavagna bianca 90 x 60 cm|Whiteboard 90 x 60 cm"),
    ),
    "electrical": (
        _article("KB-3G15", "MTR", 89, 179, "Cable 3 x 1.5 mm², grey|Mantelleitung 3 x 1,5 mm², grau|Câble 3 x 1,5 mm², gris|Cable 3 x 1,5 mm², gris|Cavo 3 x 1,5 mm², grigio|Kabel 3 x 1,5 mm², grijs"),
        _article("LS-B16", "H87", 390, 890, "Circuit breaker B16|Leitungsschutzschalter B16|Disjoncteur B16|Interruptor automático B16|Interruttore magnetotermico B16|Installatieautomaat B16"),
        _article("MO-0755", "H87", 21900, 48900, "Geared motor 0.75 kW|Getriebemotor 0,75 kW|Motoréducteur 0,75 kW|Motorreductor 0,75 kW|Motoriduttore 0,75 kW|Motorreductor 0,75 kW"),
        _article("SN-M12", "H87", 2450, 5890, "Proximity sensor M12|Näherungssensor M12|Capteur de proximité M12|Sensor de proximidad M12|Sensore di prossimità M12|Naderingssensor M12"),
        _article("LD-1500", "H87", 1890, 3990, "LED tube 150 cm, neutral white|LED-Röhre 150 cm, neutralweiß|Tube LED 150 cm, blanc neutre|Tubo LED 150 cm, blanco neutro|Tubo LED 150 cm, bianco neutro|LED-buis 150 cm, neutraal wit"),
        _article("AZ-0001", "HUR", 5400, 8900, "Fitter, hours worked|Monteurstunde|Heures de montage|Horas de montaje|Ore di montaggio|Montage-uren"),
        _article("SV-2405", "H87", 4590, 9900, "Power supply 24 V 5 A|Netzteil 24 V 5 A|Alimentation 24 V 5 A|Fuente de alimentación 24 V 5 A|Alimentatore 24 V 5 A|Voeding 24 V 5 A"),
    ),
    "cleaning": (
        _article("UR-0100", "MON", 28000, 64000, "Office cleaning, monthly rate|Unterhaltsreinigung Büro, Monatspauschale|Nettoyage des bureaux, forfait mensuel|Limpieza de oficinas, cuota mensual|Pulizia uffici, canone mensile|Schoonmaak kantoor, maandtarief"),
        _article("GR-0200", "HUR", 2690, 4200, "Window cleaning|Glasreinigung|Nettoyage des vitres|Limpieza de cristales|Pulizia vetri|Glasbewassing"),
        _article("MT-0300", "H87", 890, 1890, "Doormat change|Mattentausch|Échange de tapis|Cambio de alfombra|Cambio zerbino|Mattenwissel"),
        _article("SF-0050", "XBX", 1990, 3890, "Hand soap, 12 bottles|Handseife, 12 Flaschen|Savon pour les mains, 12 flacons|Jabón de manos, 12 botellas|Sapone mani, 12 flaconi|Handzeep, 12 flessen"),
        _article("PH-2400", "XPK", 1590, 3290, "Paper towels, 2 ply|Papierhandtücher, 2-lagig|Essuie-mains papier, 2 plis|Toallas de papel, 2 capas|Asciugamani di carta, 2 veli|Papieren handdoeken, 2-laags"),
        _article("SR-0900", "HUR", 3490, 5900, "Special cleaning after works|Sonderreinigung nach Umbau|Nettoyage de fin de chantier|Limpieza de fin de obra|Pulizia di fine cantiere|Opleverschoonmaak"),
    ),
    "packaging": (
        _article("KT-4030", "H87", 79, 210, "Folding box 40 x 30 x 20 cm|Faltkarton 40 x 30 x 20 cm|Carton pliant 40 x 30 x 20 cm|Caja plegable 40 x 30 x 20 cm|Scatola pieghevole 40 x 30 x 20 cm|Vouwdoos 40 x 30 x 20 cm"),
        _article("SF-5000", "H87", 590, 1290, "Stretch film 50 cm, clear|Stretchfolie 50 cm, transparent|Film étirable 50 cm, transparent|Film estirable 50 cm, transparente|Film estensibile 50 cm, trasparente|Rekfolie 50 cm, transparant"),
        _article("KB-0066", "H87", 149, 320, "Packing tape 66 m, brown|Packband 66 m, braun|Ruban adhésif 66 m, brun|Cinta de embalar 66 m, marrón|Nastro da imballo 66 m, marrone|Verpakkingstape 66 m, bruin"),
        _article("PL-1208", "H87", 990, 2190, "Pallet 120 x 80 cm, new|Palette 120 x 80 cm, neu|Palette 120 x 80 cm, neuve|Palé 120 x 80 cm, nuevo|Pallet 120 x 80 cm, nuovo|Pallet 120 x 80 cm, nieuw"),
        _article("FM-0400", "XBX", 1890, 3490, "Filling chips 400 l|Füllchips 400 l|Particules de calage 400 l|Virutas de relleno 400 l|Trucioli di riempimento 400 l|Vulchips 400 l"),
        _article("VT-2535", "XPK", 890, 1990, "Mailing bags 25 x 35 cm|Versandtaschen 25 x 35 cm|Pochettes d'expédition 25 x 35 cm|Bolsas de envío 25 x 35 cm|Buste da spedizione 25 x 35 cm|Verzendzakken 25 x 35 cm"),
        _article("KS-0070", "H87", 240, 690, "Edge protector 70 cm|Kantenschutz 70 cm|Cornière de protection 70 cm|Cantonera 70 cm|Angolare 70 cm|Hoekprofiel 70 cm"),
    ),
    "it": (
        _article("SW-0012", "MON", 4900, 12900, "Software licence, per user|Softwarelizenz, je Nutzer|Licence logicielle, par utilisateur|Licencia de software, por usuario|Licenza software, per utente|Softwarelicentie, per gebruiker"),
        _article("HW-2701", "H87", 18900, 34900, "Monitor 27 inch|Monitor 27 Zoll|Écran 27 pouces|Monitor 27 pulgadas|Monitor 27 pollici|Beeldscherm 27 inch"),
        _article("SV-0800", "HUR", 8500, 12500, "Support on site|Support vor Ort|Assistance sur site|Soporte en sede|Assistenza in sede|Ondersteuning op locatie"),
        _article("HW-0105", "H87", 2490, 6900, "Docking station|Dockingstation|Station d'accueil|Base de conexión|Docking station|Dockingstation"),
        _article("CL-0500", "MON", 1900, 8900, "Cloud storage 500 GB|Cloud-Speicher 500 GB|Stockage en ligne 500 Go|Almacenamiento en la nube 500 GB|Archivio in cloud 500 GB|Cloudopslag 500 GB"),
        _article("HW-0330", "H87", 1290, 3900, "Keyboard with cable|Tastatur mit Kabel|Clavier filaire|Teclado con cable|Tastiera con cavo|Toetsenbord met kabel"),
    ),
}  # fmt: skip

DETAILS: dict[str, tuple[str, ...]] = {
    "en": ("Delivery note {0}", "Serial no. SN{0}", "Goods returned are credited at 80 %, batch {0}"),
    "de": ("Lieferschein {0}", "Serien-Nr. SN{0}", "frei Haus geliefert, Charge {0}"),
    "fr": ("Bon de livraison {0}", "N° de série SN{0}", "livré franco, lot {0}"),
    "es": ("Albarán {0}", "N.º de serie SN{0}", "entregado en almacén, lote {0}"),
    "it": ("DDT {0}", "Matricola SN{0}", "reso franco destino, lotto {0}"),
    "pt": ("Guia de remessa {0}", "N.º de série SN{0}", "entregue em armazém, lote {0}"),
    "pl": ("Dostawa {0}", "Nr seryjny SN{0}", "partia {0}"),
    "lv": ("Pavadzīme {0}", "Sērijas Nr. SN{0}", "partija {0}"),
    "nl": ("Pakbon {0}", "Serienummer SN{0}", "franco geleverd, partij {0}"),
}
"""Second lines of a description."""

RATES: dict[str, tuple[str, str]] = {
    "DE": ("19", "7"), "AT": ("20", "10"), "FR": ("20", "5.5"), "ES": ("21", "10"), "IT": ("22", "4"), "NL": ("21", "9"),
    "BE": ("21", "6"), "GB": ("20", "5"), "IE": ("23", "13.5"), "CH": ("8.1", "2.6"), "PL": ("23", "8"), "LV": ("21", "12"), "PT": ("23", "6"), "US": ("0", "0"),
    "JP": ("10", "8"),
}  # fmt: skip
"""Standard and reduced tax rate of a country in percent."""

PER_EURO: dict[str, str] = {"EUR": "1", "GBP": "0.85", "USD": "1.1", "CHF": "0.95", "PLN": "4.25", "JPY": "165"}
"""What the made-up price lists take for one euro."""
