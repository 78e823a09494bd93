"""Documents that come encrypted and signed, and those that lie in a bucket."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pysequoia import encrypt

from adapters.files.folder_s3 import S3Folder
from adapters.files.plug import PLUG
from engine.model.errors import Transient
from engine.runtime import fetching
from engine.runtime.house import House
from engine.store import documents
from engine.store.database import reading
from tests.adapters.files.doubles import Killed
from tests.adapters.files.servers_s3 import MotoStore
from tests.adapters.files.test_pgp import Keys, keys, partner, public

__all__ = ["keys", "partner"]

PDF = b"%PDF-1.4 paper"


@pytest.fixture
def store() -> Iterator[MotoStore]:
    made = MotoStore()
    made.start()
    yield made
    made.stop()


def bucket(store: MotoStore, **more: Any) -> dict[str, Any]:
    settings = {name: value for name, value in store.settings().items() if name != "folder"}
    return {**settings, "documents_folder": "/scans", "documents_quiet_seconds": 0, **more}


def fetch(house: House, settings: dict[str, Any]) -> list[tuple[str, str]]:
    inbox = PLUG.inbox(settings)
    try:
        return [(one.name, one.what) for one in fetching.fetch(house, "scans", inbox)]
    finally:
        inbox.close()


def lies(store: MotoStore) -> list[str]:
    """Return the folder and the end of the name of each object."""
    return [f"{one.name.rpartition('/')[0]}: {one.name.rpartition('_')[2]}" for one in store.all("scans/")]


def test_documents_are_fetched_out_of_a_bucket(empty_house: House, store: MotoStore) -> None:
    for name in ("a.pdf", "b.pdf"):
        store.lay(f"scans/{name}", PDF + name.encode())
    found = fetch(empty_house, bucket(store))

    assert found == [("a.pdf", "new"), ("b.pdf", "new")]
    assert lies(store) == ["archive: a.pdf", "archive: b.pdf"]
    assert fetch(empty_house, bucket(store)) == []


@pytest.mark.parametrize("step", ["_remove_same", "_put_new", "rename"])
def test_a_death_in_the_middle_of_a_move_loses_and_doubles_nothing(
    empty_house: House, store: MotoStore, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store.lay("scans/a.pdf", PDF)

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(S3Folder, step, die)
        with pytest.raises(Killed):
            fetch(empty_house, bucket(store))
    for _ in range(2):
        fetch(empty_house, bucket(store))

    assert lies(store) == ["archive: a.pdf"]
    with reading(empty_house.engine) as tx:
        assert len(documents.recent(tx, 10)) == 1


def test_a_bucket_that_is_not_there_is_no_empty_folder(empty_house: House, store: MotoStore) -> None:
    with pytest.raises(Transient, match="not there"):
        fetch(empty_house, bucket(store, bucket="another-one"))


@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")
def test_sealed_documents_are_opened_and_bad_seals_put_aside_with_the_reason(
    empty_house: House, tmp_path: Path, keys: Keys
) -> None:
    hub, scans = keys.hub.extract_certificate(), tmp_path / "scans"
    scans.mkdir()
    (scans / "good.pdf.pgp").write_bytes(encrypt(PDF, [hub], keys.erp.signer()))
    (scans / "stranger.pdf.pgp").write_bytes(encrypt(PDF, [hub], keys.stranger.signer()))
    (scans / "plain.pdf").write_bytes(PDF)
    found = fetch(
        empty_house,
        {
            "delivery": "local", "documents_folder": str(scans), "documents_quiet_seconds": 0,
            "pgp_decrypt_with": str(keys.hub), "pgp_verify_from": public(keys.erp),
        },
    )  # fmt: skip

    assert sorted(found) == [("good.pdf", "new"), ("plain.pdf", "refused"), ("stranger.pdf", "refused")]
    reports = {path.name.split("_")[2]: path.read_text() for path in (scans / "refused").glob("*.report.txt")}
    assert "not by the sender" in reports["stranger.pdf.pgp.report.txt"]
    assert "not encrypted" in reports["plain.pdf.report.txt"]
    assert len([path for path in (scans / "refused").iterdir() if path.suffix != ".txt"]) == 2
