"""Reads e-invoices: XML by itself, or XML attached to a PDF."""

from collections.abc import Sequence
from pathlib import Path

from adapters.einvoice import mapper
from adapters.einvoice.attachments import Attachment, xml_attachments
from adapters.einvoice.checks.checker import Check, check
from adapters.shared import safe_xml
from engine.model.errors import ReadError
from engine.model.finding import Finding
from engine.model.page import Embedded, Reading
from engine.ports import Limits

VERSION = "einvoice@1.0"


class EInvoiceReader:
    """Turns UBL and CII into canonical fields with their XPath, and checks their form. Has no pages of its own."""

    def __init__(self, check: Check = check) -> None:
        self._check = check

    @property
    def version(self) -> str:
        """Engine and version as it appears in provenance."""
        return VERSION

    def read(self, path: Path, media_type: str, *, pages: Sequence[int] | None, limits: Limits) -> Reading:
        """Read an XML file, or the XML attached to a PDF; `pages` means nothing here.

        A PDF without one gives an empty reading. Raises ReadError `unsafe_xml`, `unreadable_xml` or `too_large` for
        XML files; broken XML inside a PDF becomes a finding, so that the print is still read.
        """
        del pages
        if media_type == "application/pdf":
            return _from_pdf(path, limits, self._check)
        if path.stat().st_size > limits.max_xml_bytes:
            raise ReadError("The XML file is larger than allowed.", code="too_large")
        return _from_xml(path.read_bytes(), limits, self._check)


def _from_xml(data: bytes, limits: Limits, check: Check) -> Reading:
    root = safe_xml.parse(data, max_bytes=limits.max_xml_bytes)
    message = mapper.find_message(root)
    if message is None:
        unknown = Finding(
            code="unknown_xml", severity="error",
            message="This XML file is no invoice or order in a format we know. Ask the sender what it is.",
            evidence=(("root", str(root.tag)[:200]),),
        )  # fmt: skip
        return Reading(findings=(unknown,))
    result, findings = mapper.embedded(*message, by=VERSION)
    element, table = message
    return Reading(embedded=result, findings=(*findings, *check(element, result.profile, table.namespaces)))


def _from_pdf(path: Path, limits: Limits, check: Check) -> Reading:
    attached = xml_attachments(path, max_bytes=limits.max_xml_bytes, max_parts=limits.max_parts)
    found: list[tuple[Attachment, Embedded, tuple[Finding, ...]]] = []
    broken: list[Finding] = []
    for attachment in attached:
        try:
            reading = _from_xml(_bytes(attachment), limits, check)
        except ReadError as e:
            broken.append(_unreadable(attachment, e))
            continue
        if reading.embedded is not None:
            found.append((attachment, reading.embedded, reading.findings))
    if not found:
        return Reading(findings=tuple(broken))
    _, result, findings = found[0]
    return Reading(embedded=result, findings=(*findings, *broken, *_several(found)))


def _bytes(attachment: Attachment) -> bytes:
    if attachment.content is None:
        raise ReadError("The attachment cannot be unpacked or is larger than allowed.", code="too_large")
    return attachment.content


def _unreadable(attachment: Attachment, error: ReadError) -> Finding:
    return Finding(
        code="embedded_xml_unreadable", severity="warning",
        message="The e-invoice inside this PDF is damaged, so only the print was read.",
        evidence=(("attachment", attachment.name), ("code", error.code), ("detail", error.detail[:300])),
    )  # fmt: skip


def _identity(data: Embedded) -> tuple[str | None, ...]:
    """Return what makes an invoice the same one: senders attach it under the names of two standards."""
    values = {field.name: field.value for field in data.fields}
    return data.type, *(
        values.get(name) for name in ("invoice_number", "po_number", "total", "issue_date", "vendor_name")
    )


def _several(found: Sequence[tuple[Attachment, Embedded, tuple[Finding, ...]]]) -> tuple[Finding, ...]:
    if len({_identity(data) for _, data, _ in found}) == 1:
        return ()
    several = Finding(
        code="several_embedded_invoices", severity="warning",
        message="This PDF carries more than one e-invoice. The first was taken; compare the others.",
        evidence=tuple(
            (attachment.name, next((field.value for field in data.fields if field.name == "invoice_number"), ""))
            for attachment, data, _ in found
        ),
    )  # fmt: skip
    return (several,)
