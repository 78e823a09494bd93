from datetime import date

import pytest

from engine.stages.duplicates.series import follows_date, runs, step


@pytest.mark.parametrize(
    ("mine", "theirs", "level"),
    [
        ("A-8545/25", "A-8546/25", "next"),
        ("B46.06606.S", "B45.06605.S", "next"),
        ("A-8548/25", "A-8543/25", "near"),
        ("A-8593/25", "A-8563/25", "near"),
        ("A-8545/25", "A-3545/25", "jump"),
        ("A8545/25", "A-354525", "jump"),
        ("A-8545", "A-85450", "near"),
        ("A-8545", "B-8545", "near"),
    ],
)
def test_numbers_of_a_series_differ_at_the_end_of_a_run(mine: str, theirs: str, level: str) -> None:
    assert step(mine, theirs) == step(theirs, mine) == level


@pytest.mark.parametrize(
    ("mine", "day", "theirs", "other_day", "follows"),
    [
        pytest.param("M-2026-03", date(2026, 3, 1), "M-2026-08", date(2026, 8, 1), True, id="month"),
        pytest.param("77032026", date(2026, 3, 1), "77082026", date(2026, 8, 1), True, id="month at the end of a run"),
        pytest.param("20260305-7", date(2026, 3, 5), "20260306-7", date(2026, 3, 6), True, id="day"),
        pytest.param("417/2026", date(2025, 3, 5), "417/2025", date(2025, 3, 5), False, id="a year that is not its own"),
        pytest.param("417", date(2025, 3, 5), "411", date(2025, 4, 5), None, id="no date in it"),
        pytest.param("05", date(2025, 3, 5), "06", date(2025, 3, 5), None, id="a serial that happens to be a day"),
        pytest.param("M-2026-03", None, "M-2026-08", date(2026, 8, 1), None, id="undated"),
    ],
)  # fmt: skip
def test_numbers_that_hold_their_date_differ_as_their_dates_do(
    mine: str, day: date | None, theirs: str, other_day: date | None, follows: bool | None
) -> None:
    assert follows_date(mine, day, theirs, other_day) is follows
    assert follows_date(theirs, other_day, mine, day) is follows


def test_a_number_is_a_row_of_runs() -> None:
    assert [(run.text, run.start) for run in runs("re-2026/08 15")] == [("RE", 0), ("2026", 2), ("08", 6), ("15", 8)]
