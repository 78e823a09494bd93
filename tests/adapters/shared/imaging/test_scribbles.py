"""Handwriting among the words and lines of a picture."""

import cv2
import numpy as np
import pytest

from adapters.shared.imaging.scribbles import find_scribbles
from adapters.shared.imaging.token import Grey, Token

PRINT = (("Signature:", 0.95), ("Name:", 0.95), ("Date:", 0.95))


def page() -> tuple[Grey, list[Token]]:
    """Return a page with three labels, a line to sign on, and some dirt; and its words."""
    pixels = np.full((1000, 1400), 245, dtype=np.uint8)
    tokens = []
    for at, (text, confidence) in enumerate(PRINT):
        top = 200 + 120 * at
        cv2.putText(pixels, text, (100, top + 26), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 20, 2)
        tokens.append(Token(text, 98, top, 290, top + 32, confidence))
    cv2.line(pixels, (320, 232), (900, 232), 30, 2)
    for x, y in ((500, 600), (700, 120), (1200, 800)):
        cv2.circle(pixels, (x, y), 3, 20, -1)
    return pixels, tokens


def sign(pixels: Grey, *, top: int) -> None:
    xs = np.arange(360, 620)
    ys = top + 14 * np.sin(xs / 14) + 6 * np.sin(xs / 5)
    cv2.polylines(pixels, [np.stack((xs, ys), axis=1).astype(np.int32)], isClosed=False, color=25, thickness=3)


def test_a_signature_across_its_line_is_found_and_nothing_else() -> None:
    pixels, tokens = page()
    sign(pixels, top=222)

    ((left, top, right, bottom),) = find_scribbles(pixels, tokens)

    assert 350 <= left <= 395
    assert 600 <= right <= 630
    assert 195 <= top < bottom <= 250


def test_a_page_that_nobody_signed_shows_nothing() -> None:
    assert find_scribbles(*page()) == []


@pytest.mark.parametrize(("confidence", "found"), [(0.3, 1), (0.96, 0)])
def test_a_word_that_was_read_surely_is_print(confidence: float, found: int) -> None:
    pixels, tokens = page()
    sign(pixels, top=500)
    word = Token("mum", 355, 480, 625, 522, confidence)

    assert len(find_scribbles(pixels, [*tokens, word])) == found


def test_where_nothing_was_read_surely_nobody_can_tell() -> None:
    pixels, tokens = page()
    sign(pixels, top=222)

    assert find_scribbles(pixels, [one._replace(confidence=0.2) for one in tokens]) == []
