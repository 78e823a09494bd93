"""Documents that lie in a folder are taken in once, and put away behind us."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.files.plug import PLUG
from engine.model.errors import ContentError, Rejected, TargetError, Transient
from engine.ports import Export, Exports
from engine.runtime import fetching
from engine.runtime.fetching import Fetched
from engine.runtime.house import House
from engine.store import documents
from engine.store.database import reading
from tests.adapters.files.factories import operation
from tests.sftp_server import SftpServer, own_sftp_server, sftp_server

__all__ = ["own_sftp_server", "sftp_server"]

PDF = b"%PDF-1.4 paper"


class Scanner:
    """A folder into which a scanner writes, and the binding of it."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "scans"
        self.folder.mkdir(parents=True)
        self.binding: dict[str, Any] = {
            "delivery": "local", "documents_folder": str(self.folder), "documents_quiet_seconds": 0,
        }  # fmt: skip

    def lay(self, name: str, content: bytes = PDF) -> None:
        (self.folder / name).write_bytes(content)

    def inbox(self, **more: Any) -> Exports:
        return PLUG.inbox({**self.binding, **more})

    def names(self, under: str = ".") -> list[str]:
        folder = self.folder / under
        return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


@pytest.fixture
def scanner(tmp_path: Path) -> Scanner:
    return Scanner(tmp_path)


def stored(house: House, one: Fetched) -> Mapping[str, str]:
    with reading(house.engine) as tx:
        document = documents.get(tx, one.document_id)
    assert document is not None
    return {"name": document.name, "source": document.source, "state": document.state}


def test_a_file_becomes_a_document_and_lies_in_the_archive(empty_house: House, scanner: Scanner) -> None:
    scanner.lay("Rechnung 7.pdf")
    (one,) = fetching.fetch(empty_house, "scans", scanner.inbox())

    assert stored(empty_house, one) == {"name": "Rechnung 7.pdf", "source": "fetch:scans", "state": "received"}
    assert (one.what, scanner.names(), len(scanner.names("archive"))) == ("new", [], 1)
    assert fetching.fetch(empty_house, "scans", scanner.inbox()) == ()


def test_the_same_bytes_twice_are_one_document(empty_house: House, scanner: Scanner) -> None:
    for name in ("a.pdf", "b.pdf"):
        scanner.lay(name)
    found = fetching.fetch(empty_house, "scans", scanner.inbox())

    assert ([one.what for one in found], len({one.document_id for one in found})) == (["new", "known"], 1)


def test_a_file_that_is_too_large_is_put_aside_with_a_report(empty_house: House, scanner: Scanner) -> None:
    house = replace(empty_house, settings=empty_house.settings.model_copy(update={"max_bytes": 20}))
    scanner.lay("large.pdf", PDF * 9)
    scanner.lay("small.pdf")
    found = {one.name: one.what for one in fetching.fetch(house, "scans", scanner.inbox())}

    refused = scanner.names("refused")
    assert (found, len(scanner.names("archive"))) == ({"large.pdf": "refused", "small.pdf": "new"}, 1)
    assert [name.endswith(".report.txt") for name in refused] == [False, True]


def test_a_file_that_still_grows_waits(empty_house: House, scanner: Scanner) -> None:
    scanner.lay("a.pdf")

    def grow(_: float) -> None:
        scanner.lay("a.pdf", PDF * 2)

    inbox = scanner.inbox(documents_quiet_seconds=10)
    inbox._wait = grow  # type: ignore[attr-defined]  # the scanner goes on while we wait
    assert fetching.fetch(empty_house, "scans", inbox) == ()
    assert scanner.names() == ["a.pdf"]


def test_only_the_names_that_are_asked_for_are_taken(empty_house: House, scanner: Scanner) -> None:
    for name in ("a.pdf", "b.tmp", ".hidden.pdf"):
        scanner.lay(name, name.encode())
    fetching.fetch(empty_house, "scans", scanner.inbox(documents=["*.pdf"]))

    assert scanner.names() == [".hidden.pdf", "b.tmp"]


def test_a_file_without_its_marker_waits(empty_house: House, scanner: Scanner) -> None:
    for name in ("a.pdf", "a.pdf.done", "b.pdf"):
        scanner.lay(name, name.encode())
    found = fetching.fetch(empty_house, "scans", scanner.inbox(documents_done_marker=".done"))

    assert ([one.name for one in found], scanner.names()) == (["a.pdf"], ["b.pdf"])


class Dying:
    """An inbox whose process dies at one step."""

    def __init__(self, inner: Exports, step: str) -> None:
        self._inner, self._step = inner, step

    def __getattr__(self, name: str) -> Any:
        if name == self._step:
            raise Transient("died")
        return getattr(self._inner, name)


@pytest.mark.parametrize("step", ["fetch", "archive"])
def test_a_file_is_taken_up_again_by_whoever_comes_next(empty_house: House, scanner: Scanner, step: str) -> None:
    scanner.lay("a.pdf")
    dying: Any = Dying(scanner.inbox(), step)
    with pytest.raises(TargetError):
        fetching.fetch(empty_house, "scans", dying)
    (one,) = fetching.fetch(empty_house, "scans", scanner.inbox())

    assert (one.what, len(scanner.names("archive"))) == ("known" if step == "archive" else "new", 1)


def test_of_two_hubs_one_takes_a_file(empty_house: House, scanner: Scanner) -> None:
    scanner.lay("a.pdf")
    first, second = scanner.inbox(), scanner.inbox()
    (seen,) = second.waiting()
    (one,) = fetching.fetch(empty_house, "scans", first)

    assert (one.what, second.take(Export.model_validate(seen))) == ("new", None)


def test_a_folder_that_is_not_there_can_be_tried_later(empty_house: House, scanner: Scanner) -> None:
    with pytest.raises(Transient, match="not there"):
        fetching.fetch(empty_house, "scans", scanner.inbox(documents_folder=str(scanner.folder / "none")))


def test_nothing_is_delivered_to_a_folder_of_documents(scanner: Scanner) -> None:
    target = PLUG.target(scanner.binding)

    assert (target.find(operation()), target.acknowledgements()) == (None, ())
    with pytest.raises(Rejected, match="only picks documents up"):
        target.send(operation())
    assert target.ping() == f"documents are picked up in {scanner.folder}"


@pytest.mark.parametrize("target", ["nobody", "erp"])
def test_a_target_without_an_inbox_is_said_so(empty_house: House, target: str) -> None:
    assert fetching.inboxes(empty_house) == ()
    with pytest.raises(ContentError):
        fetching.inbox_of(empty_house, target)


def test_documents_are_fetched_over_sftp(empty_house: House, scanner: Scanner, sftp_server: SftpServer) -> None:
    scanner.lay("a.pdf")
    binding = sftp_server.settings(scanner.folder / "unused", documents_folder=str(scanner.folder))
    inbox = PLUG.inbox({**binding, "documents_quiet_seconds": 0})
    (one,) = fetching.fetch(empty_house, "scans", inbox)
    inbox.close()

    assert (one.what, scanner.names(), len(scanner.names("archive"))) == ("new", [], 1)
