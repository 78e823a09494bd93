from pathlib import Path

import pytest

from engine.content.ownership import load_ownership
from engine.model.errors import ContentError

ROOT = Path(__file__).parents[2]


def test_the_shipped_file_names_the_teams_that_own_rows() -> None:
    assert {"finance", "procurement", "integration_admins"} <= set(load_ownership(ROOT).teams)


def test_a_field_has_the_writer_that_names_it_before_the_one_for_all() -> None:
    ownership = load_ownership(ROOT)

    due, total = ownership.writer("invoice", "due_date"), ownership.writer("invoice", "total")

    assert due is not None
    assert (due.system, due.until, due.then) == ("document", "posted", "erp")
    assert total is not None
    assert total.system == "document"
    assert ownership.writer("contract", "total") is None


@pytest.mark.parametrize(
    ("writer", "why"),
    [
        ("{fields: [total], system: erp, until: posted}", "needs `then`"),
        ("{fields: [total], system: erp, then: crm}", "needs `then`"),
        ("{fields: [], system: erp}", "at least 1 item"),
        ("{fields: [total], system: erp, untill: posted}", "unknown key; allowed here"),
    ],
)
def test_a_fault_is_refused_with_its_place(tmp_path: Path, writer: str, why: str) -> None:
    (tmp_path / "mappings").mkdir()
    text = f"name: ownership\nversion: 1\nteams: {{a: {{title: A}}}}\nrecords:\n  invoice: [{writer}]\n"
    (tmp_path / "mappings/ownership.yaml").write_text(text)

    with pytest.raises(ContentError, match=why):
        load_ownership(tmp_path)
