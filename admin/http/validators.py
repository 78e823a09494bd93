"""ETags (RFC 9110): an answer that the caller has is not sent again, and what was changed meanwhile is not overwritten.

What is edited has a tag `VERSION~DIGEST`: `If-Match` looks at the version only, because the same version may be shown with
masked values or without.
"""

import hashlib
import re

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from admin.http.exchange import Held
from admin.http.problem_types import Told

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_LONGEST = 4 * 1024 * 1024
_OK = 200


class Validators:
    """The floor that gives answers of the API their tag, and answers 304 to who has them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, and look at its answer."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        held = Held(send, limit=_LONGEST)
        await self._app(scope, receive, held.send)
        if held.status != _OK or held.is_let_go:
            await held.release()
            return
        version = held.headers.get("x-version")
        digest = hashlib.sha256(held.body).hexdigest()[:24]
        tag = held.headers.get("etag") or (f'"{version}~{digest}"' if version else f'"{digest}"')
        if _is_had(Headers(scope=scope), tag):
            await Response(status_code=304, headers={"ETag": tag})(scope, receive, send)
        else:
            await held.release({} if "etag" in held.headers else {"ETag": tag})


def show(response: Response, *version: object) -> None:
    """Note the version of what an answer shows; it becomes a part of the tag."""
    response.headers["X-Version"] = "-".join(map(str, version))


def hold(request: Request, *version: object) -> None:
    """Hold what the caller saw (`If-Match`) against what is there. Raises Told `changed`."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return
    now = "-".join(map(str, version))
    if now not in {tag.partition("~")[0] for tag in _TAG.findall(given)}:
        raise Told("changed", "It is not any more what you saw. Read it again.")


def is_seen(request: Request) -> bool:
    """Tell whether the caller said what it saw."""
    return request.headers.get("if-match", "*").strip() != "*"


def _is_had(headers: Headers, tag: str) -> bool:
    given = headers.get("if-none-match", "")
    return given.strip() == "*" or tag.strip('"') in _TAG.findall(given)
