"""A table as cells: what nobody touched stays as it was written."""

import pytest

from engine.runtime.knowledge_desk import csv_grid

TEXT = (
    'table,level,1,first,"Who approves, and why"\n'
    "id,total_minor,=level,why\n"
    'small,[..100),nobody,"one, two"\n'
    'large,[100..),board,"over\ntwo lines"\n'
    "example,5,nobody,\n"
)


def test_rows_are_told_with_the_line_on_which_they_stand() -> None:
    assert [(one.line, one.cells[0]) for one in csv_grid.rows(TEXT)] == [(3, "small"), (4, "large"), (6, "example")]
    assert csv_grid.columns(TEXT) == ("id", "total_minor", "=level", "why")


def test_a_cell_changes_its_record_alone() -> None:
    after = csv_grid.edited(TEXT, {(3, 2): 'somebody, "else"'})

    assert after == TEXT.replace("small,[..100),nobody,", 'small,[..100),"somebody, ""else""",')


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_rows_come_and_go_with_the_line_ends_of_the_file(newline: str) -> None:
    text = TEXT.replace("\n", newline)

    after = csv_grid.edited(text, {}, removed=[4], added=[["middle", "100", " team ", ""]])

    assert (
        after
        == text.replace(f'large,[100..),board,"over{newline}two lines"{newline}', "") + f"middle,100,team,{newline}"
    )


def test_nothing_changed_is_the_same_text() -> None:
    assert csv_grid.edited(TEXT, {}) == TEXT
