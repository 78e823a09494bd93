"""Writes e-mail with attachments, and the small logo that every signature drags along."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO

from PIL import Image, ImageDraw

from admin.samples.model import Paper
from admin.samples.words import say

_MEDIA = {"pdf": ("application", "pdf"), "xml": ("application", "xml")}


def subject(paper: Paper) -> str:
    """Return the subject: what it is, and its number."""
    return f"{say(paper.language, paper.type)} {paper.number}"


def write_body(paper: Paper, html: str) -> bytes:
    """Return an .eml file without attachments whose HTML is the document. Same input, same bytes."""
    mail = _headed(paper)
    mail.set_content(html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def write(paper: Paper, attachments: Sequence[tuple[str, bytes]]) -> bytes:
    """Return an .eml file: `attachments` are names and bytes. Same input, same bytes."""
    seller, language = paper.seller, paper.language
    mail = _headed(paper)
    domain = _domain(paper)
    body = f"{say(language, 'greeting')}\n\n{say(language, paper.type)} {paper.number}\n\n{say(language, 'closing')}\n{seller.name}\n"
    mail.set_content(body)
    mail.add_alternative(
        f"<p>{body.strip().replace(chr(10), '<br>')}</p><img src='cid:logo@{domain}' alt=''>", subtype="html"
    )
    html = mail.get_payload()[1]  # type: ignore[index]
    html.add_related(logo(), "image", "png", cid=f"<logo@{domain}>", filename="logo.png", disposition="inline")  # type: ignore[union-attr]
    for name, data in attachments:
        main, sub = _MEDIA[name.rsplit(".", 1)[1]]
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    for at, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        # boundaries are random otherwise
        part.set_boundary(f"=_postroom_sample_{at}")
    return mail.as_bytes()


def _headed(paper: Paper) -> EmailMessage:
    seller = paper.seller
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{seller.name.replace(',', '')} <{seller.email}>"
    mail["To"] = paper.buyer.email
    mail["Subject"] = subject(paper)
    mail["Date"] = format_datetime(datetime.combine(paper.issued, time(9, 30), tzinfo=UTC))
    mail["Message-ID"] = f"<{paper.number.replace('/', '-').replace(' ', '')}@{_domain(paper)}>"
    return mail


def _domain(paper: Paper) -> str:
    return paper.seller.email.split("@")[1]


def logo() -> bytes:
    """Return a logo of 96 by 32 pixels as PNG."""
    image = Image.new("RGB", (96, 32), "#ffffff")
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, 28, 28), fill="#1f3a5f")
    draw.rectangle((38, 9, 90, 13), fill="#1f3a5f")
    draw.rectangle((38, 19, 74, 23), fill="#888888")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
