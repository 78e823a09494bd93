import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.model.document import Blob
from engine.model.errors import ReadError
from engine.ports import Blobs
from engine.store.blobs import FsspecBlobs

CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 20_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LIMIT = 100_000_000


@pytest.fixture(params=["path", "file url", "object store", "remote folder"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> FsspecBlobs:
    folder = tmp_path / "blobs"
    folder.mkdir()
    places = {
        "path": str(folder),
        "file url": folder.as_uri(),
        "object store": f"memory://{uuid4().hex}",
        "remote folder": f"dir::{folder.as_uri()}",  # neither local nor an object store: written aside, then renamed
    }
    return FsspecBlobs(places[request.param], cache_dir=tmp_path / "cache")


def blob(content: bytes = CONTENT) -> Blob:
    return Blob(sha256=hashlib.sha256(content).hexdigest(), size=len(content), media_type="application/pdf")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_it_fits_the_socket(blobs: FsspecBlobs) -> None:
    socket: Blobs = blobs

    assert socket.put(io.BytesIO(b"x"), limit=1)[1] == 1


def test_bytes_come_back_under_their_hash(blobs: FsspecBlobs) -> None:
    assert blobs.put(io.BytesIO(CONTENT), limit=LIMIT) == (SHA256, len(CONTENT))

    with blobs.open(SHA256) as stream:
        assert stream.read() == CONTENT
    assert blobs.local(blob()).read_bytes() == CONTENT


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    blobs = FsspecBlobs(str(tmp_path), cache_dir=tmp_path / "cache")

    for _ in range(3):
        blobs.put(io.BytesIO(CONTENT), limit=LIMIT)

    assert files(tmp_path) == [f"{SHA256[:2]}/{SHA256[2:]}"]


def test_an_empty_file_has_an_address_too(blobs: FsspecBlobs) -> None:
    sha256, size = blobs.put(io.BytesIO(b""), limit=LIMIT)

    assert size == 0
    assert blobs.local(blob(b"")).name == sha256[2:]


@pytest.mark.parametrize("over", [0, 1])
def test_the_limit_is_the_largest_size_allowed(blobs: FsspecBlobs, over: int) -> None:
    stream = io.BytesIO(b"x" * (10 + over))

    if over:
        with pytest.raises(ReadError) as refused:
            blobs.put(stream, limit=10)
        assert refused.value.code == "too_large"
    else:
        assert blobs.put(stream, limit=10)[1] == 10


def test_what_was_too_large_leaves_nothing_behind(tmp_path: Path) -> None:
    blobs = FsspecBlobs(str(tmp_path / "blobs"), cache_dir=tmp_path / "cache")

    with pytest.raises(ReadError):
        blobs.put(io.BytesIO(CONTENT), limit=len(CONTENT) - 1)

    assert files(tmp_path) == []


def test_an_endless_stream_is_cut_off(blobs: FsspecBlobs) -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"x" * size

    with pytest.raises(ReadError):
        blobs.put(Endless(), limit=5_000_000)  # type: ignore[arg-type]


def test_a_stream_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    blobs = FsspecBlobs(str(tmp_path / "blobs"), cache_dir=tmp_path / "cache")
    with pytest.raises(ConnectionResetError):
        blobs.put(Broken(), limit=LIMIT)

    assert files(tmp_path) == []


@pytest.mark.parametrize("sha256", ["0" * 64, "../../etc/passwd", "", "A" * 64, "/etc/passwd"])
def test_bytes_that_are_not_there_are_not_found(blobs: FsspecBlobs, sha256: str) -> None:
    missing = Blob(sha256=sha256, size=1, media_type="text/plain")

    with pytest.raises(FileNotFoundError):
        blobs.open(sha256)
    with pytest.raises(FileNotFoundError):
        blobs.local(missing)


def test_a_remote_store_that_hands_out_other_bytes_is_noticed(tmp_path: Path) -> None:
    place = f"memory://{uuid4().hex}"
    blobs = FsspecBlobs(place, cache_dir=tmp_path / "cache")
    blobs.put(io.BytesIO(CONTENT), limit=LIMIT)
    with fsspec.open(f"{place}/{SHA256[:2]}/{SHA256[2:]}", "wb") as file:
        file.write(b"other")

    with pytest.raises(OSError, match="other bytes"):
        blobs.local(blob())

    assert files(tmp_path / "cache") == []


def test_a_remote_blob_is_fetched_once(tmp_path: Path) -> None:
    place = f"memory://{uuid4().hex}"
    blobs = FsspecBlobs(place, cache_dir=tmp_path / "cache")
    blobs.put(io.BytesIO(CONTENT), limit=LIMIT)
    first = blobs.local(blob())
    fsspec.filesystem("memory").rm(place.removeprefix("memory:/"), recursive=True)

    assert blobs.local(blob()) == first


def test_many_may_put_the_same_bytes_at_once(blobs: FsspecBlobs) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _n: blobs.put(io.BytesIO(CONTENT), limit=LIMIT), range(16)))

    assert answers == {(SHA256, len(CONTENT))}
    assert blobs.local(blob()).read_bytes() == CONTENT


def test_bytes_are_on_the_disk_before_they_have_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(descriptor: int) -> None:
        events.append("fsync")
        fsync(descriptor)

    def note_rename(path: Path, target: Path) -> Path:
        events.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_rename)

    FsspecBlobs(str(tmp_path), cache_dir=tmp_path / "cache").put(io.BytesIO(CONTENT), limit=LIMIT)

    assert events == ["fsync", "rename", "fsync", "fsync"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=5000))
def test_any_bytes_come_back(blobs: FsspecBlobs, content: bytes) -> None:
    sha256, size = blobs.put(io.BytesIO(content), limit=LIMIT)

    assert (sha256, size) == (hashlib.sha256(content).hexdigest(), len(content))
    with blobs.open(sha256) as stream:
        assert stream.read() == content
