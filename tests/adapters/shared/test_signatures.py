"""Signatures of webhooks. Expected values come from other people's code, or are computed here from the vendor's words."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.shared.signatures import check_hmac, check_hubspot, check_time
from engine.model.errors import Unauthorised

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp() * 1000))
BODY = '[{"eventId":1,"name":"Müller"}]'.encode()
URL = "https://hub.example.org/hooks/hubspot?a=b%40c&d=1%2F2"
SECRET = "client-secret"


def v3(url: str = URL, *, body: bytes = BODY, stamp: str = STAMP, secret: str = SECRET) -> dict[str, str]:
    message = b"POST" + url.encode() + body + stamp.encode()
    signed = base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()
    return {"X-HubSpot-Signature-v3": signed, "X-HubSpot-Request-Timestamp": stamp}


def check(headers: dict[str, str], *, body: bytes = BODY, method: str = "post", secrets: Any = (SECRET,)) -> None:
    check_hubspot(secrets, body, headers, method=method, url=URL, now=NOW)


def test_the_published_test_vector_of_hmac_sha256_is_taken() -> None:
    """RFC 4231, test case 2."""
    said = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"

    check_hmac(said, ["other", "Jefe"], b"what do ya want for nothing?")


@pytest.mark.parametrize("said", ["", "0" * 64, "ü", "5bdcc146bf60754e"])
def test_another_signature_is_refused(said: str) -> None:
    with pytest.raises(Unauthorised):
        check_hmac(said, ["Jefe"], b"what do ya want for nothing?")


def test_an_empty_secret_signs_nothing() -> None:
    said = hmac.new(b"", b"x", hashlib.sha256).hexdigest()

    with pytest.raises(Unauthorised):
        check_hmac(said, ["", ""], b"x")


@pytest.mark.parametrize("plain", [URL, "https://hub.example.org/hooks/hubspot?a=b@c&d=1/2"], ids=["coded", "plain"])
def test_hubspots_signature_is_taken_however_it_spells_the_address(plain: str) -> None:
    check(v3(plain))


def test_a_secret_that_is_being_changed_is_still_taken() -> None:
    check(v3(secret="old"), secrets=("new", "old"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": v3(secret="guessed")},
        {"headers": v3(), "body": BODY + b" "},
        {"headers": v3(), "method": "PUT"},
        {"headers": v3(stamp=str(int(STAMP) - 301_000))},
        {"headers": v3(stamp=str(int(STAMP) + 301_000))},
        {"headers": {**v3(), "X-HubSpot-Request-Timestamp": str(int(STAMP) + 1)}},
        {"headers": {"X-HubSpot-Signature-v3": v3()["X-HubSpot-Signature-v3"]}},
        {"headers": {}},
    ],
    ids=["secret", "body", "method", "old", "ahead", "other time", "no time", "unsigned"],
)
def test_what_hubspot_did_not_sign_just_now_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Unauthorised):
        check(**wrong)


def test_hubspots_first_version_is_taken_where_there_is_no_other() -> None:
    said = hashlib.sha256(SECRET.encode() + BODY).hexdigest()

    check({"X-HubSpot-Signature": said, "X-HubSpot-Signature-Version": "v1"})


def test_a_third_version_that_is_wrong_is_not_saved_by_a_first_that_is_right() -> None:
    first = {"X-HubSpot-Signature": hashlib.sha256(SECRET.encode() + BODY).hexdigest()}

    with pytest.raises(Unauthorised):
        check({**first, **v3(secret="guessed")})


@pytest.mark.parametrize("stamp", ["", "-1", "1e3", "٣", "9" * 40, "9" * 15])
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    with pytest.raises(Unauthorised):
        check_time(stamp, NOW)


def test_the_edge_of_the_window_is_inside() -> None:
    check_time(STAMP, NOW + timedelta(minutes=5))
