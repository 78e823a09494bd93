"""Text that programs read and nobody sees, against the text that people see."""

import re
from collections.abc import Iterator, Mapping, Sequence

from engine.content.vocabulary import Vocabulary
from engine.model.field import Box
from engine.model.finding import Finding
from engine.model.page import Page, Reading, Word
from engine.model.record import Extraction
from engine.stages.contradict.dispute import TITLES, Dispute, contradiction, evidence_of, place, settle
from engine.stages.contradict.instructions import instructions_in
from engine.stages.contradict.printed import PrintedText, ibans_in, readings_of
from engine.stages.extract.extract import extract

_MONEY = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,'’\s]\d{3})*[.,]\d{2}(?![\w.,]*\d)")  # noqa: RUF001 - as printers write
_LABELLED = ("invoice_number", "issue_date", "due_date")
_CLEAR = 0.5
_MOST_SHOWN = 300
_DISGUISED = "digits drawn as other digits"
"""Reason of the finding `text_layer_untrusted` by which a reader says that a text layer lies about its digits."""


def check_hidden(
    extraction: Extraction, reading: Reading, printed: PrintedText, vocabularies: Mapping[str, Vocabulary]
) -> Extraction:
    """Return the extraction with the disputes between hidden and visible text, and orders to programs as findings."""
    disputes: list[Dispute] = []
    findings: list[Finding] = []
    liars = _disguised(reading)
    for page in reading.pages:
        visible, hidden = _text(page.words), _text(page.hidden)
        findings += _instructions(page, visible, hidden)
        if page.number in liars:
            disputes += _lies(extraction, page)
        elif page.hidden and page.how == "text_layer":
            disputes += _disputes(extraction, page, hidden, printed, vocabularies)
    extraction = extraction.model_copy(update={"findings": (*extraction.findings, *findings)})
    return settle(extraction, disputes)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _instructions(page: Page, visible: str, hidden: str) -> Iterator[Finding]:
    for text, where in ((hidden, "hidden on"), (visible, "printed on")):
        if passages := list(instructions_in(text)):
            yield Finding(
                code="machine_instructions", severity="error",
                message=f"Text {where} page {page.number} gives orders to a program. Nothing obeys it; ask who put it there.",
                evidence=tuple((f"{where} page {page.number}", passage[:_MOST_SHOWN]) for passage in passages),
            )  # fmt: skip
            return


def _disputes(
    extraction: Extraction, page: Page, hidden: str, printed: PrintedText, vocabularies: Mapping[str, Vocabulary]
) -> Iterator[Dispute]:
    """Yield what hidden words of a page say that is printed nowhere: accounts, amounts, labelled numbers and dates."""
    where = place(page.number, _bounds(page.hidden))
    for name, value in _said(extraction, hidden, printed):
        yield _hidden_dispute(extraction, name, value, where, hidden)
    labelled = _labelled(extraction, page, vocabularies)
    for name in _LABELLED:
        field = labelled.get(name)
        has = printed.has_date if name.endswith("_date") else printed.has_text
        if field is not None and field.confidence >= _CLEAR and not has(field.value):
            yield _hidden_dispute(extraction, name, field.value, where, hidden)


def _said(extraction: Extraction, hidden: str, printed: PrintedText) -> Iterator[tuple[str, str]]:
    for iban in sorted(set(ibans_in(hidden)) - printed.ibans):
        if not printed.has_text(iban):
            yield "vendor_iban", iban
    unprinted = [match[0] for match in _MONEY.finditer(hidden) if not _is_printed(match[0], printed)]
    if unprinted:
        largest = max(unprinted, key=lambda text: max(readings_of(text)))
        yield "total" if extraction.get("total") else "amount_due", str(list(readings_of(largest))[-1])


def _is_printed(money: str, printed: PrintedText) -> bool:
    meant = list(readings_of(money))
    return any(value.is_zero() for value in meant) or any(value in printed.amounts for value in meant[1:])


def _hidden_dispute(extraction: Extraction, name: str, value: str, where: str, hidden: str) -> Dispute:
    return Dispute(name, value, contradiction(
        name, message=f"The file holds another {TITLES[name]} in text that nobody can see. Find out who put it there; trust the picture.",
        evidence=(("hidden", value), ("hidden at", where), ("hidden text", hidden[:_MOST_SHOWN]), *evidence_of(extraction.get(name))),
    ))  # fmt: skip


def _labelled(extraction: Extraction, page: Page, vocabularies: Mapping[str, Vocabulary]) -> Extraction:
    """Return what the hidden words alone would be read as."""
    alone = page.model_copy(update={"words": page.hidden, "hidden": (), "codes": ()})
    return extract(
        Reading(pages=(alone,), page_count=1), document_id=extraction.document_id,
        classification=extraction.classification, vocabularies=vocabularies,
    )  # fmt: skip


def _disguised(reading: Reading) -> frozenset[int]:
    """Return the numbers of pages whose text layer calls digits by other names."""
    found = (dict(finding.evidence) for finding in reading.findings if finding.code == "text_layer_untrusted")
    return frozenset(int(evidence["page"]) for evidence in found if evidence.get("reason") == _DISGUISED)


def _lies(extraction: Extraction, page: Page) -> Iterator[Dispute]:
    """Yield a dispute for every value read from the picture whose stored text says something else at the same place."""
    for field in extraction.fields:
        box = field.provenance.box
        if field.name not in TITLES or field.provenance.page != page.number or box is None:
            continue
        stored = " ".join(word.text for word in page.hidden if _overlaps(word.box, box))
        shown = _digits(field.raw)
        if shown and shown not in _digits(stored) and _digits(stored):
            yield Dispute(field.name, stored, contradiction(
                field.name, message=f"The text stored in the file says another {TITLES[field.name]} than its picture shows. Trust the picture; ask who made the file.",
                evidence=(("stored text", stored), *evidence_of(field)),
            ))  # fmt: skip


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _overlaps(one: Box, other: Box) -> bool:
    """Whether the middle of one box lies in the other, or the other way round."""
    x, y = (one.x0 + one.x1) / 2, (one.top + one.bottom) / 2
    a, b = (other.x0 + other.x1) / 2, (other.top + other.bottom) / 2
    return (other.x0 <= x <= other.x1 and other.top <= y <= other.bottom) or (
        one.x0 <= a <= one.x1 and one.top <= b <= one.bottom
    )


def _bounds(words: Sequence[Word]) -> Box:
    return Box(
        min(word.x0 for word in words), min(word.top for word in words), max(word.x1 for word in words),
        max(word.bottom for word in words),
    )  # fmt: skip
