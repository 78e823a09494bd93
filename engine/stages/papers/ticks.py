"""Boxes that are ticked, and the sentences behind them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.content.paper_type import PaperField
from engine.stages.extract.lexicon import fold
from engine.stages.extract.lines_of_text import Line, Sheet

_BOXES = re.compile(r"(\[\s*[xX✓✔]?\s*\]|\(\s*[xX✓✔]\s*\)|[☐☑☒□■✓✔✗✘])")
_CROSS = "x"
_STROKE = re.compile(r"^\|(?=\s)")
"""The word I as recognition reads it."""
_SENTENCE = 6
"""Letters of a choice that stands for itself."""
_TICKED = re.compile(r"[xX✓✔☑☒■✗✘]")


class Tick(NamedTuple):
    """A choice, and the line on which its sentence is ticked."""

    value: str
    line: Line


def ticked(sheets: Sequence[Sheet], field: PaperField) -> Iterator[Tick]:
    """Yield the choices of a field whose sentence stands behind a ticked box; `yes` alone may answer anything."""
    phrases = [
        (fold(phrase), value)
        for value, spelled in field.choices.items() for words in spelled.values() for phrase in words
        if len(fold(phrase)) >= _SENTENCE
    ]  # fmt: skip
    for sheet in sheets:
        for line in sheet.lines:
            for text in (*ticked_in(line.text), *_crossed(line)):
                said = fold(_STROKE.sub("I", text))
                fitting = [(phrase, value) for phrase, value in phrases if said.startswith(phrase)]
                if fitting:
                    yield Tick(max(fitting, key=lambda one: len(one[0]))[1], line)


def _crossed(line: Line) -> Iterator[str]:
    """Yield what stands behind a cross alone at the beginning: the box around it is drawn, not printed."""
    if line.folded[0] == _CROSS and len(line.words) > 1:
        yield line.part(1, len(line.words))


def has_boxes(text: str) -> bool:
    """Tell whether a text holds boxes to tick, or begins with a cross."""
    return _BOXES.search(text) is not None or text[:2].lower() == f"{_CROSS} "


def ticked_in(text: str) -> Iterator[str]:
    """Yield what stands behind each ticked box of a line, up to the next box."""
    parts = _BOXES.split(text)
    for box, behind in zip(parts[1::2], parts[2::2], strict=True):
        if _TICKED.search(box) and behind.strip():
            yield behind.strip()
