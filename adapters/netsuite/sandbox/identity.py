"""Who calls: signatures after RFC 5849 and assertions after RFC 7523, checked from their text alone."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from adapters.shared.sandbox.server import Call

CONSUMER = ("ck-8f31d0c7a95b42e6", "cs-54b1f0d29c8e4a7fb6")
TOKEN = ("tk-2be0c9417df84a53", "ts-90e7f6b3a1cd4288d5")
CLIENT, CERTIFICATE = "ci-6a2f4e9b8d0c4715", "cert_5Yx2mQ"
_CLOCK = 300
"""Seconds that a time may be off."""
_LONGEST = 3600
_HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


class Gate:
    """Lets in who signs rightly."""

    def __init__(self, realm: str, *, algorithm: str = "ES256", clock: Callable[[], float] = time.time) -> None:
        self.realm = realm
        self.algorithm = algorithm
        self._clock = clock
        self._nonces: set[str] = set()
        self.tokens: set[str] = set()
        self._key = _new_key(algorithm)

    @property
    def private_key(self) -> str:
        """The key whose certificate the account knows, PEM."""
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return str(self._key.private_bytes(serialization.Encoding.PEM, form, plain), "ascii")

    def admits(self, call: Call, url: str) -> bool:
        """Whether a call is signed rightly; `url` is the address without query."""
        said = call.headers.get("authorization", "")
        if said.startswith("Bearer "):
            return said.removeprefix("Bearer ") in self.tokens
        return said.startswith("OAuth ") and self._is_signed(call, url, said.removeprefix("OAuth "))

    def _is_signed(self, call: Call, url: str, said: str) -> bool:
        """Whether an OAuth 1.0a signature is right (RFC 5849 section 3.4)."""
        found = re.findall(r'\s*([a-z_]+)="([^"]*)"\s*(?:,|$)', said)
        given = {name: unquote(value) for name, value in found}
        signature, realm = given.pop("oauth_signature", ""), given.pop("realm", "")
        known = (given.get("oauth_consumer_key"), given.get("oauth_token")) == (CONSUMER[0], TOKEN[0])
        moment, nonce = given.get("oauth_timestamp", ""), given.get("oauth_nonce", "")
        if not known or realm != self.realm or given.get("oauth_signature_method") != "HMAC-SHA256" or len(nonce) < 8:  # noqa: PLR2004
            return False
        if (
            not moment.isdigit()
            or abs(int(moment) - self._clock()) > _CLOCK
            or (once := f"{moment}/{nonce}") in self._nonces
        ):
            return False
        pairs = sorted((_escaped(name), _escaped(value)) for name, value in [*given.items(), *call.query.items()])
        parameters = "&".join(f"{name}={value}" for name, value in pairs)
        base = "&".join(map(_escaped, (call.method.upper(), url, parameters)))
        key = f"{_escaped(CONSUMER[1])}&{_escaped(TOKEN[1])}".encode()
        right = base64.b64encode(hmac.new(key, base.encode(), hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(right, signature):
            return False
        self._nonces.add(once)
        return True

    def token(self, call: Call, audience: str) -> tuple[int, dict[str, Any]]:
        """Return status and body of the answer to a request for a token."""
        form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != kind:
            return 400, {"error": "invalid_request"}
        if not self._is_asserted(form.get("client_assertion", ""), audience):
            return 400, {"error": "invalid_client"}
        token = secrets.token_urlsafe(40)
        self.tokens.add(token)
        return 200, {"access_token": token, "expires_in": "3600", "token_type": "Bearer"}

    def _is_asserted(self, text: str, audience: str) -> bool:
        try:
            head, claims, signature = (_unpacked(part) for part in text.split("."))
            header, said = json.loads(head), json.loads(claims)
            life = int(said["exp"]) - int(said["iat"])
            is_fit = (
                (header["alg"], header["kid"], said["iss"], said["aud"])
                == (self.algorithm, CERTIFICATE, CLIENT, audience)
                and header.get("typ") == "JWT"
                and 0 < life < _LONGEST
                and int(said["iat"]) - _CLOCK < self._clock() < int(said["exp"])
                and "rest_webservices" in (said["scope"] if isinstance(said["scope"], list) else [said["scope"]])
            )
            return is_fit and self._is_by_key(text.rpartition(".")[0].encode(), signature)
        except (ValueError, KeyError, TypeError):
            return False

    def _is_by_key(self, signed: bytes, signature: bytes) -> bool:
        digest, public = _HASHES[self.algorithm[2:]], self._key.public_key()
        try:
            if isinstance(public, rsa.RSAPublicKey):
                salted = padding.PSS(padding.MGF1(digest), digest.digest_size)
                public.verify(signature, signed, salted, digest)
            else:
                half = len(signature) // 2
                pair = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
                public.verify(pair, signed, ec.ECDSA(digest))
        except InvalidSignature:
            return False
        return True


def _new_key(algorithm: str) -> Any:
    if algorithm.startswith("PS"):
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key({"256": ec.SECP256R1(), "384": ec.SECP384R1(), "512": ec.SECP521R1()}[algorithm[2:]])


def _escaped(text: str) -> str:
    """Return a text as RFC 5849 section 3.6 spells it."""
    return quote(text, safe="-._~")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
