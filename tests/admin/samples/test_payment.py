"""Payment codes are drawn so that a reader of codes reads back what they say."""

from decimal import Decimal

import pypdfium2
import zxingcpp

from admin.samples.make import make, paper
from admin.samples.recipe import Recipe


def _codes(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    found = [code.text for page in document for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())]
    document.close()
    return found


_GIRO = Recipe(name="g", kind="digital", vendor="V1001", code="giro")


def test_a_girocode_says_what_is_printed() -> None:
    written = paper(_GIRO, 7)

    (code,) = _codes(make(_GIRO, 7, name="g").data)

    assert code.splitlines()[6:8] == [written.seller.iban, f"EUR{written.sums.total:.2f}"]


def test_a_swapped_girocode_pays_to_another_account() -> None:
    recipe = _GIRO.model_copy(update={"flaw": "swapped_code"})
    written = paper(recipe, 7)

    (code,) = _codes(make(recipe, 7, name="g").data)

    assert code == written.code
    assert code.splitlines()[6] != written.seller.iban
    assert code.splitlines()[7] == f"EUR{written.sums.total:.2f}"


def test_a_swiss_payment_part_is_a_page_of_its_own() -> None:
    recipe = Recipe(name="s", kind="digital", vendor="V1025", code="swiss")

    made = make(recipe, 7, name="s")

    (code,) = _codes(made.data)
    lines = code.splitlines()
    assert made.samples[0].pages == 2
    assert (lines[0], lines[3], lines[4:11]) == (
        "SPC", made.paper.seller.iban, ["S", "Bergfried Bürotechnik AG", "Seilerstrasse", "16", "8400", "Winterthur", "CH"],
    )  # fmt: skip
    assert (Decimal(lines[18]), lines[19], lines[-1]) == (made.paper.sums.total, "CHF", "EPD")


def test_a_code_that_finds_no_room_goes_to_a_new_page() -> None:
    full = Recipe(name="f", kind="digital", vendor="V1001", code="giro")
    pages = set()
    for lines in range(3, 30, 4):
        recipe = full.model_copy(
            update={"wish": full.wish.__class__(lines=(lines, lines), large=True), "order": "exact"}
        )
        made = make(recipe, 7, name="f")
        pages.add(made.samples[0].pages)
        assert len(_codes(made.data)) == 1

    assert pages == {1, 2}
