"""Pages of bundles, drawn as text."""

from engine.model.page import Code, Page, Reading
from tests.stages.extract.layout import page

INVOICE = """
NORDLAGER KG                                      Rechnung Nr. 99120
Hafenweg 2, 24103 Kiel    info@nordlager.example  Datum: 03.02.2026
Kundennummer 20118
1   Kugellager 6204      24 Stk     3,10     74,40
Gesamtbetrag                                 88,54 EUR
IBAN DE89370400440532013000
"""
CREDIT = """
NORDLAGER KG                                      Gutschrift Nr. 99207
Hafenweg 2, 24103 Kiel    info@nordlager.example  Datum: 09.02.2026
Kundennummer 20118
1   Kugellager 6204       4 Stk     3,10     12,40
Gesamtbetrag                                 14,76 EUR
IBAN DE89370400440532013000
"""
ORDER = """
HALDEN FASTENERS LTD                              PURCHASE ORDER
9 Mill Road, Leeds        buying@halden.example   Order no: 4500771
M8 hex bolt zinc     500    0.11     55.00
Order total                          55.00
Please deliver by 20 March 2026
"""
LETTER = """
Dear Ms Farrow,
Thank you for meeting us last week. We enjoyed the tour of the plant.
With best wishes
"""
ITEMS = """
NORDLAGER KG                                      Rechnung Nr. 99120
Übertrag                                     74,40
2   Dichtsatz             2 Stk    55,00    110,00
Gesamtbetrag                                219,35 EUR
"""
TERMS = """
Allgemeine Geschäftsbedingungen
1. Geltung. Diese Bedingungen gelten für alle Lieferungen.
2. Preise. Die Preise verstehen sich ab Lager.
3. Gerichtsstand ist Kiel.
"""


def bundle(*texts: str, how: str = "text_layer") -> Reading:
    """Return the pages of a file."""
    pages = tuple(page(text, number=number, how=how) for number, text in enumerate(texts, start=1))
    return Reading(pages=pages, page_count=len(pages))


def separator(text: str = "PATCH T") -> Page:
    """Return a sheet with nothing but a barcode."""
    return Page(number=1, width=595, height=842, codes=(Code("code_39", text, 50, 50, 250, 90),), how="ocr", by="t@1")


def blank() -> Page:
    """Return an empty page."""
    return Page(number=1, width=595, height=842, how="ocr", by="t@1")


def file_of(*pages: Page) -> Reading:
    """Return a file of pages, numbered in order."""
    numbered = tuple(page.model_copy(update={"number": number}) for number, page in enumerate(pages, start=1))
    return Reading(pages=numbered, page_count=len(numbered))
