"""Signatures by which who is told knows that we speak (Standard Webhooks 1.0.0, symmetric: HMAC-SHA256)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

_PREFIX = "whsec_"
_BYTES = 32


def fresh_secret() -> str:
    """Return a new secret as libraries of Standard Webhooks take it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(keys: Sequence[str], *, message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """Return the headers that go with a message, signed with each key (two while one takes the place of the other)."""
    moment = str(int(at.timestamp()))
    signed = f"{message_id}.{moment}.".encode() + body
    marks = (base64.b64encode(hmac.new(_raw(key), signed, hashlib.sha256).digest()).decode() for key in keys)
    return {
        "webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": " ".join(f"v1,{one}" for one in marks)
    }  # fmt: skip


def _raw(key: str) -> bytes:
    return base64.b64decode(key.removeprefix(_PREFIX))
