"""Calls to targets: what becomes of each fault, of a read and of a write."""

import gzip
import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest

from adapters.shared.answers import Answer, Meaning, NotData, Told, with_numbers
from adapters.shared.auth.keys import Bearer
from adapters.shared.http import Api, Dialect, Patience, Unsent
from adapters.shared.sandbox.faults import KINDS, Fault
from adapters.shared.sandbox.server import Call, Reply, Sandbox
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOKEN = "pat-0123456789"


class Desk(Sandbox):
    """Keeps what is posted, and answers what a test asks it to."""

    def __init__(self) -> None:
        super().__init__()
        self.objects["x"] = []
        self.answer: Reply | None = None

    def reply(self, call: Call) -> Reply:
        if call.method == "POST":
            self.objects["x"].append(call.data() if call.body else {})
        return self.answer or Reply(201 if call.method == "POST" else 200, {"id": "1"})


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Desk() as served:
        yield served


@pytest.fixture
def connect(desk: Desk) -> Iterator[Callable[..., Api]]:
    opened: list[Api] = []
    quick = {"connect": 5, "read": 5, "whole": 10, "tries": 2, "sleep": lambda _: None}

    def make(*, patience: Mapping[str, Any] | None = None, **more: Any) -> Api:
        more = {"auth": Bearer(TOKEN), **more}
        opened.append(Api(desk.url, name="ERP", patience=Patience(**{**quick, **(patience or {})}), **more))
        return opened[-1]

    yield make
    for api in opened:
        api.close()


GOOD = "good"
HASTY = {"read": 0.3, "whole": 0.6}
ENDLESS = {"hang", "commit_then_hang", "drip"}
"""Faults that are not waited for; everything else is given time, also on a busy machine."""
OUTCOMES: dict[str, tuple[Any, Any]] = {
    # kind: (what a read becomes, what a write becomes)
    "cut_before": (Transient, Ambiguous), "hang": (Transient, Ambiguous), "throttle": (Unsent, Unsent),
    "expire_token": (Unauthorised, Unauthorised), "html_500": (Transient, Ambiguous), "html_200": (Transient, Ambiguous),
    "unavailable": (Transient, Ambiguous), "redirect": (Unauthorised, Ambiguous), "strange_status": (Transient, Ambiguous),
    "echo": (Transient, Ambiguous), "commit_then_cut": (Transient, Ambiguous), "commit_then_hang": (Transient, Ambiguous),
    "commit_then_500": (Transient, Ambiguous), "commit_then_503": (Transient, Ambiguous),
    "commit_then_504": (Transient, Ambiguous), "commit_then_html": (Transient, Ambiguous), "delay": (GOOD, GOOD),
    "drip": (Transient, Ambiguous), "truncate": (Transient, Ambiguous), "empty": (Transient, Ambiguous),
    "schema_changed": (Transient, Ambiguous), "answer_twice": (GOOD, GOOD),
}  # fmt: skip


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return GOOD if call() == {"id": "1"} else "wrong"
    except TargetError as e:
        return type(e)


def test_every_fault_has_an_outcome() -> None:
    assert OUTCOMES.keys() == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_write", [False, True], ids=["read", "write"])
def test_a_fault_becomes_what_tells_the_hub_what_to_do(
    desk: Desk, connect: Callable[..., Api], kind: Any, is_write: bool
) -> None:
    api = connect(patience=HASTY if kind in ENDLESS else {})
    seconds = {"delay": 0.1, "drip": 0.1}.get(kind, 1)
    desk.faults.add(Fault(kind, times=100, on="all", seconds=seconds))

    def call() -> Any:
        answer = api.write("POST", "/x", json={}) if is_write else api.read("/x")
        return api.object(answer, is_write=is_write)

    assert outcome(call) == OUTCOMES[kind][is_write]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if OUTCOMES[kind][1] is Ambiguous])
def test_a_write_that_may_have_been_done_is_sent_once(desk: Desk, connect: Callable[..., Api], kind: Any) -> None:
    desk.faults.add(Fault(kind, times=100, on="all", seconds=0.3 if kind == "drip" else 1))
    api = connect(patience=HASTY if kind == "drip" else {})
    with pytest.raises(Ambiguous):
        api.object(api.write("POST", "/x", json={}), is_write=True)

    assert len(desk.calls) == 1


@pytest.mark.parametrize("kind", ["cut_before", "html_500", "unavailable", "throttle"])
def test_a_read_is_tried_again(desk: Desk, connect: Callable[..., Api], kind: Any) -> None:
    desk.faults.add(Fault(kind, on="reads"))

    assert connect().read("/x").status == 200


def test_a_throttled_write_is_sent_again(desk: Desk, connect: Callable[..., Api]) -> None:
    desk.faults.add(Fault("throttle"))

    assert connect().write("POST", "/x").status == 201
    assert desk.count("x") == 1


def test_pauses_are_those_that_were_asked_for(desk: Desk, connect: Callable[..., Api]) -> None:
    slept: list[float] = []
    desk.faults.add(Fault("throttle", times=2, seconds=3))
    connect(patience={"tries": 3, "sleep": slept.append}).write("POST", "/x")

    assert slept == [3.0, 3.0]


def test_a_pause_longer_than_our_patience_is_left_to_the_durable_step(desk: Desk, connect: Callable[..., Api]) -> None:
    desk.faults.add(Fault("throttle", times=100, seconds=600))
    with pytest.raises(Unsent) as error:
        connect().write("POST", "/x")

    assert (error.value.retry_after, len(desk.calls)) == (600, 1)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0), ("0", 0.0), ("1.5", 1.5), (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0), ("99999999", 86400.0), ("soon", None), ("-5", None),
        ("", None), ("9" * 400, 86400.0), ("٣", None), ("1.2.3", None),
    ],
)  # fmt: skip
def test_a_pause_is_read_in_seconds_and_as_a_date(said: str, seconds: float | None) -> None:
    assert Answer(429, {"retry-after": said}, b"", "GET", "").retry_after(NOW) == seconds


def test_a_target_that_is_not_there_surely_did_nothing() -> None:
    gone = Desk()
    gone.stop_listening()
    api = Api(gone.url, name="ERP", patience=Patience(tries=2, sleep=lambda _: None))
    with pytest.raises(Unsent, match="cannot be reached"):
        api.write("POST", "/x", json={})
    api.close()


# -- hostile bodies

BOMB = gzip.compress(b"0" * (80 * 1024 * 1024))
NESTED = b"[" * 200_000
HOSTILE = {
    "gzip bomb": Reply(200, body=BOMB, headers={"content-encoding": "gzip", "content-type": "application/json"}),
    "broken gzip": Reply(200, body=b"\x1f\x8bnonsense", headers={"content-encoding": "gzip"}),
    "nesting": Reply(200, body=NESTED),
    "half a body": Reply(200, body=b'{"id": "1"'),
    "html": Reply(200, body=b"<html>log in</html>", headers={"content-type": "text/html"}),
    "empty": Reply(200, body=b""),
    "list": Reply(200, body=b'["id"]'),
    "text": Reply(200, body=b'"id"'),
    "null": Reply(200, body=b"null"),
    "not a number": Reply(200, body=b'{"id": NaN}'),
    "latin": Reply(200, body='{"id": "ä"}'.encode("latin-1")),
    "digits": Reply(200, body=b'{"id": ' + b"9" * 5000 + b"}"),
    "zeros": Reply(200, body=bytes(1000)),
}


@pytest.mark.parametrize("reply", HOSTILE.values(), ids=HOSTILE)
def test_a_body_that_is_no_object_is_no_success(desk: Desk, connect: Callable[..., Api], reply: Reply) -> None:
    desk.answer = reply
    api = connect()

    with pytest.raises(Transient):
        api.object(api.read("/x"))
    with pytest.raises(Ambiguous):
        api.object(api.write("POST", "/x"), is_write=True)


def test_a_bomb_is_not_unpacked_beyond_what_is_read(desk: Desk, connect: Callable[..., Api]) -> None:
    desk.answer = HOSTILE["gzip bomb"]
    with pytest.raises(Transient) as error:
        connect(patience={"tries": 1}).read("/x")

    assert "more than 67108864 bytes" in error.value.detail


def test_a_mark_at_the_beginning_of_a_body_is_no_harm() -> None:
    assert Answer(200, {}, b'\xef\xbb\xbf{"a": 1.10}', "GET", "").mapping() == {"a": Decimal("1.10")}


def test_numbers_travel_with_all_their_digits(desk: Desk, connect: Callable[..., Api]) -> None:
    payload = {"total": "12345678901234567890.1200", "name": "1.10", "lines": [{"price": "0.0001"}, {"price": "-3"}]}
    connect().write("POST", "/x", json=with_numbers(payload, ["total", "lines[].price"]))

    body = desk.calls[0].body.decode()
    assert body == '{"total": 12345678901234567890.1200, "name": "1.10", "lines": [{"price": 0.0001}, {"price": -3}]}'


def test_a_text_that_is_no_number_is_not_sent_as_one() -> None:
    with pytest.raises(ArithmeticError):
        with_numbers({"total": "12,50"}, ["total"])


def test_blanks_in_a_filter_are_no_plus(desk: Desk, connect: Callable[..., Api]) -> None:
    connect().read("/x?a=1", params={"$filter": "A eq 'x+y&z'"})

    assert desk.calls[0].query == {"a": "1", "$filter": "A eq 'x+y&z'"}


# -- what a vendor says


def tell(answer: Answer) -> Told:
    said = answer.mapping()
    return Told(
        code=said["code"], message=said.get("message", ""), fields=said.get("fields", {}), retry_after=said.get("wait")
    )


DIALECT = Dialect(
    tell,
    {
        "BUSY": Meaning(Transient, "Later."),
        "LOCKED": Meaning(Unsent, "It is locked."),
        "418": Meaning(Rejected, "It is a teapot."),
    },
)


@pytest.mark.parametrize(
    ("status", "body", "read", "write"),
    [
        (400, {"code": "E1", "message": "no"}, Rejected, Rejected),
        (422, {"code": "E1"}, Rejected, Rejected),
        (500, {"code": "LOCKED"}, Unsent, Unsent),
        (418, {"code": "E9"}, Rejected, Rejected),
        (418, "<html>", Rejected, Rejected),
        (400, "<html>", Transient, Ambiguous),
        (400, {"code": ["E1"]}, Transient, Ambiguous),
        (404, "", Transient, Ambiguous),
        (408, {"code": "E1"}, Transient, Ambiguous),
        (500, {"code": "E1"}, Transient, Ambiguous),
        (299, {"code": "E1"}, Transient, Ambiguous),
        (202, {"id": "1"}, Transient, Ambiguous),
        (302, "", Unauthorised, Ambiguous),
        (401, {"code": "E1"}, Unauthorised, Unauthorised),
        (403, "<html>", Unauthorised, Unauthorised),
        (429, "<html>", Unsent, Unsent),
        (425, "", Unsent, Unsent),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_success_is_sorted(
    desk: Desk, connect: Callable[..., Api], status: int, body: Any, read: Any, write: Any
) -> None:
    desk.answer = Reply(status, body) if isinstance(body, dict) else Reply(status, body=body.encode())
    api = connect(dialect=DIALECT)

    assert outcome(lambda: api.read("/x")) == read
    assert outcome(lambda: api.write("POST", "/x")) == write


@pytest.mark.parametrize(("is_write", "calls"), [(False, 2), (True, 1)], ids=["read", "write"])
def test_what_may_go_later_is_tried_at_once_only_when_it_changes_nothing(
    desk: Desk, connect: Callable[..., Api], is_write: bool, calls: int
) -> None:
    desk.answer = Reply(500, {"code": "BUSY"})
    api = connect(dialect=DIALECT)
    with pytest.raises(Transient):
        _ = api.write("PUT", "/x") if is_write else api.read("/x")

    assert len(desk.calls) == calls


def test_a_refusal_says_the_sentence_the_words_and_the_fields(desk: Desk, connect: Callable[..., Api]) -> None:
    desk.answer = Reply(418, {"code": "E9", "message": "Short and stout.", "fields": {"lines[0].tax": f"not {TOKEN}"}})
    with pytest.raises(Rejected) as error:
        connect(dialect=DIALECT).write("POST", "/x")

    assert error.value.message == "ERP: It is a teapot. Short and stout."
    assert error.value.fields == {"lines[0].tax": "not [redacted]"}


def test_a_pause_that_a_vendor_says_in_the_body_is_kept(desk: Desk, connect: Callable[..., Api]) -> None:
    desk.answer = Reply(429, {"code": "LOCKED", "wait": 42.0}, headers={"retry-after": "7"})
    with pytest.raises(Unsent) as error:
        connect(dialect=DIALECT).write("POST", "/x")

    assert error.value.retry_after == 42


@pytest.mark.parametrize("padding", range(480, 520, 4))
def test_a_secret_is_hidden_wherever_a_body_is_cut(desk: Desk, connect: Callable[..., Api], padding: int) -> None:
    desk.answer = Reply(500, body=b"x" * padding + TOKEN.encode() + b" hunter2-for-ever" + TOKEN.encode())
    with pytest.raises(Ambiguous) as error:
        connect(secrets=("hunter2-for-ever",)).write("POST", "/x")

    said = error.value.detail
    assert not any(part in said for part in (TOKEN[:7], "hunter2"))


def test_an_address_is_told_without_its_query(desk: Desk, connect: Callable[..., Api]) -> None:
    desk.faults.add(Fault("cut_before", on="all", times=100))
    with pytest.raises(Transient) as error:
        connect().read("/x", params={"key": "s3cret-in-a-query"})

    assert "/x" in error.value.detail
    assert "s3cret" not in f"{error.value.detail} {error.value.__cause__!r}"


def test_what_is_no_data_says_what_came() -> None:
    with pytest.raises(NotData, match="4 bytes of text/html"):
        Answer(200, {"content-type": "Text/HTML; charset=x"}, b"<ht>", "GET", "").data()


def test_a_sandbox_behind_another_name_is_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's name server, or a tunnel, leads to a stand-in: nothing that it says counts."""
    resolve, port = socket.getaddrinfo, int(desk.url.rpartition(":")[2])

    def here(_host: str, *rest: Any, **more: Any) -> Any:
        return resolve("127.0.0.1", *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    api = Api(f"http://erp.example.org:{port}", name="ERP", patience=Patience(tries=1))
    with pytest.raises(Unauthorised, match="is a sandbox"):
        api.read("/x")
    with pytest.raises(Unauthorised, match="is a sandbox"):
        api.write("POST", "/x", json={})
    api.close()
