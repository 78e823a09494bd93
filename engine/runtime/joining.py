"""Putting the pages of several files into one PDF, in a process of its own: a hostile file may crash or hang there.

The same files in the same order give the same bytes. Pictures are put in as they are: JPEG as its own bytes, others
without loss.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pikepdf
from PIL import Image, ImageOps, ImageSequence

from engine.model.errors import ReadError
from engine.ports import Limits

PDF = "application/pdf"
JOINABLE = frozenset({PDF, "image/png", "image/jpeg", "image/tiff"})
"""Media types whose pages can be put together."""
_SECONDS = 120
_MEMORY_BYTES = 2 * 1024**3
_ROOT = str(Path(__file__).resolve().parents[2])
_POINTS = 72
_A4_POINTS = 595
_UPRIGHT = 1
_ORIENTATION = 0x0112
"""EXIF tag 274: how the camera was held."""
_SPACES = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}


def join(files: Sequence[tuple[Path, str]], target: Path, *, limits: Limits) -> None:
    """Write the pages of files (path, media type) into one PDF, in their order. Raises ReadError `cannot_be_joined`."""
    request = {
        "files": [[str(path), media_type] for path, media_type in files], "target": str(target),
        "pixels": limits.max_pixels, "pages": limits.max_pages,
    }  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-m", "engine.runtime.joining"], input=json.dumps(request).encode(), cwd=_ROOT,
            capture_output=True, timeout=_SECONDS, check=False, env={**os.environ, "PYTHONPATH": _ROOT},
        )  # fmt: skip
    except subprocess.TimeoutExpired as e:
        raise _refused("it took too long") from e
    if done.returncode or not target.is_file():
        raise _refused(done.stderr.decode(errors="replace")[-500:])


def _refused(why: str) -> ReadError:
    return ReadError(
        "The pages of these files cannot be put together: one is protected, damaged or too large. Put them together by "
        "hand and send the file.", code="cannot_be_joined", detail=why,
    )  # fmt: skip


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    request = json.loads(sys.stdin.buffer.read())
    Image.MAX_IMAGE_PIXELS = int(request["pixels"])
    with pikepdf.new() as whole:
        for path, media_type in request["files"]:
            if media_type == PDF:
                _add_pdf(whole, Path(path))
            else:
                _add_pictures(whole, Path(path), media_type)
        if len(whole.pages) > int(request["pages"]):
            raise SystemExit(f"{len(whole.pages)} pages")
        whole.save(request["target"], deterministic_id=True)


def _add_pdf(whole: pikepdf.Pdf, path: Path) -> None:
    with pikepdf.open(path) as source:
        whole.pages.extend(source.pages)
        for name, file in source.attachments.items():
            content = file.get_file().read_bytes()
            free = next(one for one in _names(name) if one not in whole.attachments)
            whole.attachments[free] = pikepdf.AttachedFileSpec(whole, content, filename=free)


def _names(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{number}-{name}"
        number += 1


def _add_pictures(whole: pikepdf.Pdf, path: Path, media_type: str) -> None:
    with Image.open(path) as source:
        is_plain = source.mode in _SPACES and source.getexif().get(_ORIENTATION, _UPRIGHT) == _UPRIGHT
        if media_type == "image/jpeg" and is_plain:
            _add_picture(whole, source, path.read_bytes(), coding=pikepdf.Name.DCTDecode, dpi=_dpi(source))
            return
        for frame in ImageSequence.Iterator(source):
            upright = ImageOps.exif_transpose(frame)
            plain = upright if upright.mode in _SPACES else _flat(upright)
            _add_picture(whole, plain, plain.tobytes(), coding=None, dpi=_dpi(frame))


def _flat(picture: Image.Image) -> Image.Image:
    """Return a picture in grey or colours, on white where it lets see through."""
    if picture.mode in {"1", "I;16"}:
        return picture.convert("L")
    if picture.mode in {"LA", "RGBA", "PA"} or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(ground, seen).convert("RGB")
    return picture.convert("RGB")


def _dpi(picture: Image.Image) -> float:
    """Return how many pixels of a picture an inch is, 0 where it does not say."""
    return float(picture.info.get("dpi", (0, 0))[0] or 0)


def _add_picture(
    whole: pikepdf.Pdf, picture: Image.Image, content: bytes, *, coding: pikepdf.Name | None, dpi: float
) -> None:  # fmt: skip
    scale = _POINTS / dpi if dpi > _POINTS / 2 else _A4_POINTS / min(picture.size)
    wide, high = round(picture.width * scale, 2), round(picture.height * scale, 2)
    whole.add_blank_page(page_size=(wide, high))
    drawn = pikepdf.Stream(
        whole, content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=picture.width, Height=picture.height,
        ColorSpace=pikepdf.Name(_SPACES[picture.mode]), BitsPerComponent=8, **({"Filter": coding} if coding else {}),
    )  # fmt: skip
    page = whole.pages[-1]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=drawn))
    page.Contents = pikepdf.Stream(whole, f"q {wide} 0 0 {high} 0 0 cm /Im0 Do Q".encode())


if __name__ == "__main__":
    _main()
