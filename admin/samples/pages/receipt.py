"""Draws a till receipt: a narrow strip, one type face, tax inside the prices."""

from admin.samples import notation
from admin.samples.model import Paper
from admin.samples.pages.sheet import Sheet, family_for
from admin.samples.words import say

LAYOUT = "thermal"
COLUMNS = ("description", "quantity", "unit_price", "amount")
"""What a line of the receipt shows."""
_WIDTH = 226.8
"""Eighty millimetres in points."""
_LEFT, _RIGHT = 14.0, 212.8


def draw(paper: Paper) -> bytes:
    """Return the PDF of one strip, as long as it needs to be."""
    rows = _rows(paper)
    height = 30 + 11 * len(rows)
    sheet = Sheet(
        size=(_WIDTH, height), family=family_for("courier", paper.language), points=8, title=f"receipt {paper.number}"
    )
    y = 22.0
    for left, right, style in rows:
        bold = style == "bold"
        if style == "rule":
            sheet.text(_LEFT, y, "-" * 41)
        elif style == "centre":
            sheet.text(_WIDTH / 2, y, left, align="centre")
        elif style == "name":
            sheet.text(_WIDTH / 2, y, left, align="centre", bold=True, size=9)
        else:
            sheet.text(_LEFT, y, left, bold=bold, size=10 if bold else 0)
            sheet.text(_RIGHT, y, right, align="right", bold=bold, size=10 if bold else 0)
        y += 11
    return sheet.finish()


def _rows(paper: Paper) -> list[tuple[str, str, str]]:
    seller, language = paper.seller, paper.language

    def cash(value: object) -> str:
        return notation.amount(value, country=seller.country, currency=paper.currency)  # type: ignore[arg-type]

    rows = [(line, "", "name") for line in halves(seller.name)]
    rows += [
        (line, "", "centre") for line in (seller.street, seller.place, f"{say(language, 'vat_id')}: {seller.tax_id}")
    ]
    day = notation.day(paper.issued, country=seller.country, language=language, style="numeric")
    rows += [("", "", "rule"), (f"{say(language, 'receipt_number')} {paper.number}", day, ""), ("", "", "rule")]
    for item in paper.items:
        if item.quantity != 1:
            rows.append((f"{notation.plain(item.quantity)} x {cash(item.unit_price)}", "", ""))
        rows.append((item.description, cash(item.amount), ""))
    rows += [
        ("", "", "rule"),
        (say(language, "total", wording=1).upper(), f"{paper.currency} {cash(paper.sums.total)}", "bold"),
        ("", "", ""),
    ]
    for tax in paper.sums.taxes:
        rate = notation.quantity(tax.rate, country=seller.country)
        rows.append((say(language, "incl", rate), cash(tax.amount), ""))
    rows += [
        (say(language, "net"), cash(paper.sums.net), ""),
        (say(language, "cash"), cash(paper.sums.total), ""),
        ("", "", ""),
    ]
    rows.append((say(language, "thanks"), "", "centre"))
    return rows


def halves(name: str) -> list[str]:
    """Break a long name into lines that fit the strip."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + len(word) < 34:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
