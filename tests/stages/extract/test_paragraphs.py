"""Lines of text inside a narrow or a wide column of descriptions."""

import pytest

from engine.model.field import Box
from engine.stages.extract.columns import Piece
from engine.stages.extract.lines.paragraphs import room_of, text_of
from engine.stages.extract.lines.rows import TableRow

CHARACTER, LEFT, PITCH = 5.0, 100.0, 12.0


def _row(*texts: str, wall: float) -> TableRow:
    row = TableRow()
    for index, text in enumerate(texts):
        box = Box(LEFT, PITCH * index, LEFT + CHARACTER * len(text), PITCH * index + 9)
        row.add("description", Piece(text, 1, box))
    row.add("quantity", Piece("2", 1, Box(wall, 0, wall + CHARACTER, 9)))
    return row


def _text(*texts: str, wall: float) -> str:
    row = _row(*texts, wall=wall)
    return text_of(row.cells["description"], room_of([row]))


@pytest.mark.parametrize(
    ("texts", "wall", "expected"),
    [
        (("Taxi from the", "Airport"), 175.0, "Taxi from the Airport"),
        (("Service contract with", "travel of two"), 210.0, "Service contract with travel of two"),
        (("Wartungs-", "vertrag"), 150.0, "Wartungsvertrag"),
        (("Beamer-", "Halterung"), 150.0, "Beamer-Halterung"),
        (("Material, Ein-", "und Ausbau"), 180.0, "Material, Ein- und Ausbau"),
    ],
    ids=["narrow", "lower case", "broken word", "own hyphen", "left out part"],
)
def test_a_line_that_had_no_room_goes_on(texts: tuple[str, ...], wall: float, expected: str) -> None:
    assert _text(*texts, wall=wall) == expected


@pytest.mark.parametrize(
    ("texts", "wall"),
    [
        (("Taxi from there", "Batch: 12"), 180.0),
        (("Hexagonal bolt of steel", "Delivered in two boxes"), 220.0),
        (("Bolt", "and nut"), 300.0),
    ],
    ids=["label", "capital in a wide column", "room was left"],
)
def test_a_note_keeps_its_own_line(texts: tuple[str, ...], wall: float) -> None:
    assert _text(*texts, wall=wall) == "\n".join(texts)
