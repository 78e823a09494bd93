import pytest

from engine.model.master_cells import Refused
from engine.model.master_kinds import ORDER_LINES, VENDORS
from engine.store.master_spool import Spool


def test_rows_come_back_by_key_each_with_its_line() -> None:
    with Spool() as spool:
        for line, one in enumerate(["b", "a", "c"], 2):
            spool.add(VENDORS, line, {"id": one, "name": one.upper()})
        spool.flush()

        assert [row["name"] for row in spool.rows(VENDORS)] == ["A", "B", "C"]
        assert (spool.line(VENDORS, "c"), spool.line(VENDORS, "d")) == (4, None)
        assert list(spool.missing(VENDORS, ["a", "x", "c", "y"])) == ["x", "y"]


def test_a_row_that_stands_twice_alike_counts_once() -> None:
    with Spool() as spool:
        spool.add(VENDORS, 2, {"id": "a", "name": "A"})
        spool.add(VENDORS, 3, {"name": "A", "id": "a"})
        spool.flush()

        assert len(list(spool.rows(VENDORS))) == 1


@pytest.mark.parametrize("batch", [1, 2, 100], ids=["apart", "together", "all at once"])
def test_a_row_that_stands_twice_with_other_values_is_refused(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.master_spool._BATCH", batch)

    def fill(spool: Spool) -> None:
        spool.add(ORDER_LINES, 2, {"number": "1", "line": "10", "unit": "H87"})
        spool.add(ORDER_LINES, 3, {"number": "1", "line": "10", "unit": "KGM"})
        spool.flush()

    with Spool() as spool, pytest.raises(Refused, match="1 / 10 stands twice with other values, in 2 and 3"):
        fill(spool)


def test_rows_of_two_kinds_are_kept_apart() -> None:
    with Spool() as spool:
        spool.add(VENDORS, 2, {"id": "1", "name": "x"})
        spool.add(ORDER_LINES, 3, {"number": "1", "line": ""})
        spool.flush()

        assert [row["name"] for row in spool.rows(VENDORS)] == ["x"]
