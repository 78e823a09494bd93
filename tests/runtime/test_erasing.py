"""Nothing of an erased document is left anywhere, and what keeps a posting from happening twice stays."""

import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.content.retention_policy import Keep
from engine.model.errors import PostroomError, ReadError
from engine.runtime import erasing, golden, intake, kpi, story
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand
from engine.runtime.promotion import kept
from engine.store import desk, ledger, retention, tables
from engine.store.columns import unpack
from engine.store.database import reading, transaction
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.house import Hub, running_hub
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

MARK = "Zwetschgenknoedel"
ANNA, OLGA = Hand("anna"), Hand("olga")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running_hub(tmp_path / "home") as made:
        yield made


def paper(folder: Path, number: str) -> Path:
    """Return an invoice that is posted without a person, with the mark in its name and in its words."""
    file = ubl_invoice(folder, number)
    marked = folder / f"{MARK}-{number}.xml"
    marked.write_text(file.read_text(encoding="utf-8").replace("Filter cartridge", f"{MARK} filter"), encoding="utf-8")
    return marked


def posted(hub: Hub, folder: Path, number: str = "RE-1001") -> str:
    line = hub.process(paper(folder, number))
    assert line.state == "posted"
    with transaction(hub.house.engine) as tx:
        desk.comment(tx, line.id, by="anna", to=None, text=f"Ask {MARK}", at=hub.house.clock.now())
    return line.id


def found(house: House) -> list[str]:
    """Return where the mark stands: rows of tables, and files of the house with what is compressed in them."""
    places: list[str] = []
    with reading(house.engine) as tx:
        for table in tables.metadata.sorted_tables:
            for row in tx.execute(select(table)).mappings():
                text = " ".join(str(unpack(None, one)) if isinstance(one, bytes) else str(one) for one in row.values())
                places += [f"table {table.name}: {text[:200]}"] if MARK.lower() in text.lower() else []
    for file in (one for one in house.settings.home.rglob("*") if one.is_file()):
        content = file.read_bytes()
        if file.parent.parent.name in {"readings", "pages"}:
            content = zlib.decompress(content)
        if MARK.lower().encode() in content.lower() or MARK in file.name:
            places.append(f"file {file.relative_to(house.settings.home)}")
    return places


def confirmed(house: House, *ids: str) -> None:
    erasing.confirm(house, erasing.ask(house, ids, why="Mr A asked, GDPR article 17", hand=ANNA).id, hand=OLGA)


def figures(house: House) -> list[object]:
    """Return what the key figures count, brought up to date."""
    assert kpi.count_on(house)
    with reading(house.engine) as tx:
        return list(tx.execute(select(tables.kpi_documents)).all())


@pytest.mark.slow
def test_nothing_is_left_of_an_erased_document_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with running_hub(tmp_path / "home", database_url=postgres_url) as hub:
        test_nothing_is_left_of_an_erased_document(hub, tmp_path)
        other = posted(hub, tmp_path, "RE-1002")
        with reading(hub.house.engine) as tx:
            assert retention.of_subject(tx, VENDOR["name"].upper(), limit=5) == [other]
            assert retention.of_subject(tx, VENDOR["name"][:5] + "%", limit=5) == []


def test_nothing_is_left_of_an_erased_document(hub: Hub, tmp_path: Path) -> None:
    house = hub.house
    document = posted(hub, tmp_path)
    assert {"table documents", "table step_results", "table ledger", "table comments"} <= {
        place.partition(":")[0] for place in found(house)
    }

    counted = figures(house)

    confirmed(house, document)

    assert figures(house) == counted
    assert [place for place in found(house) if not place.startswith("file out/")] == []
    with reading(house.engine) as tx:
        assert ledger.verify(tx).is_intact
        operation = tx.execute(select(tables.operations)).mappings().one()
        assert (operation["state"], operation["payload"]) == ("committed", {})
    told = story.line(story.story(house, document))
    assert (told.state, told.document) == ("erased", "erased")


def test_what_was_erased_is_neither_taken_in_nor_posted_again(hub: Hub, tmp_path: Path) -> None:
    document = posted(hub, tmp_path)
    confirmed(hub.house, document)
    with (tmp_path / f"{MARK}-RE-1001.xml").open("rb") as stream, pytest.raises(ReadError, match="were erased on"):
        intake.accept(hub.house, stream, name="again.xml", source="test")
    assert not any(document[2:] in str(file) for file in hub.house.settings.home.rglob("*"))

    other = paper(tmp_path, "RE-1001")
    other.write_text(other.read_text(encoding="utf-8").replace(MARK, "Feiner"), encoding="utf-8")
    assert hub.process(other).state in {"duplicate", "in_review"}
    with reading(hub.house.engine) as tx:
        assert len(tx.execute(select(tables.receipts)).all()) == 1


def test_one_person_alone_erases_nothing(hub: Hub, tmp_path: Path) -> None:
    document = posted(hub, tmp_path)
    asked = erasing.ask(hub.house, [document], why="wrong upload", hand=ANNA)
    with pytest.raises(PostroomError, match="another person"):
        erasing.confirm(hub.house, asked.id, hand=Hand("Anna"))
    assert found(hub.house)


def test_what_has_to_be_kept_is_refused_with_the_day(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = posted(hub, tmp_path)
    rows = (
        Keep(type="receipt", years=1, why="other"),
        Keep(type="invoice", years=8, begins="end_of_year", why="AO 147"),
    )
    kept_with(hub.house, rows, monkeypatch)
    with pytest.raises(PostroomError, match=rf"has to be kept until {hub.house.clock.now().year + 9}-01-01: AO 147"):
        erasing.ask(hub.house, [document], why="Mr A asked", hand=ANNA)


@pytest.mark.parametrize(
    ("scope", "holds"), [({"type": "invoice"}, True), ({"type": "receipt"}, False), ({"vendor_id": VENDOR["id"]}, True)]
)
def test_what_is_held_is_erased_by_nobody(
    hub: Hub, tmp_path: Path, scope: dict[erasing.Scope, str], holds: bool
) -> None:
    document = posted(hub, tmp_path)
    hold = erasing.hold(hub.house, scope, why="Case 12 O 34/26", hand=ANNA)
    assert bool(erasing.look(hub.house, [document]).refused) is holds

    erasing.end_hold(hub.house, hold, hand=OLGA)
    assert not erasing.look(hub.house, [document]).refused


def test_retention_erases_what_is_over_and_nothing_else(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, young = posted(hub, tmp_path), posted(hub, tmp_path, "RE-1002")
    came = hub.house.clock.now() - timedelta(days=40)
    with transaction(hub.house.engine) as tx:
        tx.execute(update(tables.documents).where(tables.documents.c.id == old).values(received_at=came))
    kept_with(hub.house, (Keep(days=30, then="erase", why="rule of the house"),), monkeypatch)

    assert [one.kept.id for one in erasing.due(hub.house)] == [old]
    assert erasing.run(hub.house, hand=ANNA).erased == (old,)
    assert erasing.due(hub.house) == []
    with reading(hub.house.engine) as tx:
        assert {one.id: one.state for one in retention.kept(tx, [old, young])} == {old: "erased", young: "posted"}


def test_a_worker_erases_once_a_day(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house, document = hub.house, posted(hub, tmp_path)
    assert erasing.nightly(house) is None
    came = house.clock.now() - timedelta(days=40)
    with transaction(house.engine) as tx:
        tx.execute(update(tables.documents).where(tables.documents.c.id == document).values(received_at=came))
    kept_with(house, (Keep(days=30, then="erase", why="rule of the house"),), monkeypatch)

    ran = erasing.nightly(house)

    assert ran is not None
    assert ran.erased == (document,)
    assert erasing.nightly(house) is None


def test_a_document_that_is_only_reported_stays(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = posted(hub, tmp_path)
    came = hub.house.clock.now() - timedelta(days=40)
    with transaction(hub.house.engine) as tx:
        tx.execute(update(tables.documents).where(tables.documents.c.id == document).values(received_at=came))
    kept_with(hub.house, (Keep(days=30, why="look before it goes"),), monkeypatch)

    assert [one.is_erased for one in erasing.due(hub.house)] == [False]
    assert erasing.run(hub.house, hand=ANNA).erased == ()
    assert found(hub.house)


def test_what_comes_under_a_hold_in_the_last_moment_stays(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = posted(hub, tmp_path)
    asked = erasing.ask(hub.house, [document], why="Mr A asked", hand=ANNA)
    looked = erasing.look(hub.house, [document])
    erasing.hold(hub.house, {"type": "invoice"}, why="Case 7", hand=OLGA)
    monkeypatch.setattr(erasing, "look", lambda *_: looked)

    with pytest.raises(PostroomError, match="Case 7"):
        erasing.confirm(hub.house, asked.id, hand=OLGA)
    assert found(hub.house)


def test_files_that_a_dead_worker_left_behind_are_swept(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = posted(hub, tmp_path)
    asked = erasing.ask(hub.house, [document], why="Mr A asked", hand=ANNA)
    with monkeypatch.context() as dying:
        dying.setattr(erasing, "sweep", killed)
        with pytest.raises(KeyboardInterrupt):
            erasing.confirm(hub.house, asked.id, hand=OLGA)
    assert any(document[2:] in str(file) for file in hub.house.settings.home.rglob("*"))

    erasing.run(hub.house, hand=ANNA)

    assert not any(document[2:] in str(file) for file in hub.house.settings.home.rglob("*"))


def test_a_list_of_erasures_erases_what_a_backup_brought_back(hub: Hub, tmp_path: Path) -> None:
    first, second = posted(hub, tmp_path), posted(hub, tmp_path, "RE-1002")
    confirmed(hub.house, first)
    listed = hub.house.settings.home / erasing.LIST
    listed.write_text(listed.read_text().replace(first, second) + listed.read_text())

    assert erasing.replay(hub.house, listed, hand=ANNA).erased == (second,)

    listed.write_text("no list")
    with pytest.raises(PostroomError, match="no list of erasures"):
        erasing.replay(hub.house, listed, hand=ANNA)


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def kept_with(house: House, rows: tuple[Keep, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "rows_of", lambda _: rows)


@pytest.mark.parametrize(
    ("row", "until"),
    [
        (Keep(years=10, begins="end_of_year", why="law"), date(2037, 1, 1)), (Keep(months=1, why="law"), date(2026, 2, 28)),
        (Keep(days=90, why="law"), date(2026, 5, 1)),
    ],
)  # fmt: skip
def test_time_is_counted_as_the_law_counts_it(row: Keep, until: date) -> None:
    assert row.until(date(2026, 1, 31)) == until


def test_reports_that_name_an_erased_document_go_with_it_and_say_so(hub: Hub, tmp_path: Path) -> None:
    house = hub.house
    one, other = (posted(hub, tmp_path, number) for number in ("RE-1001", "RE-1002"))
    reports = []
    for document in (one, other):
        text = f'{{"changes": [{{"document_id": "{document}", "after": "{MARK}"}}]}}'.encode()
        reports.append(house.blobs.put(BytesIO(text), limit=10_000)[0])
        with transaction(house.engine) as tx:
            ledger.append(
                tx, at=house.clock.now(), document_id=None, kind=kept.JUDGED, actor="anna", data={"report": reports[-1]}
            )  # fmt: skip

    confirmed(house, one)

    with pytest.raises(PostroomError, match="erased since"):
        kept.find(house, reports[0])
    with house.blobs.open(reports[1]) as stream:
        assert other.encode() in stream.read()


def test_golden_cases_that_hold_a_document_are_named_unless_they_are_masked(hub: Hub, tmp_path: Path) -> None:
    document = posted(hub, tmp_path)
    for name, is_masked in (("plain", False), ("masked", True)):
        golden.add(hub.house, tmp_path / "content", document, name=name, is_masked=is_masked)

    assert golden.made_of(tmp_path / "content", [document]) == ("golden/ap_invoice/plain.json",)
    assert golden.made_of(tmp_path / "content", ["0" * 64]) == ()
