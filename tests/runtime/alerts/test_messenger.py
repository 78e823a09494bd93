"""People are told of alarms: once when one begins, once when it is over, by a real SMTP server and a real receiver."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from engine.content.environment import Environment
from engine.model.alarm import Alarm
from engine.model.errors import PostroomError
from engine.runtime import alarms
from engine.runtime.alerts import messenger
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand
from engine.store import alarms as kept
from engine.store import alerts as store
from engine.store import targets
from engine.store.database import transaction
from tests.house import StoppedClock
from tests.runtime.webhooks.receiver import Receiver, receiving

PASSWORD = "not-for-logs-4711"
SECRET_PATH = "/services/hidden-part"


class Mails:
    """What a mail server took; it refuses all when a test says so."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - named by aiosmtpd
        if self.refuses:
            return "451 not now"
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        return "250 OK"


def checked(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@pytest.fixture
def mails() -> Mails:
    return Mails()


@pytest.fixture
def mail_port(mails: Mails) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(
        mails, hostname="127.0.0.1", port=port, authenticator=checked, auth_required=True, auth_require_tls=False
    )
    server.start()
    try:
        yield port
    finally:
        server.stop()


@pytest.fixture
def chat() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def house(
    empty_house: House, clock: StoppedClock, mail_port: int, chat: Receiver, monkeypatch: pytest.MonkeyPatch
) -> House:
    monkeypatch.setenv("TRY_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("TRY_CHAT_URL", chat.url.replace("/told", SECRET_PATH))
    settings = empty_house.settings.model_copy(update={"public_url": "https://postroom.example.com/"})
    house = replace(empty_house, clock=clock, settings=settings)
    return under(
        house, webhooks={"private_hosts": ["127.0.0.1"]},
        alerts={
            "mail": {
                "kind": "email", "host": "127.0.0.1", "port": mail_port, "security": "none", "username": "postroom",
                "password": {"env": "TRY_SMTP_PASSWORD"}, "sender": "postroom@example.com", "to": ["ops@example.com"],
            },
            "slack": {"kind": "slack", "url": {"env": "TRY_CHAT_URL"}, "only": ["breaker_open"]},
            "teams": {"kind": "teams", "url": {"env": "TRY_CHAT_URL"}, "only": ["parked"]},
        },
    )  # fmt: skip


def under(house: House, **changes: Any) -> House:
    written = {**house.library.environment.model_dump(mode="json", by_alias=True), **changes}
    environment = Environment.model_validate_json(json.dumps(written))
    return replace(house, library=replace(house.library, environment=environment))


def breaks(house: House, *, is_open: bool) -> None:
    now = house.clock.now()
    with transaction(house.engine) as tx:
        state = targets.lock(tx, "erp", now)
        opened = targets.opened(state, "It answers 503.", at=now, pause_seconds=60)
        targets.keep(tx, opened if is_open else targets.closed(state, at=now))


def raised(house: House, subject: str, kind: Any = "parked", message: str = "Somebody has to look.") -> Alarm:
    alarm = Alarm(kind=kind, subject=subject, message=message, since=house.clock.now())
    with transaction(house.engine) as tx:
        kept.raise_(tx, alarm)
        messenger.plan(tx, house, "raised", alarm)
    return alarm


def test_an_alarm_is_told_once_when_it_begins_and_once_when_it_is_over(
    house: House, clock: StoppedClock, mails: Mails, chat: Receiver
) -> None:
    breaks(house, is_open=True)
    alarms.look(house)
    alarms.look(house)
    messenger.tell(house)
    messenger.tell(house)

    assert [mail["Subject"] for mail in mails.taken] == ["[Postroom dev] target left alone: erp"]
    assert mails.taken[0]["To"] == "ops@example.com"
    text = mails.taken[0].get_content()
    assert "It answers 503." in text
    assert "https://postroom.example.com/control" in text
    assert "<https://postroom.example.com/control|Look>" in chat.heard[0].event["text"]

    breaks(house, is_open=False)
    clock.moment += timedelta(minutes=5)
    alarms.look(house)
    messenger.tell(house)
    messenger.tell(house)

    assert [mail["Subject"] for mail in mails.taken][1:] == ["[Postroom dev] Over: target left alone: erp"]
    assert len(chat.heard) == 2


def test_a_way_hears_of_the_kinds_that_it_names_only(house: House, chat: Receiver) -> None:
    raised(house, "erp", kind="source_silent")

    messenger.tell(house)

    assert chat.heard == []


def test_what_happens_within_a_pause_goes_together_in_the_next_message(
    house: House, clock: StoppedClock, mails: Mails
) -> None:
    for number in range(3):
        raised(house, f"erp{number}")
        messenger.tell(house)

    assert len(mails.taken) == 1

    clock.moment += timedelta(seconds=61)
    messenger.tell(house)

    assert mails.taken[1]["Subject"] == "[Postroom dev] Alarms: 2 new"
    assert all(f"parked: erp{number}" in mails.taken[1].get_content() for number in (1, 2))


def test_a_storm_of_alarms_is_one_message_of_bounded_length(house: House, mails: Mails) -> None:
    for number in range(60):
        raised(house, f"erp{number}", message="x" * 5000)

    messenger.tell(house)

    assert len(mails.taken) == 1
    assert "And 40 more: https://postroom.example.com/control" in mails.taken[0].get_content()
    assert len(mails.taken[0].get_content()) < 20_000


def test_a_message_that_does_not_go_out_is_tried_again_and_in_the_end_given_up(
    house: House, clock: StoppedClock, mails: Mails
) -> None:
    mails.refuses = True
    raised(house, "erp", kind="source_silent")
    messenger.tell(house)
    messenger.tell(house)

    first = messenger.latest(house)[0]
    assert (first.state, first.attempts, first.error) == ("pending", 1, "127.0.0.1 answered 451.")

    clock.moment += timedelta(days=1, seconds=1)
    messenger.tell(house)

    assert messenger.latest(house)[0].state == "failed"

    mails.refuses = False
    clock.moment += timedelta(days=1)
    assert messenger.tell(house) == 0


def test_a_card_for_teams_holds_words_and_no_formatting_of_others(house: House, chat: Receiver) -> None:
    raised(house, "erp", message="[pay here](https://evil.example) *now*")

    messenger.tell(house)

    card = chat.heard[0].event["attachments"][0]["content"]
    told = " ".join(one["text"] for one in card["body"])
    assert "\\[pay here\\]\\(https://evil.example\\) \\*now\\*" in told
    assert card["actions"] == [
        {
            "type": "Action.OpenUrl",
            "title": "Look",
            "url": "https://postroom.example.com/control/operations?state=parked",
        }
    ]


def test_nothing_in_a_message_to_slack_addresses_anybody(house: House, chat: Receiver) -> None:
    raised(house, "erp", kind="breaker_open", message="<!channel> & <https://evil.example|pay>")

    messenger.tell(house)

    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|pay&gt;" in chat.heard[0].event["text"]


def test_a_line_break_in_a_name_makes_no_header(house: House, mails: Mails) -> None:
    raised(house, "erp\r\nBcc: everybody@example.com", kind="source_silent")

    messenger.tell(house)

    assert mails.taken[0]["Bcc"] is None


def test_a_failure_names_no_secret(
    house: House, chat: Receiver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRY_SMTP_PASSWORD", f"wrong-{PASSWORD}")
    chat.status = 403
    raised(house, "erp")
    raised(house, "erp", kind="breaker_open")

    messenger.tell(house)

    errors = {one.way: one.error for one in messenger.latest(house)}
    assert errors == {
        "mail": "127.0.0.1 does not take user name and password (SMTP 535).", "slack": "It answered 403.",
        "teams": "It answered 403.",
    }  # fmt: skip
    said = "".join(capfd.readouterr())
    assert PASSWORD not in said
    assert SECRET_PATH not in said


def test_a_test_message_says_at_once_whether_a_way_is_open(
    house: House, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    messenger.try_out(house, "mail", hand=Hand("anna"))

    assert mails.taken[0]["Subject"] == "[Postroom dev] test alert"

    monkeypatch.delenv("TRY_SMTP_PASSWORD")
    with pytest.raises(PostroomError, match="environment variable TRY_SMTP_PASSWORD is not set"):
        messenger.try_out(house, "mail", hand=Hand("anna"))
    with pytest.raises(PostroomError, match="No way pager"):
        messenger.try_out(house, "pager", hand=Hand("anna"))


def test_what_another_worker_holds_is_not_told_twice(house: House, mails: Mails, clock: StoppedClock) -> None:
    raised(house, "erp", kind="source_silent")
    with transaction(house.engine) as tx:
        held = store.take(tx, "mail", clock.moment, until=clock.moment + timedelta(minutes=3))

    messenger.tell(house)

    assert len(held) == 1
    assert mails.taken == []
