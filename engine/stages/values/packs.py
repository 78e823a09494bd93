"""Pack sizes and price bases in print: `case of 12`, `12x0,75 l`, `price per 100`, `je 1000 Stk`, `per dozen`."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from engine.stages.extract.lexicon import fold
from engine.stages.values.numbers import number
from engine.stages.values.units import PIECES, unit_code

_BOXES = (
    "cases?|boxe?s?|cartons?|ctns?|packs?|packets?|pkg|pkt|pk|crates?|trays?|bundles?|bags?|pallets?|sleeves?|sets?|rolls?|tins?"
    "|kartons?|ktn|kisten?|packung(?:en)?|kasten|gebinde|paletten?|beutel|schachteln?|bund|rollen?|pakete?|dosen?|eimer"
    "|bo[iî]tes?|lots?|paquets?|caisses?|sachets?|colis|barquettes?|blisters?"
    "|cajas?|paquetes?|bolsas?|estuches?|fardos?|confezion[ei]|scatol[ae]|carton[ei]|conf|pacc(?:o|hi)|cf"
    "|doos|dozen|krat|krats|pak|pakken|zak|opak(?:owanie)?|zgrzewka|zgrz|kartony?|bal(?:en[ií])?|krabice|kart"
    "|caixas?|embalagem|cx|f[öo]rp(?:ackning)?|kartong|l[åa]da|pakker?|[æe]ske|eske|kasser?|laatikko|pakkaus|ltk|rasia"
)
_PIECE = r"(?:pcs?|pieces?|pi[eè]ces?|st[üu]ck|stk|st|ea|each|units?|unidades|uds?|u|pz|pezzi|ks|szt|kpl|stuks|db|buc|items?|unid|stycken)"
_COUNT = r"(?P<count>[1-9]\d{0,3})"
_LINK = r"(?:of|[àáa]|mit|zu|je|de|da|di|van|med|po|z|s|per|with|c/|x|with|contenant|enth[äa]lt|=|:)"
_END = r"(?![\d.,]*\d|\s?%)"
_MEASURE = r"(?P<content>\d+(?:[.,]\d+)?)\s?(?P<unit>kg|g|gr|mg|l|lt|ltr|liter|litre|litres|ml|cl|dl|oz|lb|fl\s?oz|pcs?|st[üu]ck|stk|szt|ks|pz)\b"
_PACKS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"(?<![\d.,x\u00d7]){_COUNT}\s?[x\u00d7*]\s?{_MEASURE}",
    rf"\b(?:{_BOXES})\.?\s*{_LINK}\s*{_COUNT}{_END}\s?(?P<piece>{_PIECE}\b)?",
    rf"\b(?:{_BOXES})\.?\s*[(\[]?\s*{_COUNT}{_END}\s?(?P<piece>{_PIECE}\b)",
    rf"(?<![\d.,]){_COUNT}\s?(?:(?:er|pz|st|pc)[\s-]?(?:pack|packung|karton|kasten|set|pak)|-?\s?(?:pack|pak|lokero))\b",
    rf"(?<![\d.,]){_COUNT}\s?{_PIECE}?\.?\s?(?:/|per|je|pro|por|par|al|za|na|im|in|a)\s?(?:{_BOXES})\b",
    rf"\b(?:VPE|VE|PU|UVC|PCB|colisage|inhalt|pack\s?size|pack\s?qty|packungsgr[öo][ßs]+e|qty/pack|contenu)\b\s*[:=.]?\s*{_COUNT}{_END}(?!\s?(?:kg|g|l|ml|cl)\b)",
))  # fmt: skip
_PER = r"(?:per|je|pro|por|par|pour|za|na|p\.|pr\.?|/|[àá]|@|every|cada|ogni|ks\s?/)"
_WORDS = {
    100: "hundred|hundert|cent|ciento|cento|honderd|sto|hundra|c", 12: "dozen|doz|dz|dutzend|douzaine|docena|dozzina|dozijn|tucet|tuzin|d[úu]zia|dussin|dusin",
    1000: "thousand|tausend|tsd|mille|mil|millar|duizend|tis|tys|tusen|tusind|m",
}  # fmt: skip
_BASES = (
    re.compile(rf"{_PER}\s?(?P<base>[1-9][\d., '\u00a0]*)\s?{_PIECE}?\b(?!\s?(?:%|kg|g|l|ml|cl|days?|tage|jours)\b)", re.IGNORECASE),
    re.compile(r"(?:^|preis(?:einheit)?|price(?:\s?unit|\s?base)?|pe|prix|precio|prezzo|prijs|cena)\s*[:=]?\s*(?P<base>[1-9][\d., '\u00a0]*)\s?(?P<word>[^\W\d_]+)?\.?$", re.IGNORECASE),
)  # fmt: skip
_NAMED = tuple(
    (size, re.compile(rf"(?:{_PER}|\b(?:le|the|il|al))\s?(?:{words})\b", re.IGNORECASE))
    for size, words in _WORDS.items()
)
_SIGNS = {"%": 100, "\u2030": 1000, "%o": 1000, "%0": 1000}
"""`% Stk` and `\u2030 Stk` in German wholesale: the price of a hundred and of a thousand."""
_LARGEST_BASE = 100_000


class Pack(NamedTuple):
    """A package: how many it holds, and how much each of them is (`12x0,75 l`: 12 of 0.75 LTR)."""

    size: Decimal
    content: Decimal | None = None
    unit: str = PIECES
    """Rec. 20 code of the content, else of what the package holds."""


class Measure(NamedTuple):
    """A count of a unit in print: `12 kg`, `3 dozen`."""

    quantity: Decimal
    unit: str


def pack_of(text: str, units: Mapping[str, str] | None = None) -> Pack | None:
    """Return the package that a description or unit tells of, or None. Measures of a thing (`20x30 cm`) are none."""
    for pattern in _PACKS:
        match = pattern.search(text)
        if match is None or int(match["count"]) < 2:  # noqa: PLR2004 - a pack of one is no pack
            continue
        found = match.groupdict()
        if not found.get("content"):
            return Pack(Decimal(match["count"]))
        code = unit_code(found["unit"], units) or PIECES
        content = number(found["content"], mark="," if "," in found["content"] else ".")
        return Pack(Decimal(match["count"]), content, code)
    return None


def price_base(text: str) -> Decimal | None:
    """Return how many units a price is for (100 for `per 100`, 12 for `per dozen`), or None where nothing says so."""
    sign = text.strip().split(" ")[0].rstrip(".")
    if sign in _SIGNS:
        return Decimal(_SIGNS[sign])
    for pattern in _BASES:
        for match in pattern.finditer(text.strip()):
            word = match.groupdict().get("word")
            if word and (unit_code(word) or "") not in {PIECES, "PR"}:
                continue
            base = _whole(match["base"])
            if base is not None:
                return base
    return next((Decimal(size) for size, pattern in _NAMED if pattern.search(text)), None)


def measure(text: str, units: Mapping[str, str] | None = None) -> Measure | None:
    """Return the quantity and unit of a printed measure, or None. A lone separator in it is the decimal mark."""
    match = re.fullmatch(r"\s*(?P<number>[-\d][\d.,'\s]*)\s?(?P<unit>[^\W\d_][\w\u00b2\u00b3./ ]*)\s*", text)
    if match is None:
        return None
    code = unit_code(match["unit"], units)
    digits = match["number"].strip()
    quantity = number(digits, mark="," if "," in digits and "." not in digits else ".")
    return None if code is None or quantity is None else Measure(quantity, code)


def _whole(text: str) -> Decimal | None:
    digits = re.sub(r"[., '\u00a0]+$", "", text)
    if re.search(r"[.,]\d{1,2}$", digits):
        return None  # a price, no count
    value = Decimal(fold(digits) or 0)
    return value if 1 < value <= _LARGEST_BASE else None
