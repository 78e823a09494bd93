from datetime import date

from engine.stages.canonical.dates import settle_dates
from engine.stages.values.date_order import Habit, Signs
from tests.stages.canonical.fields import field, named

OPEN = field("issue_date", "2026-04-03", raw="03/04/2026", other="2026-03-04")


def test_the_country_of_the_vendor_settles_an_open_date() -> None:
    fields, findings = settle_dates(named(OPEN), Signs(countries=("US",), currency="USD"))

    assert fields["issue_date"].value == "2026-03-04"
    assert fields["issue_date"].provenance.how == "normalized"
    assert (fields["issue_date"].raw, [one.value for one in fields["issue_date"].alternatives]) == (
        "03/04/2026",
        ["2026-04-03"],
    )
    assert findings == ()


def test_a_date_that_is_read_right_stays_untouched() -> None:
    fields, findings = settle_dates(named(OPEN), Signs(countries=("GB",), currency="GBP"))

    assert fields["issue_date"] == OPEN
    assert findings == ()


def test_without_evidence_both_readings_are_told() -> None:
    fields, (finding,) = settle_dates(named(OPEN), Signs(language="en"))

    assert fields["issue_date"] == OPEN
    assert (finding.code, finding.fields) == ("date_ambiguous", ("issue_date",))
    assert finding.evidence[0] == ("issue_date", "2026-04-03 or 2026-03-04")


def test_what_the_vendor_wrote_before_settles_it() -> None:
    fields, (told,) = settle_dates(named(OPEN), Signs(language="en", habit=Habit(mdy=9)))

    assert fields["issue_date"].value == "2026-03-04"
    assert (told.code, told.severity, told.evidence[0]) == ("date_order_by_history", "info", ("mdy", "9"))
    assert "This vendor wrote dates before: month first 9 times" in told.message


def test_a_settled_date_is_not_opened_again() -> None:
    settled = field("issue_date", "2026-04-03", raw="03/04/2026")

    assert settle_dates(named(settled), Signs(countries=("US",))) == (named(settled), ())


def test_another_date_of_one_order_settles_it() -> None:
    due = field("due_date", "2026-04-18", raw="04/18/2026")

    fields, findings = settle_dates(named(OPEN, due), Signs())

    assert (fields["issue_date"].value, findings) == ("2026-03-04", ())


def test_both_dates_change_places_together() -> None:
    due = field("due_date", "2026-06-03", raw="03/06/2026", other="2026-03-06")
    issue = field("issue_date", "2026-05-01", raw="01/05/2026", other="2026-01-05")

    fields, _ = settle_dates(named(issue, due), Signs(terms_days=60))

    assert (fields["issue_date"].value, fields["due_date"].value) == ("2026-01-05", "2026-03-06")


def test_data_and_people_are_not_second_guessed() -> None:
    stated = field("issue_date", "2026-04-03", raw="03/04/2026", other="2026-03-04", how="human")

    assert settle_dates(named(stated), Signs(countries=("US",))) == (named(stated), ())


def test_a_document_does_not_come_before_it_is_issued() -> None:
    fields, _ = settle_dates(named(OPEN), Signs(language="en", received=date(2026, 3, 6)))

    assert fields["issue_date"].value == "2026-03-04"
