"""Signatures of OAuth 1.0a, against RFC 5849 computed here without a library, and against its own example."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import httpx
import pytest

from adapters.shared.auth.oauth1 import TokenBased

SECRETS = ("consumer-secret&+", "token/secret=")


def signed(request: httpx.Request) -> dict[str, str]:
    auth = TokenBased("123456_SB1", "consumer", SECRETS[0], "token", SECRETS[1])
    flow: Iterator[httpx.Request] = auth.auth_flow(request)
    header = next(flow).headers["authorization"]
    scheme, _, rest = header.partition(" ")
    assert scheme == "OAuth"
    return {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', rest)}


def coded(text: str) -> str:
    return quote(text, safe="-._~")


def expected(method: str, url: str, said: dict[str, str], form: str = "") -> str:
    """RFC 5849 sections 3.4.1 and 3.4.2, with SHA-256."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(form, keep_blank_values=True)
    pairs += [(name, value) for name, value in said.items() if name not in {"realm", "oauth_signature"}]
    packed = "&".join(f"{name}={value}" for name, value in sorted((coded(name), coded(value)) for name, value in pairs))
    base = "&".join([method, coded(f"{parts.scheme}://{parts.netloc}{parts.path}"), coded(packed)])
    key = "&".join(map(coded, SECRETS)).encode()
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha256).digest()).decode()


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "https://123456-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/vendorBill/eid:RE%2F4711"),
        ("POST", "https://erp.example.org/services/rest/query/v1/suiteql?limit=1000&offset=0"),
        ("GET", "https://erp.example.org/vendor?q=email%20START_WITH%20%22x%22&a=%C3%A4%2B&b="),
        ("PATCH", "https://erp.example.org/x?ids=1%2C2&ids=0"),
    ],
)
def test_the_signature_is_that_of_the_standard(method: str, url: str) -> None:
    said = signed(httpx.Request(method, url, json={"amount": "1"}))

    assert said["oauth_signature"] == expected(method, url, said)
    assert (said["realm"], said["oauth_signature_method"], said["oauth_version"]) == (
        "123456_SB1",
        "HMAC-SHA256",
        "1.0",
    )


def test_the_fields_of_a_form_are_signed_too() -> None:
    url = "https://erp.example.org/token"
    request = httpx.Request("POST", url, data={"a": "1 2", "b": "ä&="})
    said = signed(request)

    assert said["oauth_signature"] == expected("POST", url, said, request.read().decode())


def test_no_number_is_used_twice() -> None:
    request = httpx.Request("GET", "https://erp.example.org/x")

    assert len({signed(request)["oauth_nonce"] for _ in range(20)}) == 20


def test_secrets_do_not_travel_and_are_known_as_such() -> None:
    request = httpx.Request("GET", "https://erp.example.org/x")
    signed(request)
    auth = TokenBased("1", "consumer", SECRETS[0], "token", SECRETS[1])

    assert not any(secret in str(request.headers) for secret in (*SECRETS, *map(coded, SECRETS)))
    assert set(SECRETS) <= set(auth.secrets())
    assert SECRETS[0] not in repr(auth)
