from engine.model.page import Page, Word
from engine.stages.extract.lines_of_text import Sheet, lines_of, unglue
from tests.stages.extract.layout import line, words


def test_words_on_one_baseline_are_a_line() -> None:
    found = lines_of([Word("b", 60, 101, 70, 110), Word("a", 10, 100, 20, 109), Word("c", 10, 120, 20, 129)], 1)

    assert [row.text for row in found] == ["a b", "c"]


def test_a_wide_gap_starts_a_new_cell() -> None:
    row = line("Invoice number    4711  Date")

    assert [row.part(*cell) for cell in row.cells] == ["Invoice number", "4711", "Date"]


def test_a_label_glued_to_its_value_is_split() -> None:
    left, right = unglue(Word("Date:28/11/2024", 0, 0, 150, 10))

    assert (left.text, right.text, left.x1 == right.x0) == ("Date:", "28/11/2024", True)


def test_times_and_addresses_are_not_split() -> None:
    assert [w.text for t in ("12:30", "http://x.example") for w in unglue(Word(t, 0, 0, 50, 10))] == [
        "12:30",
        "http://x.example",
    ]


def test_margin_notes_that_run_upwards_are_left_out() -> None:
    page = Page(number=1, width=600, height=800, words=(*words("Invoice 4711"), Word("thgirypoC", 5, 100, 12, 180)))

    assert [row.text for row in Sheet(page).lines] == ["Invoice 4711"]
