"""Machines that bindings name, and whether an environment of a kind may name them."""

import re
import socket
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

_TRYOUT = re.compile(
    r"(^|[.\-_])(localhost|sandbox|test|tst|dev|qa|uat|stage|staging|demo|preprod|example)\d*($|[.\-_])"
)
_LIVE = re.compile(r"(^|[.\-_])(prod|prd|production|live)\d*($|[.\-_])")
_HOST_KEY = re.compile(r"(^|_)(host|hostname|server|servers|endpoint|address|base_url|url|uri|proxy|domain|peer|dsn)$")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.\-]*:|^)//([^\s/?#\\]+)", re.IGNORECASE)
_SHARE = re.compile(r"\\\\([^\\\s]+)")
_COPY = re.compile(r"(?:[\w.\-]+@)([A-Za-z0-9.\-]+):")
_IP = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3})(?![\d.])")
_IP6 = re.compile(r"\[([0-9A-Fa-f:.]+)\]")
_WITH_PORT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9\-]+)+|localhost):\d{1,5}\b")

Path = tuple[str, ...]


def hosts_in(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield (path, host in lower case, without port) of every machine that a binding names, however deep.

    A key that speaks of a host names one with its whole text; elsewhere addresses, shares, IP addresses and names with a
    port count. A reference (`{env: X}`) where a host belongs is yielded as it stands, in braces.
    """
    if isinstance(value, Mapping):
        if _HOST_KEY.search(path[-1]) and len(value) == 1 and set(value) <= {"env", "file", "keyring"}:
            yield path, "{" + ", ".join(map(str, value)) + "}"
            return
        for key, inner in value.items():
            yield from hosts_in(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from hosts_in(inner, path)
    elif isinstance(value, str):
        yield from ((path, host) for host in dict.fromkeys(_named(path[-1], value.strip())))


def _named(key: str, text: str) -> Iterator[str]:
    found = [_bare(one) for pattern in (_ADDRESS, _SHARE) for one in pattern.findall(text)]
    found += [one.lower() for pattern in (_COPY, _IP6, _IP, _WITH_PORT) for one in pattern.findall(text)]
    if not found and _HOST_KEY.search(key) and text and "/" not in text:
        found = [_bare(text)]
    yield from (one.rstrip(".") for one in found if one)


def _bare(authority: str) -> str:
    """Return the host of `user@host:port`, of `[::1]:22` or of a bare `::1`."""
    if authority.count(":") > 1 and "[" not in authority and "@" not in authority:
        return authority.lower()
    try:
        return (urlsplit(f"//{authority}").hostname or authority).lower()
    except ValueError:
        return authority.lower()


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, in any spelling that reaches it (`127.1`, `2130706433`, `0x7f.1`, `::ffff:7f00:1`)."""
    try:
        packed = socket.inet_aton(host)
    except OSError:
        pass
    else:
        return packed[0] in {0, 127}
    try:
        there = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(there, "ipv4_mapped", None) or there
    return inner.is_loopback or inner.is_unspecified


def misplaced(kind: str, host: str, live: set[str]) -> str | None:
    """Return why a host may not stand in an environment of this kind, or None. `live` are the hosts of production."""
    if kind == "production":
        if _TRYOUT.search(host) or is_loopback(host):
            return f"production may not name {host}, which is a place to try things"
        return None
    if host in live:
        return f"{host} is a production host; only a production environment may name it"
    return (
        f"{host} reads like a production host; only a production environment may name it"
        if _LIVE.search(host)
        else None
    )
