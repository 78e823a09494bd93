"""A barcode that one reader found stays where it is printed when another one turns the page."""

import pytest

from engine.model.page import Code, Page, Reading, Word
from engine.runtime.reading import merge

CODE = Code("code_128", "PATCH T", 10.0, 20.0, 110.0, 50.0)


def stored(rotation: int = 0, **more: object) -> Reading:
    page = Page(number=1, width=200, height=400, codes=(CODE,), how="none", rotation=rotation)
    return Reading(pages=(page.model_copy(update=more),), page_count=1)


def upright(width: float, height: float, rotation: int) -> Reading:
    word = Word("Rechnung", 1, 1, 2, 2)
    page = Page(number=1, width=width, height=height, words=(word,), how="ocr", rotation=rotation, by="t@1")
    return Reading(pages=(page,), page_count=1)


@pytest.mark.parametrize(
    ("size", "rotation", "box"),
    [
        ((200, 400), 0, (10, 20, 110, 50)),
        ((400, 200), 90, (350, 10, 380, 110)),
        ((200, 400), 180, (90, 350, 190, 380)),
        ((400, 200), 270, (20, 90, 50, 190)),
        ((800, 400), 90, (700, 20, 760, 220)),
    ],
    ids=["upright", "turned right", "upside down", "turned left", "turned and larger"],
)
def test_a_code_goes_with_the_page(
    size: tuple[float, float], rotation: int, box: tuple[float, float, float, float]
) -> None:
    merged = merge([stored(), upright(*size, rotation)])

    assert merged.pages[0].codes == (Code("code_128", "PATCH T", *box),)


def test_a_turn_that_both_readers_knew_of_is_none() -> None:
    merged = merge([stored(rotation=90), upright(200, 400, 90)])

    assert merged.pages[0].codes == (CODE,)


def test_hidden_words_go_with_the_page_too() -> None:
    word = Word("secret", 10.0, 20.0, 110.0, 50.0)

    merged = merge([stored(codes=(), hidden=(word,)), upright(200, 400, 180)])

    assert merged.pages[0].hidden == (Word("secret", 90.0, 350.0, 190.0, 380.0),)
