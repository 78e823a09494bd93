"""Payment codes on paper: a GiroCode beside the closing text, a Swiss payment part on a slip of its own."""

from collections.abc import Callable

from reportlab.graphics.barcode import qrencoder

from admin.samples import notation
from admin.samples.pages.draft import Draft
from admin.samples.pages.sheet import Sheet

_SWISS = "SPC"
_GIRO_SIDE, _SWISS_SIDE = 84.0, 130.4
"""Points; 46 mm is the side that the Swiss rules ask for."""
_SLIP = 297.6
"""Height of the Swiss payment part: 105 mm in points."""
_FOOT = 96


def draw(draft: Draft, turn: Callable[[], None]) -> None:
    """Draw the payment code of the paper, if it has one; `turn` opens a page when there is no room."""
    code = draft.paper.code
    if not code:
        return
    if code.startswith(_SWISS):
        turn()
        _slip(draft, code)
        return
    if draft.y + _GIRO_SIDE + 24 > draft.sheet.height - _FOOT:
        turn()
    draft.y += 18
    qr(draft.sheet, code, x=draft.left, y=draft.y, side=_GIRO_SIDE)
    draft.sheet.text(draft.left + _GIRO_SIDE + 12, draft.y + 14, "GiroCode", size=draft.sheet.points - 1, bold=True)
    draft.y += _GIRO_SIDE


def qr(sheet: Sheet, text: str, *, x: float, y: float, side: float) -> None:
    """Draw a QR code (level M) with its top left corner at (x, y); `side` is in points, without the quiet zone."""
    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    step = side / code.getModuleCount()
    for row, modules in enumerate(code.modules):
        start = None
        for column, is_dark in enumerate([*modules, False]):
            if is_dark and start is None:
                start = column
            elif not is_dark and start is not None:
                sheet.box(x + start * step, y + row * step, (column - start) * step, step, fill="#000000")
                start = None


_WORDS = {
    "de": ("Empfangsschein", "Zahlteil", "Konto / Zahlbar an", "Zahlbar durch", "Währung", "Betrag", "Zusätzliche Informationen"),
    "fr": ("Récépissé", "Section paiement", "Compte / Payable à", "Payable par", "Monnaie", "Montant", "Informations supplémentaires"),
}  # fmt: skip


def _slip(draft: Draft, code: str) -> None:
    """Draw receipt and payment part at the bottom of the page, as the Swiss Payment Standards lay them out."""
    sheet, paper = draft.sheet, draft.paper
    receipt, part, to, by, currency, amount, more = _WORDS[paper.language]
    top = sheet.height - _SLIP
    sheet.line(0, top, sheet.width, top, width=0.5)
    sheet.line(175.7, top, 175.7, sheet.height, width=0.5)
    payee = (to, notation.account(paper.seller.iban), paper.seller.name, paper.seller.street, paper.seller.place)
    payer = (by, paper.buyer.name, paper.buyer.street, f"{paper.buyer.country}-{paper.buyer.place}")
    money = notation.amount(paper.sums.total, country=paper.seller.country, currency=paper.currency).replace("'", " ")
    for x, title, size in ((14.2, receipt, 6.5), (189.9, part, 8.0)):
        sheet.text(x, top + 24, title, size=11, bold=True)
        sheet.text(x, top + 196, currency, size=size, bold=True)
        sheet.text(x, top + 208, paper.currency, size=size + 1)
        sheet.text(x + 50, top + 196, amount, size=size, bold=True)
        sheet.text(x + 50, top + 208, money, size=size + 1)
    _column(sheet, 14.2, top + 42, (payee, payer), size=7)
    note = (more, f"{draft.title} {paper.number}")
    _column(sheet, 340.0, top + 24, (payee, note, payer), size=8.5)
    qr(sheet, code, x=189.9, y=top + 40, side=_SWISS_SIDE)
    _cross(sheet, 189.9 + _SWISS_SIDE / 2, top + 40 + _SWISS_SIDE / 2)
    draft.y = sheet.height


def _column(sheet: Sheet, x: float, y: float, groups: tuple[tuple[str, ...], ...], *, size: float) -> None:
    for label, *lines in groups:
        sheet.text(x, y, label, size=size - 1, bold=True)
        for line in lines:
            y += size * 1.2
            sheet.text(x, y, line, size=size)
        y += size * 2


def _cross(sheet: Sheet, x: float, y: float) -> None:
    """Draw the Swiss cross, 7 mm wide, into the middle of the code."""
    sheet.box(x - 10.5, y - 10.5, 21, 21, fill="#ffffff")
    sheet.box(x - 9.5, y - 9.5, 19, 19, fill="#000000")
    sheet.box(x - 1.9, y - 6.2, 3.8, 12.4, fill="#ffffff")
    sheet.box(x - 6.2, y - 1.9, 12.4, 3.8, fill="#ffffff")
