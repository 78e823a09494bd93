"""What becomes of a mail when servers and payloads are hostile. TLS is spoken with a real server."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.notify.plug import PLUG
from adapters.notify.sandbox.office import NotifySandbox
from adapters.notify.target import NotifyTarget
from adapters.shared.contract.surroundings import ATTACHED, ATTACHED_SHA256, MemoryBlobs
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Ambiguous, ContentError, Rejected, TargetError, Transient, Unauthorised
from engine.ports import Surroundings
from tests.adapters.notify.messages import mail

TAKEN_UNSAID = (
    "commit_then_cut",
    "commit_then_hang",
    "commit_then_html",
    "commit_then_503",
    "truncate",
    "empty",
    "schema_changed",
)


@pytest.fixture
def office() -> Iterator[NotifySandbox]:
    with NotifySandbox() as one:
        yield one


@pytest.fixture
def target(office: NotifySandbox, tmp_path: Path) -> NotifyTarget:
    return bound(tmp_path, office.settings())


def bound(folder: Path, settings: Any, **changed: Any) -> NotifyTarget:
    target = PLUG.target({**settings, "timeout_seconds": 1, **changed})
    target.move_in(Surroundings(blobs=MemoryBlobs(), folder=folder / "private"))
    return target


def taken(office: NotifySandbox) -> list[Any]:
    return [message_from_string(one["raw"], policy=policy.default) for one in office.objects.get("mail", ())]


def test_a_mail_arrives_whole_with_a_message_id_of_our_key(office: NotifySandbox, target: NotifyTarget) -> None:
    one = mail(
        cc="bills@birch.example",
        reply_to="ap@hub.example",
        text="..\n.\nÄ",
        attachments=[{"name": "ä.pdf", "sha256": ATTACHED_SHA256}],
    )
    receipt = target.send(one)

    (read,) = taken(office)
    (paper,) = read.iter_attachments()
    assert receipt.external_id == read["Message-ID"] == f"<{one.short_key}@hub.example>"
    assert (read["From"], read["Reply-To"]) == ("Postroom <postroom@hub.example>", "ap@hub.example")
    assert (office.objects["mail"][0]["to"], read.get_body().get_content()) == (
        ["office@birch.example", "bills@birch.example"], "..\r\n.\r\nÄ\r\n",
    )  # fmt: skip
    assert (paper.get_filename(), paper.get_content()) == ("ä.pdf", ATTACHED)


@pytest.mark.parametrize("kind", TAKEN_UNSAID)
def test_a_mail_whose_answer_was_lost_is_never_sent_again(office: NotifySandbox, tmp_path: Path, kind: Any) -> None:
    office.faults.add(Fault(kind, seconds=0.1))
    with pytest.raises(Ambiguous):
        bound(tmp_path, office.settings()).send(mail())

    another = bound(tmp_path, office.settings())
    for call in (another.find, another.send):
        with pytest.raises(Ambiguous, match="not sent again by itself"):
            call(mail())
    assert len(taken(office)) == 1


def test_a_person_who_says_that_nothing_arrived_has_it_sent(office: NotifySandbox, target: NotifyTarget) -> None:
    office.faults.add(Fault("cut_before"))
    with pytest.raises(Ambiguous):
        target.send(mail())

    target.send(mail().model_copy(update={"state": "sending", "attempts": 1}))

    assert len(taken(office)) == 1


def test_a_worker_that_has_no_note_of_an_earlier_try_asks_a_person(office: NotifySandbox, target: NotifyTarget) -> None:
    with pytest.raises(Ambiguous):
        target.find(mail().model_copy(update={"state": "unknown", "attempts": 1}))


@pytest.mark.parametrize(
    ("kind", "error"),
    [("throttle", Transient), ("unavailable", Transient), ("expire_token", Unauthorised), ("html_500", Rejected)],
)
def test_a_mail_that_was_turned_away_goes_once_when_it_may(
    office: NotifySandbox, target: NotifyTarget, kind: Any, error: type[TargetError]
) -> None:
    office.faults.add(Fault(kind))
    if kind == "expire_token":
        office.faults.clear()
        with pytest.raises(error):
            bound(target._place.folder().parent, office.settings(), password="wrong").send(mail())
    else:
        with pytest.raises(error):
            target.send(mail())

    again = mail().model_copy(update={"attempts": 1})
    assert (target.find(again), len(taken(office))) == (None, 0)
    target.send(again)
    assert len(taken(office)) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"subject": "Hello\r\nBcc: all@evil.example"}, "line break"),
        ({"subject": "Hello\u2028Bcc: all@evil.example"}, "line break"),
        ({"to": "office@birch.example\nBcc: a@evil.example"}, "is no address"),
        ({"to": "office@birch.example> SIZE=1 <a@evil.example"}, "is no address"),
        ({"to": "a@evil.example"}, "not among the allowed"),
        ({"to": "a@birch.example.evil.example"}, "not among the allowed"),
        ({"cc": "office@birch.example; b@evil.example"}, "not among the allowed"),
        ({"to": " ; "}, "holds 0"),
        ({"reply_to": "a@b.example\r\nX: y"}, "is no address"),
        ({"attachments": [{"name": "a\r\nX: y.pdf", "sha256": ATTACHED_SHA256}]}, "line break"),
        ({"attachments": [{"name": "a.pdf", "sha256": "0" * 64}]}, "not kept any more"),
        ({"to": "nobody@birch.example"}, "550 5.1.1 User unknown"),
        ({"to": "office@birch.example", "cc": "nobody@birch.example"}, "550 5.1.1 User unknown"),
    ],
)  # fmt: skip
def test_what_must_not_leave_is_refused_with_its_field(
    office: NotifySandbox, target: NotifyTarget, changed: Any, words: str
) -> None:
    with pytest.raises(Rejected) as error:
        target.send(mail(**changed))

    assert any(words in one for one in error.value.fields.values()), error.value.fields
    assert taken(office) == []


def test_a_greylisted_recipient_is_tried_later(target: NotifyTarget) -> None:
    with pytest.raises(Transient, match="Greylisted"):
        target.send(mail(to="later@birch.example"))


def test_a_wrong_password_is_said_and_stands_nowhere(office: NotifySandbox, tmp_path: Path) -> None:
    with pytest.raises(Unauthorised) as error:
        bound(tmp_path, office.settings(), password="seldom-heard-77").ping()

    assert "535" in str(error.value)
    assert "seldom-heard-77" not in f"{error.value!r} {error.value.detail} {error.value.__cause__!r}"


def test_a_relay_that_is_away_has_nothing(office: NotifySandbox, tmp_path: Path) -> None:
    target = bound(tmp_path, office.settings())
    office.post.stop()

    with pytest.raises(Transient):
        target.send(mail())
    assert target.find(mail().model_copy(update={"attempts": 1})) is None


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"host": "mail.example.com"}, "settings.security"),
        ({"slack_webhook": "http://hooks.slack.example/x"}, "settings.slack_webhook"),
        ({"teams_webhook": "https:///x"}, "settings.teams_webhook"),
        ({"recipients": None}, "settings"),
        ({"recipients": ["a b"]}, "settings.recipients"),
    ],
)
def test_a_binding_that_would_leak_or_address_anybody_is_refused(
    office: NotifySandbox, changed: Any, path: str
) -> None:
    with pytest.raises(ContentError) as error:
        PLUG.target({**office.settings(), **changed})

    assert error.value.path.startswith(path)


# -- TLS, with a server that is not ours


class Kept:
    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - named by aiosmtpd
        self.mails.append(envelope.original_content)
        return "250 OK"


def certified(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[tuple[Kept, dict[str, Any]]]:
    kept = Kept()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(
        kept, hostname="127.0.0.1", port=port, tls_context=certified(tmp_path), require_starttls=True, auth_required=True,
        authenticator=lambda *_: AuthResult(success=True),
    )  # fmt: skip
    server.start()
    try:
        yield kept, {
            "host": "localhost", "port": port, "username": "u", "password": "p", "sender": "a@hub.example",
            "recipients": ["*"],
        }  # fmt: skip
    finally:
        server.stop()


def test_a_mail_goes_encrypted_to_a_server_whose_authority_is_bound(encrypted: Any, tmp_path: Path) -> None:
    kept, settings = encrypted
    bound(tmp_path, settings, ca_file=str(tmp_path / "cert.pem")).send(mail(to="a@anywhere.example"))

    assert len(kept.mails) == 1


def test_a_server_that_nobody_vouches_for_gets_no_login_and_no_mail(encrypted: Any, tmp_path: Path) -> None:
    kept, settings = encrypted
    with pytest.raises(Unauthorised, match="is not who it says"):
        bound(tmp_path, settings).send(mail())

    assert kept.mails == []


def test_a_server_without_encryption_gets_nothing(office: NotifySandbox, tmp_path: Path) -> None:
    with pytest.raises(Unauthorised, match="STARTTLS"):
        bound(tmp_path, office.settings(), security="starttls").send(mail())

    assert taken(office) == []
