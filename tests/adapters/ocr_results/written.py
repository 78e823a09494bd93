"""Writes a reading down as recognition services and engines would, so that reading it back can be compared."""

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NamedTuple

from engine.model.page import Page, Reading, Word

Corners = tuple[tuple[float, float], ...]


class Stored(NamedTuple):
    """An upright page as it lay in the scanner: turned clockwise by 0, 90, 180 or 270 degrees."""

    page: Page
    turned: int = 0

    @property
    def size(self) -> tuple[float, float]:
        sides = (self.page.width, self.page.height)
        return sides if self.turned in {0, 180} else (sides[1], sides[0])

    def corners(self, word: Word, scale: tuple[float, float] = (1.0, 1.0)) -> Corners:
        """Return the corners from where the text begins, clockwise, in units of which a point has `scale`."""
        x0, top, x1, bottom = word.box
        upright = ((x0, top), (x1, top), (x1, bottom), (x0, bottom))
        return tuple((x * scale[0], y * scale[1]) for x, y in (self._place(*corner) for corner in upright))

    def _place(self, x: float, y: float) -> tuple[float, float]:
        width, height = self.page.width, self.page.height
        return {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[self.turned]

    def relative(self) -> tuple[float, float]:
        return (1 / self.size[0], 1 / self.size[1])


Writer = Callable[[Sequence[Stored]], bytes]


def stored(reading: Reading, turned: int = 0) -> list[Stored]:
    return [Stored(page, turned) for page in reading.pages]


def textract(pages: Sequence[Stored]) -> bytes:
    blocks: list[dict[str, Any]] = []
    for one in pages:
        blocks.append(
            {"BlockType": "PAGE", "Page": one.page.number, "Geometry": _aws(((0, 0), (1, 0), (1, 1), (0, 1)))}
        )
        blocks += [aws_word(one, word) for word in one.page.words]
    return _json({"DocumentMetadata": {"Pages": len(pages)}, "Blocks": blocks, "DetectDocumentTextModelVersion": "1.0"})


def aws_word(one: Stored, word: Word) -> dict[str, Any]:
    return {
        "BlockType": "WORD", "Text": word.text, "Confidence": word.confidence * 100, "Page": one.page.number,
        "Geometry": _aws(one.corners(word, one.relative())),
    }  # fmt: skip


def _aws(corners: Corners) -> dict[str, Any]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    box = {"Left": min(xs), "Top": min(ys), "Width": max(xs) - min(xs), "Height": max(ys) - min(ys)}
    return {"BoundingBox": box, "Polygon": [{"X": x, "Y": y} for x, y in corners]}


def azure(pages: Sequence[Stored]) -> bytes:
    """4.0, inches."""
    inch = (1 / 72, 1 / 72)
    return _json({"status": "succeeded", "analyzeResult": {
        "apiVersion": "2024-11-30", "modelId": "prebuilt-read", "content": "",
        "pages": [
            {
                "pageNumber": one.page.number, "angle": 0, "unit": "inch", "width": one.size[0] / 72, "height": one.size[1] / 72,
                "words": [
                    {"content": word.text, "confidence": word.confidence, "polygon": _flat(one.corners(word, inch))}
                    for word in one.page.words
                ],
            }
            for one in pages
        ],
    }})  # fmt: skip


def azure_sdk(pages: Sequence[Stored]) -> bytes:
    """3.x as the SDK's to_dict writes it: snake_case, polygons of points, pixels."""
    return _json({"api_version": "2023-07-31", "model_id": "prebuilt-read", "pages": [
        {
            "page_number": one.page.number, "angle": 0.0, "unit": "pixel", "width": one.size[0] * 2, "height": one.size[1] * 2,
            "words": [
                {"content": word.text, "confidence": word.confidence, "polygon": _points(one.corners(word, (2, 2)))}
                for word in one.page.words
            ],
        }
        for one in pages
    ]})  # fmt: skip


def azure_2_1(pages: Sequence[Stored]) -> bytes:
    """2.1, pixels, words inside lines."""
    return _json({"status": "succeeded", "analyzeResult": {"version": "2.1.0", "readResults": [
        {
            "page": one.page.number, "angle": 0, "unit": "pixel", "width": one.size[0] * 2, "height": one.size[1] * 2,
            "lines": [
                {"text": word.text, "words": [{"text": word.text, "confidence": word.confidence, "boundingBox": _flat(one.corners(word, (2, 2)))}]}
                for word in one.page.words
            ],
        }
        for one in pages
    ]}})  # fmt: skip


def google(pages: Sequence[Stored]) -> bytes:
    text, documents = google_pages(pages)
    return _json({"uri": "", "mimeType": "application/pdf", "text": text, "pages": documents})


def google_proto(pages: Sequence[Stored]) -> bytes:
    """A protobuf dump: snake_case, numbers of 64 bits as text, zeros left out, inside a process answer."""
    text, documents = google_pages(pages)
    return _json({"document": {"text": text, "pages": _snake(documents)}})


def google_pages(pages: Sequence[Stored]) -> tuple[str, list[dict[str, Any]]]:
    text = ""
    result: list[dict[str, Any]] = []
    for one in pages:
        tokens = []
        for word in one.page.words:
            start, text = len(text), f"{text}{word.text} "
            segment = {"endIndex": str(len(text))} | ({"startIndex": str(start)} if start else {})
            tokens.append({"layout": {
                "textAnchor": {"textSegments": [segment]}, "confidence": word.confidence,
                "boundingPoly": {"normalizedVertices": [_point(c) for c in one.corners(word, one.relative())]},
            }})  # fmt: skip
        size = {"width": one.size[0] * 2, "height": one.size[1] * 2, "unit": "pixels"}
        result.append({"pageNumber": one.page.number, "dimension": size, "tokens": tokens})
    return text, result


def _point(corner: tuple[float, float]) -> dict[str, float]:
    return {name: value for name, value in zip("xy", corner, strict=True) if value}


def _snake(data: Any) -> Any:
    names = {"textAnchor": "text_anchor", "textSegments": "text_segments", "startIndex": "start_index", "endIndex": "end_index",
             "boundingPoly": "bounding_poly", "normalizedVertices": "normalized_vertices", "pageNumber": "page_number"}  # fmt: skip
    if isinstance(data, dict):
        return {names.get(key, key): _snake(value) for key, value in data.items()}
    return [_snake(item) for item in data] if isinstance(data, list) else data


def hocr(pages: Sequence[Stored]) -> bytes:
    """Pixels at 144 dpi; the direction of turned text is in the line's textangle."""
    body = []
    for one in pages:
        words = "".join(
            f"<span class='ocr_line' title='{_bbox(one, word)}; textangle {-one.turned % 360}'>"
            f"<span class='ocrx_word' title='{_bbox(one, word)}; x_wconf {word.confidence * 100:.0f}'>{escape(word.text)}</span></span>"
            for word in one.page.words
        )
        size = f"bbox 0 0 {one.size[0] * 2:.0f} {one.size[1] * 2:.0f}; scan_res 144 144"
        body.append(
            f"<div class='ocr_page' title='image \"a; b.png\"; {size}; ppageno {one.page.number - 1}' lang='deu'>{words}</div>"
        )
    head = "<meta name='ocr-system' content='tesseract 5.3.0'/><meta name='ocr-capabilities' content='ocr_page ocrx_word'/>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head>{head}</head><body>{''.join(body)}</body></html>"
    ).encode()


def _bbox(one: Stored, word: Word) -> str:
    x0, top, x1, bottom = _around(one.corners(word, (2, 2)))
    return f"bbox {x0:.0f} {top:.0f} {x1:.0f} {bottom:.0f}"


def alto(pages: Sequence[Stored], unit: str = "mm10", version: int = 4) -> bytes:
    per_point = {"mm10": 254 / 72, "inch1200": 1200 / 72, "pixel": 2.0}[unit]
    layout = []
    for one in pages:
        strings = "".join(_string(one, word, per_point) for word in one.page.words)
        size = f'WIDTH="{one.size[0] * per_point:.2f}" HEIGHT="{one.size[1] * per_point:.2f}"'
        block = f'<TextBlock ROTATION="{-one.turned}" LANG="de-DE"><TextLine>{strings}</TextLine></TextBlock>'
        layout.append(f'<Page PHYSICAL_IMG_NR="{one.page.number}" {size}><PrintSpace>{block}</PrintSpace></Page>')
    return (
        f'<?xml version="1.0"?><alto xmlns="http://www.loc.gov/standards/alto/ns-v{version}#"><Description>'
        f"<MeasurementUnit>{unit}</MeasurementUnit></Description><Layout>{''.join(layout)}</Layout></alto>"
    ).encode()


def _string(one: Stored, word: Word, per_point: float) -> str:
    x0, top, x1, bottom = _around(one.corners(word, (per_point, per_point)))
    box = f'HPOS="{x0:.3f}" VPOS="{top:.3f}" WIDTH="{x1 - x0:.3f}" HEIGHT="{bottom - top:.3f}"'
    return f'<String CONTENT="{escape(word.text)}" {box} WC="{word.confidence}"/><SP/>'


def page_xml(pages: Sequence[Stored]) -> bytes:
    """One page a file: the first."""
    one = pages[0]
    words = "".join(
        f'<Word id="w{number}"><Coords points="{_spaced(one.corners(word, (2, 2)))}"/>'
        f'<TextEquiv index="1" conf="0.1"><Unicode>wrong</Unicode></TextEquiv>'
        f'<TextEquiv index="0" conf="{word.confidence}"><Unicode>{escape(word.text)}</Unicode></TextEquiv></Word>'
        for number, word in enumerate(one.page.words)
    )
    line = f"<TextLine>{words}<TextEquiv><Unicode>a whole line</Unicode></TextEquiv></TextLine>"
    turn = -one.turned if one.turned <= 180 else 360 - one.turned
    return (
        '<?xml version="1.0"?><PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">'
        f'<Metadata><Creator>ocrd</Creator></Metadata><Page imageFilename="a.png" imageWidth="{one.size[0] * 2:.0f}" '
        f'imageHeight="{one.size[1] * 2:.0f}" imageXResolution="144" imageYResolution="144" imageResolutionUnit="PPI" '
        f'primaryLanguage="German"><TextRegion orientation="{turn}">{line}</TextRegion></Page></PcGts>'
    ).encode()


def postroom(pages: Sequence[Stored]) -> bytes:
    return _json({"format": "postroom-ocr", "version": 1, "engine": "test@1", "unit": "point", "pages": [
        {
            "width": one.size[0], "height": one.size[1], "turned": one.turned, "language": "de",
            "words": [
                {"text": word.text, "box": list(_around(one.corners(word))), "confidence": word.confidence} for word in one.page.words
            ],
        }
        for one in pages
    ]})  # fmt: skip


def _around(corners: Corners) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _flat(corners: Corners) -> list[float]:
    return [value for corner in corners for value in corner]


def _points(corners: Corners) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in corners]


def _spaced(corners: Corners) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)


def _json(data: Any) -> bytes:
    return json.dumps(data).encode()


WRITERS: dict[str, tuple[str, Writer]] = {
    "textract": ("application/vnd.aws.textract+json", textract),
    "azure 4.0": ("application/vnd.azure.documentintelligence+json", azure),
    "azure sdk": ("application/vnd.azure.documentintelligence+json", azure_sdk),
    "azure 2.1": ("application/vnd.azure.documentintelligence+json", azure_2_1),
    "google": ("application/vnd.google.documentai+json", google),
    "google protobuf": ("application/vnd.google.documentai+json", google_proto),
    "hocr": ("text/vnd.hocr+html", hocr),
    "alto mm10": ("application/alto+xml", alto),
    "alto inch1200": ("application/alto+xml", lambda pages: alto(pages, "inch1200", 2)),
    "alto pixel": ("application/alto+xml", lambda pages: alto(pages, "pixel", 3)),
    "page xml": ("application/vnd.prima.page+xml", page_xml),
    "postroom": ("application/vnd.postroom.ocr+json", postroom),
}
"""Name of the format -> its media type and how to write it."""
