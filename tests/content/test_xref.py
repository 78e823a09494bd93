"""Cross-reference tables: the closest row answers, and what is no answer is told."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from engine.content.converters import Inconvertible, NoCrossReference
from engine.content.expression import compile_expression
from engine.content.xref import Answer, CrossReference, load_xref
from engine.model.errors import ContentError

COLUMNS = "id,unit:exact,country:wildcard,=erp_unit,=name,why"


def table(
    folder: Path, *rows: str, columns: str = COLUMNS, title: str = "xref,units,1,Units of the ERP"
) -> CrossReference:
    file = folder / "units.v1.csv"
    file.write_text("\n".join([title, columns, *rows]) + "\n")
    return load_xref(file)


def one_column(folder: Path, kind: str, *cells: str) -> CrossReference:
    return table(
        folder, *(f"r{at},{cell},{at},w" for at, cell in enumerate(cells)), columns=f"id,key:{kind},=value,why"
    )


@pytest.mark.parametrize(
    ("kind", "cells", "key", "rows"),
    [
        ("exact", ("C62", "c62"), "c62", ("r1",)),
        ("exact", ("C62", "-"), "KGM", ("r1",)),
        ("nocase", ("Straße",), "STRASSE", ("r0",)),
        ("prefix", ("40", "4000", "-"), "40001", ("r1",)),
        ("wildcard", ("A*", "AB*", "A?C"), "ABC", ("r1", "r2")),
        ("wildcard", ("A*", "ABC*"), "ABCD", ("r1",)),
        ("regex", (r"DE\d{3}", "-"), "DE123", ("r0",)),
        ("regex", (r"DE\d{3}", "-"), "DE1234", ("r1",)),
        ("regex", (r".*", "-"), "x" * 201, ("r1",)),
        ("wildcard", ("A*",), "B", ()),
    ],
)  # fmt: skip
def test_the_closest_row_answers(
    tmp_path: Path, kind: str, cells: tuple[str, ...], key: str, rows: tuple[str, ...]
) -> None:
    assert one_column(tmp_path, kind, *cells).look([key]).rows == rows


def test_the_first_key_column_counts_before_the_second(tmp_path: Path) -> None:
    units = table(tmp_path, "a,C62,-,ST,Stück,w", "b,-,DE,XX,any,w", "c,C62,D*,PC,piece,w")

    assert units.look(["C62", "FR"]) == Answer("ST", ("a",))
    assert units.look(["C62", "DE"]) == Answer("PC", ("c",))
    assert units.look(["KGM", "DE"], "name") == Answer("any", ("b",))
    assert units.look(["KGM", "FR"]) == Answer(None, ())


def test_rows_that_fit_equally_answer_only_when_they_agree(tmp_path: Path) -> None:
    units = table(tmp_path, "a,C62,D*,ST,one,w", "b,C62,*E,ST,two,w")

    assert units.look(["C62", "DE"]) == Answer("ST", ("a", "b"))
    assert units.look(["C62", "DE"], "name") == Answer(None, ("a", "b"))


@pytest.mark.parametrize("kind", ["exact", "nocase", "prefix", "wildcard", "regex"])
def test_a_table_of_any_kind_can_be_sent_to_another_process(tmp_path: Path, kind: str) -> None:
    made = one_column(tmp_path, kind, "ab", "-")

    sent = pickle.loads(pickle.dumps(made.rows))  # noqa: S301 - our own bytes

    assert replace(made, rows=sent).look(["ab"]) == made.look(["ab"])


def test_an_entry_of_the_environment_wins(tmp_path: Path) -> None:
    units = replace(table(tmp_path, "a,C62,-,ST,one,w"), overlay={"C62|DE": "PCE"})

    assert units.look(["C62", "DE"]) == Answer("PCE", ("environment",))
    assert units.look(["C62", "DE"], "name") == Answer("one", ("a",))
    assert units.look(["C62", "FR"]) == Answer("ST", ("a",))


@pytest.mark.parametrize(
    ("rows", "columns", "wrong"),
    [
        (["a,C62,-,ST,w"], COLUMNS, "units.v1.csv:3: 5 cells where the columns are 6"),
        (["a,C62,-,,x,w"], COLUMNS, "units.v1.csv:3: every cell is filled"),
        (["a,C62,-,ST,x,w", "b,C62,-,PC,x,w"], COLUMNS, "units.v1.csv:4: id: b: this id or these keys stand in another row"),
        (["a,(x+)+,1,w"], "id,key:regex,=value,why", "key: no repeated groups, references or looking around in a regex"),
        (["a,[,1,w"], "id,key:regex,=value,why", "key: is no regex"),
        (["a,a*a*a*a*b,1,w"], "id,key:regex,=value,why", "key: at most 3 of "),
        (["a,a?a?a?a?aaaa,1,w"], "id,key:regex,=value,why", "key: at most 3 of "),
        (["a,x,1,w"], "id,key:like,=value,why", "key:like: a key column names its kind: key:exact, key:nocase"),
        (["a,x,w"], "id,key:exact,why", "columns are: id, key:kind, =answer, why"),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused_with_its_line(tmp_path: Path, rows: list[str], columns: str, wrong: str) -> None:
    with pytest.raises(ContentError) as refused:
        table(tmp_path, *rows, columns=columns)

    assert wrong in str(refused.value)


def test_an_expression_asks_with_several_keys(tmp_path: Path) -> None:
    tables = {"units@1": table(tmp_path, "a,C62,D*,ST,Stück,w", "b,C62,*E,PC,piece,w", "c,KGM,-,KG,kilo,w")}

    def asked(text: str, **record: str) -> object:
        return compile_expression(text).evaluate({"value": "KGM", "record": record}, xref=tables)

    assert asked("value | xref('units@1', record.vendor_country)") is None
    assert asked("value | xref('units@1/name', record.vendor_country)", vendor_country="FR") == "kilo"
    with pytest.raises(NoCrossReference, match=r"has several entries for 'C62 \| DE': a, b"):
        asked("'C62' | xref('units@1', record.vendor_country)", vendor_country="DE")
    with pytest.raises(NoCrossReference, match=r"has no entry for 'XYZ \| DE'"):
        asked("'XYZ' | xref('units@1', record.vendor_country)", vendor_country="DE")
    with pytest.raises(Inconvertible, match=r"it takes 2: unit, country"):
        asked("value | xref('units@1')")
