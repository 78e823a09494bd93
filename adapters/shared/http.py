"""HTTP calls to targets, sorted by what became of them.

A read may be tried again at once. A write is repeated here only when it surely did not reach the target's application
(no connection, or turned away by its throttle); whatever else goes wrong after the request may have left is `Ambiguous`,
and the caller looks with `find` before anything is sent again.
"""

import ssl
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import simplejson
import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from adapters.shared.answers import Answer, ErrorTable, Meaning, NotData, Told
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised

log = structlog.get_logger()

Tell = Callable[[Answer], Told]
_THROTTLED = frozenset({425, 429})
_UNSURE = frozenset({408})
_MOST_BYTES = 64 * 1024 * 1024
_READABLE = 64 * 1024
SANDBOX_MARK = "x-postroom-sandbox"
"""A header of every answer of a sandbox: a name that leads to one is noticed, whatever the environment allows."""
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_HIDDEN = "[redacted]"
_SHORTEST_SECRET = 4


@cache
def trust() -> ssl.SSLContext:
    """Return whom this machine trusts, read once: the list of authorities is long."""
    return httpx.create_ssl_context()


class Unsent(Transient):
    """A call that surely did not reach the target's application: it may be made again as it is."""


@dataclass(frozen=True)
class Patience:
    """How long a call may take, in seconds."""

    connect: float = 10
    read: float = 60
    """Between two pieces of an answer."""
    whole: float = 180
    """For the whole answer: one that drips in is given up."""
    tries: int = 3
    """Of calls that surely did nothing."""
    wait: float = 10
    """Longest pause between two tries; a target that asks for more is left to the durable step."""
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Dialect:
    """How a vendor words what it does not do."""

    tell: Tell = lambda _: Told()
    """Reads its shape of an error; may raise KeyError, TypeError or ValueError for any other shape."""
    errors: ErrorTable = field(default_factory=dict)
    """Its codes, or statuses, to what they mean."""


class Api:
    """The HTTP interface of one target. Safe to share between threads."""

    def __init__(
        self, base_url: str, *, name: str, auth: httpx.Auth | None = None, dialect: Dialect | None = None,
        headers: Mapping[str, str] | None = None, secrets: Sequence[str] = (), patience: Patience | None = None,
    ) -> None:  # fmt: skip
        """`name` is what people call the target; `secrets` are texts that appear in no message."""
        self.name = name
        self._patience = patience or Patience()
        self._dialect = dialect or Dialect()
        self._secrets = tuple(secrets)
        self._may_pretend = (httpx.URL(base_url).host or "") in _HERE
        self._auth_secrets: Callable[[], Sequence[str]] = getattr(auth, "secrets", tuple)
        self._client = httpx.Client(
            base_url=base_url, auth=auth, verify=trust(), headers={"accept": "application/json", **(headers or {})},
            timeout=httpx.Timeout(self._patience.read, connect=self._patience.connect), follow_redirects=False,
            # a connection that rested is often dead on the other side: a write that finds out is an unknown outcome
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=5),
        )  # fmt: skip

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def read(
        self, path: str, *, method: str = "GET", params: Mapping[str, str] | None = None, json: Any = None,
        content: bytes | None = None, headers: Mapping[str, str] | None = None, expect: Collection[int] = (200,),
    ) -> Answer:  # fmt: skip
        """Ask something that changes nothing there (also by POST). Raises Transient, Unauthorised or Rejected."""
        if params:  # blanks as %20: OData knows no plus for them
            path = f"{path}{'&' if '?' in path else '?'}{urlencode(params, quote_via=quote)}"
        request = self._request(method, path, json=json, content=content, headers=headers)
        return self._tried(request, is_write=False, expect=expect)

    def write(
        self, method: str, path: str, *, json: Any = None, content: bytes | None = None, files: Any = None,
        headers: Mapping[str, str] | None = None, expect: Collection[int] = (200, 201, 204),
    ) -> Answer:  # fmt: skip
        """Change something there; `files` are parts of a form as httpx takes them.

        Raises Transient only when it surely did not take effect, Ambiguous when it may have, Unauthorised or Rejected.
        """
        request = self._request(method, path, json=json, content=content, headers=headers, files=files)
        return self._tried(request, is_write=True, expect=expect)

    def object(self, answer: Answer, *, is_write: bool = False) -> dict[str, Any]:
        """Return the JSON object of a good answer. One that is none is no success: Ambiguous after a write."""
        try:
            return answer.mapping()
        except NotData as e:
            raise self._unreadable(answer, str(e), is_write=is_write) from e

    def hide(self, text: str) -> str:
        """Return a text without the secrets of this binding and the tokens of its sign-in."""
        secrets = {secret for secret in (*self._secrets, *self._auth_secrets()) if len(secret) >= _SHORTEST_SECRET}
        for secret in sorted(secrets, key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        return text

    def shown(self, answer: Answer, most: int = 500) -> str:
        """Return the beginning of a body for the engineer. It is cut last: half a secret would not be recognised."""
        return self.hide(answer.body[:_READABLE].decode("utf-8", "replace"))[:most]

    def _unreadable(self, answer: Answer, why: str, *, is_write: bool) -> TargetError:
        kind = Ambiguous if is_write else Transient
        return kind(
            f"{self.name} answered {answer.status} with something that cannot be read.",
            detail=self.hide(f"{answer.method} {answer.url}: {why}: {self.shown(answer, 200)}"),
        )

    def _request(self, method: str, path: str, *, json: Any, **parts: Any) -> httpx.Request:
        headers = dict(parts.pop("headers") or {})
        if json is not None:
            parts["content"] = simplejson.dumps(json, use_decimal=True, allow_nan=False, ensure_ascii=False).encode()
            headers = {"content-type": "application/json", **{k.lower(): v for k, v in headers.items()}}
        given = {key: value for key, value in parts.items() if value is not None}
        return self._client.build_request(method, path, headers=headers, **given)

    def _tried(self, request: httpx.Request, *, is_write: bool, expect: Collection[int]) -> Answer:
        again = Unsent if is_write else Transient
        retrying = Retrying(
            stop=stop_after_attempt(self._patience.tries), retry=retry_if_exception_type(again) & _is_soon(self._patience),
            wait=self._pause, sleep=self._patience.sleep, reraise=True,
        )  # fmt: skip
        return retrying(self._once, request, is_write=is_write, expect=expect)

    def _pause(self, state: RetryCallState) -> float:
        asked = getattr(state.outcome.exception() if state.outcome else None, "retry_after", None)
        if asked is not None:
            return float(asked)
        return float(wait_random_exponential(multiplier=0.2, max=self._patience.wait)(state))

    def _once(self, request: httpx.Request, *, is_write: bool, expect: Collection[int]) -> Answer:
        answer = self._answered(request, is_write=is_write)
        if SANDBOX_MARK in answer.headers and not self._may_pretend:
            message = f"What answers for {self.name} is a sandbox on some machine, not the system."
            raise Unauthorised(message, detail=f"{answer.method} {answer.url}: {SANDBOX_MARK}")
        log.debug("target_answered", target=self.name, method=request.method, status=answer.status)
        if answer.status in expect:
            return answer
        raise self.error(answer, is_write=is_write)

    def _answered(self, request: httpx.Request, *, is_write: bool) -> Answer:
        """Send a request and read the answer whole."""
        where = f"{request.method} {request.url.copy_with(query=None)}"
        try:
            response = self._client.send(request, stream=True)
            try:
                body = self._body(response, time.monotonic() + self._patience.whole)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as e:
            raise Unsent(f"{self.name} cannot be reached.", detail=self.hide(f"{where}: {e!r}")) from e
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as e:
            kind = (Ambiguous if _is_about(e, request) else Unsent) if is_write else Transient
            raise kind(f"{self.name} gave no answer.", detail=self.hide(f"{where}: {e!r}")) from e
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, body, request.method, str(request.url.copy_with(query=None)))

    @staticmethod
    def _body(response: httpx.Response, until: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > _MOST_BYTES:
                raise httpx.DecodingError(f"more than {_MOST_BYTES} bytes")
            if time.monotonic() > until:
                raise httpx.ReadTimeout("the answer dripped in for too long")
        return b"".join(parts)

    def error(self, answer: Answer, *, is_write: bool) -> TargetError:
        """Return what an answer that is no success means: sorted by what to do next. Also for the parts of a batch."""
        try:
            told = self._dialect.tell(answer)
        except (NotData, KeyError, TypeError, ValueError, AttributeError):
            told = Told()
        meaning = self._dialect.errors.get(told.code) or self._dialect.errors.get(str(answer.status))
        meaning = meaning or _meaning(answer.status, told, is_write=is_write)
        words = self.hide(" ".join(filter(None, [meaning.sentence, told.message])) or f"It answered {answer.status}.")
        message = f"{self.name}: {words}"
        detail = self.hide(f"{answer.method} {answer.url}: {answer.status} {told.code}: {self.shown(answer)}")
        if issubclass(meaning.error, Rejected):
            fields = {self.hide(path): self.hide(said) for path, said in told.fields.items()}
            return meaning.error(message, fields=fields, detail=detail)
        if issubclass(meaning.error, Transient):
            asked = told.retry_after if told.retry_after is not None else answer.retry_after(datetime.now(UTC))
            return meaning.error(message, retry_after=asked, detail=detail)
        return meaning.error(message, detail=detail)


def _meaning(status: int, told: Told, *, is_write: bool) -> Meaning:
    """Return what a status means where the vendor's table is silent (RFC 9110 section 15)."""
    if status in _THROTTLED:
        return Meaning(Unsent, "It asks us to slow down.")
    if status in {401, 403, 407}:
        return Meaning(Unauthorised, "It refused our credentials or our permissions.")
    if 300 <= status < 400 and not is_write:  # noqa: PLR2004 - the class of redirections
        return Meaning(Unauthorised, "It sent us elsewhere: the address is wrong, or we are logged out.")
    if 400 <= status < 500 and status not in _UNSURE and (told.code or told.message):  # noqa: PLR2004 - client errors
        return Meaning(Rejected)
    return Meaning(Ambiguous if is_write else Transient, f"It answered {status}, which settles nothing.")


def _is_about(error: Exception, request: httpx.Request) -> bool:
    """Whether an error is of the request itself, not of one that its sign-in sent before it."""
    try:
        return not isinstance(error, httpx.HTTPError) or error.request is request
    except RuntimeError:  # it was raised here, while the answer was read
        return True


class _is_soon:  # noqa: N801 - reads as a condition beside tenacity's own
    """Whether a target wants us back within our patience."""

    def __init__(self, patience: Patience) -> None:
        self._longest = patience.wait

    def __call__(self, state: RetryCallState) -> bool:
        asked = getattr(state.outcome.exception() if state.outcome else None, "retry_after", None)
        return asked is None or asked <= self._longest

    def __rand__(self, other: Callable[[RetryCallState], bool]) -> Callable[[RetryCallState], bool]:
        return lambda state: other(state) and self(state)
