import random
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from admin.samples import notation
from admin.samples.compose import Wish, write, write_receipt
from admin.samples.model import Paper, Party
from admin.samples.pages import invoice, letter, receipt
from admin.samples.pages.layouts import LAYOUTS, Layout, layout
from admin.samples.pages.table import columns_of
from admin.samples.truth import fields, lines
from admin.samples.words import LANGUAGES
from admin.samples.world import vendor, vendors

_WISH = Wish(lines=(3, 6), discount=True, freight=True, mixed_rates=True, details=True, po_number="4500017301")


def _texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    texts = [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    return texts


def _senders() -> list[Party]:
    return [next(party for party in vendors() if party.language == language) for language in LANGUAGES]


def _printed(name: str, value: str, paper: Paper, look: Layout) -> str:
    """Return how a canonical value looks on the page."""
    country, language = paper.seller.country, paper.language
    if name in {"issue_date", "due_date"}:
        return notation.day(date.fromisoformat(value), country=country, language=language, style=look.dates)
    if name in {"total", "subtotal"}:
        return notation.amount(Decimal(value), country=country, currency=paper.currency)
    if name == "vendor_address":
        return value.split(", ", maxsplit=1)[0] if look.head in {"centre", "window"} else value.replace(", ", "")
    return value


@pytest.mark.parametrize("sender", _senders(), ids=lambda party: party.language)
@pytest.mark.parametrize("look", LAYOUTS, ids=lambda look: look.name)
def test_what_truth_says_stands_on_the_page(look: Layout, sender: Party) -> None:
    paper = write(random.Random(look.name), sender, _WISH)

    text = "".join(_texts(invoice.draw(paper, look)[0])).replace(" ", "").replace("\xa0", "").lower()

    for name, value in fields(paper, look).items():
        if name not in {"tax_total", "discount_total", "charge_total", "currency"}:
            shown = _printed(name, value, paper, look)
            assert shown.replace(" ", "").replace("\xa0", "").lower() in text, (name, shown)
    for line in lines(paper, columns_of(look, paper)):
        assert line["description"].split(" ")[0].lower() in text


def test_the_look_of_a_paper_decides_what_truth_holds() -> None:
    paper = write(random.Random(1), vendor("V1001"), _WISH)

    assert "buyer_tax_id" in fields(paper, layout("window"))
    assert "buyer_tax_id" not in fields(paper, layout("harbour"))
    assert "vendor_email" not in fields(paper, layout("window"))


def test_a_long_table_goes_on_with_the_sum_carried_forward() -> None:
    paper = write(random.Random(1), vendor("V1005"), Wish(lines=(60, 60), large=True))

    pdf, pages = invoice.draw(paper, layout("compact"))

    texts = _texts(pdf)
    assert pages == len(texts) > 1
    assert "Übertrag" in texts[0]
    assert "Übertrag von Vorseite" in texts[1]
    assert f"Seite {pages} von {pages}" in texts[-1]


def test_a_column_nobody_needs_is_left_out() -> None:
    plain = write(random.Random(1), vendor("V1001"), Wish())
    note = write(random.Random(1), vendor("V1001"), Wish(type="goods_receipt"))

    assert "discount" not in columns_of(layout("harbour"), plain)
    assert "amount" not in columns_of(layout("harbour"), note)


def test_a_delivery_note_shows_no_prices() -> None:
    paper = write(random.Random(1), vendor("V1004"), Wish(type="goods_receipt"))

    text = _texts(invoice.draw(paper, layout("window"))[0])[0]

    assert notation.amount(paper.sums.total, country="DE", currency="EUR") not in text
    assert "total" not in fields(paper, layout("window"))


def test_an_order_names_the_sender_as_buyer() -> None:
    paper = write(random.Random(1), vendor("C2001"), Wish(type="purchase_order"))

    told = fields(paper, layout("harbour"))

    assert (told["buyer_name"], told["vendor_name"]) == ("Ufergarten Seminarhotel GmbH", "Lindenhof Handels GmbH")
    assert told["po_number"] == paper.number


def test_a_receipt_shows_its_total() -> None:
    paper = write_receipt(random.Random(2), vendor("V1008"))

    text = _texts(receipt.draw(paper))[0]

    assert f"EUR {notation.amount(paper.sums.total, country='FR', currency='EUR')}" in text


@pytest.mark.parametrize("language", letter.LANGUAGES)
def test_a_letter_is_written_in_every_language_it_claims(language: str) -> None:
    sender = next(party for party in vendors() if party.language == language)
    paper = write(random.Random(1), sender, Wish(type="unknown"))

    assert sender.name in _texts(letter.draw(paper, layout("atelier")))[0]
