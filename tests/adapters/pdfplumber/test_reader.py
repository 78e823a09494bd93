import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from adapters.pdfplumber import reader
from adapters.pdfplumber.plug import PLUG
from engine.model.errors import ReadError
from engine.model.page import Page, Reading, Word
from engine.ports import Limits, Plug
from tests.adapters.pdfplumber.conftest import WORDS, Draw, MakePdf, deflate_bomb, letter, raw_pdf, stream


def read(path: Path, pages: list[int] | None = None, **limits: int) -> Reading:
    return PLUG.reader().read(path, "application/pdf", pages=pages, limits=Limits(**limits))


def texts(page: Page) -> list[str]:
    return [word.text for word in page.words]


def find(page: Page, text: str) -> Word:
    return next(word for word in page.words if word.text == text)


def test_the_plug_fits_its_socket() -> None:
    assert isinstance(PLUG, Plug)
    assert PLUG.manifest.name == "pdfplumber"
    assert all(is_well for _, is_well, _ in PLUG.diagnose())


def test_words_have_their_boxes_from_the_top_left(make_pdf: MakePdf) -> None:
    page = read(make_pdf(letter)).pages[0]

    first = find(page, "Rechnung")
    assert page.how == "text_layer"
    assert texts(page)[: len(WORDS)] == WORDS
    assert first.x0 == pytest.approx(72, abs=1)
    # the base line is 742 points up on a page of 841.89
    assert first.top < 99.89 < first.bottom
    assert first.bottom - first.top == pytest.approx(14, abs=4)


def test_drawn_lines_are_rules(make_pdf: MakePdf) -> None:
    page = read(make_pdf(letter)).pages[0]

    assert [(round(r.x0), round(r.top), round(r.x1), round(r.bottom)) for r in page.rules] == [
        (300, 242, 300, 342),
        (72, 342, 500, 342),
    ]


def test_a_thin_filled_rectangle_is_a_rule(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        letter(canvas)
        canvas.rect(100, 300, 200, 0.5, stroke=0, fill=1)
        canvas.rect(100, 100, 200, 100, stroke=0, fill=1)

    page = read(make_pdf(draw)).pages[0]

    assert [round(r.top) for r in page.rules if r.top > 400] == [542]


def test_a_rule_inside_a_form_lies_where_the_form_lies(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        letter(canvas)
        canvas.beginForm("stamp")
        canvas.line(0, 0, 50, 0)
        canvas.endForm()
        canvas.translate(200, 100)
        canvas.doForm("stamp")

    page = read(make_pdf(draw)).pages[0]

    assert any(round(r.x0) == 200 and round(r.x1) == 250 and round(r.top) == 742 for r in page.rules)


@pytest.mark.parametrize("turn", [90, 180, 270], ids=str)
def test_a_page_with_rotate_is_read_upright(make_pdf: MakePdf, tmp_path: Path, turn: int) -> None:
    """Content drawn sideways with a /Rotate that makes viewers show it upright reads like the straight page."""

    def draw(canvas: Canvas) -> None:
        width, height = (842, 595) if turn in (90, 270) else (595, 842)
        # the page is seen as 595 x 842 after the turn
        canvas.setPageSize((width, height))
        {90: lambda: (canvas.translate(842, 0), canvas.rotate(90)),
         180: lambda: (canvas.translate(595, 842), canvas.rotate(180)),
         270: lambda: (canvas.translate(0, 595), canvas.rotate(270))}[turn]()  # fmt: skip
        letter(canvas)

    path = make_pdf(draw)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = turn
        pdf.save(path)

    page = read(path).pages[0]

    assert (round(page.width), round(page.height), page.rotation) == (595, 842, turn)
    assert texts(page)[: len(WORDS)] == WORDS
    assert find(page, "Rechnung").x0 == pytest.approx(72, abs=1)
    assert find(page, "Rechnung").top == pytest.approx(90, abs=4)


def test_sideways_text_without_rotate_is_turned_upright(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(595, 0)
        canvas.rotate(90)
        canvas.scale(0.9, 0.9)
        letter(canvas)

    page = read(make_pdf(draw)).pages[0]

    assert page.rotation == 90
    assert round(page.width) == 842
    assert texts(page)[: len(WORDS)] == WORDS


def test_a_word_along_the_margin_stays_one_word(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        letter(canvas)
        canvas.translate(40, 200)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Randnotiz 4711")

    assert {"Randnotiz", "4711"} <= set(texts(read(make_pdf(draw)).pages[0]))


def test_the_crop_box_is_the_page(make_pdf: MakePdf) -> None:
    path = make_pdf(letter)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].CropBox = [50, 400, 550, 800]
        pdf.save(path)

    page = read(path).pages[0]

    assert (page.width, page.height) == (500, 400)
    assert find(page, "Rechnung").x0 == pytest.approx(22, abs=1)
    assert find(page, "Rechnung").top == pytest.approx(48, abs=4)


def test_words_beside_the_page_are_dropped(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        letter(canvas)
        canvas.drawString(-300, 400, "Verborgen")
        canvas.drawString(72, 900, "Darueber")

    assert not {"Verborgen", "Darueber"} & set(texts(read(make_pdf(draw)).pages[0]))


def test_invisible_words_are_dropped(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        letter(canvas)
        text = canvas.beginText(72, 300)
        text.setTextRenderMode(3)
        text.textOut("Unsichtbar")
        canvas.drawText(text)

    assert "Unsichtbar" not in texts(read(make_pdf(draw)).pages[0])


def picture(tmp_path: Path) -> str:
    path = tmp_path / "scan.png"
    noise = np.random.default_rng(7).integers(0, 255, (300, 200), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return str(path)


def scan(tmp_path: Path, *, mode: int, is_under: bool = False) -> Draw:
    def draw(canvas: Canvas) -> None:
        def words() -> None:
            text = canvas.beginText(72, 700)
            text.setTextRenderMode(mode)
            for _ in range(9):
                text.textLine(" ".join(WORDS))
            canvas.drawText(text)

        if is_under:
            words()
        canvas.drawImage(picture(tmp_path), 0, 0, 595, 842)
        if not is_under:
            words()

    return draw


@pytest.mark.parametrize(
    ("mode", "is_under", "how"),
    [(3, False, "none"), (0, True, "none"), (0, False, "text_layer")],
    ids=["invisible_ocr_layer", "text_under_the_picture", "letter_on_printed_paper"],
)
def test_text_over_a_full_page_picture_counts_only_when_it_is_seen(
    make_pdf: MakePdf, tmp_path: Path, mode: int, is_under: bool, how: str
) -> None:
    reading = read(make_pdf(scan(tmp_path, mode=mode, is_under=is_under)))

    assert reading.pages[0].how == how
    assert bool(reading.pages[0].words) == (how == "text_layer")
    assert [f.code for f in reading.findings] == (["text_layer_untrusted"] if how == "none" else [])


def test_a_stamp_on_a_scan_does_not_make_it_a_text_page(make_pdf: MakePdf, tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawImage(picture(tmp_path), 0, 0, 595, 842)
        canvas.drawString(72, 800, "Eingegangen am 12.03.2026")

    assert read(make_pdf(draw)).pages[0].how == "none"


def test_a_page_of_only_a_picture_is_for_another_reader(make_pdf: MakePdf, tmp_path: Path) -> None:
    page = read(make_pdf(lambda canvas: canvas.drawImage(picture(tmp_path), 0, 0, 595, 842))).pages[0]

    assert (page.how, page.words) == ("none", ())


def test_an_empty_page_needs_no_other_reader(make_pdf: MakePdf) -> None:
    assert read(make_pdf(lambda canvas: None)).pages[0].how == "text_layer"


@pytest.mark.parametrize(
    "line",
    ["5HFKQXQJ 1XPPHU 'DWXP %HWUDJ /LHIHUXQJ (LQ]HOSUHLV *HVDPWSUHLV 6WHXHUVDW] =DKOEDU LQQHUKDOE 7DJHQ RKQH $E]XJ XQG",
     "Ã¤hnlich fÃ¼r StraÃ\u009fe 12 Ã¶l grÃ¶Ã\u009fer mÃ¼de"],
    ids=["shifted_alphabet", "mojibake"],
)  # fmt: skip
def test_garbled_text_is_not_trusted(make_pdf: MakePdf, line: str) -> None:
    def draw(canvas: Canvas) -> None:
        for row in range(4):
            canvas.drawString(30, 700 - 20 * row, line)

    assert read(make_pdf(draw)).pages[0].how == "none"


def test_only_wanted_pages_are_read(make_pdf: MakePdf) -> None:
    reading = read(make_pdf(letter, letter, letter), pages=[3, 2, 9])

    assert [page.number for page in reading.pages] == [3, 2]
    assert reading.page_count == 3


def test_a_filled_form_field_is_read(make_pdf: MakePdf) -> None:
    def draw(canvas: Canvas) -> None:
        letter(canvas)
        canvas.acroForm.textfield(name="po", value="PO-4711-XY", x=72, y=300, width=200, height=20, forceBorder=True)

    assert "PO-4711-XY" in texts(read(make_pdf(draw)).pages[0])


def test_a_file_locked_only_against_changes_is_read(make_pdf: MakePdf) -> None:
    path = make_pdf(letter)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="secret", user=""))

    assert read(path).pages[0].how == "text_layer"


def locked(path: Path) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="secret", user="secret"))


def without_pages(path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.save(path)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.write_bytes(b""), "unreadable_pdf"),
        (lambda path: path.write_bytes(b"not a PDF at all" * 100), "unreadable_pdf"),
        (lambda path: path.write_bytes(path.read_bytes()[:600]), "unreadable_pdf"),
        (locked, "encrypted"),
        (without_pages, "no_pages"),
    ],
    ids=["empty", "garbage", "cut_off_early", "locked", "no_pages"],
)
def test_a_bad_file_is_refused_with_its_reason(make_pdf: MakePdf, spoil: Callable[[Path], object], code: str) -> None:
    path = make_pdf(letter)
    spoil(path)

    with pytest.raises(ReadError) as e:
        read(path)

    assert e.value.code == code


def test_a_file_with_a_broken_table_of_objects_is_mended(make_pdf: MakePdf) -> None:
    path = make_pdf(letter)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"xref\n0")])

    assert read(path).pages[0].how == "text_layer"


def test_pages_that_several_children_share_come_back_in_order(
    make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbered(number: int) -> Draw:
        return lambda canvas: canvas.drawString(72, 700, f"page-{number} of a long list")

    monkeypatch.setattr(reader, "_ALONE", 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    path = make_pdf(*map(numbered, range(1, 8)))

    reading = read(path)

    assert reading.page_count == 7
    assert [page.number for page in reading.pages] == list(range(1, 8))
    assert [texts(page)[0] for page in reading.pages] == [f"page-{number}" for number in range(1, 8)]
    assert [page.number for page in read(path, pages=[2, 4, 5, 6]).pages] == [2, 4, 5, 6]


def test_too_many_pages_are_refused_before_any_is_read(make_pdf: MakePdf) -> None:
    path = make_pdf(*[lambda canvas: canvas.drawString(72, 700, "Seite")] * 2000)

    with pytest.raises(ReadError, match=r"2000 pages.*1000.*max_pages") as e:
        read(path, max_pages=1000)

    assert e.value.code == "too_many_pages"


@pytest.mark.slow
def test_a_bomb_is_refused_and_the_next_file_is_read(make_pdf: MakePdf, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.pdf"
    bomb.write_bytes(raw_pdf(stream(deflate_bomb(2 << 30), "/Filter /FlateDecode")))

    with pytest.raises(ReadError) as e:
        read(bomb)

    assert e.value.code == "too_large"
    assert read(make_pdf(letter)).pages[0].how == "text_layer"


@pytest.mark.slow
def test_a_bomb_on_one_page_leaves_the_others(make_pdf: MakePdf, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.pdf"
    bomb.write_bytes(raw_pdf(stream(deflate_bomb(2 << 30), "/Filter /FlateDecode")))
    with pikepdf.open(make_pdf(letter, letter)) as pdf, pikepdf.open(bomb) as other:
        pdf.pages.insert(1, other.pages[0])
        pdf.save(tmp_path / "mixed.pdf")

    reading = read(tmp_path / "mixed.pdf")

    assert [page.how for page in reading.pages] == ["text_layer", "none", "text_layer"]
    assert [f.code for f in reading.findings] == ["page_too_large"]


def test_another_media_type_is_refused(make_pdf: MakePdf) -> None:
    with pytest.raises(ReadError) as e:
        PLUG.reader().read(make_pdf(letter), "image/png", pages=None, limits=Limits())

    assert e.value.code == "unsupported"


def test_a_file_without_its_end_is_read_and_said_to_be_damaged(make_pdf: MakePdf) -> None:
    path = make_pdf(letter, letter)
    whole = read(path).findings
    path.write_bytes(path.read_bytes().partition(b"startxref")[0])

    cut = read(path)

    assert (whole, [finding.code for finding in cut.findings]) == ((), ["damaged_pdf"])
    assert len(cut.pages[0].words) > 0
