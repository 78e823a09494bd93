from io import BytesIO

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from admin.samples.bundle import pages_in_words, separator, stack
from admin.samples.compose import Wish
from admin.samples.make import make
from admin.samples.pages.sheet import A4, Sheet
from admin.samples.recipe import Form, Recipe


def _paper(text: str, *, pages: int) -> tuple[bytes, int]:
    sheet = Sheet(size=A4, family="helvetica", points=12, title=text)
    for number in range(1, pages + 1):
        if number > 1:
            sheet.new_page()
        sheet.text(100, 100, f"{text} {number}")
    return sheet.finish(), pages


def _texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return [page.get_textpage().get_text_range().strip() for page in document]


@pytest.mark.parametrize(
    ("has_separators", "pages"),
    [(False, ((1,), (2, 3), (4,))), (True, ((1,), (3, 4), (6,)))],
    ids=["joined", "separated"],
)
def test_a_stack_knows_the_pages_of_its_papers(*, has_separators: bool, pages: tuple[tuple[int, ...], ...]) -> None:
    papers = [_paper("alpha", pages=1), _paper("beta", pages=2), _paper("gamma", pages=1)]

    made = stack(papers, form=None, has_separators=has_separators, noise=np.random.default_rng(1))

    texts = _texts(made.data)
    assert made.pages == pages
    assert [[texts[page - 1] for page in part] for part in made.pages] == [
        ["alpha 1"],
        ["beta 1", "beta 2"],
        ["gamma 1"],
    ]


def test_a_scanned_stack_has_no_text() -> None:
    made = stack([_paper("alpha", pages=1)], form=Form(dpi=50), has_separators=False, noise=np.random.default_rng(1))

    assert _texts(made.data) == [""]


def test_the_barcode_of_a_separator_sheet_can_be_read() -> None:
    page = pypdfium2.PdfDocument(separator())[0]

    assert [code.text for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())] == ["PATCH-T"]


def test_the_truth_of_a_bundle_has_a_row_for_each_paper_under_the_name_of_its_part() -> None:
    parts = (
        Recipe(name="a", kind="digital", vendor="V1001"),
        Recipe(name="b", kind="digital", vendor="V1004", wish=Wish(lines=(40, 40), large=True), order="exact"),
    )

    made = make(Recipe(name="x", kind="bundle", vendor="V1001", parts=parts), 7, name="x")

    assert [row.file for row in made.samples] == ["x.pdf#x, page 1.pdf", "x.pdf#x, pages 2-3.pdf"]
    assert [row.fields["vendor_name"] for row in made.samples] == [part.seller.name for part in made.parts]


@pytest.mark.parametrize(("pages", "words"), [((3,), "page 3"), ((2, 3), "pages 2-3")], ids=["one", "two"])
def test_pages_are_named_as_the_hub_names_them(pages: tuple[int, ...], words: str) -> None:
    assert pages_in_words(pages) == words
