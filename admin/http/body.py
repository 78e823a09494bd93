"""The bytes of an upload: the raw body, or the file of a form."""

from collections.abc import AsyncGenerator
from typing import BinaryIO

from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from engine.model.errors import ReadError

_FORM = "multipart/form-data"
_MOST_FIELDS = 20
_ENVELOPE = 64 * 1024
"""Bytes that a form may have beside its file."""
_CHUNK = 1 << 16


async def copy(request: Request, body: BinaryIO, *, limit: int) -> str | None:
    """Copy the document into `body`, rewound, and return the file name that a form gave it.

    Raises ReadError `too_large` past `limit` bytes before more is read, and HTTPException 400 for a form without
    exactly one file.
    """
    name = None
    if request.headers.get("content-type", "").lower().startswith(_FORM):
        name = await _from_form(request, body, limit)
    else:
        async for chunk in bounded(request, limit):
            body.write(chunk)
    body.seek(0)
    return name


async def _from_form(request: Request, body: BinaryIO, limit: int) -> str:
    parser = MultiPartParser(
        request.headers,
        bounded(request, limit + _ENVELOPE),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=_ENVELOPE,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as e:
        raise HTTPException(400, f"The form cannot be read: {e}") from e
    try:
        file = next((part for part in form.values() if isinstance(part, UploadFile)), None)
        if file is None:
            raise HTTPException(400, "The form has no file. Send one, or the bytes themselves as the body.")
        if (file.size or 0) > limit:
            raise _too_large(limit)
        while chunk := await file.read(_CHUNK):
            await run_in_threadpool(body.write, chunk)
        return file.filename or ""
    finally:
        await form.close()


async def bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Yield the body piece by piece. Raises ReadError `too_large` past `limit` bytes before more is read."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        yield chunk


def _too_large(limit: int) -> ReadError:
    return ReadError(f"The document is larger than the {limit:,} bytes that are accepted.", code="too_large")
