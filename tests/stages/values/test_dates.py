from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stages.values.dates import date_readings, swapped
from tests.stages.extract.layout import lexicon

READINGS = {
    "03/04/2026": ["2026-04-03 dmy", "2026-03-04 mdy"], "03-04-2026": ["2026-04-03 dmy", "2026-03-04 mdy"],
    "3/4/26": ["2026-04-03 dmy", "2026-03-04 mdy", "2003-04-26 ymd"], "03/04/05": ["2005-04-03 dmy", "2005-03-04 mdy", "2003-04-05 ymd"],
    "03.04.2026": ["2026-04-03 dmy"], "3. 4. 2026": ["2026-04-03 dmy"], "13/04/2026": ["2026-04-13 dmy"], "04/13/2026": ["2026-04-13 mdy"],
    "04/04/2026": ["2026-04-04 any"], "2026-04-03": ["2026-04-03 any"], "2026/4/3": ["2026-04-03 any"], "2026.04.03.": ["2026-04-03 any"],
    "20260403": ["2026-04-03 any"], "2026\u5e744\u67083\u65e5": ["2026-04-03 any"], "\u0661\u0663/\u0660\u0664/\u0662\u0660\u0662\u0666": ["2026-04-13 dmy"],
    "3 avril 2026": ["2026-04-03 any"], "1er mars 2026": ["2026-03-01 any"], "April 3, 2026": ["2026-04-03 any"], "Apr 3rd, 2026": ["2026-04-03 any"],
    "3rd of April 2026": ["2026-04-03 any"], "3 de abril de 2026": ["2026-04-03 any"], "3. M\u00e4rz 2026": ["2026-03-03 any"], "3-Apr-26": ["2026-04-03 any"],
    "2026. gada 3. apr\u012blis": ["2026-04-03 any"], "3 kwietnia 2026": ["2026-04-03 any"], "3. b\u0159ezna 2026": ["2026-03-03 any"], "3 aprile 2026": ["2026-04-03 any"],
    "31.12.99": ["1999-12-31 dmy"], "31.02.2026": [], "99/99/2026": [], "no date": [], "1 200 300": [], "00/00/0000": [], "12/2026": [],
    "Date: 13/04/2026 Page 1": ["2026-04-13 dmy"], "2026-13-01": [], "29/02/2025": [], "29/02/2024": ["2024-02-29 dmy"],
}  # fmt: skip


@pytest.mark.parametrize(("printed", "expected"), READINGS.items())
def test_a_date_has_every_reading_that_its_digits_allow(printed: str, expected: list[str]) -> None:
    assert [f"{one.value} {one.order}" for one in date_readings(printed, lexicon().months)] == expected


def test_day_and_month_change_places_where_that_is_a_date() -> None:
    assert swapped(date(2026, 4, 3)) == date(2026, 3, 4)
    assert swapped(date(2026, 4, 13)) is None
    assert swapped(date(2026, 4, 4)) is None


FORMS = {
    "%d/%m/%Y": "dmy", "%d-%m-%Y": "dmy", "%d.%m.%Y": "dmy", "%m/%d/%Y": "mdy", "%d/%m/%y": "dmy", "%m/%d/%y": "mdy",
    "%y-%m-%d": "ymd", "%Y-%m-%d": "any", "%Y%m%d": "any", "%d %B %Y": "any", "%B %d, %Y": "any", "%d-%b-%y": "any",
}  # fmt: skip


@given(day=st.dates(date(2000, 1, 1), date(2079, 12, 31)), form=st.sampled_from(list(FORMS)))
def test_the_day_that_was_printed_is_among_the_readings(day: date, form: str) -> None:
    found = date_readings(day.strftime(form), lexicon().months)

    assert (day, True) in {(one.value, one.order in {FORMS[form], "any"}) for one in found}
