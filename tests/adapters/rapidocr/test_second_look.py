import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from adapters.rapidocr import second_look
from adapters.rapidocr.decode import Piece
from adapters.rapidocr.models import models, second_model
from adapters.rapidocr.recognition import LineReader
from adapters.rapidocr.second_look import SecondLook, is_broken, is_date, settled
from adapters.shared.imaging.token import Grey

LINE: Grey = np.full((48, 300), 255, dtype=np.uint8)


def piece(text: str, confidence: float = 0.97) -> Piece:
    return Piece(text, 0.0, 1.0, confidence)


class Seen:
    """Stands for the other model: counts how many lines it is shown and says what it is told to say."""

    def __init__(self, *texts: str) -> None:
        self.answer = [piece(text, 0.97) for text in texts]
        self.shown = 0

    def read(self, crops: list[Grey], *, until: float) -> list[list[Piece]]:
        assert until > time.monotonic()
        self.shown += len(crops)
        return [self.answer for _ in crops]


def looked(monkeypatch: pytest.MonkeyPatch, seen: Seen, *lines: list[Piece]) -> list[list[Piece]]:
    monkeypatch.setattr(second_look, "LineReader", lambda *_, **__: seen)
    look = SecondLook(Path("other.onnx"), threads=1)
    return look.mended([LINE] * len(lines), lines, until=time.monotonic() + 60)


@pytest.mark.parametrize("text", ["31.12.2024", "12/31/24", "2024-12-31", "1.2.2024"])
def test_a_day_that_exists_is_a_date(text: str) -> None:
    assert is_date(text)
    assert not is_broken(text)


@pytest.mark.parametrize(
    "text",
    ["14/0:/2023", "14/09/202", "14-13-2023", "32.09.2023", "14/0912023", "(l4/09/2023)"],
    ids=["sign lost", "year cut off", "no such month", "no such day", "slash a one", "letter"],
)
def test_a_date_with_one_wrong_sign_is_broken(text: str) -> None:
    assert is_broken(text)


@pytest.mark.parametrize(
    "text",
    ["FV/34/2025", "03-7734", "12.50", "k/1/000", "12:42:00", "990011213142", "A/B/C", "555-013-4477", "1300-55-4477"],
)
def test_other_numbers_with_strokes_are_left_alone(text: str) -> None:
    assert not is_broken(text)


def test_a_broken_date_becomes_the_one_that_is_a_sign_away() -> None:
    found = settled(piece("14/0:/2023"), [piece("Date"), piece("14/09/2023", 0.97)])

    assert found.text == "14/09/2023"
    assert found.confidence == pytest.approx(0.7)


def test_a_broken_date_stays_when_the_other_reading_may_be_a_guess() -> None:
    broken = piece("14/09/202")

    assert settled(broken, [piece("14/09/2023", 0.94)]) == broken


@pytest.mark.parametrize("other", ["14/19/2023", "15/09/2022", "14/0:/2023", "14/0/2023", "14/1/2023", ""])
def test_a_broken_date_stays_when_the_other_reading_is_no_date_or_far_away(other: str) -> None:
    broken = piece("14/0:/2023")

    assert settled(broken, [piece(other)]) == broken


def test_a_whole_date_is_never_replaced() -> None:
    assert settled(piece("14/09/2023"), [piece("14/08/2023")]).text == "14/09/2023"


def test_only_lines_with_a_broken_date_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Seen("Date", "14/09/2023")

    found = looked(monkeypatch, seen, [piece("Total"), piece("12.50")], [piece("Date"), piece("14/0:/2023")])

    assert seen.shown == 1
    assert [[p.text for p in line] for line in found] == [["Total", "12.50"], ["Date", "14/09/2023"]]


def test_without_a_second_model_lines_stay_as_they_are() -> None:
    lines = [[piece("14/0:/2023")]]

    assert SecondLook(None, threads=1).mended([LINE], lines, until=0.0) == lines


def test_no_model_is_loaded_when_no_date_is_broken() -> None:
    missing = Path("not-there.onnx")

    assert SecondLook(missing, threads=1).mended([LINE], [[piece("14/09/2023")]], until=0.0) == [[piece("14/09/2023")]]


def test_both_models_read_a_clear_line() -> None:
    second = second_model()
    if second is None:
        pytest.skip("rapidocr-onnxruntime is not installed")
    line = LINE.copy()
    cv2.putText(line, "14/09/2023", (8, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0,), 2)

    for model in (models().recognition, second):
        ((first, *_),) = LineReader(model, threads=1).read([line], until=time.monotonic() + 60)
        assert first.text == "14/09/2023"
