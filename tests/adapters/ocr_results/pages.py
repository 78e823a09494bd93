"""A small printed invoice as a reading, from rows of text at places."""

from engine.model.page import Page, Reading, Word

ROWS: tuple[tuple[float, float, str], ...] = (
    (60, 60, "Nordlicht Papier GmbH"), (60, 74, "Speicherhof 12"), (60, 88, "24937 Flensburg"),
    (60, 150, "Lindenhof Handels GmbH"), (60, 164, "Gartenweg 3"), (60, 178, "20095 Hamburg"),
    (60, 240, "Rechnung"), (60, 270, "Rechnungsnummer: RE-2025-2755"), (60, 284, "Rechnungsdatum: 02.02.2025"),
    (60, 330, "Pos Beschreibung"), (330, 330, "Menge"), (400, 330, "Einzelpreis"), (500, 330, "Betrag"),
    (60, 350, "1 Ordner grau"), (330, 350, "10"), (400, 350, "12,00"), (500, 350, "120,00"),
    (60, 366, "2 Papier A4"), (330, 366, "20"), (400, 366, "4,00"), (500, 366, "80,00"),
    (400, 410, "Nettobetrag"), (500, 410, "200,00"), (400, 426, "USt 19 %"), (500, 426, "38,00"),
    (400, 442, "Gesamtbetrag"), (500, 442, "238,00 EUR"),
)  # fmt: skip
WIDTH, HEIGHT = 596.0, 842.0


def words(rows: tuple[tuple[float, float, str], ...] = ROWS) -> tuple[Word, ...]:
    found: list[Word] = []
    for x, top, text in rows:
        at = x
        for number, part in enumerate(text.split()):
            end = at + 5.0 * len(part)
            found.append(Word(part, at, top, end, top + 10.0, 0.97 if number else 0.93))
            at = end + 4.0
    return tuple(found)


def invoice(page_count: int = 1) -> Reading:
    pages = tuple(
        Page(number=number, width=WIDTH, height=HEIGHT, words=words(), how="ocr") for number in range(1, page_count + 1)
    )
    return Reading(pages=pages, page_count=page_count)
