"""Key figures and savings over HTTP: the same numbers on the page, in files and for programs; who may ask for what."""

import csv
import io
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from admin.pages.catalogue import catalogue
from engine.model.kpi import MEASURES
from engine.model.person import Where
from engine.model.rights import Grant
from engine.runtime import kpi, kpi_effort, kpi_export, kpi_roi
from engine.runtime.house import House
from engine.runtime.kpi import Line, Sum, Wanted
from engine.runtime.kpi_roi import FORMULAS, INPUTS, Inputs
from engine.runtime.people import accounts, stay
from engine.store import documents, reviews, tables
from engine.store.database import reading, transaction
from tests.admin.visitors import HAND, OWN_TOKEN, browser, fields, house_of, opened
from tests.store import kpi_histories

PROGRAM = {"Authorization": f"Bearer {OWN_TOKEN}"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(tmp_path_factory.mktemp("hub")) as client:
        house = house_of(client)
        with transaction(house.engine) as tx:
            kpi_histories.write(tx, seed=4, many=60, now=house.clock.now())
        yield client


def visitor(hub: TestClient, name: str, grant: Grant) -> TestClient:
    house = house_of(hub)
    person = accounts.add(house, name, hand=HAND)
    accounts.grant(house, name, grant, hand=HAND)
    came = browser(hub)
    came.cookies.set("postroom-session", stay.begin(house, person, Where(), way="password"))
    return came


@pytest.fixture(scope="module")
def vera(hub: TestClient) -> TestClient:
    return visitor(hub, "vera", Grant(role="viewer"))


def test_page_file_and_program_tell_the_same(hub: TestClient, vera: TestClient) -> None:
    told = hub.get("/api/v1/kpi?by=type", headers=PROGRAM).json()
    page = vera.get("/kpi?by=type").text
    rows = list(csv.DictReader(io.StringIO(vera.get("/kpi/export.csv?by=type").text)))

    assert told["behind"] == 0
    assert [one["now"]["group"] for one in told["groups"]] == [one["group"] for one in rows[2::2]]
    assert rows[0]["straight_rate"] == str(told["total"]["now"]["figures"]["straight_rate"] or "0.0")
    assert int(rows[0]["count_received"]) == sum(int(one["count_received"]) for one in rows[2::2])
    assert all(one.says.replace("&", "&amp;") in page for one in MEASURES)


def test_twelve_periods_end_with_the_one_asked_for(hub: TestClient) -> None:
    told = hub.get("/api/v1/kpi?step=week&day=2026-11-25", headers=PROGRAM).json()

    assert (told["begins"], told["ends"], len(told["trend"])) == ("2026-11-23", "2026-11-30", 12)
    assert told["trend"][-1] == told["total"]["now"]
    assert told["trend"][0]["begins"] == "2026-09-07"


def test_vendors_are_told_apart_only_for_who_reads_everything(hub: TestClient) -> None:
    narrow = visitor(hub, "nora", Grant(role="viewer", entities=("DE01",)))

    assert narrow.get("/kpi?by=vendor").status_code == 403
    assert narrow.get("/kpi?vendor=V1").status_code == 403
    assert ">By Vendor<" not in narrow.get("/kpi").text


@pytest.mark.parametrize(
    "address", ["/kpi?by=colour", "/kpi?day=yesterday", "/kpi?day=0001-01-01", "/api/v1/kpi?step=year"]
)  # fmt: skip
def test_what_nobody_counts_is_refused(vera: TestClient, address: str) -> None:
    assert vera.get(address).status_code == 422


def test_inputs_are_kept_for_a_person(hub: TestClient, vera: TestClient) -> None:
    form = {**fields(vera.get("/roi").text), **{one.name: one.default for one in INPUTS}, "hourly_cost": "77,50"}

    answer = vera.post("/roi", data=form, follow_redirects=False)

    assert answer.status_code == 303
    assert 'value="77.50"' in vera.get("/roi").text
    assert hub.get("/api/v1/roi", headers=PROGRAM).json()["inputs"]["hourly_cost"] == "40.00"


@pytest.mark.parametrize(
    ("name", "typed"), [("hourly_cost", "lots"), ("error_percent", "101"), ("currency", "E"), ("error_cost", "NaN")]
)
def test_an_input_that_is_none_is_named_and_not_kept(vera: TestClient, name: str, typed: str) -> None:
    form = {**fields(vera.get("/roi").text), **{one.name: one.default for one in INPUTS}, name: typed}

    answer = vera.post("/roi", data=form)

    assert answer.status_code == 422
    assert next(one.title for one in INPUTS if one.name == name) in answer.text
    assert f'value="{typed}"' not in vera.get("/roi").text


def test_savings_are_what_the_formulas_say() -> None:
    inputs = Inputs.model_validate({
        "currency": "EUR", "minutes_by_hand": "12", "hourly_cost": "30", "minutes_of_answer": "3", "error_percent": "2",
        "error_cost": "50", "duplicate_percent": "10", "running_cost": "100",
    })  # fmt: skip
    counts = {"confirmed": 200, "straight": 100, "provisional": 50, "answers": 30, "measured": 20, "seconds": 1800}
    money = (Sum(currency="EUR", amount=Decimal("1000.50")), Sum(currency="JPY", amount=Decimal(9)))
    line = Line(group="", begins=kpi_histories.NOW.date(), counts=counts, prevented=money)

    roi = kpi_roi.reckoned(line, inputs)

    # 200 * 12 min; 1800 s and 10 * 3 min; 39 h * 30; 100 * 2 %; 2 * 50; 10 % of 1000.50; less 100
    expected = ("40.00", "1.00", "39.00", "1170.00", "2.00", "100.00", "100.05", "1270.05")
    assert [str(roi.sure[one.name]) for one in FORMULAS] == list(expected)
    assert roi.provisional["saved"] - roi.sure["saved"] == Decimal("50.00")


def test_a_file_computes_nothing_in_a_spreadsheet() -> None:
    assert b"'=1+1" in kpi_export.written([{"name": "=1+1", "rate": -0.5}], "csv")
    assert b",-0.5" in kpi_export.written([{"name": "=1+1", "rate": -0.5}], "csv")


def test_parquet_holds_the_rows(hub: TestClient) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="postroom[parquet] is not installed")

    content = hub.get("/api/v1/kpi/export.parquet?by=entity", headers=PROGRAM).content

    told = list(csv.DictReader(io.StringIO(hub.get("/api/v1/kpi/export.csv?by=entity", headers=PROGRAM).text)))
    rows = parquet.read_table(io.BytesIO(content)).to_pylist()
    assert [(one["group"], str(one["count_decided"])) for one in rows] == [
        (one["group"], one["count_decided"]) for one in told
    ]


def test_without_the_library_parquet_is_declined(vera: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    answer = vera.get("/kpi/export.parquet")

    assert answer.status_code == 406
    assert "postroom[parquet]" in answer.text


def test_what_an_answer_took_is_counted_with_it(hub: TestClient) -> None:
    house, anna = house_of(hub), visitor(hub, "anna", Grant(role="reviewer"))
    before = _measured(house)
    with reading(house.engine) as tx:
        states = {one.id: one.state for one in documents.recent(tx, 500)}
        paper = next(one.document_id for one in reviews.open_items(tx) if states.get(one.document_id) == "in_review")
        had = tx.execute(select(tables.review_efforts.c.seq)).scalars().all()

    refused = _answer(anna, paper, "pass-on", revision="9", queue="accounting", effort="1,20,3")
    lied = _answer(anna, paper, "comment", text="Hm.", effort="1,20,3")
    given = _answer(anna, paper, "pass-on", revision="1", queue="integration_admins", effort="0,20,3")

    assert (refused, lied, given) == (409, 303, 303)
    assert _measured(house) == (before[0] + 1, before[1] + 20)
    with reading(house.engine) as tx:
        columns = {one.name for one in tables.review_efforts.columns}
        found = tx.execute(select(tables.review_efforts).where(tables.review_efforts.c.seq.not_in(had))).one()
    assert found.clicks == 3
    assert not columns & {"by", "person", "actor"}


@pytest.mark.parametrize("told", ["-1,0,0", "1,2", "99999,1,1", "1,99999,1", "", "1,2,3;x"])
def test_what_nobody_does_in_one_sitting_is_not_believed(told: str) -> None:
    assert kpi_effort.told(told) is None


def test_all_that_figures_say_is_translated() -> None:
    german = catalogue("de")
    said = {text for one in MEASURES for text in (one.title, one.says)}
    said |= {text for one in INPUTS for text in (one.title, one.says)}
    said |= {text for one in FORMULAS for text in (one.title, one.says)}

    assert sorted(one for one in said if german.gettext(one) == one) == []


@pytest.mark.parametrize("address", ["/kpi?by=entity&step=week", "/roi?step=day"])
def test_pages_speak_german(vera: TestClient, address: str) -> None:
    page = vera.get(address, headers={"Accept-Language": "de"}).text

    assert "Dunkel" in page
    assert "Straight" not in page


def test_figures_that_are_shown_again_are_a_minute_old_at_most(hub: TestClient) -> None:
    house, day = house_of(hub), date(2026, 1, 1)
    first = kpi.recent(house, Wanted(step="week", day=day))

    assert kpi.recent(house, Wanted(step="week", day=day)) is first
    aged = first.model_copy(update={"counted_at": first.counted_at - timedelta(seconds=61)})
    kpi._ANSWERS[house.engine][Wanted(step="week", day=day)] = aged
    assert kpi.recent(house, Wanted(step="week", day=day)).counted_at > first.counted_at


def _answer(who: TestClient, paper: str, act: str, **values: str) -> int:
    form = {**fields(who.get("/me").text), **values}
    status: int = who.post(f"/desk/{paper}/{act}", data=form, follow_redirects=False).status_code
    return status


def _measured(house: House) -> tuple[int, int]:
    """Return the answers measured and their keys in the last year."""
    counts = [one.counts for one in kpi.kpi(house, Wanted(step="month", day=house.clock.now().date())).trend]
    return sum(one["measured"] for one in counts), sum(one["keys"] for one in counts)
