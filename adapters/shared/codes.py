"""QR codes and barcodes in pictures, by zxing-cpp. Call it in guarded children only: it decodes hostile pixels."""

import re
from typing import Any, NamedTuple

_MOST = 40
_SMALLEST_SIDE = 16
"""Pixels: no code fits into less."""
_SHORTEST_LINEAR = 4
"""Signs: bars of a table or a halftone now and then read as a shorter linear code."""
_WEAK = frozenset({"itf", "codabar", "telepen", "telepen_alpha", "telepen_numeric", "dx_film_edge", "ean_2", "ean_5"})
"""Symbologies without a check sum, or so short that patterns on paper read as one of them."""
_NAMES = {
    "qrcode": "qr", "qrcodemodel1": "qr", "qrcodemodel2": "qr", "microqrcode": "micro_qr", "rmqrcode": "rmqr",
    "datamatrix": "data_matrix", "pdf417": "pdf_417", "compactpdf417": "pdf_417", "micropdf417": "micro_pdf_417",
    "azteccode": "aztec", "ean13": "ean_13", "ean8": "ean_8", "upca": "upc_a", "upce": "upc_e",
}  # fmt: skip


class PlacedCode(NamedTuple):
    """A code and its bounds in pixels of the picture it was found in."""

    symbology: str
    text: str
    x0: float
    top: float
    x1: float
    bottom: float


class Decoded(NamedTuple):
    """What was found in one picture."""

    codes: list[PlacedCode]
    has_broken: bool


def find_codes(picture: Any, *, is_hard: bool = False) -> list[PlacedCode]:
    """Return the codes in a picture (numpy, uint8, grey height x width or height x width x 3), turned or not.

    `is_hard` also looks for light codes on dark ground and into smaller copies of the picture: for photos and damaged
    print, at about three times the cost. Each code is returned once, at most 40 of them.
    """
    return decode(picture, is_hard=is_hard).codes


def decode(picture: Any, *, is_hard: bool = False) -> Decoded:
    """Return the codes in a picture like `find_codes`, and (`is_hard` only) whether there are some that a sharper picture may reveal."""
    import zxingcpp

    if min(picture.shape[:2]) < _SMALLEST_SIDE:
        return Decoded([], has_broken=False)
    found = zxingcpp.read_barcodes(
        picture, try_rotate=True, try_downscale=is_hard, try_invert=is_hard, text_mode=zxingcpp.TextMode.Plain,
        return_errors=is_hard,
    )  # fmt: skip
    placed = dict.fromkeys(_placed(code) for code in found if code.valid and code.text)
    return Decoded([code for code in placed if _is_meant(code)][:_MOST], any(not code.valid for code in found))


def symbology(name: str) -> str:
    """Return the lower snake case name of a symbology as zxing-cpp writes it (`Code 128` -> `code_128`)."""
    compact = re.sub(r"[^a-z0-9]", "", name.lower())
    return _NAMES.get(compact) or re.sub(r"(?<=[a-z])(?=\d)|[^a-z0-9]+", "_", name.lower()).strip("_")


def _placed(code: Any) -> PlacedCode:
    corners = (code.position.top_left, code.position.top_right, code.position.bottom_right, code.position.bottom_left)
    xs, ys = [point.x for point in corners], [point.y for point in corners]
    return PlacedCode(symbology(str(code.format)), code.text, min(xs), min(ys), max(xs), max(ys))


def _is_meant(code: PlacedCode) -> bool:
    return code.symbology not in _WEAK or len(code.text) >= 2 * _SHORTEST_LINEAR
