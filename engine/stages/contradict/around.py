"""What stands around a document: the name of its file, and the mail that it came with."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from engine.model.field import Field
from engine.model.finding import Finding
from engine.model.record import Extraction
from engine.model.value import Value
from engine.stages.contradict.dispute import TITLES, Dispute, contradiction, evidence_of
from engine.stages.contradict.printed import PrintedText, compact, days_in, ibans_in, readings_of

_CLEAR = 0.75
_SHORTEST = 5
_NEAR = 2
_TOKEN = re.compile(r"[^\W_][\w./\-]*[^\W_]")
_MONEY = re.compile(
    r"(?:(?P<before>EUR|USD|GBP|CHF|PLN|€|\$|£)\s?)?(?P<number>\d{1,3}(?:[.,'’\s]\d{3})*[.,]\d{2}|\d+[.,]\d{2})(?!\d)(?:\s?(?P<after>EUR|USD|GBP|CHF|PLN|€|\$|£|zł))?"  # noqa: RUF001
)
_TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)
_QUOTE = re.compile(
    r"^\s*>.*$|^-{2,}\s*(original|ursprüngliche|forwarded|weitergeleitete).*\Z",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_MOST_SIGNS = 50_000


class Letter(Value):
    """The mail that a document came with."""

    subject: str
    sender: str
    text: str
    """The plain body, or the HTML one without its tags."""
    document_count: int = 1
    """How many documents came with it."""


def letter(*, subject: str, sender: str, text: str, html: str, document_count: int = 1) -> Letter:
    """Return what a mail says to people: its own words, without earlier mails that it quotes and without tags."""
    body = text if text.strip() else _TAG.sub(" ", html[: 4 * _MOST_SIGNS])
    words = _QUOTE.split(body, maxsplit=1)[0][:_MOST_SIGNS]
    return Letter(subject=subject, sender=sender, text=words, document_count=document_count)


def check_name(extraction: Extraction, name: str, printed: PrintedText) -> Iterator[Finding]:
    """Yield a note where the name of the file holds a number of the document's own kind that is not the document's."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    field = extraction.get("invoice_number")
    for token in _near_misses(stem.replace("_", " "), field, printed):
        yield Finding(
            code="file_name_differs", severity="warning", fields=("invoice_number",),
            message=f"The file is named after {token}, the document has another number. Check that the right file was sent.",
            evidence=(("file name", name), *evidence_of(field)),
        )  # fmt: skip
    issued = extraction.get("issue_date")
    days = list(days_in(stem)) if re.search(r"20\d\d", stem) and printed.is_legible else []
    # files are saved and scanned later than they are written, never before
    is_early = issued is not None and bool(days) and max(days) < issued.date()
    if issued and is_early and issued.confidence >= _CLEAR and not any(printed.has_date(str(day)) for day in days):
        yield Finding(
            code="file_date_differs", severity="info", fields=("issue_date",),
            message="The name of the file holds a date before the document was written. Check that the right file was sent.",
            evidence=(("file name", name), *evidence_of(issued)),
        )  # fmt: skip


def check_letter(extraction: Extraction, mail: Letter, printed: PrintedText) -> Iterator[Dispute]:
    """Yield what the mail says otherwise than its attachment: account, number, amount.

    Of a mail with several documents only the account is compared: number and amount may be those of another one.
    """
    text = f"{mail.subject}\n{mail.text}"
    known = printed.ibans | {compact(value).upper() for value in _known(extraction, "vendor_iban")}
    for iban in sorted(set(ibans_in(text)) - known):
        if known and not printed.has_text(iban):
            yield _letter_dispute(extraction, "vendor_iban", iban, mail)
    if mail.document_count > 1:
        return
    for token in _near_misses(text, extraction.get("invoice_number"), printed):
        yield _letter_dispute(extraction, "invoice_number", token, mail)
    total = extraction.get("total")
    money = {match["number"] for match in _MONEY.finditer(text) if match["before"] or match["after"]}
    if len(money) == 1 and total is not None and total.confidence >= _CLEAR and printed.amounts:
        stated = list(readings_of(money.pop()))[-1]
        if stated not in printed.amounts and not stated.is_zero():
            yield _letter_dispute(extraction, "total", str(stated), mail)


def _known(extraction: Extraction, name: str) -> Iterator[str]:
    field = extraction.get(name)
    if field is not None:
        yield field.value
        yield from (other.value for other in field.alternatives)


def _letter_dispute(extraction: Extraction, name: str, value: str, mail: Letter) -> Dispute:
    return Dispute(name, value, contradiction(
        name, message=f"The mail names another {TITLES[name]} than the document. Ask the vendor by a way you know, not by answering the mail.",
        evidence=(("mail", value), ("mail from", mail.sender), ("mail subject", mail.subject), *evidence_of(extraction.get(name))),
    ))  # fmt: skip


def _near_misses(text: str, field: Field | None, printed: PrintedText) -> list[str]:
    """Return tokens of a text that have the shape of the document's number and nearly its signs, when it is not there itself."""
    number = compact(field.value) if field is not None else ""
    if field is None or field.confidence < _CLEAR or len(number) < _SHORTEST or number in compact(text):
        return []
    tokens = dict.fromkeys(match[0] for match in _TOKEN.finditer(text))
    return [token for token in tokens if _is_near(compact(token), number) and not printed.has_text(token)][:1]


def _is_near(one: str, number: str) -> bool:
    """Whether a token is of the number's shape and has the same beginning, but ends otherwise in a few signs."""
    if len(one) != len(number) or [sign.isdigit() for sign in one] != [sign.isdigit() for sign in number]:
        return False
    return 0 < Levenshtein.distance(one, number) <= _NEAR and one[:2] == number[:2]
