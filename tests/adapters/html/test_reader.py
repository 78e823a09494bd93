from pathlib import Path

import pytest

from adapters.html.plug import PLUG
from engine.model.errors import ReadError
from engine.model.page import Reading
from engine.ports import Limits


def read(tmp_path: Path, content: str | bytes, *, limits: Limits | None = None) -> Reading:
    path = tmp_path / "body.html"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return PLUG.reader().read(path, "text/html", pages=None, limits=limits or Limits())


def lines(reading: Reading) -> list[str]:
    tops = sorted({(page.number, word.top) for page in reading.pages for word in page.words})
    return [
        " ".join(word.text for page in reading.pages if page.number == n for word in page.words if word.top == top)
        for n, top in tops
    ]


def test_blocks_stand_below_each_other(tmp_path: Path) -> None:
    found = read(tmp_path, "<p>Dear  Sir,</p><div>we order<br>two <b>boxes</b>.</div>")

    assert lines(found) == ["Dear Sir,", "we order", "two boxes."]
    assert {page.how for page in found.pages} == {"text_layer"}


def test_cells_stand_beside_each_other_in_columns(tmp_path: Path) -> None:
    rows = "<tr><th>Item</th><th>Amount</th></tr><tr><td>Long description of goods</td><td>5.00</td></tr>"

    (page,) = read(tmp_path, f"<table>{rows}</table>").pages

    by_text = {word.text: word for word in page.words}
    assert by_text["Amount"].x0 == by_text["5.00"].x0
    assert by_text["Item"].top == by_text["Amount"].top < by_text["5.00"].top


def test_tables_within_cells_keep_their_columns(tmp_path: Path) -> None:
    inner = "<table><tr><td>Net</td><td>4.00</td></tr><tr><td>Total</td><td>5.00</td></tr></table>"

    found = read(tmp_path, f"<table><tr><td>{inner}</td><td>right</td></tr></table>")

    assert lines(found) == ["Net 4.00 right", "Total 5.00"]


def test_preformatted_text_keeps_its_places(tmp_path: Path) -> None:
    (page,) = read(tmp_path, "<pre>Item      Amount\nBolt        5.00</pre>").pages

    by_text = {word.text: word for word in page.words}
    assert by_text["Amount"].x1 == by_text["5.00"].x1


def test_headings_are_larger(tmp_path: Path) -> None:
    (page,) = read(tmp_path, "<h1>Invoice</h1><p>Total</p>").pages

    title, total = page.words
    assert title.bottom - title.top > total.bottom - total.top


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>x()</script>", "<style>p {}</style>", "<p style='display:none'>preview</p>", "<p hidden>preview</p>",
        "<span style='font-size:0px'>preview</span>", "<!-- preview -->", "<head><title>preview</title></head>",
        "<img src='https://example.com/pixel.png' alt='preview'>",
    ],
)  # fmt: skip
def test_what_nobody_sees_is_not_read(tmp_path: Path, hidden: str) -> None:
    assert lines(read(tmp_path, f"<html><body>{hidden}<p>Total</p></body></html>")) == ["Total"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("<p>Größe</p>".encode(), id="utf-8"),
        pytest.param('<meta charset="iso-8859-1"><p>Größe</p>'.encode("latin-1"), id="declared"),
        pytest.param("<p>Größe</p>".encode("cp1252"), id="undeclared"),
        pytest.param('<meta charset="no-such"><p>Größe</p>'.encode("cp1252"), id="declared wrongly"),
    ],
)
def test_letters_of_any_charset_are_read(tmp_path: Path, content: bytes) -> None:
    assert lines(read(tmp_path, content)) == ["Größe"]


def test_long_text_goes_on_over_pages(tmp_path: Path) -> None:
    found = read(tmp_path, "".join(f"<p>line {n}</p>" for n in range(100)))

    assert (found.page_count, len(lines(found))) == (2, 100)


def test_text_past_the_limit_of_pages_is_reported(tmp_path: Path) -> None:
    found = read(tmp_path, "".join(f"<p>line {n}</p>" for n in range(200)), limits=Limits(max_pages=1))

    assert (len(found.pages), [finding.code for finding in found.findings]) == (1, ["too_many_pages"])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("<div>" * 5000 + "deep", id="deep"),
        pytest.param("<table><tr><td>" * 300 + "deep", id="deep tables"),
        pytest.param("<table><tr><td colspan=99999999>x</td></tr></table>", id="wide"),
        pytest.param("<p>unclosed <b>bold", id="unclosed"),
        pytest.param("<table><td>no row</td></table>", id="cell without row"),
    ],
)
def test_hostile_or_broken_html_is_read_or_left(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).page_count == 1


def test_nothing_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="nothing that can be read"):
        read(tmp_path, "   ")


def test_a_text_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as refused:
        read(tmp_path, "<p>x</p>" * 100, limits=Limits(max_xml_bytes=100))

    assert refused.value.code == "too_large"


def test_it_writes_nowhere() -> None:
    with pytest.raises(LookupError):
        PLUG.target({})


def plain(tmp_path: Path, text: str) -> Reading:
    path = tmp_path / "invoice.txt"
    path.write_bytes(text.encode())
    return PLUG.reader().read(path, "text/plain", pages=None, limits=Limits())


def test_columns_of_plain_text_stay_below_each_other(tmp_path: Path) -> None:
    (page,) = plain(tmp_path, "Item\tAmount\nBolts\t  5.00\n<b>Nuts</b>\t1.00\n").pages

    by_text = {word.text: word for word in page.words}
    assert by_text["Amount"].x0 < by_text["5.00"].x0 < by_text["Amount"].x1
    assert "<b>Nuts</b>" in by_text


def test_a_form_feed_ends_a_page_of_plain_text(tmp_path: Path) -> None:
    found = plain(tmp_path, "Invoice 1\n\fTerms\n\f\n")

    assert [[word.text for word in page.words] for page in found.pages] == [["Invoice", "1"], ["Terms"]]
