"""`Idempotency-Key`: a request that is sent again with its key takes effect once and is answered as the first time.

After draft-ietf-httpapi-idempotency-key-header. Keys belong to the token or person that sent them.
"""

import base64
import json
import re

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from admin.http import hooks
from admin.http.exchange import Counted, Held, raw, state
from admin.http.problem_types import KINDS, Told
from admin.http.problems import problem
from engine.runtime import keyed_calls
from engine.runtime.house import House
from engine.runtime.keyed_calls import Lost, Running
from engine.store.keyed_calls import KeyedCall

HEADER = "idempotency-key"
_KEY = re.compile(r"[!-~]{1,255}")
_OWN_LIMITS = re.compile(r"/api/v1/(documents|master/\w{1,40}/imports)")
"""Addresses that bound the body themselves, because it is a file."""
_LARGEST = 8 * 1024 * 1024
_LONGEST_ANSWER = 256 * 1024
_ENVELOPE = 1 << 20
_KEPT_HEADERS = ("content-type", "location", "etag")
_SOON = "1"


class Once:
    """The floor that keeps requests with a key, and bounds the bodies of all that go to the API."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it as it was answered before."""
        is_api = scope["type"] == "http" and scope["path"].startswith("/api/")
        if not is_api or scope["path"].startswith(hooks.PATH):
            await self._app(scope, receive, send)
            return
        house: House = scope["app"].state.house
        own = _OWN_LIMITS.fullmatch(scope["path"]) is not None
        counted = Counted(scope, receive, limit=house.settings.max_bytes + _ENVELOPE if own else _LARGEST)
        key = Request(scope).headers.get(HEADER)
        if key is None or scope["method"] != "POST" or state(scope, "asker") is None:
            await self._app(scope, counted.receive, send)
        elif not _KEY.fullmatch(key):
            refusal = problem(KINDS["bad-request"], "An Idempotency-Key has 1 to 255 visible ASCII characters.")
            await refusal(scope, receive, send)
        else:
            await self._keyed(scope, counted, send, house, key)

    async def _keyed(self, scope: Scope, counted: Counted, send: Send, house: House, key: str) -> None:
        holder, executor_id = state(scope, "asker").id, scope["app"].state.executor_id
        try:
            call, is_new = await run_in_threadpool(keyed_calls.claim, house, holder, key, executor_id=executor_id)
            if is_new:
                await self._first(scope, counted, send, house, call)
                return
            answer = await _again(house, call, counted)
        except Running as e:
            answer = problem(KINDS["in-flight"], e.message, headers={"Retry-After": _SOON})
        except Lost as e:
            answer = problem(KINDS["answer-lost"], e.message)
        except Told as e:
            answer = problem(e.kind, str(e.detail))
        await answer(scope, counted.receive, send)

    async def _first(self, scope: Scope, counted: Counted, send: Send, house: House, call: KeyedCall) -> None:
        """Do it, keep the answer, and only then give it."""
        held = Held(send, limit=_LONGEST_ANSWER)
        try:
            with keyed_calls.working(call):
                await self._app(scope, counted.receive, held.send)
            digest = await counted.digest() if held.status < 300 else ""  # noqa: PLR2004 - 2xx
        except BaseException:
            await run_in_threadpool(keyed_calls.drop, house, call)
            raise
        kept = None if held.is_let_go or len(held.body) > _LONGEST_ANSWER else _written(held)
        await run_in_threadpool(
            keyed_calls.end, house, call, digest=digest, status=held.status, answer=kept,
            is_done=200 <= held.status < 300,  # noqa: PLR2004 - 2xx
        )  # fmt: skip
        await held.release()


async def _again(house: House, call: KeyedCall, counted: Counted) -> Response:
    """Return the first answer. Raises Lost; Told for a request that is another one."""
    if call.digest and await counted.digest() != call.digest:
        raise Told("key-reused", "This Idempotency-Key was sent with another request.")
    told = json.loads(await run_in_threadpool(keyed_calls.answer, house, call))
    answer = Response(base64.b64decode(told["body"]), status_code=call.status or 200)
    length = [one for one in answer.raw_headers if one[0] == b"content-length"]
    answer.raw_headers = [*length, *raw({**told["headers"], "Idempotency-Replayed": "true"})]
    return answer


def _written(held: Held) -> str:
    headers = {name: held.headers[name] for name in _KEPT_HEADERS if name in held.headers}
    return json.dumps({"headers": headers, "body": base64.b64encode(held.body).decode()})
