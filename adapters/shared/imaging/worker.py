"""Runs in a guarded child: loads a page, has it read by the engine of the child, and yields its words as JSON."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from adapters.shared.imaging.attempts import Recogniser, flat, page_answer, read_picture, upright_picture
from adapters.shared.imaging.pictures import count_pages, load
from adapters.shared.imaging.token import TimedOut
from engine.ports import Limits


def answer(request: dict[str, Any], engine: Callable[[], Recogniser]) -> Iterator[dict[str, Any]]:
    """Answer `count` with `{"count"}` and `page` with size, rotation and words of one page, or `{"timeout"}`.

    Request: `what`, `path`, `media_type`, `limits`; for `page` also `number`. `engine` is made only for pages. When
    `limits` name a folder for pictures, the upright page is written into it and the answer holds its name as `picture`.
    """
    limits = Limits.model_validate(request["limits"])
    path, media_type = Path(request["path"]), request["media_type"]
    if request["what"] == "count":
        yield {"count": count_pages(path, media_type, limits)}
        return
    deadline = time.monotonic() + limits.ocr_timeout_seconds
    picture = flat(load(path, media_type, request["number"], limits))
    try:
        attempt = read_picture(picture, engine(), deadline=deadline)
    except TimedOut:
        yield {"timeout": True, "width": picture.width, "height": picture.height}
        return
    page = page_answer(picture, attempt)
    if limits.pictures:
        page["picture"] = f"{request['number']}.jpg"
        (Path(limits.pictures) / page["picture"]).write_bytes(upright_picture(picture, attempt))
    yield page
