"""Access tokens: one for all targets of a process with the same credentials, renewed by one thread while the others wait."""

import hashlib
import re
import threading
import time
import weakref
from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog

from adapters.shared.answers import Answer, NotData
from adapters.shared.http import Unsent, trust
from engine.model.errors import TargetError, Unauthorised

log = structlog.get_logger()

_TIMEOUT = httpx.Timeout(20, connect=10)
_MOST_BYTES = 1024 * 1024
_USUAL_LIFE = 600.0
"""Seconds for which a token counts whose server does not say how long it is good."""
_LONGEST_LIFE = 86_400.0
_MARGIN = 60.0
"""A token is renewed so many seconds before it ends, or when a fifth of its life is left: clocks and calls take time."""
_BUSY = frozenset({408, 425, 429})
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Token:
    """An access token as a server gave it out."""

    text: str = field(repr=False)
    life: float
    """Seconds."""
    refresh: str = field(default="", repr=False)
    """The refresh token that came with it; empty when the old one stays good."""


class TokenCache:
    """Keeps one access token. Safe to share between threads: one renews, the others wait and take what it got."""

    def __init__(self, fetch: Callable[[str], Token], *, clock: Callable[[], float] = time.monotonic) -> None:
        """`fetch` gets a token from the server; it is told the one that was refused, if one was."""
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._renew_at = 0.0
        self._attempts = 0
        self._failure: TargetError | None = None

    def token(self, *, refused: str = "") -> str:
        """Return a good token; `refused` is one that the target no longer takes. Raises Unsent or Unauthorised."""
        seen = self._attempts
        known = self._good(refused)
        if known is not None:
            return known
        with self._lock:
            known = self._good(refused)
            if known is not None:
                return known
            if self._failure is not None and self._attempts != seen:
                raise _again(self._failure)  # somebody asked while we waited: do not knock again with the same key
            return self._renewed(refused)

    def held(self) -> str:
        """Return the token that is kept, empty when there is none."""
        return self._token.text if self._token is not None else ""

    def _good(self, refused: str) -> str | None:
        token = self._token
        if token is None or token.text == refused or self._clock() >= self._renew_at:
            return None
        return token.text

    def _renewed(self, refused: str) -> str:
        self._attempts += 1
        self._failure = None
        try:
            token = self._fetch(refused)
        except TargetError as e:
            self._failure = e
            raise
        self._token = token
        self._renew_at = self._clock() + token.life - min(_MARGIN, token.life / 5)
        return token.text


_SHARED: "weakref.WeakValueDictionary[Hashable, TokenCache]" = weakref.WeakValueDictionary()
_SHARED_LOCK = threading.Lock()


def shared_cache(credentials: Sequence[str], make: Callable[[], TokenCache]) -> TokenCache:
    """Return the cache of these credentials, the same for everybody in this process who has the same ones."""
    key = hashlib.sha256("\0".join(credentials).encode()).hexdigest()
    with _SHARED_LOCK:
        cache = _SHARED.get(key)
        if cache is None:
            cache = _SHARED[key] = make()
        return cache


class Renewing(httpx.Auth):
    """Signs requests with a token that ends, and renews it once when the target refuses it."""

    def __init__(self, cache: TokenCache, *, scheme: str = "Bearer", secrets: Sequence[str] = ()) -> None:
        self._cache = cache
        self._scheme = scheme
        self._hidden = tuple(secrets)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Sign a request; on a 401 get another token and ask once more: what was refused did nothing."""
        token = self._cache.token()
        request.headers["authorization"] = f"{self._scheme} {token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            forget(response)
            renewed = self._cache.token(refused=token)
            log.info("token_renewed", host=request.url.host)
            request.headers["authorization"] = f"{self._scheme} {renewed}"
            yield request

    def secrets(self) -> Sequence[str]:
        """Return the texts that appear in no message."""
        return (*self._hidden, self._cache.held())


def forget(response: httpx.Response) -> None:
    """Drop the body of an answer that only leads to another request: httpx would read it, however long it is."""
    response.close()
    response.is_closed = False
    response.stream = httpx.ByteStream(b"")


def ask_for_token(
    url: str, form: Mapping[str, str], *, auth: tuple[str, str] | None = None, secrets: Sequence[str] = ()
) -> Token:
    """Return the token that a server gives for a form (RFC 6749 section 5).

    Raises Unauthorised when it refuses our credentials, Unsent for everything that may be better later: what we wanted
    the token for has not left. `secrets` are hidden in what the server says.
    """
    host = httpx.URL(url).host
    try:
        answer = _posted(url, form, auth)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as e:
        raise Unsent(f"The sign-in at {host} gave no answer.", detail=f"{url}: {type(e).__name__}") from e
    if answer.status == httpx.codes.OK:
        return _token_in(answer, host)
    raise _refusal(answer, host, secrets)


def _posted(url: str, form: Mapping[str, str], auth: tuple[str, str] | None) -> Answer:
    with httpx.Client(timeout=_TIMEOUT, verify=trust(), follow_redirects=False) as client:
        request = client.build_request("POST", url, data=dict(form), headers={"accept": "application/json"})
        response = client.send(request, stream=True, auth=auth)
        body = b""
        try:
            for part in response.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise httpx.DecodingError(f"more than {_MOST_BYTES} bytes")
        finally:
            response.close()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, body, "POST", url)


def _token_in(answer: Answer, host: str) -> Token:
    try:
        said = answer.mapping()
        text, refresh = said["access_token"], said.get("refresh_token") or ""
        life = min(float(said.get("expires_in") or _USUAL_LIFE), _LONGEST_LIFE)
        if isinstance(text, str) and _TOKEN.fullmatch(text) and isinstance(refresh, str) and life > 0:
            return Token(text, life, refresh)
    except (NotData, KeyError, TypeError, ValueError):
        pass
    detail = f"{answer.url}: {answer.status} {answer.media_type}, {len(answer.body)} bytes"
    raise Unsent(f"The sign-in at {host} answered with something that is no token.", detail=detail)


def _refusal(answer: Answer, host: str, secrets: Sequence[str]) -> TargetError:
    code, words = _told(answer)
    for secret in filter(None, secrets):
        code, words = code.replace(secret, "[redacted]"), words.replace(secret, "[redacted]")
    code, words = code[:80], words[:300]  # cut last: half a secret would not be recognised
    detail = f"{answer.url}: {answer.status} {code} {words}".strip()
    is_busy = answer.status in _BUSY or code in {"temporarily_unavailable", "slow_down", "server_error"}
    if is_busy or not 400 <= answer.status < 500 or not (code or answer.status in {401, 403}):  # noqa: PLR2004 - client errors
        wait = answer.retry_after(datetime.now(UTC))
        return Unsent(f"The sign-in at {host} does not work at the moment.", retry_after=wait, detail=detail)
    return Unauthorised(f"The sign-in at {host} refused our credentials{f' ({code})' if code else ''}.", detail=detail)


def _told(answer: Answer) -> tuple[str, str]:
    try:
        said: dict[str, Any] = answer.mapping()
    except NotData:
        return "", ""
    # RFC 6749 section 5.2; some say `status` and `message` (HubSpot)
    code, words = said.get("error") or said.get("status"), said.get("error_description") or said.get("message")
    return (code if isinstance(code, str) else "", words if isinstance(words, str) else "")


def _again(failure: TargetError) -> TargetError:
    """Return a failure for another thread: an exception that is raised twice mixes up the two traces."""
    if isinstance(failure, Unsent):
        return Unsent(failure.message, retry_after=failure.retry_after, detail=failure.detail)
    return type(failure)(failure.message, detail=failure.detail)
