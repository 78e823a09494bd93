"""Cutting pages out of a file, in a process of its own: a hostile file may crash or hang there, never here.

The same pages of the same file give the same bytes, so that the same bundle again gives the same documents.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
from lxml import etree
from PIL import Image, ImageSequence

from engine.model.errors import ReadError
from engine.ports import Limits

PDF, TIFF = "application/pdf", "image/tiff"
CUTTABLE = frozenset({PDF, TIFF})
"""Media types whose pages can be taken out as a file of the same type."""
_SECONDS = 120
_MEMORY_BYTES = 2 * 1024**3
_ROOT = str(Path(__file__).resolve().parents[2])
_CII = frozenset({"CrossIndustryInvoice", "CrossIndustryDocument"})
"""Where the number is the ID of a document's head; in UBL it is the first ID of all."""
_MAX_ATTACHMENT = 20 * 1024 * 1024


def cut(
    path: Path, media_type: str, parts: Sequence[Sequence[int]], folder: Path, *, texts: Sequence[str], limits: Limits
) -> list[Path]:
    """Write one file a part (1-based pages) into `folder` and return them in order.

    `texts` is what is printed on each part: a file attached to a PDF goes with the part that names its number, else
    with the first. Raises ReadError `cannot_be_cut` when the file does not allow it.
    """
    request = {
        "path": str(path), "media_type": media_type, "parts": [list(part) for part in parts], "folder": str(folder),
        "texts": list(texts), "pixels": limits.max_pixels,
    }  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-m", "engine.runtime.cutting"], input=json.dumps(request).encode(), cwd=_ROOT,
            capture_output=True, timeout=_SECONDS, check=False, env={**os.environ, "PYTHONPATH": _ROOT},
        )  # fmt: skip
    except subprocess.TimeoutExpired as e:
        raise _refused("it took too long") from e
    files = [folder / f"{number}" for number in range(1, len(parts) + 1)]
    if done.returncode or not all(file.is_file() for file in files):
        raise _refused(done.stderr.decode(errors="replace")[-500:])
    return files


def _refused(why: str) -> ReadError:
    return ReadError(
        "This file holds several documents and cannot be taken apart. Cut it by hand and send the parts.",
        code="cannot_be_cut", detail=why,
    )  # fmt: skip


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    request = json.loads(sys.stdin.buffer.read())
    path, folder = Path(request["path"]), Path(request["folder"])
    Image.MAX_IMAGE_PIXELS = int(request["pixels"])
    if request["media_type"] == PDF:
        _cut_pdf(path, request["parts"], folder, request["texts"])
    else:
        _cut_tiff(path, request["parts"], folder)


def _cut_pdf(path: Path, parts: list[list[int]], folder: Path, texts: list[str]) -> None:
    with pikepdf.open(path) as source:
        homes: dict[int, list[str]] = {}
        for name, file in source.attachments.items():
            homes.setdefault(_home(file, texts), []).append(name)
        for index, pages in enumerate(parts):
            with pikepdf.new() as part:
                for page in pages:
                    part.pages.append(source.pages[page - 1])
                for name in sorted(homes.get(index, [])):
                    content = source.attachments[name].get_file().read_bytes()
                    part.attachments[name] = pikepdf.AttachedFileSpec(part, content, filename=name)
                part.save(folder / f"{index + 1}", deterministic_id=True)


def _home(file: pikepdf.AttachedFileSpec, texts: list[str]) -> int:
    """Return the part that an attached file belongs to: the first that names the number of an e-invoice."""
    content = file.get_file().read_bytes()[:_MAX_ATTACHMENT]
    try:
        tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError:
        return 0
    root = etree.QName(tree).localname
    found = next((e for e in tree.iter("{*}ID") if root not in _CII or _is_of_document(e)), None)
    number = "".join((found.text or "").split()) if found is not None else ""
    return next((index for index, text in enumerate(texts) if number and number in text), 0)


def _is_of_document(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and etree.QName(parent).localname in {"ExchangedDocument", "HeaderExchangedDocument"}


def _cut_tiff(path: Path, parts: list[list[int]], folder: Path) -> None:
    with Image.open(path) as source:
        wanted = {page for pages in parts for page in pages}
        frames = {
            number: frame.copy() for number, frame in enumerate(ImageSequence.Iterator(source), start=1)
            if number in wanted
        }  # fmt: skip
    for index, pages in enumerate(parts, start=1):
        first, *rest = [frames[page] for page in pages]
        written = BytesIO()
        compression = "group4" if all(frame.mode == "1" for frame in (first, *rest)) else "tiff_adobe_deflate"
        first.save(written, format="TIFF", save_all=True, append_images=rest, compression=compression)
        (folder / f"{index}").write_bytes(written.getvalue())


if __name__ == "__main__":
    _main()
