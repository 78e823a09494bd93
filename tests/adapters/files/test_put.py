"""Delivery to servers that know no more than PUT and GET."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.files.plug import PLUG
from engine.model.errors import Ambiguous, Rejected, Transient, Unauthorised
from engine.model.operation import Operation
from engine.ports import Pings
from tests.adapters.files.factories import operation
from tests.adapters.files.put_servers import PAGE, Answer, PutServer
from tests.adapters.files.servers import DavServer
from tests.adapters.files.test_contract import TestContract as FilesContract

NAME = "/base/in/AP_{}.csv"


class TestContract(FilesContract):
    def new_sandbox(self) -> Any:
        return PutServer(self._folder)

    def standing(self, sandbox: Any) -> Sequence[Any]:
        return list(sandbox.files())


class DavByPut(DavServer):
    """wsgidav, of which nothing is used but PUT and GET."""

    def settings(self) -> dict[str, Any]:
        journal = str(self.home.parent / "journal")
        return {**super().settings(), "delivery": "put", "journal_folder": journal}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PutServer]:
    made = PutServer(tmp_path)
    made.start()
    yield made
    made.stop()


def work() -> Operation:
    return operation(name="AP_{key}.csv")


@pytest.fixture
def target() -> Iterator[Callable[..., Any]]:
    made: list[Any] = []

    def connect(server: Any, **more: Any) -> Any:
        made.append(PLUG.target({**server.settings(), **more}))
        return made[-1]

    yield connect
    for one in made:
        one.close()


def path() -> str:
    return NAME.format(work().short_key)


def test_another_servers_files_are_delivered_once(tmp_path: Path, target: Any) -> None:
    server = DavByPut(tmp_path / "share")
    server.start()
    try:
        receipts = [target(server).send(work()), target(server).find(work())]
    finally:
        server.stop()

    assert [one.outcome for one in receipts] == ["created", "already_there"]
    assert [file.name for file in server.files()] == [f"AP_{work().short_key}.csv"]


def page(_: str, __: bytes) -> Answer:
    return "200 OK", PAGE


def taken_but_not_kept(_: str, __: bytes) -> Answer:
    return "200 OK", b""


@pytest.mark.parametrize("stays", [True, False], ids=["files stay", "files are taken"])
@pytest.mark.parametrize("fault", [page, taken_but_not_kept], ids=["login page", "nothing kept"])
def test_a_good_status_alone_is_no_delivery(server: PutServer, target: Any, fault: Any, stays: bool) -> None:
    server.faults = [fault]

    with pytest.raises(Ambiguous):
        target(server, files_stay=stays).send(work())


def test_a_page_that_the_server_kept_in_the_place_of_the_file_is_unknown(server: PutServer, target: Any) -> None:
    def spoil(path: str, _: bytes) -> Answer:
        server.standing[path] = PAGE
        return "201 Created", b""

    server.faults = [spoil]
    with pytest.raises(Ambiguous):
        target(server).send(work())
    with pytest.raises(Ambiguous, match="something else"):
        target(server).find(work())


def test_what_was_committed_and_then_cut_is_found(server: PutServer, target: Any) -> None:
    def commit_and_fail(path: str, body: bytes) -> Answer:
        server.standing[path] = body
        return "502 Bad Gateway", PAGE

    server.faults = [commit_and_fail]
    receipt = target(server).send(work())

    assert (receipt.outcome, server.puts) == ("created", [path()])
    assert len(server.standing) == 3  # the file, its checksum and its marker


def test_a_lost_call_of_which_nothing_is_seen_waits_for_a_person(server: PutServer, target: Any) -> None:
    server.faults = [lambda *_: ("504 Gateway Timeout", b"")]
    with pytest.raises(Ambiguous):
        target(server).send(work())

    for call in ("find", "send"):
        with pytest.raises(Ambiguous, match="Ask the receiver"):
            getattr(target(server), call)(work())
    assert server.puts == [path()]


def test_a_person_who_asked_the_receiver_lets_it_be_sent_again(server: PutServer, target: Any, tmp_path: Path) -> None:
    server.faults = [lambda *_: ("504 Gateway Timeout", b"")]
    with pytest.raises(Ambiguous):
        target(server).send(work())
    (mark,) = tmp_path.rglob("*.sent")
    mark.unlink()

    assert target(server).find(work()) is None
    assert (target(server).send(work()).outcome, len(server.files())) == ("created", 1)


def test_where_files_stay_a_lost_call_is_made_again(server: PutServer, target: Any) -> None:
    server.faults = [lambda *_: ("504 Gateway Timeout", b"")]
    with pytest.raises(Ambiguous):
        target(server, files_stay=True).send(work())

    assert target(server, files_stay=True).find(work()) is None
    assert (target(server, files_stay=True).send(work()).outcome, len(server.files())) == ("created", 1)


def test_a_quick_receiver_is_no_doubt(server: PutServer, target: Any) -> None:
    server.faults = [lambda *_: ("201 Created", b"")]
    receipt = target(server).send(work())

    again = target(server).send(work())
    assert (receipt.outcome, again.outcome, server.puts) == ("created", "already_there", [path()])


@pytest.mark.parametrize("keeps_names", [True, False], ids=["keeps names", "writes over names"])
def test_somebody_elses_file_is_never_written_over(server: PutServer, target: Any, keeps_names: bool) -> None:
    server.keeps_names = keeps_names
    server.standing[path()] = b"theirs"

    with pytest.raises(Rejected, match="different file"):
        target(server).send(work())
    assert (server.standing[path()], server.puts) == (b"theirs", [])


def test_a_file_that_was_seen_once_and_not_again_refuses_nothing_for_good(server: PutServer, target: Any) -> None:
    server.lies = [b"theirs", b"theirs"]  # is it there, and what is it
    with pytest.raises(Transient, match="twice in a row"):
        target(server).send(work())

    assert target(server).send(work()).outcome == "created"


def test_a_name_that_is_taken_between_look_and_call_is_not_written_over(server: PutServer, target: Any) -> None:
    def meanwhile(path: str, _: bytes) -> None:
        server.standing[path] = b"theirs"

    server.faults = [meanwhile]
    with pytest.raises(Rejected, match="different file"):
        target(server).send(work())
    assert server.standing[path()] == b"theirs"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("403 Forbidden", Unauthorised), ("302 Found", Unauthorised), ("405 Method Not Allowed", Rejected),
        ("413 Content Too Large", Rejected), ("404 Not Found", Transient), ("507 Insufficient Storage", Transient),
    ],
)  # fmt: skip
def test_what_surely_did_nothing_may_be_tried_again(
    server: PutServer, target: Any, status: str, error: type[Exception]
) -> None:
    server.faults = [lambda *_: (status, b"no")] * 3
    with pytest.raises(error):
        target(server).send(work())
    server.faults = []

    assert target(server).find(work()) is None
    assert target(server).send(work()).outcome == "created"


@pytest.mark.parametrize(
    ("keeps_names", "said"), [(True, "keeps names"), (False, "writes over names")], ids=["it does", "it does not"]
)
def test_a_ping_says_whether_the_server_keeps_names(
    server: PutServer, target: Any, keeps_names: bool, said: str
) -> None:
    server.keeps_names = keeps_names
    delivers = target(server)

    assert isinstance(delivers, Pings)
    assert said in delivers.ping()
    assert server.standing == {}


def test_a_server_that_answers_to_any_name_is_noticed(server: PutServer, target: Any) -> None:
    server.any_name = PAGE
    with pytest.raises(Transient, match="any name"):
        target(server).ping()


def test_a_wrong_password_is_said_and_not_shown(server: PutServer, target: Any) -> None:
    with pytest.raises(Unauthorised) as told:
        target(server, password="another-word").send(work())

    assert "another-word" not in told.value.message + told.value.detail
