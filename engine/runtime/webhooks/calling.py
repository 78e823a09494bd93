"""One call to another system: only to where it may lead, within a time, no redirect followed, nothing of the answer kept.

The address is looked up and held against the rules in the same moment in which it is connected to, so that a name which
leads elsewhere a moment later (DNS rebinding) leads nowhere.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpcore

from engine.content.webhook_policy import WebhookPolicy

SECONDS = 20
"""The longest time that a call takes, from its name to the last header of the answer."""
_CONNECT_SECONDS = 5
_LONGEST_URL = 2000
_LONGEST_WAIT = 86_400
_NAT64 = IPv6Network("64:ff9b::/96")
_LOW_32 = 0xFFFF_FFFF

Address = IPv4Address | IPv6Address


class Answer(NamedTuple):
    """What came of a call."""

    status: int | None
    """None: no answer."""
    error: str = ""
    """In words, when it was not taken."""
    retry_after: int | None = None
    """Seconds that the other side asks for."""

    @property
    def is_taken(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - 2xx


def complaint(url: str, policy: WebhookPolicy) -> str | None:
    """Return why nobody may be told at an address, or None."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "This is no address."
    if not host or len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return "This is no address: write https://host/path."
    if parts.username or parts.password or parts.fragment:
        return "An address holds no password and no fragment; what is sent is signed."
    if policy.is_allowed(host):
        return None if parts.scheme in {"http", "https"} else "An address begins with https."
    if parts.scheme != "https":
        return "An address begins with https."
    literal = _literal(host)
    return _private(host) if literal is not None and not is_public(literal) else None


def post(url: str, headers: Mapping[str, str], body: bytes, *, policy: WebhookPolicy) -> Answer:
    """Send a body. Whatever goes wrong is said in the answer."""
    if wrong := complaint(url, policy):
        return Answer(None, wrong)
    end = time.monotonic() + SECONDS
    timeout = {"connect": _CONNECT_SECONDS, "read": SECONDS, "write": SECONDS, "pool": _CONNECT_SECONDS}
    spelled = [(name.encode(), value.encode()) for name, value in headers.items()]
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=ssl.create_default_context(), network_backend=_Guarded(policy, end)
            ) as pool,
            pool.stream("POST", url, headers=spelled, content=body, extensions={"timeout": timeout}) as response,
        ):
            return _answer(response.status, dict(response.headers))
    except _Forbidden as e:
        return Answer(None, str(e))
    except (httpcore.TimeoutException, TimeoutError):
        return Answer(None, f"No answer within {SECONDS} seconds.")
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError) as e:
        return Answer(None, f"It cannot be reached: {str(e)[:200] or type(e).__name__}")


def authority(url: str) -> str:
    """Return what the header Host says."""
    return urlsplit(url).netloc


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, in whatever it is wrapped."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = IPv4Address(int(address) & _LOW_32)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


class _Forbidden(Exception):
    """An address that nobody may be told at."""


class _Guarded(httpcore.NetworkBackend):
    """Connects to public addresses only, and to those that the environment allows."""

    def __init__(self, policy: WebhookPolicy, end: float) -> None:
        self._policy, self._end = policy, end

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """Look a name up, and connect to the first of its addresses when all of them are allowed."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        if not self._policy.is_allowed(host) and not all(
            is_public(ip_address(one.partition("%")[0])) for one in addresses
        ):
            raise _Forbidden(_private(host))
        inner = httpcore.SyncBackend().connect_tcp(addresses[0], port, timeout, local_address, socket_options)
        return _Timed(inner, self._end)

    def sleep(self, seconds: float) -> None:
        """Wait (httpcore asks for it between tries; we make one)."""
        time.sleep(seconds)


class _Timed(httpcore.NetworkStream):
    """A connection on which nothing is waited for after a moment, however slowly it trickles."""

    def __init__(self, inner: httpcore.NetworkStream, end: float) -> None:
        self._inner, self._end = inner, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self._inner.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        self._inner.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Go on encrypted."""
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, left), self._end)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks about the connection."""
        return self._inner.get_extra_info(info)

    def _left(self, timeout: float | None, late: Callable[[], Exception]) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise late()
        return min(left, timeout) if timeout is not None else left


def _answer(status: int, headers: Mapping[bytes, bytes]) -> Answer:
    asked = next((value for name, value in headers.items() if name.lower() == b"retry-after"), b"").decode("latin-1")
    seconds = min(int(asked), _LONGEST_WAIT) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None  # noqa: PLR2004 - digits
    answer = Answer(status, retry_after=seconds)
    return answer if answer.is_taken else answer._replace(error=f"It answered {status}.")


def _literal(host: str) -> Address | None:
    """Return the address that a host is, in any spelling that reaches one."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _private(host: str) -> str:
    return f"{host} is not on the public internet. Name it under webhooks.private_hosts of the environment if it may be told."
