"""Reads images and PDF pages by text recognition, several pages at once in guarded children."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from adapters.shared.guard import ChildDied, Guard
from adapters.tesseract.engine import languages, tesseract_version
from adapters.tesseract.language import narrowed
from engine.model.errors import ReadError
from engine.model.finding import Finding
from engine.model.page import Page, Reading, Rule, Word
from engine.ports import Limits

_MEMORY_MIB = 3072
_SLACK_SECONDS = 60.0
"""What loading and drawing a page may take beyond the time for its recognition."""

_MANY = 3
"""Pages: with fewer, telling the language first would cost more than it saves."""

_guard = Guard("adapters.tesseract.worker:handle", memory_mib=_MEMORY_MIB)

_Outcome = tuple[Page, Finding | None]


class OcrReader:
    """Words with confidence from pixels. Each page is made upright and level first."""

    @property
    def version(self) -> str:
        """Engine and version."""
        return f"tesseract@{tesseract_version() or 'missing'}"

    def read(self, path: Path, media_type: str, *, pages: Sequence[int] | None, limits: Limits) -> Reading:
        """Read an image file (each frame of a TIFF is a page) or the wanted pages of a PDF.

        A page that takes too long is `none` with the finding `ocr_timeout`; one that breaks the limits, `page_too_large`.
        Raises ReadError `unreadable_image`, `too_many_pixels`, `too_many_pages`, `ocr_missing`, those of a PDF, and
        `too_large` when no page could be read within the limits.
        """
        if media_type != "application/pdf" and not media_type.startswith("image/"):
            raise ReadError(f"This reader reads images and PDF files, not {media_type}.", code="unsupported")
        run = _Run(path, media_type, limits, by=self.version)
        count = run.count()
        wanted = [n for n in pages or range(1, count + 1) if n <= count]
        outcomes = run.pages(wanted)
        findings = tuple(finding for _, finding in outcomes if finding)
        if findings and len(findings) == len(outcomes) and findings[0].code != "ocr_timeout":
            raise _refusal(findings[0])
        return Reading(pages=tuple(page for page, _ in outcomes), page_count=count, findings=findings)


class _Run:
    """One file being read."""

    def __init__(self, path: Path, media_type: str, limits: Limits, *, by: str) -> None:
        self._request: dict[str, Any] = {
            "path": str(path), "media_type": media_type, "limits": limits.model_dump(), "languages": languages(),
        }  # fmt: skip
        self._limits = limits
        self._by = by

    def count(self) -> int:
        """Return the number of pages. Raises ReadError when the file cannot be opened."""
        try:
            return int(self._ask("count")["count"])
        except ChildDied as e:
            raise _too_large(str(e)) from e

    def pages(self, wanted: Sequence[int]) -> list[_Outcome]:
        """Return the wanted pages. The first one is read with all languages, the others with those it is written in."""
        first = [self.page(number) for number in wanted[: 1 if len(wanted) >= _MANY else 0]]
        for page, _ in first:
            self._request["languages"] = narrowed((w.text for w in page.words), languages=self._request["languages"])
        with ThreadPoolExecutor(max_workers=max(1, self._limits.ocr_processes), thread_name_prefix="ocr") as pool:
            return first + list(pool.map(self.page, wanted[len(first) :]))

    def page(self, number: int) -> _Outcome:
        """Return one page, and a finding when it could not be read."""
        try:
            answer = self._ask("page", number=number)
        except ChildDied as e:
            return self._unread(number, 595.0, 842.0), _page_too_large(number, str(e))
        except ReadError as e:
            return self._unread(number, 595.0, 842.0), _page_refused(number, e)
        if "timeout" in answer:
            page = self._unread(number, answer["width"], answer["height"])
            return page, _timeout(number, self._limits.ocr_timeout_seconds)
        words = tuple(Word(*word) for word in answer["words"])
        return Page(
            number=number, width=answer["width"], height=answer["height"], rotation=answer["rotation"],
            words=words, rules=tuple(Rule(*rule) for rule in answer["rules"]), how="ocr", by=self._by,
        ), None  # fmt: skip

    def _ask(self, what: str, **more: int) -> dict[str, Any]:
        request = {"what": what, **self._request, **more}
        seconds = self._limits.ocr_timeout_seconds + _SLACK_SECONDS
        answers = list(_guard.ask(request, seconds=seconds, at_most=self._limits.ocr_processes))
        return answers[0]

    def _unread(self, number: int, width: float, height: float) -> Page:
        return Page(number=number, width=width, height=height, how="none", by=self._by)


def _timeout(number: int, seconds: int) -> Finding:
    return Finding(
        code="ocr_timeout", severity="error",
        message=f"Reading page {number} took longer than {seconds} seconds. Check it by eye.",
        evidence=(("page", str(number)),),
    )  # fmt: skip


def _page_too_large(number: int, detail: str) -> Finding:
    return Finding(
        code="page_too_large", severity="error",
        message=f"Page {number} could not be read within the limits of memory and time. Check it by eye.",
        evidence=(("detail", detail),),
    )  # fmt: skip


def _page_refused(number: int, error: ReadError) -> Finding:
    return Finding(
        code=error.code, severity="error", message=f"Page {number}: {error.message}",
        evidence=(("detail", error.detail),),
    )  # fmt: skip


def _refusal(finding: Finding) -> ReadError:
    """Return the error of a file of which no page could be read."""
    detail = finding.evidence[0][1]
    if finding.code == "page_too_large":
        return _too_large(detail)
    return ReadError(finding.message, code=finding.code, detail=detail)


def _too_large(detail: str) -> ReadError:
    return ReadError(
        "The file unpacks to more than can be read safely. Ask the sender for a simpler copy.",
        code="too_large", detail=detail,
    )  # fmt: skip
