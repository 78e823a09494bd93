"""A hub is copied while it works, and the copy is the same hub."""

from pathlib import Path

import pytest

from engine.model.errors import PostroomError
from engine.runtime import postgresql, story
from engine.runtime.backup import backup, restore
from engine.runtime.house import open_house
from engine.store import ledger
from engine.store.database import connect, reading, transaction
from tests.durable.invoices import ubl_invoice
from tests.house import furnished_house, running_hub, test_settings
from tests.postgres import PostgresServer, postgres_server
from tests.runtime.processed import dump, walked

__all__ = ["postgres_server"]


def test_a_restored_hub_has_every_document_a_whole_chain_and_looks_before_it_sends(tmp_path: Path) -> None:
    house = furnished_house(tmp_path / "old")
    document = walked(house, ubl_invoice(tmp_path, "RE-9001"))
    before = dump(house)
    with transaction(house.engine):  # somebody writes at this moment; what is not committed is not copied
        backup(house.settings, tmp_path / "copy")
    walked(house, ubl_invoice(tmp_path, "RE-9002"))
    house.close()

    restore(test_settings(tmp_path / "new"), tmp_path / "copy")

    again = open_house(test_settings(tmp_path / "new"))
    with reading(again.engine) as tx:
        chain = ledger.verify(tx)
    with again.blobs.open(document) as stream:
        assert stream.read() == (tmp_path / "RE-9001.xml").read_bytes()
    assert chain.is_intact
    assert {name: rows for name, rows in dump(again).items() if name != "operations"} == {
        name: rows for name, rows in before.items() if name != "operations"
    }
    assert [one.attempts for one in story.story(again, document).operations] == [1]
    again.close()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A backup of a hub with nothing but a database and one blob."""
    settings = test_settings(tmp_path / "small")
    (settings.home / "blobs" / "ab").mkdir(parents=True)
    (settings.home / "blobs" / "ab" / "cd").write_bytes(b"bytes")
    engine = connect(settings.sql_url())
    with transaction(engine):
        pass
    engine.dispose()
    backup(settings, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize("change", ["changed", "missing", "put in", "no manifest"])
def test_a_backup_that_was_changed_restores_nothing(copy: Path, tmp_path: Path, change: str) -> None:
    blob = copy / "home" / "blobs" / "ab" / "cd"
    if change == "changed":
        blob.write_bytes(b"bytez")
    elif change == "missing":
        blob.unlink()
    elif change == "put in":
        blob.with_name("ce").write_bytes(b"more")
    else:
        (copy / "manifest.json").unlink()

    with pytest.raises(PostroomError):
        restore(test_settings(tmp_path / "new"), copy)
    assert not (tmp_path / "new").exists()


def test_a_home_that_holds_something_is_not_overwritten(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").write_text("mine")

    with pytest.raises(PostroomError, match="not empty"):
        restore(test_settings(tmp_path / "new"), copy)
    with pytest.raises(PostroomError, match="not empty"):
        backup(test_settings(tmp_path / "small"), copy)


@pytest.fixture(scope="module")
def postgres_copy(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, int]:
    """A backup of a hub on PostgreSQL, taken while a worker runs, with a document and the length of its chain."""
    folder = tmp_path_factory.mktemp("hub")
    url = postgres_server.url(postgres_server.create_database())
    with running_hub(folder / "old", database_url=url) as hub:
        document = hub.process(ubl_invoice(folder, "RE-9001")).id
        with reading(hub.house.engine) as tx:
            entries = ledger.verify(tx).count
        backup(hub.house.settings, folder / "copy")
    return folder / "copy", document, entries


@pytest.mark.slow
def test_a_hub_on_postgresql_is_restored_with_its_workflows(
    postgres_server: PostgresServer, postgres_copy: tuple[Path, str, int], tmp_path: Path
) -> None:
    copy, document, entries = postgres_copy
    settings = test_settings(tmp_path / "new", database_url=postgres_server.url(postgres_server.create_database()))

    restore(settings, copy)

    again = open_house(settings)
    with reading(again.engine) as tx:
        chain = ledger.verify(tx)
        flows = tx.exec_driver_sql("select count(*) from dbos.workflow_status").scalar_one()
    with again.blobs.open(document) as stream:
        assert len(stream.read()) > 0
    assert (chain.is_intact, chain.count, flows > 0) == (True, entries, True)
    again.close()
    with pytest.raises(PostroomError, match="is not empty"):
        restore(settings.model_copy(update={"home": tmp_path / "third"}), copy)


@pytest.mark.slow
def test_a_copy_of_postgresql_goes_into_postgresql_and_a_broken_one_nowhere(
    postgres_server: PostgresServer, postgres_copy: tuple[Path, str, int], tmp_path: Path
) -> None:
    copy, _, _ = postgres_copy
    with pytest.raises(PostroomError, match="another kind of database"):
        restore(test_settings(tmp_path / "lite"), copy)
    broken = tmp_path / "broken.dump"
    broken.write_bytes((copy / "postgresql.dump").read_bytes()[:-2000])
    url = postgres_server.url(postgres_server.create_database())

    with pytest.raises(PostroomError, match="pg_restore failed"):
        postgresql.load(url, broken)

    postgresql.load(url, copy / "postgresql.dump")  # nothing of the broken one stayed


def test_without_the_tools_of_the_server_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PostroomError, match="postgresql-client"):
        backup(test_settings(tmp_path / "home", database_url="postgresql://u@h/db"), tmp_path / "copy")


def test_blobs_of_an_object_store_are_copied_by_its_own_means(tmp_path: Path) -> None:
    with pytest.raises(PostroomError, match="object store"):
        backup(test_settings(tmp_path, blobs_url="s3://bucket/blobs"), tmp_path / "copy")
