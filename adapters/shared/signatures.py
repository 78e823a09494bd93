"""Signatures of webhooks: who sent this, was it changed, and is it old. Compared in constant time.

A message that is repeated within the window is genuine; it is recognised by the id and version of its events.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from engine.model.errors import Unauthorised

WINDOW = timedelta(minutes=5)
"""How old a signed message may be, and how far ahead the sender's clock."""

Packing = Literal["hex", "base64"]
# HubSpot signs the address with these signs plain, whatever the caller's library does with them
_PLAIN = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")",
    "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip


def packed_hmac(secret: str, message: bytes, *, packing: Packing = "hex", algorithm: str = "sha256") -> str:
    """Return the HMAC of a message (RFC 2104)."""
    digest = hmac.new(secret.encode(), message, algorithm).digest()
    return digest.hex() if packing == "hex" else base64.b64encode(digest).decode()


def check_hmac(
    said: str, secrets: Sequence[str], message: bytes, *, packing: Packing = "hex", algorithm: str = "sha256"
) -> None:
    """Raise Unauthorised unless the signature is that of one of the secrets (two while they are being changed).

    Prefixes such as `sha256=` are the caller's to cut off.
    """
    good = [packed_hmac(secret, message, packing=packing, algorithm=algorithm) for secret in secrets if secret]
    _compare(said, good)


def check_time(milliseconds: str, now: datetime, *, window: timedelta = WINDOW) -> None:
    """Raise Unauthorised for a time (milliseconds since 1970) that is not within the window."""
    if not milliseconds.isascii() or not milliseconds.isdigit() or len(milliseconds) > 14:  # noqa: PLR2004 - year 5138
        raise Unauthorised("The message says no time of sending.")
    age = now - datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    if abs(age) > window:
        raise Unauthorised("The message is too old, or one of the two clocks is wrong.", detail=f"age {age}")


def check_hubspot(
    secrets: Sequence[str], body: bytes, headers: Mapping[str, str], *, method: str, url: str, now: datetime
) -> None:
    """Raise Unauthorised unless HubSpot signed this. `headers` have names in any case; `url` is the one it called.

    Version 3: base64 of the HMAC over method, address, body and time; at most five minutes old. Version 1 only where there
    is no other: SHA-256 over secret and body; it says no time.
    """
    given = {name.lower(): value for name, value in headers.items()}
    v3 = given.get("x-hubspot-signature-v3", "")
    if v3:
        at = given.get("x-hubspot-request-timestamp", "")
        check_time(at, now)
        signed = [method.upper().encode() + address.encode() + body + at.encode() for address in {url, _plain(url)}]
        _compare(v3, [packed_hmac(secret, one, packing="base64") for secret in secrets if secret for one in signed])
        return
    if given.get("x-hubspot-signature-version", "v1") != "v1":
        raise Unauthorised("The message is signed in a version that is not taken.")
    good = [hashlib.sha256(secret.encode() + body).hexdigest() for secret in secrets if secret]
    _compare(given.get("x-hubspot-signature", ""), good)


def _compare(said: str, good: Sequence[str]) -> None:
    found = False
    for one in good:  # all of them, so that the time tells nothing
        found |= hmac.compare_digest(said.strip().encode(), one.encode())
    if not found:
        raise Unauthorised("The message is not signed by the system that we know.")


def _plain(url: str) -> str:
    for coded, sign in _PLAIN.items():
        url = url.replace(coded, sign).replace(coded.lower(), sign)
    return url
