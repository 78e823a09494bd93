"""Print drawn pages, scan them badly and read them again with OCR: what a clean but real scan makes of a drawing."""

import hashlib
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from engine.model.page import Page, Reading
from engine.ports import Limits

SCALE = 200 / 72
FONT = "DejaVuSansCondensed.ttf"


def degraded(reading: Reading, seed: int, cache: Path) -> Reading:
    """Return what OCR sees of the pages after print, skew, blur and JPEG. Readings are kept in `cache`."""
    store = cache / f"degraded-{hashlib.sha256(f'{seed}{reading.model_dump_json()}'.encode()).hexdigest()}.json"
    if store.exists():
        return Reading.model_validate_json(store.read_text())
    cache.mkdir(parents=True, exist_ok=True)
    pages = tuple(_read(page, random.Random(f"{seed}/{page.number}"), cache) for page in reading.pages)
    seen = reading.model_copy(update={"pages": pages})
    store.write_text(seen.model_dump_json())
    return seen


def _read(page: Page, rng: random.Random, cache: Path) -> Page:
    from adapters.tesseract.plug import PLUG

    file = cache / f"degraded-{rng.random()}.jpg"
    _scanned(page, rng).save(file, quality=rng.randint(45, 80), dpi=(200, 200))
    seen = PLUG.reader().read(file, "image/jpeg", pages=None, limits=Limits()).pages[0]
    file.unlink()
    return seen.model_copy(update={"number": page.number})


def _scanned(page: Page, rng: random.Random) -> Image.Image:
    image = Image.new("L", (int(page.width * SCALE), int(page.height * SCALE)), 250)
    pen = ImageDraw.Draw(image)
    for word in page.words:
        size = (word.bottom - word.top) / 0.9 * SCALE
        wide = ImageFont.truetype(FONT, size).getlength(word.text)
        font = ImageFont.truetype(FONT, size * min(1.0, (word.x1 - word.x0) * SCALE / wide))
        pen.text((word.x0 * SCALE, word.bottom * SCALE), word.text, fill=rng.randint(10, 60), font=font, anchor="ls")
    for rule in page.rules:
        pen.line((rule.x0 * SCALE, rule.top * SCALE, rule.x1 * SCALE, rule.bottom * SCALE), fill=60, width=2)
    turned = image.rotate(rng.uniform(-0.6, 0.6), resample=Image.Resampling.BICUBIC, fillcolor=250)
    return turned.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.8)))
