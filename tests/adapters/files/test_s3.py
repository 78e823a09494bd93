"""Delivery into buckets of real object stores."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from adapters.files.folder_s3 import S3Folder
from adapters.files.plug import PLUG
from adapters.files.settings import parse_settings
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, ContentError, Rejected, TargetError, Transient, Unauthorised
from engine.model.operation import Operation
from tests.adapters.files.factories import operation
from tests.adapters.files.put_servers import PAGE, StubbornServer
from tests.adapters.files.servers_s3 import BUCKET, SECRET, MotoStore, RcloneStore
from tests.adapters.files.test_contract import TestContract as FilesContract
from tests.durable.drops import Relay


@pytest.mark.slow
class TestContract(FilesContract):
    def new_sandbox(self) -> Any:
        return MotoStore()

    def standing(self, sandbox: Any) -> Sequence[Any]:
        return list(sandbox.files())


@pytest.fixture
def store() -> Iterator[MotoStore]:
    made = MotoStore()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def careless(tmp_path: Path) -> Iterator[RcloneStore]:
    """Return a store that writes over names, and checks signatures."""
    made = RcloneStore(tmp_path / "store")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def folder(store: MotoStore) -> Iterator[S3Folder]:
    made = S3Folder(parse_settings(store.settings()))
    yield made
    made.close()


def work() -> Operation:
    return operation(name="AP_{key}.csv")


def key() -> str:
    return f"erp/in/AP_{work().short_key}.csv"


class Cut:
    """A client whose first conditional call goes wrong, before the store saw it or after."""

    def __init__(self, inner: Any, error: Exception, *, commits: bool) -> None:
        self._inner, self._error, self._commits = inner, error, commits
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def put_object(self, **call: Any) -> Any:
        if not call["Key"].endswith(".csv"):
            return self._inner.put_object(**call)
        self.calls += 1
        if self.calls > 1:
            return self._inner.put_object(**call)
        if self._commits:
            self._inner.put_object(**call)
        raise self._error


def cut(store: MotoStore, error: Exception, *, commits: bool, **more: Any) -> tuple[Any, Cut]:
    target: Any = PLUG.target({**store.settings(), **more})
    wire = Cut(target._shelf._once, error, commits=commits)
    target._shelf.__dict__["_once"] = wire
    return target, wire


def test_what_was_committed_and_then_cut_is_found_at_once(store: MotoStore) -> None:
    target, wire = cut(store, ReadTimeoutError(endpoint_url="x"), commits=True)
    receipt = target.send(work())
    target.close()

    assert (receipt.outcome, wire.calls, len(store.files())) == ("created", 1, 1)


def test_a_lost_call_of_which_nothing_is_seen_waits_for_a_person(store: MotoStore) -> None:
    target, wire = cut(store, ConnectionClosedError(endpoint_url="x"), commits=False)
    with pytest.raises(Ambiguous):
        target.send(work())
    with pytest.raises(Ambiguous, match="Ask the receiver"):
        target.find(work())
    target.close()

    assert (wire.calls, store.files()) == (1, [])


def test_where_files_stay_a_lost_call_is_made_again(store: MotoStore) -> None:
    target, _ = cut(store, ConnectionClosedError(endpoint_url="x"), commits=False, files_stay=True)
    with pytest.raises(Ambiguous):
        target.send(work())
    found = target.find(work())
    receipt = target.send(work())
    target.close()

    assert (found, receipt.outcome, len(store.files())) == (None, "created", 1)


def test_a_call_that_never_left_may_be_made_again(store: MotoStore) -> None:
    target, _ = cut(store, EndpointConnectionError(endpoint_url="x"), commits=False)
    with pytest.raises(Transient):
        target.send(work())
    receipt = target.send(work())
    target.close()

    assert (receipt.outcome, len(store.files())) == ("created", 1)


@pytest.mark.parametrize("kind", ["store", "careless"])
def test_somebody_elses_file_is_never_written_over(kind: str, request: pytest.FixtureRequest) -> None:
    there = request.getfixturevalue(kind)
    there.lay(key(), b"theirs")
    target = PLUG.target(there.settings())
    with pytest.raises(Rejected, match="different file"):
        target.send(work())
    target.close()

    assert [one.data for one in there.files()] == [b"theirs"]


def test_a_move_of_a_process_that_died_is_finished_by_the_next(store: MotoStore, folder: S3Folder) -> None:
    for name in ("scan.pdf", "taken"):
        store.lay(f"erp/in/{name}", b"the same")

    with pytest.raises(FileExistsError):
        folder.claim("/erp/in/scan.pdf", "/erp/in/taken")
    assert [one.name for one in store.all("erp/in/")] == ["taken"]


def test_a_file_that_came_under_the_name_meanwhile_stays(store: MotoStore, folder: S3Folder) -> None:
    store.lay("erp/in/a.pdf", b"first")
    real = folder._put_new

    def meanwhile(*call: Any) -> Any:
        store.lay("erp/in/a.pdf", b"second")
        return real(*call)

    folder._put_new = meanwhile  # type: ignore[assignment, method-assign]  # the scanner goes on while we move
    folder.claim("/erp/in/a.pdf", "/erp/in/.taken/a.pdf")

    assert [one.data for one in store.all("erp/in/")] == [b"first", b"second"]


def test_a_listing_of_many_pages_is_whole(store: MotoStore, folder: S3Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.files.folder_s3._ROWS", 2)
    names = [f"{n}.pdf" for n in range(7)]
    for name in names:
        store.lay(f"scans/{name}", b"x")

    assert [entry.name for entry in folder.list("/scans")] == names


def test_a_wrong_secret_is_said_and_not_shown(careless: RcloneStore, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    right = PLUG.target(careless.settings())
    right.send(work())
    wrong = PLUG.target({**careless.settings(), "password": "another-word"})
    with pytest.raises(Unauthorised) as told:
        wrong.find(work())
    for target in (right, wrong):
        target.close()

    shown = told.value.message + told.value.detail + caplog.text
    assert [word for word in ("another-word", SECRET, "Signature=") if word in shown] == []


def test_a_bucket_that_is_not_there_is_no_empty_one(store: MotoStore) -> None:
    folder = S3Folder(parse_settings({**store.settings(), "bucket": "other-bucket"}))

    assert not folder.is_folder("/erp")
    for look in (lambda: folder.list("/erp"), lambda: folder.read("/erp/a", limit=1)):
        with pytest.raises(Transient, match="not there"):
            look()
    folder.close()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("200 OK", PAGE, Transient), ("200 OK", b"", Transient), ("200 OK", b"<ListBucketResult><Cont", Transient),
        ("401 Unauthorized", b"", Unauthorised), ("403 Forbidden", PAGE, Unauthorised), ("302 Found", PAGE, Unauthorised),
        ("429 Too Many Requests", b"", Transient), ("500 Internal Server Error", PAGE, Transient),
    ],
    ids=["page", "nothing", "half", "401", "403", "302", "429", "500"],
)  # fmt: skip
def test_an_answer_that_is_none_is_no_empty_folder(status: str, body: bytes, error: type[TargetError]) -> None:
    server = StubbornServer(status, body)
    server.start()
    folder = S3Folder(parse_settings({**binding(), "url": server.address}))
    folder.__dict__["_client"] = folder._once
    try:
        with pytest.raises(error):
            folder.list("/scans")
        for what in (lambda: folder.exists("/scans/a"), lambda: folder.read("/scans/a", limit=1)):
            with pytest.raises(error):
                what()
        with pytest.raises(TargetError):
            folder.create("/scans/a", b"x")
    finally:
        folder.close()
        server.stop()


def test_an_answer_that_breaks_off_in_its_error_is_none() -> None:
    with Relay(MotoStore()) as store:
        folder = S3Folder(parse_settings(store.settings()))
        folder.__dict__["_client"] = folder._once
        store.faults.add(Fault("truncate", on="reads"))
        with pytest.raises(Transient, match="no answer"):
            folder.read("/erp/in/nothing", limit=1)
        folder.close()


def binding() -> Mapping[str, Any]:
    return {"delivery": "s3", "bucket": BUCKET, "username": "KEY", "password": SECRET, "folder": "/erp/in"}


@pytest.mark.parametrize(
    "changed", [{"bucket": None}, {"password": None}, {"username": None}, {"host": "x"}, {"private_key": "x"}]
)
def test_a_binding_that_is_none_is_refused(changed: Mapping[str, Any]) -> None:
    with pytest.raises(ContentError) as told:
        PLUG.target({**binding(), **changed})

    assert SECRET not in str(told.value)


@pytest.mark.parametrize(("kind", "said"), [("store", "keeps names"), ("careless", "writes over names")])
def test_a_ping_says_whether_the_store_keeps_names(kind: str, said: str, request: pytest.FixtureRequest) -> None:
    there = request.getfixturevalue(kind)
    target = PLUG.target(there.settings())
    answer = target.ping()
    target.close()

    assert (said in answer, there.all()) == (True, [])
