from pathlib import Path

import pytest

from engine.model.finding import Finding
from engine.model.page import Page, Reading, Word
from engine.runtime import reading_cache
from engine.runtime.house import House, open_house
from tests.house import test_settings

SHA = "ab" * 32


class Engine:
    """An OCR engine that counts how often it is asked."""

    def __init__(self, *findings: Finding) -> None:
        self.calls = 0
        self.findings = findings

    def read(self) -> Reading:
        self.calls += 1
        page = Page(number=1, width=100, height=100, words=(Word("Zürich", 1, 2, 3, 4, 0.9),), how="ocr", by="x@1")
        return Reading(pages=(page,), page_count=1, findings=self.findings)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return open_house(test_settings(tmp_path))


def ask(house: House, engine: Engine, *, version: str = "x@1", pages: tuple[int, ...] | None = None) -> Reading:
    return reading_cache.remembered(house, sha256=SHA, version=version, pages=pages, read=engine.read)


def kept(house: House) -> list[Path]:
    return [path for path in (house.settings.home / "cache" / "readings").glob("*/*") if path.is_file()]


def test_a_page_is_recognised_once(house: House) -> None:
    engine = Engine()

    first, second = ask(house, engine), ask(house, engine)

    assert (engine.calls, first) == (1, second)


@pytest.mark.parametrize("change", [{"version": "x@2"}, {"pages": (1,)}], ids=["another engine", "other pages"])
def test_another_question_is_asked_anew(house: House, change: dict[str, object]) -> None:
    engine = Engine()
    ask(house, engine)

    ask(house, engine, **change)  # type: ignore[arg-type]

    assert engine.calls == 2


def test_a_page_that_took_too_long_gets_another_try(house: House) -> None:
    engine = Engine(Finding(code="ocr_timeout", severity="error", message="It took too long."))
    ask(house, engine)

    ask(house, engine)

    assert engine.calls == 2


def test_a_torn_file_is_read_again_and_mended(house: House) -> None:
    engine = Engine()
    ask(house, engine)
    kept(house)[0].write_bytes(b"torn")

    ask(house, engine)
    ask(house, engine)

    assert engine.calls == 2


def test_nothing_is_kept_when_no_space_is_allowed(tmp_path: Path) -> None:
    house = open_house(test_settings(tmp_path, reading_cache_mb=0))

    ask(house, Engine())

    assert kept(house) == []


def test_the_oldest_readings_go_first(tmp_path: Path) -> None:
    import os

    for age, name in enumerate(("new", "old")):
        path = tmp_path / "ab" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 100)
        os.utime(path, (1000 - age, 1000 - age))

    reading_cache.trim(tmp_path, 150)

    assert [path.name for path in tmp_path.glob("*/*")] == ["new"]
