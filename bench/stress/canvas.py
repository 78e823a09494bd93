"""Pages made of words with boxes, as a reader would hand them over; no rendering."""

import random
from typing import Literal

from engine.model.page import Page, Reading, Word

NARROW = frozenset("iljtfrI.,:;'|!()[] ")
WIDE = frozenset("mwMW@%&")
HEIGHT = 1.0
Align = Literal["left", "right", "centre"]


def width_of(text: str, size: float) -> float:
    return sum(0.28 if c in NARROW else 0.85 if c in WIDE else 0.66 if c.isupper() else 0.53 for c in text) * size


class Canvas:
    """One sheet that words are put on; x and y in points from the top left."""

    width, height = 595.0, 842.0

    def __init__(self) -> None:
        self.pages: list[list[Word]] = [[]]

    def put(self, x: float, y: float, text: str, *, size: float = 9.0, align: Align = "left") -> float:
        """Print a text and return where it ends."""
        total = width_of(text, size)
        at = x - total if align == "right" else x - total / 2 if align == "centre" else x
        for word in text.split(" "):
            if word:
                end = at + width_of(word, size)
                self.pages[-1].append(Word(word, at, y, end, y + HEIGHT * size))
                at = end
            at += 0.28 * size
        return at

    def turn(self) -> None:
        self.pages.append([])

    def reading(self) -> Reading:
        pages = tuple(
            Page(number=i, width=self.width, height=self.height, words=tuple(words), how="text_layer", by="drawn@1")
            for i, words in enumerate(self.pages, 1)
        )
        return Reading(pages=pages, page_count=len(pages))


CONFUSED = {"O": "0", "0": "O", "l": "1", "I": "l", "S": "5", "rn": "m", "ü": "u", "é": "e", "ł": "l", "ä": "a", "ą": "a", "ā": "a", "ē": "e", "ç": "c", "ß": "B", "°": "*"}  # fmt: skip


def scanned(reading: Reading, *, share: float, rng: random.Random) -> Reading:
    """Return the pages as recognition would: shifted boxes and, in words of letters only, now and then a wrong letter."""
    return reading.model_copy(
        update={
            "pages": tuple(
                page.model_copy(update={"how": "ocr", "by": "noise@1", "words": tuple(_misread(w, share, rng) for w in page.words)})
                for page in reading.pages
            )
        }
    )  # fmt: skip


def _misread(word: Word, share: float, rng: random.Random) -> Word:
    text = word.text
    if rng.random() < share and not any(c.isdigit() for c in text) and len(text) > 3:
        spots = [key for key in CONFUSED if key in text]
        if spots and rng.random() < 0.7:
            key = rng.choice(spots)
            text = text.replace(key, CONFUSED[key], 1)
        else:
            at = rng.randrange(1, len(text))
            text = text[:at] + rng.choice("eoacnrt") + text[at + 1 :]
    dx, dy = rng.uniform(-0.5, 0.5), rng.uniform(-0.7, 0.7)
    return Word(text, word.x0 + dx, word.top + dy, word.x1 + dx, word.bottom + dy, 0.93)
