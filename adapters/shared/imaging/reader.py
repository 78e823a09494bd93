"""Reads images and PDF pages by text recognition, several pages at once in guarded children; the engine is given."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from adapters.shared.guard import ChildDied, Guard
from engine.model.errors import ReadError
from engine.model.field import Box
from engine.model.finding import Finding
from engine.model.page import Code, Page, Reading, Rule, Word
from engine.ports import Limits

_SLACK_SECONDS = 60.0
"""What loading and drawing a page may take beyond the time for its recognition."""

_MANY = 3
"""Pages: with fewer, learning from the first one would cost more than it saves."""

_MENDING = 4
"""Counted up when pictures are mended in another way: what was recognised before is then recognised anew."""

_Outcome = tuple[Page, Finding | None]
_Options = Mapping[str, Any]


def _unchanged(options: _Options, _: Iterable[str]) -> _Options:
    return options


class Engine(NamedTuple):
    """How a recognition engine is asked."""

    version: Callable[[], str]
    """Name and version, `tesseract@5.3.0`."""
    guard: Guard
    """Children that run `worker.answer` with the engine."""
    options: Callable[[], _Options]
    """What is added to each request. Raises ReadError `ocr_missing` when the engine is not installed."""
    learned: Callable[[_Options, Iterable[str]], _Options] = _unchanged
    """Options for the other pages of a file, from the words of its first page."""
    threads: int = 1
    """What one child may use at most."""


class PixelReader:
    """Words with confidence from pixels. Each page is made upright and level first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def version(self) -> str:
        """Engine, version, and the generation of the mending before it: `tesseract@5.3.0+mend2`."""
        return f"{self._engine.version()}+mend{_MENDING}"

    def read(self, path: Path, media_type: str, *, pages: Sequence[int] | None, limits: Limits) -> Reading:
        """Read an image file (each frame of a TIFF is a page) or the wanted pages of a PDF.

        A page that takes too long is `none` with the finding `ocr_timeout`; one that breaks the limits, `page_too_large`.
        Raises ReadError `unreadable_image`, `too_many_pixels`, `too_many_pages`, `ocr_missing`, those of a PDF, and
        `too_large` when no page could be read within the limits.
        """
        if media_type != "application/pdf" and not media_type.startswith("image/"):
            raise ReadError(f"This reader reads images and PDF files, not {media_type}.", code="unsupported")
        run = _Run(self._engine, path, media_type, limits)
        count = run.count()
        wanted = [n for n in pages or range(1, count + 1) if n <= count]
        outcomes = run.pages(wanted)
        findings = tuple(finding for _, finding in outcomes if finding)
        if findings and len(findings) == len(outcomes) and findings[0].code != "ocr_timeout":
            raise _refusal(findings[0])
        return Reading(pages=tuple(page for page, _ in outcomes), page_count=count, findings=findings)


class _Run:
    """One file being read."""

    def __init__(self, engine: Engine, path: Path, media_type: str, limits: Limits) -> None:
        self._engine = engine
        threads = min(engine.threads, max(1, limits.ocr_processes))
        self._at_once = max(1, limits.ocr_processes // threads)
        self._options: _Options = {**engine.options(), "threads": threads}
        self._request: _Options = {"path": str(path), "media_type": media_type, "limits": limits.model_dump()}
        self._limits = limits
        self._by = engine.version()

    def count(self) -> int:
        """Return the number of pages. Raises ReadError when the file cannot be opened."""
        try:
            return int(self._ask("count")["count"])
        except ChildDied as e:
            raise _too_large(str(e)) from e

    def pages(self, wanted: Sequence[int]) -> list[_Outcome]:
        """Return the wanted pages. What the first one teaches about the file is used for the others."""
        teaches = self._engine.learned is not _unchanged and len(wanted) >= _MANY
        first = [self.page(number) for number in wanted[: 1 if teaches else 0]]
        for page, _ in first:
            self._options = self._engine.learned(self._options, (w.text for w in page.words))
        with ThreadPoolExecutor(max_workers=self._at_once, thread_name_prefix="ocr") as pool:
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
            words=words, rules=tuple(Rule(*rule) for rule in answer["rules"]),
            codes=tuple(Code(*code) for code in answer["codes"]),
            drawings=tuple(Box(*drawn) for drawn in answer.get("drawings", ())), how="ocr", by=self._by,
            picture=answer.get("picture", ""),
        ), None  # fmt: skip

    def _ask(self, what: str, **more: int) -> dict[str, Any]:
        request = {"what": what, **self._request, **self._options, **more}
        seconds = self._limits.ocr_timeout_seconds + _SLACK_SECONDS
        answers = list(self._engine.guard.ask(request, seconds=seconds, at_most=self._at_once))
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
