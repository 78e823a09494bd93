"""Invoices on paper that wait at the desk."""

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from tests.runtime.processed import TEXT_INVOICE


def old_paper(folder: Path, number: str, *, month: int) -> Path:
    """Draw an invoice of the known vendor, so old that a person has to look, without an order."""
    text = TEXT_INVOICE.format(number=month).replace(f"NF-2026-{month}", number)
    text = text.replace("12.10.2026", f"12.{1 + (month - 1) % 12:02}.2021").replace(
        f"Bestellnummer: 4500017{month}\n", ""
    )
    for old, new in (("25,00", f"{25 + month},00"), ("100,00", f"{100 + 4 * month},00")):
        text = text.replace(old, new)
    tax = 19 * (100 + 4 * month)
    text = text.replace(" 19,00 EUR", f" {tax // 100},{tax % 100:02} EUR")
    total = 100 * (100 + 4 * month) + tax
    text = text.replace("119,00 EUR", f"{total // 100},{total % 100:02} EUR")
    file = folder / f"{number}.pdf"
    canvas = Canvas(str(file), pagesize=(595, 842))
    canvas.setFont("Courier", 9)
    for row, line in enumerate(text.splitlines()):
        canvas.drawString(50, 790 - 16 * row, line)
    canvas.save()
    return file
