"""Mails: how they are written, and how one is handed to an SMTP server (RFC 5321) so that it is known what became of it.

A server has a mail from the moment in which it answers the end of the data well. Until the end was sent it has none: it
must not deliver what was cut off before (section 4.1.1.4). Between the two nobody knows.
"""

import mimetypes
import re
import smtplib
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import Any

from adapters.notify.settings import NotifySettings
from adapters.shared.http import Unsent, trust
from engine.model.errors import Ambiguous, Rejected, TargetError, Unauthorised

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PARTED = re.compile(r"[,;]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_DOT = re.compile(rb"^\.", re.MULTILINE)
"""A line that begins with the sign that ends the data gets a second one (section 4.5.2)."""
_MOST_RECIPIENTS = 10
_WHOLE = 3
"""So many times the patience between two pieces a whole conversation may take."""
_WELL, _GO_ON, _TEMPORARY, _FOR_GOOD, _CLOSING = 2, 354, 4, 5, 421
_NO_LOGIN = 535

Content = Callable[[str], bytes]
"""Returns the bytes of a document by its SHA-256."""
Said = tuple[int, bytes]


def written(payload: Mapping[str, Any], *, key: str, settings: NotifySettings, content: Content) -> EmailMessage:
    """Return the mail of a payload, with a Message-ID made of the operation's short key.

    Raises Rejected for an address that is none or that the binding does not allow, and for a line break in a header.
    """
    mail = EmailMessage(policy=WIRE)
    mail["From"] = Address(settings.sender_name, addr_spec=settings.sender)
    for name in ("to", "cc"):
        if payload.get(name):
            mail[name.title()] = ", ".join(_addresses(name, str(payload[name]), settings))
    if payload.get("reply_to"):
        mail["Reply-To"] = _one_address("reply_to", str(payload["reply_to"]))
    mail["Subject"] = _line("subject", str(payload["subject"]))
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = message_id(key, settings)
    mail["Auto-Submitted"] = "auto-generated"
    # base64: no server on the way wraps, escapes or cuts a line of it
    mail.set_content(str(payload["text"]), cte="base64")
    for one in payload.get("attachments") or ():
        name = _line("attachments", str(one["name"]))
        kind, _, subtype = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
        mail.add_attachment(content(str(one["sha256"])), maintype=kind, subtype=subtype, filename=name)
    return mail


def message_id(key: str, settings: NotifySettings) -> str:
    """Return the Message-ID of an operation, the same at every try."""
    return f"<{key}@{settings.domain}>"


def recipients(mail: EmailMessage) -> list[str]:
    """Return who gets a mail, each once."""
    named = [
        address.addr_spec for name in ("To", "Cc") for header in mail.get_all(name, ()) for address in header.addresses
    ]
    return list(dict.fromkeys(named))


class Post:
    """Hands mails to one server. One connection a mail; safe to share between threads."""

    def __init__(self, settings: NotifySettings) -> None:
        self._settings = settings

    def deliver(self, mail: EmailMessage) -> str:
        """Hand a mail over for all of its recipients or for none. Returns the server's words.

        Raises Transient and Unauthorised when it surely was not taken, Rejected with the words about sender, recipient or
        text, Ambiguous when the answer to its end did not come.
        """
        lines = _DOT.sub(b"..", mail.as_bytes(policy=WIRE))
        with self._signed_in() as server:
            with self._untaken():
                self._refuse(server.mail(self._settings.sender), "from")
                for address in recipients(mail):
                    self._refuse(server.rcpt(address), "to", address)
                self._refuse(server.docmd("DATA"), "text", good=_GO_ON)
                server.send(lines)
            said = self._ended(server)
        return self._words(said)

    def ping(self) -> str:
        """Sign in and leave again."""
        with self._signed_in() as server, self._untaken():
            self._refuse(server.noop(), "noop")
        return f"{self._settings.host} lets us in"

    def _ended(self, server: smtplib.SMTP) -> Said:
        """Send the end of the data and return the answer that says it was taken."""
        try:
            said = server.docmd(".")
        except (smtplib.SMTPException, OSError) as e:
            raise self._unknown(f"{type(e).__name__}") from e
        if said[0] // 100 == _WELL:
            return said
        if said[0] // 100 == _TEMPORARY and said[0] != _CLOSING:
            raise Unsent(f"{self._settings.host} does not take it now: {self._words(said)}")
        if said[0] // 100 == _FOR_GOOD:
            raise Rejected(f"{self._settings.host}: {self._words(said)}", fields={"text": self._words(said)})
        raise self._unknown(self._words(said))

    @contextmanager
    def _signed_in(self) -> Iterator[smtplib.SMTP]:
        with self._untaken():
            server = self._connected()
        # one line that never ends, or drips in, is given up as well
        end = threading.Timer(_WHOLE * self._settings.timeout_seconds, _hang_up, [server])
        end.daemon = True
        end.start()
        try:
            with self._untaken():
                self._sign_in(server)
            yield server
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            end.cancel()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        where = (settings.host, settings.port_number, settings.domain, settings.timeout_seconds)
        if settings.security == "tls":
            return smtplib.SMTP_SSL(*where[:3], timeout=where[3], context=self._trust())
        return smtplib.SMTP(*where)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self._settings.security == "starttls":
            server.ehlo_or_helo_if_needed()
            if not server.has_extn("starttls"):
                raise Unauthorised(
                    f"{self._settings.host} offers no encryption (STARTTLS); nothing is sent in the clear."
                )
            self._refuse(server.starttls(context=self._trust()), "starttls")
        server.ehlo_or_helo_if_needed()
        if self._settings.username:
            server.login(self._settings.username, self._settings.password or "")

    def _trust(self) -> ssl.SSLContext:
        if self._settings.ca_file is None:
            return trust()
        return ssl.create_default_context(cafile=self._settings.ca_file)

    @contextmanager
    def _untaken(self) -> Iterator[None]:
        """Sort what goes wrong while the server surely has no mail."""
        host = self._settings.host
        try:
            yield
        except smtplib.SMTPAuthenticationError as e:
            kind = Unauthorised if e.smtp_code // 100 == _FOR_GOOD else Unsent
            # the server's words may hold what we said to it
            raise kind(f"{host} does not take user name and password (SMTP {e.smtp_code}).") from None
        except smtplib.SMTPNotSupportedError as e:
            raise Unauthorised(f"{host} knows no login that we know: {self._hidden(str(e))}") from None
        except ssl.SSLCertVerificationError as e:
            raise Unauthorised(f"{host} is not who it says: {e.verify_message}.") from e
        except smtplib.SMTPResponseException as e:
            raise Unsent(f"{host} answered {self._words((e.smtp_code, _bytes(e.smtp_error)))}.") from None
        except (smtplib.SMTPException, OSError) as e:
            raise Unsent(f"{host}:{self._settings.port_number} cannot be used: {type(e).__name__}.") from None

    def _refuse(self, said: Said, field: str, about: str = "", *, good: int = 0) -> None:
        """Raise what an answer means that is not the one hoped for."""
        if said[0] == good or (not good and said[0] // 100 == _WELL):
            return
        words = f"{about}: {self._words(said)}" if about else self._words(said)
        error: TargetError = Unsent(f"{self._settings.host} does not take it now: {words}")
        if said[0] in {530, _NO_LOGIN}:
            error = Unauthorised(f"{self._settings.host} wants a login: {words}")
        elif said[0] // 100 == _FOR_GOOD:
            error = Rejected(f"{self._settings.host}: {words}", fields={field: words})
        raise error

    def _unknown(self, why: str) -> Ambiguous:
        return Ambiguous(f"The mail left and {self._settings.host} did not say that it has it.", detail=why)

    def _words(self, said: Said) -> str:
        text = " ".join(said[1].decode("utf-8", "replace").split())
        return self._hidden(f"{said[0]} {_CONTROL.sub(' ', text)}")[:300]

    def _hidden(self, text: str) -> str:
        password = self._settings.password
        return text.replace(password, "[redacted]") if password else text


def _addresses(field: str, text: str, settings: NotifySettings) -> Sequence[str]:
    found = [_one_address(field, one.strip()) for one in _PARTED.split(text) if one.strip()]
    if not 1 <= len(found) <= _MOST_RECIPIENTS:
        raise Rejected(f"A mail goes to 1 to {_MOST_RECIPIENTS} addresses.", fields={field: f"holds {len(found)}"})
    for one in found:
        if not settings.may_write_to(one):
            raise Rejected(
                f"Nobody at {one.rpartition('@')[2]} may be written to: add the domain to `recipients` of the target if that is wanted.",
                fields={field: "is not among the allowed recipients"},
            )
    return found


def _one_address(field: str, text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise Rejected(
            "This is no mail address: write name@example.com.", fields={field: f"{text[:100]!r} is no address"}
        )
    return text


def _line(field: str, text: str) -> str:
    if _CONTROL.search(text):
        raise Rejected(
            "A header of a mail is one line, without control signs.",
            fields={field: "holds a line break or control sign"},
        )
    return text


def _bytes(said: object) -> bytes:
    return said if isinstance(said, bytes) else str(said).encode()


def _hang_up(server: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):
        server.sock.shutdown(2)  # type: ignore[union-attr]  # none once it is closed, and that is caught
