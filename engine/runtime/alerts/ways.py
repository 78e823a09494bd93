"""The ways by which alerts go out: SMTP, and the webhooks of chats. What went wrong is said without any secret in it."""

import json
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import structlog

from engine.content.alert_policy import AlertWay, ChatWay, MailWay
from engine.model.chat import block, card, entities
from engine.runtime.alerts.wording import Message, Note
from engine.runtime.house import House
from engine.runtime.settings import secret
from engine.runtime.webhooks import calling

log = structlog.get_logger()

SECONDS = 20


class Failed(Exception):
    """A message that did not go out, and why, in words that may stand in a log."""

    def __init__(self, why: str, *, retry_after: int | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


def send(house: House, way: AlertWay, message: Message) -> None:
    """Send one message. Raises Failed."""
    try:
        if isinstance(way, MailWay):
            _mail(house, way, message)
        else:
            _chat(house, way, message)
    except LookupError as e:
        raise Failed(f"The credential cannot be read: {e}") from e


def _mail(house: House, way: MailWay, message: Message) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.title, way.sender, ", ".join(way.to)
    mail["Date"] = format_datetime(house.clock.now())
    mail["Message-ID"] = make_msgid(domain=way.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    password = None if way.password is None else secret(dict(way.password))
    try:
        with _server(way) as server:
            if way.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if way.username is not None and password is not None:
                server.login(way.username, password)
            refused = server.send_message(mail, way.sender, list(way.to))
    except smtplib.SMTPAuthenticationError as e:
        raise Failed(f"{way.host} does not take user name and password (SMTP {e.smtp_code}).") from e
    except smtplib.SMTPResponseException as e:
        raise Failed(f"{way.host} answered {e.smtp_code}.") from e
    except smtplib.SMTPRecipientsRefused as e:
        raise Failed(f"{way.host} takes nothing for {', '.join(e.recipients)}.") from e
    except (smtplib.SMTPException, OSError) as e:
        raise Failed(f"{way.host}:{way.port} cannot be used: {type(e).__name__}.") from e
    if refused:
        # the others have it: another try would tell them twice
        log.warning("alert_recipients_refused", recipients=sorted(refused))


def _server(way: MailWay) -> smtplib.SMTP:
    if way.security == "tls":
        return smtplib.SMTP_SSL(way.host, way.port, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(way.host, way.port, timeout=SECONDS)


def _chat(house: House, way: ChatWay, message: Message) -> None:
    url = secret(dict(way.url))
    body = json.dumps(_slack(message) if way.kind == "slack" else _card(message)).encode()
    headers = {
        "host": calling.authority(url), "content-type": "application/json", "user-agent": "Postroom",
        "content-length": str(len(body)),
    }  # fmt: skip
    answer = calling.post(url, headers, body, policy=house.library.environment.webhooks)
    if not answer.is_taken:
        raise Failed(answer.error, retry_after=answer.retry_after)


def _slack(message: Message) -> dict[str, object]:
    lines = [entities(message.title)]
    for one in message.notes:
        lines += [f"*{entities(one.title)}*", entities(one.text)] + ([f"<{one.url}|Look>"] if one.url else [])
    return {"text": "\n".join([*lines, entities(message.more)]).strip()}


def _card(message: Message) -> dict[str, object]:
    body = [block(message.title, weight="Bolder", size="Medium")]
    for one in message.notes:
        body += [block(one.title, weight="Bolder"), block(one.text)]
    body += [block(message.more)] if message.more else []
    return card(body, _actions(message.notes))


def _actions(notes: tuple[Note, ...]) -> list[dict[str, str]]:
    urls = dict.fromkeys(one.url for one in notes if one.url is not None)
    return [{"type": "Action.OpenUrl", "title": "Look", "url": one} for one in list(urls)[:4]]
