from pathlib import Path
from typing import Any

import pytest

from engine.model.errors import ContentError
from engine.model.masterdata import FileForm
from engine.store import json_rows

ROWS = [{"id": "1", "a.b": "x"}, {"id": "2", "a.b": "y"}]
SHAPES = {
    "list": '[{"id": 1, "a": {"b": "x"}}, {"id": 2, "a": {"b": "y"}}]',
    "one a line": '{"id": 1, "a": {"b": "x"}}\n{"id": 2, "a": {"b": "y"}}\n',
    "byte order mark": '\ufeff[{"id": 1, "a": {"b": "x"}},\n\n {"id": 2, "a": {"b": "y"}}]\n',
}


def objects(folder: Path, content: str, **form: Any) -> list[dict[str, Any]]:
    path = folder / "rows.json"
    path.write_text(content, encoding="utf-8")
    with json_rows.opened(path, FileForm(**form)) as found:
        return [one for _place, one in found]


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES.keys())
def test_objects_are_read_whether_in_a_list_or_one_a_line(tmp_path: Path, content: str) -> None:
    assert objects(tmp_path, content) == ROWS


@pytest.mark.parametrize("block", [1, 2, 7, 64], ids=str)
@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES.keys())
def test_the_size_of_the_blocks_makes_no_difference(
    tmp_path: Path, content: str, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store.json_rows._BLOCK", block)

    assert objects(tmp_path, content) == ROWS


def test_a_list_may_stand_inside_an_object(tmp_path: Path) -> None:
    assert objects(tmp_path, '{"d": {"results": [{"id": 1}]}}', path="d.results") == [{"id": "1"}]


def test_numbers_stay_the_text_they_are(tmp_path: Path) -> None:
    content = '[{"a": 0.1000000000000000055, "b": 10.10, "c": 12345678901234567890, "d": true, "e": null}]'

    found = objects(tmp_path, content)

    assert found == [{"a": "0.1000000000000000055", "b": "10.10", "c": "12345678901234567890", "d": True, "e": None}]


@pytest.mark.parametrize(
    ("content", "form", "why"),
    [
        ("", {}, "the file is empty"),
        ("  \n", {}, "the file is empty"),
        ('[{"id": 1}\n{"id": 2}]', {}, r"rows.json:2: is no JSON: a comma or \] belongs here"),
        ('[{"id": 1}', {}, "is no JSON"),
        ('[{"id": 1},\n{"id"', {}, r"rows.json:2: is no JSON"),
        ('[{"id": 1}] x', {}, "something stands behind the end"),
        ("[1]", {}, "'1' is no object with columns"),
        ('{"a": 1}', {"path": "value"}, "there is no list at 'value'"),
    ],
    ids=["empty", "blank", "no comma", "open list", "cut off", "more behind", "numbers", "no such list"],
)
def test_what_is_no_json_is_refused_with_its_line(tmp_path: Path, content: str, form: dict[str, Any], why: str) -> None:
    with pytest.raises(ContentError, match=why):
        objects(tmp_path, content, **form)
