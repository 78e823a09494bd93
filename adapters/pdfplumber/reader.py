"""Reads the text layer of PDF files through a guarded child, page by page."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from adapters.pdfplumber.draw import draw
from adapters.pdfplumber.unpacking import Unpacker
from adapters.shared.guard import ChildDied, Guard
from engine.model.errors import ReadError
from engine.model.finding import Finding
from engine.model.page import Code, Page, Reading
from engine.ports import Limits

_MEMORY_MIB = 1536
_SECONDS = 60.0
"""For one page."""
_AT_MOST = 4
_ALONE = 24
"""Pages that one child reads before others help: to start one costs as much as ten pages."""
_TAIL_BYTES = 8192
_MAX_DEATHS = 3

_SECOND = f"pdfplumber@{version('pdfplumber')}"
_FIRST = f"{_SECOND}/pdfium@{version('pypdfium2')}"

_guard = Guard("adapters.pdfplumber.worker:handle", memory_mib=_MEMORY_MIB)


class TextLayerReader:
    """Words, boxes and drawn lines of PDF pages. Pages without trustworthy text come back with `how="none"`."""

    @property
    def version(self) -> str:
        """Library and engine with their versions."""
        return _FIRST

    def read(self, path: Path, media_type: str, *, pages: Sequence[int] | None, limits: Limits) -> Reading:
        """Read a PDF. A page that breaks memory or time limits is `none` with the finding `page_too_large`.

        Raises ReadError `unreadable_pdf`, `encrypted`, `no_pages`, `too_many_pages`; `too_large` when every page broke
        the limits, and `unsupported` for another media type.
        """
        if media_type != "application/pdf":
            raise ReadError(f"This reader reads PDF files, not {media_type}.", code="unsupported")
        runs = [_Run(path, None if pages is None else pages[:_ALONE], limits, by=self.version)]
        found = list(runs[0].pages())
        rest = range(_ALONE + 1, runs[0].count + 1) if pages is None else pages[_ALONE:]
        if rest:
            runs += [_Run(path, share, limits, by=self.version) for share in _shares(rest)]
            with ThreadPoolExecutor(len(runs) - 1) as threads:
                found += [page for share in threads.map(lambda run: list(run.pages()), runs[1:]) for page in share]
        findings = [finding for run in runs for finding in run.findings]
        if not _has_end(path):
            findings.append(_cut_off())
        failed = sum(len(run.failed) for run in runs)
        if failed and failed == len(found):
            raise ReadError(
                "The file unpacks to more than can be read safely. Ask the sender for a simpler copy.",
                code="too_large",
                detail="; ".join(f.evidence[0][1] for f in findings if f.evidence),
            )
        return Reading(pages=tuple(found), page_count=runs[0].count, findings=tuple(findings))

    def draw(self, path: Path, *, number: int, turned: int, long_side: int, limits: Limits) -> bytes:
        """Return a page as JPEG. Raises ReadError."""
        return draw(path, number=number, turned=turned, long_side=long_side, limits=limits)


def _shares(pages: Sequence[int]) -> list[Sequence[int]]:
    """Part pages among as many children as there are cores: neighbours share fonts and letterheads."""
    count = min(len(os.sched_getaffinity(0)), _AT_MOST, -(-len(pages) // _ALONE))
    size = -(-len(pages) // count)
    return [pages[start : start + size] for start in range(0, len(pages), size)]


def _has_end(path: Path) -> bool:
    """Say whether the end-of-file marker stands near the end, where ISO 32000-1, 7.5.5 wants it (with room for mailers' junk)."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL_BYTES))
        return b"%%EOF" in file.read(_TAIL_BYTES)


def _cut_off() -> Finding:
    return Finding(
        code="damaged_pdf",
        severity="error",
        message="The end of the file is missing, so pages or lines may be. Ask the sender to send it again.",
    )


class _Run:
    """One file: asks children for its pages, and goes on after the page that a child died of."""

    def __init__(self, path: Path, pages: Sequence[int] | None, limits: Limits, *, by: str) -> None:
        self.count = 0
        self.failed: set[int] = set()
        self.findings: list[Finding] = []
        self._path = path
        self._wanted = list(pages) if pages is not None else None
        self._limits = limits
        self._by = by
        self._unpack = Unpacker()

    def pages(self) -> Iterator[Page]:
        """Yield every wanted page in order."""
        todo = self._wanted
        for _ in range(_MAX_DEATHS):
            done: set[int] = set()
            try:
                for answer in self._ask(todo):
                    if "count" in answer:
                        self.count = answer["count"]
                        todo = [n for n in todo or range(1, _ALONE + 1) if n <= self.count]
                        continue
                    done.add(answer["number"])
                    yield self._page(answer)
            except ChildDied as e:
                if not todo or not self.count:
                    raise ReadError(
                        "The file cannot be opened within the limits of memory and time.",
                        code="too_large", detail=str(e),
                    ) from e  # fmt: skip
                todo = [n for n in todo if n not in done]
                yield self._failed(todo.pop(0), str(e))
            else:
                return
            if not todo:
                return
        for number in todo or ():
            yield self._failed(number, "earlier pages of the file broke the limits")

    def _ask(self, pages: list[int] | None) -> Iterator[dict[str, Any]]:
        request = {"path": str(self._path), "pages": pages, "first": _ALONE, "max_pages": self._limits.max_pages}
        return _guard.ask(request, seconds=_SECONDS, at_most=_AT_MOST)

    def _page(self, answer: dict[str, Any]) -> Page:
        if answer["why"] not in ("", "absent"):
            self.findings.append(_untrusted(answer["number"], answer["why"]))
        elif answer["reasons"]:
            self.findings.append(_hidden(answer["number"], answer["reasons"]))
        page = Page(
            number=answer["number"], width=answer["width"], height=answer["height"], rotation=answer["rotation"],
            codes=tuple(Code(*code) for code in answer["codes"]),
            how="none" if answer["why"] else "text_layer",
            by=_SECOND if answer.get("by") == "second" else self._by,
        )  # fmt: skip
        # made of checked parts already: to check each word once more costs as much as all else here
        return page.model_copy(
            update={
                "words": self._unpack.words(answer["words"]),
                "rules": self._unpack.rules(answer["rules"]),
                "drawings": self._unpack.drawings(answer["drawings"]),
                "hidden": self._unpack.words(answer["hidden"]),
            }
        )

    def _failed(self, number: int, why: str) -> Page:
        self.failed.add(number)
        self.findings.append(
            Finding(
                code="page_too_large",
                severity="error",
                message=f"Page {number} could not be read within the limits of memory and time. Check it by eye.",
                evidence=(("detail", why),),
            )
        )
        return Page(number=number, width=595, height=842, how="none", by=self._by)


def _untrusted(number: int, why: str) -> Finding:
    return Finding(
        code="text_layer_untrusted", severity="info",
        message=f"The text stored on page {number} is not relied on ({why}); the page is read from its picture.",
        evidence=(("page", str(number)), ("reason", why)),
    )  # fmt: skip


def _hidden(number: int, reasons: Sequence[tuple[str, int]]) -> Finding:
    return Finding(
        code="hidden_text", severity="info",
        message=f"Page {number} holds text that nobody can see; it is not read as values.",
        evidence=(("page", str(number)), *((reason, f"{count} words") for reason, count in reasons)),
    )  # fmt: skip
