"""Draws a busy till receipt: numbers that are not the receipt's, payment and change, a tax table, savings and points."""

from datetime import timedelta
from decimal import Decimal

from admin.samples import notation
from admin.samples.model import Paper
from admin.samples.pages.receipt import halves
from admin.samples.pages.sheet import Sheet, family_for
from admin.samples.words import say

LAYOUT = "till"
_WIDTH, _LEFT, _RIGHT = 226.8, 14.0, 212.8
"""Eighty millimetres in points, and where the text starts and ends."""
_LEADING = 11
_RETURN_DAYS = 14
_NOTES = (5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000)
_WORDS = {
    "en": {"till": "Till", "cashier": "Cashier", "pieces": "Items", "given": "Cash", "change": "Change", "until": "Exchange until", "points": "Points earned", "saved": "You saved"},
    "de": {"till": "Kasse", "cashier": "Es bediente Sie", "pieces": "Anzahl Artikel", "given": "Bar", "change": "Rückgeld", "until": "Umtausch bis", "points": "Punkte", "saved": "Sie sparen"},
    "fr": {"till": "Caisse", "cashier": "Caissier", "pieces": "Nombre d'articles", "given": "Espèces", "change": "Rendu", "until": "Échange jusqu'au", "points": "Points fidélité", "saved": "Vous économisez"},
    "es": {"till": "Caja", "cashier": "Le atendió", "pieces": "Artículos", "given": "Efectivo", "change": "Cambio", "until": "Devoluciones hasta", "points": "Puntos", "saved": "Usted ahorra"},
    "it": {"till": "Cassa", "cashier": "Operatore", "pieces": "Numero articoli", "given": "Contante", "change": "Resto", "until": "Cambio entro il", "points": "Punti", "saved": "Risparmio"},
    "pt": {"till": "Caixa", "cashier": "Operador", "pieces": "N.º de artigos", "given": "Numerário", "change": "Troco", "until": "Trocas até", "points": "Pontos", "saved": "Poupou"},
    "pl": {"till": "Kasa", "cashier": "Kasjer", "pieces": "Liczba pozycji", "given": "Gotówka", "change": "Reszta", "until": "Zwrot do", "points": "Punkty", "saved": "Zaoszczędzono"},
    "lv": {"till": "Kase", "cashier": "Kasieris", "pieces": "Preču skaits", "given": "Skaidrā nauda", "change": "Atlikums", "until": "Apmaiņa līdz", "points": "Punkti", "saved": "Jūs ietaupījāt"},
    "nl": {"till": "Kassa", "cashier": "Medewerker", "pieces": "Aantal artikelen", "given": "Contant", "change": "Wisselgeld", "until": "Ruilen tot", "points": "Punten", "saved": "Uw voordeel"},
}  # fmt: skip

Row = tuple[str, str, str]
"""What stands left, what stands right, and the style."""


def draw(paper: Paper) -> bytes:
    """Return the PDF of one strip, as long as it needs to be."""
    rows = [*_head(paper), *_goods(paper), *_sums(paper), *_foot(paper)]
    sheet = Sheet(
        size=(_WIDTH, 30 + _LEADING * len(rows)),
        family=family_for("courier", paper.language),
        points=8,
        title=f"receipt {paper.number}",
    )
    y = 22.0
    for left, right, style in rows:
        if style == "rule":
            sheet.text(_LEFT, y, "=" * 41)
        elif style in {"centre", "name"}:
            sheet.text(_WIDTH / 2, y, left, align="centre", bold=style == "name", size=10 if style == "name" else 0)
        else:
            sheet.text(_LEFT, y, left, bold=style == "bold")
            sheet.text(_RIGHT, y, right, align="right", bold=style == "bold")
        y += _LEADING
    return sheet.finish()


def _words(paper: Paper) -> dict[str, str]:
    return _WORDS.get(paper.language, _WORDS["en"])


def _cash(paper: Paper, value: Decimal) -> str:
    return notation.amount(value, country=paper.seller.country, currency=paper.currency)


def _chance(paper: Paper) -> int:
    """Return a number that stays the same for the same paper; it picks what varies from slip to slip."""
    return sum(ord(sign) * place for place, sign in enumerate(paper.number, 1))


def _head(paper: Paper) -> list[Row]:
    seller, words, chance = paper.seller, _words(paper), _chance(paper)
    day = notation.day(paper.issued, country=seller.country, language=paper.language, style="numeric")
    clock = f"{8 + chance % 12:02d}:{chance % 60:02d}"
    rows: list[Row] = [(line, "", "name") for line in halves(seller.name)]
    rows += [(line, "", "centre") for line in (seller.street, seller.place)]
    rows.append((f"{say(paper.language, 'vat_id')}: {seller.tax_id}", "", "centre"))
    rows.append(("", "", "rule"))
    number = f"{say(paper.language, 'receipt_number')} {paper.number}"
    placed: list[Row] = [(number, "", ""), (f"{words['till']} {chance % 9 + 1}", f"{day} {clock}", "")]
    rows += placed if chance % 2 else placed[::-1]
    rows.append((f"{words['cashier']}: {1000 + chance % 700}", "", ""))
    return [*rows, ("", "", "rule")]


def _goods(paper: Paper) -> list[Row]:
    rows: list[Row] = []
    for item in paper.items:
        if item.quantity == 1:
            rows.append((item.description, _cash(paper, item.amount), ""))
        else:
            rows.append((item.description, "", ""))
            count = f"  {notation.plain(item.quantity)} x {_cash(paper, item.unit_price)}"
            rows.append((count, _cash(paper, item.amount), ""))
    return [*rows, ("", "", "rule")]


def _sums(paper: Paper) -> list[Row]:
    words, total = _words(paper), paper.sums.total
    note = next((Decimal(n) for n in _NOTES if n >= total), total)
    rows: list[Row] = [
        (say(paper.language, "total", wording=1).upper(), f"{paper.currency} {_cash(paper, total)}", "bold"),
        (words["given"], _cash(paper, note), ""),
        (words["change"], _cash(paper, note - total), ""),
        (f"{words['pieces']}: {len(paper.items)}", "", ""),
        ("", "", "rule"),
    ]
    for tax in paper.sums.taxes:
        rate = notation.quantity(tax.rate, country=paper.seller.country)
        rows.append((say(paper.language, "incl", rate), _cash(paper, tax.amount), ""))
    return [*rows, (say(paper.language, "net"), _cash(paper, paper.sums.net), "")]


def _foot(paper: Paper) -> list[Row]:
    words, chance = _words(paper), _chance(paper)
    until = paper.issued + timedelta(days=_RETURN_DAYS)
    day = notation.day(until, country=paper.seller.country, language=paper.language, style="numeric")
    rows: list[Row] = [("", "", "rule")]
    if chance % 3:
        rows.append((f"{words['saved']}: {_cash(paper, paper.sums.total * 3)}", "", ""))
    rows += [(f"{words['points']}: {chance % 900}", "", ""), (f"{words['until']} {day}", "", "centre")]
    return [*rows, (say(paper.language, "thanks"), "", "centre")]
