"""Units of measure: printed words to UN/ECE Recommendation 20 and 21 codes, for what the vocabularies do not list.

Codes: https://unece.org/trade/uncefact/cl-recommendations, Rec. 20 revision 17 and Rec. 21 (packages, with an X before).
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from engine.stages.extract.lexicon import fold

ALIASES: Mapping[str, tuple[str, ...]] = {
    "H87": ("pc", "pcs", "pce", "piece", "pieces", "ea", "each", "unit", "units", "stk", "stück", "st", "pz", "pza", "ks", "szt", "kpl", "kom", "db", "buc", "pièce", "pezzi", "unidad", "unidades", "ud", "uds", "un", "nos"),
    "PR": ("pair", "pairs", "pr", "prs", "paar", "paire", "paires", "par", "pares", "paio", "paia", "para", "pary", "pár", "páry"),
    "DZN": ("doz", "dozen", "dozens", "dz", "dzd", "dutzend", "dtzd", "douzaine", "douzaines", "docena", "docenas", "dozzina", "dozzine", "dozijn", "tuzin", "tucet", "dúzia", "dussin", "dusin", "tusina"),
    "GRO": ("gross", "gros", "grs", "grosse"),
    "CEN": ("hundred", "hundreds", "hundert", "centaine", "c", "cent", "ciento", "hdt"),
    "MIL": ("thousand", "thousands", "tausend", "mille", "millar", "tsd", "tis", "tys", "mil", "tys szt"),
    "SET": ("set", "sets", "kit", "kits", "satz", "jeu", "juego", "zestaw", "sada", "sarja", "sett"),
    "GRM": ("g", "gr", "grm", "gram", "grams", "gramm", "gramme", "grammes", "gramo", "gramos", "grammi"),
    "KGM": ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm", "kilogramme", "kilogrammes", "kilogramos", "chilogrammi"),
    "MGM": ("mg", "milligram", "milligramm"),
    "TNE": ("t", "ton", "tons", "tonne", "tonnes", "to", "tonnen", "tonelada", "toneladas", "tonnellate", "mt"),
    "DTN": ("dt", "dezitonne", "quintal", "q"),
    "LBR": ("lb", "lbs", "pound", "pounds"),
    "ONZ": ("oz", "ounce", "ounces"),
    "CWA": ("cwt",),
    "LTR": ("l", "ltr", "lt", "lit", "liter", "liters", "litre", "litres", "litro", "litros", "litri", "litr", "litrów", "litrů"),
    "MLT": ("ml", "milliliter", "millilitre"), "CLT": ("cl", "centiliter", "centilitre"), "DLT": ("dl", "deciliter", "decilitre"),
    "HLT": ("hl", "hektoliter", "hectolitre"), "GLL": ("gal", "gallon", "gallons"), "PTI": ("pint", "pints"), "OZA": ("fl oz", "floz"),
    "MTQ": ("m3", "m³", "cbm", "kubikmeter", "cubic metre", "cubic meter", "cu m"),
    "MTR": ("m", "mtr", "mtrs", "meter", "meters", "metre", "metres", "mètre", "mètres", "metro", "metros", "metri", "lfm", "lfdm", "rm", "mb", "bm"),
    "CMT": ("cm", "centimeter", "centimetre"), "MMT": ("mm", "millimeter", "millimetre"), "KMT": ("km", "kilometer", "kilometers", "kilometre", "kilometres", "kms"),
    "INH": ("in", "inch", "inches", "zoll"), "FOT": ("ft", "foot", "feet"), "YRD": ("yd", "yds", "yard", "yards"), "SMI": ("mile", "miles"),
    "MTK": ("m2", "m²", "qm", "sqm", "sq m", "square metre", "square meter", "quadratmeter", "mètre carré"), "FTK": ("sqft", "sq ft", "ft2"), "HAR": ("ha", "hectare", "hektar"),
    "SEC": ("s", "sec", "second", "seconds", "sekunde", "sekunden"), "MIN": ("min", "mins", "minute", "minutes", "minuten", "minuto", "minuti", "minuty"),
    "HUR": ("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora", "horas", "ora", "ore", "uur", "uren", "godz", "hod", "tim", "timmar", "timer", "tunti", "stundas"),
    "DAY": ("day", "days", "tag", "tage", "jour", "jours", "día", "días", "giorno", "giorni", "dag", "dagen", "dni", "den", "dage", "päivä", "manday", "man day", "manntag", "manntage"),
    "WEE": ("wk", "week", "weeks", "woche", "wochen", "semaine", "semana", "settimana"), "MON": ("mo", "mon", "mth", "month", "months", "monat", "monate", "mois", "mes", "meses", "mese", "mesi", "maand", "maanden", "miesiąc", "měsíc", "månad", "måned"),
    "QAN": ("quarter", "quartal", "trimestre"), "ANN": ("yr", "yrs", "year", "years", "jahr", "jahre", "an", "ans", "année", "año", "años", "anno", "anni", "jaar", "rok", "år"),
    "KWH": ("kwh",), "MWH": ("mwh",), "GWH": ("gwh",), "KWT": ("kw",), "AMP": ("a", "amp"), "VLT": ("volt",), "E34": ("gb", "gigabyte"), "E35": ("tb", "terabyte"),
    "LS": ("ls", "lump sum", "pauschal", "pauschale", "psch", "forfait", "ens", "flat rate", "a corpo", "ryczałt"),
    "XBX": ("box", "boxes", "bx", "boîte", "boîtes", "caja", "cajas", "scatola", "scatole", "schachtel", "doos", "pudełko", "krabice", "caixa", "caixas", "cx", "æske", "eske", "rasia"),
    "XCT": ("carton", "cartons", "ctn", "ctns", "karton", "kartons", "ktn", "cartone", "cartoni", "kartong", "kart"),
    "XCS": ("case", "cases", "cs", "kiste", "kisten", "caisse", "caisses", "kist", "kasse"),
    "XCR": ("crate", "crates", "kasten", "kästen", "krat", "casier", "harasse"),
    "XPK": ("pack", "packs", "pk", "pkg", "pkt", "packet", "package", "packages", "packung", "packungen", "pck", "paket", "pakete", "paquet", "paquets", "paquete", "pacco", "confezione", "conf", "pak", "opak", "opakowanie", "bal", "balení", "pakke", "pakkaus", "pakk", "vpe", "ve", "gebinde"),
    "XPX": ("pallet", "pallets", "plt", "palette", "paletten", "pal", "palet", "pallets", "paleta", "bancale", "pall"),
    "XBG": ("bag", "bags", "beutel", "sack", "säcke", "sac", "sacs", "sachet", "bolsa", "sacco", "sacchi", "zak", "worek", "pytel", "påse", "pose", "pussi"),
    "XBO": ("bottle", "bottles", "btl", "bot", "flasche", "flaschen", "fl", "bouteille", "bouteilles", "botella", "botellas", "bottiglia", "bottiglie", "fles", "flessen", "butelka", "lahev", "garrafa", "flaska", "flaske", "pullo"),
    "XRO": ("roll", "rolls", "rolle", "rollen", "rl", "rouleau", "rouleaux", "rollo", "rollos", "rotolo", "rotoli", "rol", "rolka", "role", "rolo", "rulle", "rulla"),
    "XCA": ("can", "cans", "tin", "tins", "dose", "dosen", "canette", "lata", "latas", "lattina", "blik", "puszka", "plechovka", "burk", "dåse", "tölkki"),
    "XTU": ("tube", "tubes", "tuben", "tubo", "tubi"), "XDR": ("drum", "drums", "fass", "fässer", "fût", "bidón", "fusto", "vat", "beczka", "sud", "fat"),
    "XJR": ("jar", "jars", "glas", "gläser", "bocal", "bote", "barattolo", "pot", "słoik"), "XBE": ("bundle", "bundles", "bund", "bdl", "fascio", "botte", "bunt"),
    "XBK": ("basket", "korb"), "XPA": ("parcel", "colis", "bulto", "collo", "colli"), "XST": ("sheet", "sheets", "bogen", "blatt", "feuille", "hoja", "foglio", "vel", "arkusz", "ark"),
    "XTY": ("tray", "trays", "tablett", "plateau", "bandeja", "vassoio"), "XJY": ("jerrycan", "kanister", "jerrican", "tanica"), "XBJ": ("bucket", "eimer", "seau", "cubo", "secchio", "emmer", "wiadro"),
    "RM": ("ream", "reams", "ries", "rame", "resma", "risma"), "P1": ("percent", "prozent"),
}  # fmt: skip
"""Code -> how the unit is printed, beside what the vocabularies add. A word that two units claim belongs to the first."""

PIECES = "H87"
_OTHER_CODES = frozenset({"C62", "EA", "PCE", "NAR", "NIU", "NPR", "NMP", "KBA", "E48", "E49", "E50", "4L", "ST"})
"""Further codes in use that no word here stands for."""
_PACKAGE = re.compile(r"X[A-Z0-9]{2}")


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for code, words in ALIASES.items():
        for word in words:
            table.setdefault(fold(word), code)
    return table


def unit_code(text: str, units: Mapping[str, str] | None = None) -> str | None:
    """Return the Rec. 20 code that a printed unit means, or None. `units` are the vocabularies' words, folded, by code.

    The words of the vocabularies go first; a printed code is taken as it is.
    """
    bare = text.split("(", maxsplit=1)[0].strip(" .,:;/")
    for word in (fold(text), fold(bare)):
        code = (units or {}).get(word) or _words().get(word)
        if code:
            return code
    upper = bare.upper()
    return upper if bare == upper and (upper in ALIASES or upper in _OTHER_CODES or _PACKAGE.fullmatch(upper)) else None


def is_package(code: str) -> bool:
    """Tell whether a code is a package of something (Rec. 21)."""
    return _PACKAGE.fullmatch(code) is not None
