"""A hub is copied while it works, and the copy is the same hub."""

from pathlib import Path

import pytest

from engine.model.errors import PostroomError
from engine.runtime import story
from engine.runtime.backup import backup, restore
from engine.runtime.house import open_house
from engine.store import ledger
from engine.store.database import connect, reading, transaction
from tests.durable.invoices import ubl_invoice
from tests.house import furnished_house, test_settings
from tests.runtime.processed import dump, walked


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


def test_a_hub_on_postgresql_says_which_tool_copies_it(tmp_path: Path) -> None:
    with pytest.raises(PostroomError, match="pg_dump"):
        backup(test_settings(tmp_path, database_url="postgresql://u@h/db"), tmp_path / "copy")
