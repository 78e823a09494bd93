import pytest

from adapters.pdfplumber import worker
from adapters.pdfplumber.second import second_words
from tests.adapters.pdfplumber.conftest import WORDS, MakePdf, letter


def test_pdfplumber_places_words_as_pdfium_does(make_pdf: MakePdf) -> None:
    path = make_pdf(letter)

    first = next(page for page in worker.handle({"path": str(path), "pages": [1], "max_pages": 9}) if "words" in page)
    second = second_words(path, 1)

    assert [word[0] for word in second] == first["words"]["texts"]
    assert second[0][1:4:2] == pytest.approx([column[0] / 100 for column in first["words"]["boxes"][:3:2]], abs=1)


def test_a_page_that_pdfium_cannot_make_out_is_read_by_pdfplumber(
    make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_pdf(letter)
    verdicts = iter(["garbled characters", ""])
    monkeypatch.setattr(worker, "distrust", lambda *_, **__: next(verdicts))

    page = [*worker.handle({"path": str(path), "pages": None, "max_pages": 9})][1]

    assert (page["why"], page["by"]) == ("", "second")
    assert page["words"]["texts"][: len(WORDS)] == WORDS


def test_a_file_that_pdfplumber_cannot_parse_gives_no_words(make_pdf: MakePdf) -> None:
    path = make_pdf(letter)
    path.write_bytes(path.read_bytes()[:400])

    assert second_words(path, 1) == []
