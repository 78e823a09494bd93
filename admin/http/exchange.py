"""Requests and answers as the ASGI server hands them over: headers, bodies that are counted, answers that are held back."""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from admin.http.problem_types import Told


class Counted:
    """A body that is read once: its SHA-256 grows as it is read, and more than `limit` bytes are refused."""

    def __init__(self, scope: Scope, receive: Receive, *, limit: int) -> None:
        said = f"{scope['method']}\n{scope['path']}\n{scope.get('query_string', b'').decode('latin-1')}\n"
        self._hash = hashlib.sha256(said.encode())
        self._receive = receive
        self._limit = limit
        self._size = 0
        self._is_over = False

    async def receive(self) -> Message:
        """Return the next message. Raises Told `too-large`."""
        message = await self._receive()
        if message["type"] == "http.request":
            piece = message.get("body", b"")
            self._hash.update(piece)
            self._size += len(piece)
            self._is_over = not message.get("more_body", False)
            if self._size > self._limit:
                raise Told("too-large", f"The body is larger than the {self._limit:,} bytes that are accepted here.")
        elif message["type"] == "http.disconnect":
            self._is_over = True
        return message

    async def digest(self) -> str:
        """Return the SHA-256 (hex) of method, address and body, of which the rest is read now."""
        with suppress(Told):  # what is over the limit is no part of it, neither the first time nor the second
            while not self._is_over:
                await self.receive()
        return self._hash.hexdigest()


class Held:
    """An answer that is held back until it is whole; one that grows over `limit` bytes is let go as it comes."""

    def __init__(self, send: Send, *, limit: int) -> None:
        self._send = send
        self._limit = limit
        self._start: Message | None = None
        self._pieces: list[bytes] = []
        self.is_whole = False
        self.is_let_go = False

    async def send(self, message: Message) -> None:
        """Take the next piece of the answer."""
        if self.is_let_go or message["type"] not in {"http.response.start", "http.response.body"}:
            await self._send(message)
            return
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._pieces.append(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)
        if not self.is_whole and sum(map(len, self._pieces)) > self._limit:
            await self._let_go()

    @property
    def status(self) -> int:
        """The status, 0 when there is no answer."""
        return int(self._start["status"]) if self._start else 0

    @property
    def headers(self) -> Headers:
        """What goes before the body."""
        return Headers(raw=self._start["headers"]) if self._start else Headers()

    @property
    def body(self) -> bytes:
        """What has come of the body."""
        return b"".join(self._pieces)

    async def release(self, headers: Mapping[str, str] | None = None) -> None:
        """Send the answer on, with more headers."""
        if self._start is not None and not self.is_let_go:
            self._start["headers"] = [*self._start["headers"], *raw(headers or {})]
            await self._send(self._start)
            await self._send({"type": "http.response.body", "body": self.body, "more_body": False})

    async def _let_go(self) -> None:
        self.is_let_go = True
        if self._start is not None:
            await self._send(self._start)
        await self._send({"type": "http.response.body", "body": self.body, "more_body": True})


def raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Return headers as ASGI spells them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def state(scope: Scope, name: str) -> Any:
    """Return what a floor above noted about a request, or None."""
    return scope.get("state", {}).get(name)
