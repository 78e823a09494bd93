import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adapters.files.directory import FilesDirectory
from adapters.files.folder_local import LocalFolder
from adapters.files.settings import parse_settings
from engine.content.environment import Binding
from engine.model import master_kinds
from engine.model.errors import ContentError, PostroomError, Transient
from engine.ports import Exports
from engine.runtime.house import House
from engine.runtime.master_exports import PickedUp, pick_up
from engine.runtime.master_sync import directory_of
from engine.store import ledger, master_history
from engine.store.database import connect, migrate, reading
from tests.adapters.files.doubles import Killed, Watched
from tests.house import StoppedClock
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

VENDOR_MAP = {
    "file": {"delimiter": ";", "encoding": "cp1252"},
    "columns": {
        "id": {"from": "LIFNR", "via": "value | upper"}, "name": {"from": ["NAME1", "NAME2"]}, "country": "LAND1",
    },
    "ignore": "*",
    "examples": [{"row": {"LIFNR": "a7", "NAME1": "Acme"}, "gives": {"id": "A7", "name": "Acme"}}],
}  # fmt: skip
ORDER_MAP = {
    "dates": "%d.%m.%Y", "decimals": "comma", "ignore": "*",
    "columns": {"number": "EBELN", "vendor_id": "LIFNR", "currency": {"value": "EUR"}},
    "examples": [{"row": {"EBELN": "1", "LIFNR": "2"}, "gives": {"number": "1"}}],
}  # fmt: skip
LINE_MAP = {
    "decimals": "comma", "ignore": "*",
    "columns": {"number": "EBELN", "line": "EBELP", "quantity": "MENGE", "unit_price": "NETPR"},
    "examples": [{"row": {"EBELN": "1", "EBELP": "10", "MENGE": "1.000,5"}, "gives": {"quantity": "1000.5"}}],
}  # fmt: skip
EXPORTS: Sequence[Mapping[str, Any]] = [
    {"name": "VENDORS_FULL*", "kinds": {"vendors": VENDOR_MAP}, "holds": "all", "most_gone_percent": 40},
    {"name": "VENDORS*", "kinds": {"vendors": VENDOR_MAP}},
    {"name": "PO*.csv", "kinds": {"orders": ORDER_MAP, "order_lines": LINE_MAP}},
    {"name": "LINES*", "kinds": {"order_lines": {}}},
    {"name": "*", "kinds": {"payment_terms": {}}},
]


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


@pytest.fixture
def house(empty_house: House, drop: Path) -> House:
    """A house whose target `erp` leaves files of master data."""
    environment = empty_house.library.environment
    targets = {**environment.targets, "erp": Binding(adapter="files", settings=settings_of(drop))}
    library = replace(empty_house.library, environment=environment.model_copy(update={"targets": targets}))
    return replace(empty_house, library=library, clock=StoppedClock(NOW))


def settings_of(drop: Path, **more: Any) -> dict[str, Any]:
    return {
        "delivery": "local", "folder": str(drop.parent / "in"), "exports_folder": str(drop), "exports": EXPORTS,
        "exports_quiet_seconds": 0, **more,
    }  # fmt: skip


def leave(drop: Path, name: str, content: str, *, hours_ago: float = 1) -> Path:
    path = drop / name
    path.write_bytes(content.encode("cp1252"))
    at = (NOW - timedelta(hours=hours_ago)).timestamp()
    os.utime(path, (at, at))
    return path


def vendors(*ids: str, city: str = "") -> str:
    return "LIFNR;NAME1;NAME2;LAND1\n" + "".join(f"{one};Müller {one};{city};DE\n" for one in ids)


def run(house: House, exports: Exports | None = None, **more: Any) -> list[PickedUp]:
    directory = exports or directory_of(house, "erp")
    assert isinstance(directory, Exports)
    return list(pick_up(house, "erp", directory, actor="cron", **more))


def whats(found: Sequence[PickedUp]) -> list[tuple[str, str]]:
    return [(one.name, one.what) for one in found]


def known(house: House, kind: str = "vendors", column: str = "id") -> list[str]:
    with reading(house.engine) as tx:
        return [row[column] for row in master_history.rows(tx, master_kinds.kind(kind))]


def imports(house: House) -> int:
    with reading(house.engine) as tx:
        return sum(event.kind == "master_data_imported" for event in ledger.recent(tx, 1000))


def files(drop: Path) -> dict[str, list[str]]:
    return {
        folder: sorted(
            file.name if folder == "." else file.name.split("_", 2)[-1]
            for file in (drop / folder).glob("*")
            if file.is_file()
        )
        for folder in (".", ".taken", "archive", "refused")
    }


def test_files_are_imported_those_first_that_others_refer_to_and_archived(house: House, drop: Path) -> None:
    leave(drop, "PO_1.csv", 'EBELN,EBELP,LIFNR,MENGE,NETPR,WERKS\nP1,10,A1,"1.200,50","9,99",X\nP1,20,A1,3,1,X\n')
    leave(drop, "VENDORS_1.csv", vendors("a1", "a2"))

    found = run(house)

    assert whats(found) == [("VENDORS_1.csv", "imported"), ("PO_1.csv", "imported")]
    assert known(house) == ["A1", "A2"]
    assert known(house, "order_lines", "quantity") == ["1200.50", "3"]
    assert files(drop) == {".": [], ".taken": [], "archive": ["PO_1.csv", "VENDORS_1.csv"], "refused": []}


def test_a_workbook_and_json_are_imported_like_csv(house: House, drop: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["code", "due_days"], ["N30", 30]):
        sheet.append(row)
    book.save(drop / "terms.xlsx")
    leave(drop, "terms.json", '[{"code": "N60", "due_days": 60}]')

    assert {one.what for one in run(house)} == {"imported"}
    assert known(house, "payment_terms", "code") == ["N30", "N60"]


def test_only_a_file_that_holds_all_takes_rows_out_of_use(house: House, drop: Path) -> None:
    leave(drop, "VENDORS_FULL_1.csv", vendors("1", "2", "3"), hours_ago=3)
    leave(drop, "VENDORS_2.csv", vendors("4"), hours_ago=2)
    run(house)
    assert known(house) == ["1", "2", "3", "4"]

    leave(drop, "VENDORS_FULL_3.csv", vendors("1", "2", "4"))
    run(house)

    assert known(house) == ["1", "2", "4"]


@pytest.mark.parametrize("content", [vendors("1", "2"), vendors()], ids=["half of it", "header only"])
def test_a_whole_file_that_would_take_too_much_out_of_use_is_refused(house: House, drop: Path, content: str) -> None:
    leave(drop, "VENDORS_FULL_1.csv", vendors("1", "2", "3", "4"), hours_ago=2)
    run(house)
    leave(drop, "VENDORS_FULL_2.csv", content)

    (found,) = run(house)

    assert found.what == "refused"
    assert "of 4 vendors would go out of use; is the file whole?" in found.report
    assert known(house) == ["1", "2", "3", "4"]


def test_a_person_can_say_that_a_whole_file_is_whole(house: House, drop: Path) -> None:
    leave(drop, "VENDORS_FULL_1.csv", vendors("1", "2", "3", "4"), hours_ago=2)
    leave(drop, "VENDORS_FULL_2.csv", vendors("1"))
    assert [one.what for one in run(house)] == ["imported", "refused"]
    (refused,) = (drop / "refused").glob("*.csv")

    refused.rename(drop / "VENDORS_FULL_2.csv")

    assert [one.what for one in run(house, force=True)] == ["imported"]
    assert known(house) == ["1"]


def test_a_broken_file_stands_aside_with_line_and_reason_and_the_next_is_imported(house: House, drop: Path) -> None:
    leave(drop, "VENDORS_1.csv", "LIFNR;NAME1;NAME2;LAND1\n1;x;;DE\n2;;;DE\n3;y;;Germany\n", hours_ago=2)
    leave(drop, "VENDORS_2.csv", vendors("9"))

    found = run(house)

    assert whats(found) == [("VENDORS_1.csv", "refused"), ("VENDORS_2.csv", "imported")]
    assert known(house) == ["9"]
    (report,) = (drop / "refused").glob("*.report.txt")
    assert report.read_text().splitlines()[:5] == [
        "VENDORS_1.csv was not imported; nothing of it was kept.",
        "Written 2026-11-02 07:00 UTC, refused 2026-11-02 09:00 UTC.",
        "",
        "VENDORS_1.csv:3: name is missing",
        "VENDORS_1.csv:4: country 'Germany' is not a country of ISO 3166 such as DE",
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("LIFNR;NAME1\n1;x\n", "column 'LAND1' is missing"),
        ("LIFNR;NAME1;NAME2;LAND1\n1;x\n", ":2: 2 cells where the header names 4"),
        ("", "the file is empty"),
        ('LIFNR;NAME1;NAME2;LAND1\n"1;x;y;DE\n', "is not well-formed CSV"),
        ("LIFNR;NAME1;NAME2;LAND1\n1;x;;DE\n1;y;;DE\n", "1 stands twice with other values, in 2 and 3"),
    ],
    ids=["column missing", "cut off", "empty", "open quote", "key twice"],
)
def test_what_is_wrong_with_a_file_is_said(house: House, drop: Path, content: str, why: str) -> None:
    leave(drop, "VENDORS_FULL_1.csv", content)

    (found,) = run(house)

    assert (found.what, known(house)) == ("refused", [])
    assert why in found.report


def test_lines_wait_for_their_orders_and_are_refused_after_a_day(house: House, drop: Path) -> None:
    leave(drop, "LINES_1.csv", "number,line,quantity\nP1,10,5\n")

    assert whats(run(house)) == [("LINES_1.csv", "waits")]

    leave(drop, "PO_1.csv", "EBELN,EBELP,LIFNR,MENGE,NETPR\nP1,20,A1,1,1\n")
    assert whats(run(house)) == [("PO_1.csv", "imported"), ("LINES_1.csv", "imported")]

    leave(drop, "LINES_2.csv", "number,line,quantity\nP2,10,5\n", hours_ago=25)
    (late,) = run(house)
    assert (late.what, late.report) == ("refused", "LINES_2.csv:2: P2 / 10: there is no P2 among the purchase orders")


def test_the_same_file_is_not_imported_twice(house: House, drop: Path) -> None:
    leave(drop, "VENDORS_1.csv", vendors("1", city="old"), hours_ago=2)
    run(house)
    leave(drop, "VENDORS_2.csv", vendors("1", city="new"))
    run(house)

    leave(drop, "VENDORS_1.csv", vendors("1", city="old"), hours_ago=2)

    assert whats(run(house)) == [("VENDORS_1.csv", "imported before")]
    assert known(house, column="name") == ["Müller 1 new"]


def test_a_dry_run_shows_what_would_change_and_moves_nothing(house: House, drop: Path) -> None:
    leave(drop, "VENDORS_1.csv", vendors("1"))
    leave(drop, "VENDORS_2.csv", "broken")

    found = run(house, dry_run=True)

    assert {one.name: one.what for one in found} == {"VENDORS_1.csv": "imported", "VENDORS_2.csv": "refused"}
    assert (known(house), len(files(drop)["."])) == ([], 2)


def test_only_the_kinds_that_are_asked_for_are_picked_up(house: House, drop: Path) -> None:
    leave(drop, "VENDORS_1.csv", vendors("1"))
    leave(drop, "terms.csv", "code\nN30\n")

    assert whats(run(house, kinds=["payment_terms"])) == [("terms.csv", "imported")]
    with pytest.raises(PostroomError, match="erp leaves no files of items; it leaves: order_lines, orders, payment"):
        run(house, kinds=["items"])


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        ({"colours": {}}, "target erp, colours: no kind of master data 'colours'; there are: vendors"),
        ({"vendors": {"columns": {"id": "A"}}}, "examples: this key is required"),
        ({"vendors": VENDOR_MAP | {"columns": {"id": "A", "colour": "B"}}}, r"columns.colour: unknown column; allowed"),
        ({"vendors": VENDOR_MAP | {"colums": {}}}, "colums: unknown key; allowed here: "),
    ],
    ids=["unknown kind", "no example", "unknown column", "misspelt key"],
)
def test_a_broken_column_map_stops_everything_before_a_file_is_touched(
    house: House, drop: Path, kinds: Mapping[str, Any], why: str
) -> None:
    leave(drop, "VENDORS_1.csv", vendors("1"))
    exports = [{"name": "*", "kinds": kinds}]
    settings = parse_settings(settings_of(drop, exports=exports))

    with pytest.raises(ContentError, match=why):
        run(house, FilesDirectory(LocalFolder(), settings))

    assert files(drop)["."] == ["VENDORS_1.csv"]


def test_a_folder_that_is_away_is_no_mistake_of_a_file(house: House, drop: Path) -> None:
    drop.rmdir()

    with pytest.raises(Transient, match="is not there"):
        run(house)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_of_several_runs_at_once_one_imports_a_file_that_was_taken(
    house: House, drop: Path, request: pytest.FixtureRequest, database: str
) -> None:
    if database == "postgresql":
        engine = connect(request.getfixturevalue("postgres_url"))
        migrate(engine)
        house = replace(house, engine=engine)
    leave(drop, "VENDORS_1.csv", vendors("1", "2", "3"))
    settings = parse_settings(settings_of(drop))
    first = FilesDirectory(LocalFolder(), settings)
    first.take(first.waiting()[0])

    with ThreadPoolExecutor(4) as pool:
        each = [pool.submit(run, house, FilesDirectory(LocalFolder(), settings)) for _ in range(4)]
        found = [one.what for done in each for one in done.result()]

    assert found.count("imported") == 1
    assert set(found) <= {"imported", "imported before"}
    assert (known(house), imports(house), files(drop)["archive"]) == (["1", "2", "3"], 1, ["VENDORS_1.csv"])
    house.engine.dispose()


def dying(drop: Path, at: int, *, before: bool) -> tuple[FilesDirectory, Watched]:
    """Return a directory whose process dies before or after one of its calls."""

    def die(number: int, *, is_before: bool) -> None:
        if (number, is_before) == (at, before):
            raise Killed

    folder = Watched(
        LocalFolder(), before=lambda number, _: die(number, is_before=True),
        after=lambda number, _: die(number, is_before=False),
    )  # fmt: skip
    return FilesDirectory(folder, parse_settings(settings_of(drop))), folder


@pytest.mark.parametrize("before", [True, False], ids=["before a call", "after a call"])
def test_wherever_it_dies_every_file_is_imported_once_and_put_away_once(
    house: House, tmp_path: Path, *, before: bool
) -> None:
    at, has_died = 0, True
    while has_died:
        at += 1
        drop, done = tmp_path / f"run_{at}", imports(house)
        drop.mkdir()
        leave(drop, "VENDORS_1.csv", vendors(f"{at}A", f"{at}B"), hours_ago=3)
        leave(drop, "VENDORS_2.csv", "broken", hours_ago=2)
        leave(drop, "PO_1.csv", f"EBELN,EBELP,LIFNR,MENGE,NETPR\n{at}P,20,{at}A,1,1\n")
        first, folder = dying(drop, at, before=before)

        with suppress(Killed):
            run(house, first)
        has_died = folder.calls >= at
        run(house, FilesDirectory(LocalFolder(), parse_settings(settings_of(drop))))

        assert imports(house) - done == 2, at
        assert {f"{at}A", f"{at}B"} <= set(known(house)), at
        assert f"{at}P" in known(house, "orders", "number"), at
        assert files(drop) == PUT_AWAY, at
    assert at > len(PUT_AWAY)


PUT_AWAY = {
    ".": [], ".taken": [], "archive": ["PO_1.csv", "VENDORS_1.csv"],
    "refused": ["VENDORS_2.csv", "VENDORS_2.csv.report.txt"],
}  # fmt: skip
