"""Answers from strangers: whatever is in them, the worst that happens is a ReadError."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.ocr_results.reader import OcrResultReader
from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.ports import Limits
from tests.adapters.ocr_results import services
from tests.adapters.ocr_results.conftest import Read
from tests.adapters.ocr_results.pages import invoice
from tests.adapters.ocr_results.written import WRITERS, stored

JSON: dict[str, tuple[str, Callable[[], Any]]] = {
    "textract": ("application/vnd.aws.textract+json", services.expense),
    "azure": ("application/vnd.azure.documentintelligence+json", services.azure_invoice),
    "azure 2.1": ("application/vnd.azure.documentintelligence+json", services.azure_receipt_2_1),
    "google": ("application/vnd.google.documentai+json", services.google_invoice),
    "google splitter": ("application/vnd.google.documentai+json", services.splitter),
    "postroom": ("application/vnd.postroom.ocr+json", services.own),
}
MARKUP = ("hocr", "alto mm10", "page xml")
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.floats(allow_nan=True, allow_infinity=True), st.text(max_size=8),
    st.sampled_from([10**400, 1e308, -1e308, "9" * 30, "\ud800", "\x00", [], {}, [[]], [1], {"a": 1}, "2025-13-45", "NaN", "Infinity"]),
)  # fmt: skip


def _read(content: bytes, media_type: str) -> Reading:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "result"
        path.write_bytes(content)
        return OcrResultReader().read(path, media_type, pages=None, limits=Limits())


def _holds(reading: Reading) -> None:
    """Every box lies on its page and every confidence is a probability; the reading can be stored and loaded."""
    for page in reading.pages:
        for word in page.words:
            assert 0 <= word.x0 <= word.x1 <= page.width + 0.2
            assert 0 <= word.top <= word.bottom <= page.height + 0.2
            assert 0 <= word.confidence <= 1
    assert Reading.model_validate_json(reading.model_dump_json()).page_count == reading.page_count


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in children for place in _places(value, (*path, key)))]


def _changed(data: Any, path: tuple[Any, ...], value: Any, *, drop: bool) -> Any:
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    if len(path) == 1 and drop:
        del copy[path[0]]
    else:
        copy[path[0]] = _changed(data[path[0]], path[1:], value, drop=drop)
    return copy


@pytest.mark.parametrize("name", JSON)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_broken_answer_is_refused_or_read(name: str, data: st.DataObject) -> None:
    media_type, make = JSON[name]
    answer = make()
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(answer)
        # places near the root are few and matter most
        path = data.draw(st.sampled_from(places[: 1 + data.draw(st.integers(0, len(places) - 1))]))
        answer = _changed(answer, path, data.draw(ODD), drop=bool(path) and data.draw(st.booleans()))
    content = json.dumps(answer).encode()

    try:
        reading = _read(content, media_type)
    except ReadError:
        return
    _holds(reading)


@pytest.mark.parametrize("name", MARKUP)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_broken_markup_is_refused_or_read(name: str, data: st.DataObject) -> None:
    media_type, write = WRITERS[name]
    content = write(stored(invoice()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 12))
        junk = data.draw(
            st.one_of(
                st.binary(max_size=6), st.sampled_from([b"NaN", b"1e999", b"-", b"99999999999", b"<x>", b'"', b"&a;"])
            )
        )
        content = content[:at] + junk + content[at + length :]

    try:
        reading = _read(content, media_type)
    except ReadError:
        return
    _holds(reading)


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"null", b"0", b'"x"', b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe\x00", b"{" + b'"pages":NaN}', b"[[[]]]"],
    ids=["empty", "list", "object", "null", "number", "text", "deep lists", "deep objects", "binary", "NaN", "nested lists"],
)  # fmt: skip
def test_what_is_no_answer_is_refused(content: bytes, name: str) -> None:
    media_type, _ = JSON[name]

    with pytest.raises(ReadError) as refused:
        _read(content, media_type)

    assert refused.value.code == "unreadable_ocr_result"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><alto><Layout><Page WIDTH="9" HEIGHT="9">&c;</Page></Layout></alto>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["alto mm10", "page xml"])
def test_entities_are_not_opened(name: str, encoding: str, read: Read) -> None:
    with pytest.raises(ReadError) as refused:
        read(BOMB.encode(encoding), WRITERS[name][0])

    assert refused.value.code == "unsafe_xml"


def test_entities_of_a_web_page_are_not_opened(read: Read) -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><div class="ocr_page" title="bbox 0 0 100 100"><span class="ocrx_word" title="bbox 1 1 50 9">&x;</span></div>'

    try:
        reading = read(page.encode(), "text/vnd.hocr+html")
    except ReadError:
        return

    assert "root:" not in str(reading.pages)


def test_boxes_outside_their_page_are_cut_or_put_aside(read: Read) -> None:
    answer = services.own()
    answer["pages"][0]["words"][0]["box"] = [-50, -50, 100, 20]
    answer["pages"][0]["words"][1]["box"] = [5000, 10, 5010, 20]

    page = read(json.dumps(answer).encode(), JSON["postroom"][0]).pages[0]

    assert page.words[0].box[:2] == (0, 0)
    assert [word.text for word in page.hidden] == ["Papier"]


def test_a_wrong_unit_is_refused(read: Read) -> None:
    answer = services.own() | {"unit": "inch"}
    answer["pages"][0] |= {"width": 8.27, "height": 11.69}

    with pytest.raises(ReadError, match="unit"):
        read(json.dumps(answer).encode(), JSON["postroom"][0])


def test_a_text_anchor_cannot_repeat_a_long_text(read: Read) -> None:
    answer = services.google_invoice()
    answer["text"] = "a" * 1_000_000
    for token in answer["pages"][0]["tokens"]:
        token["layout"]["textAnchor"]["textSegments"] = [{"startIndex": 0, "endIndex": 1_000_000}] * 50

    page = read(json.dumps(answer).encode(), JSON["google"][0]).pages[0]

    assert max(len(word.text) for word in page.words) <= 2000


def test_a_page_number_out_of_the_sky_costs_nothing(read: Read) -> None:
    answer = services.expense()
    answer["ExpenseDocuments"][0]["Blocks"][0]["Page"] = 10**9

    with pytest.raises(ReadError) as refused:
        read(json.dumps(answer).encode(), JSON["textract"][0])

    assert refused.value.code == "too_many_pages"
