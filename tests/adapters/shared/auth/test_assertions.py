"""Signed assertions, checked by another author's library (joserfc)."""

import base64
import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from adapters.shared.auth.oauth2 import ASSERTION_TYPE, JWT_GRANT, JwtBearer, Signer, entra_assertion, thumbprint
from adapters.shared.sandbox.server import Call, Reply
from engine.model.errors import ContentError, Unauthorised
from tests.adapters.shared.auth.identity import Identity

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


def pem(key: Any, passphrase: str = "") -> str:
    packing = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return str(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, packing).decode())


def public(key: Any) -> Any:
    text = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return (ECKey if key is EC else RSAKey).import_key(text)


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (RSA, "PS256"), (RSA, "PS512"), (EC, "ES256")])
def test_another_library_takes_the_signature(key: Any, algorithm: Any) -> None:
    signed = Signer(pem(key), algorithm, {"kid": "k1"}).signed({"iss": "client", "scope": ["rest_webservices"]})
    token = jwt.decode(signed, public(key), algorithms=[algorithm])

    assert token.header == {"typ": "JWT", "alg": algorithm, "kid": "k1"}
    assert (token.claims["iss"], token.claims["scope"]) == ("client", ["rest_webservices"])
    now = time.time()
    assert now - 60 < token.claims["iat"] <= now
    assert 0 < token.claims["exp"] - token.claims["iat"] < 3600


def test_no_two_assertions_are_equal() -> None:
    signer = Signer(pem(EC), "ES256")

    assert len({jwt.decode(signer.signed({}), public(EC), algorithms=["ES256"]).claims["jti"] for _ in range(5)}) == 5


def test_netsuites_request_has_the_fields_that_it_asks_for(identity: Identity) -> None:
    url = f"{identity.url}/token"
    claims = {"iss": "client", "aud": url, "scope": "rest_webservices"}
    identity.api(JwtBearer(url, Signer(pem(RSA), "PS256", {"kid": "certificate"}), claims)).read("/x")

    (form,) = identity.forms
    token = jwt.decode(form.pop("client_assertion"), public(RSA), algorithms=["PS256"])
    assert form == {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
    assert (token.header["kid"], {name: token.claims[name] for name in claims}) == ("certificate", claims)


def certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "postroom")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(RSA.public_key()).serial_number(7)
    )
    dated = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return dated.sign(RSA, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def test_entra_knows_the_certificate_by_its_thumbprint(identity: Identity) -> None:
    url, cert = f"{identity.url}/token", certificate()
    signer = Signer(pem(RSA), "PS256", {"x5t#S256": thumbprint(cert)})
    more = {"client_id": "app", "scope": "https://erp/.default"}
    identity.api(JwtBearer(url, signer, entra_assertion(url, "app"), more=more)).read("/x")

    (form,) = identity.forms
    token = jwt.decode(form["client_assertion"], public(RSA), algorithms=["PS256"])
    der = base64.b64decode("".join(line for line in cert.splitlines() if not line.startswith("-")))
    assert base64.urlsafe_b64decode(token.header["x5t#S256"] + "=") == hashlib.sha256(der).digest()
    assert (token.claims["iss"], token.claims["sub"], token.claims["aud"]) == ("app", "app", url)
    assert (form["client_id"], form["scope"]) == ("app", "https://erp/.default")


def test_salesforces_request_is_the_assertion_itself(identity: Identity) -> None:
    url = f"{identity.url}/token"
    identity.api(JwtBearer(url, Signer(pem(RSA), "RS256"), {"iss": "key", "sub": "user"}, as_client=False)).read("/x")

    (form,) = identity.forms
    assert (form["grant_type"], set(form)) == (JWT_GRANT, {"grant_type", "assertion"})


def test_a_token_that_ended_is_got_with_a_new_assertion(identity: Identity) -> None:
    url = f"{identity.url}/token"
    api = identity.api(JwtBearer(url, Signer(pem(EC), "ES256"), {"iss": "again"}))
    api.read("/x")
    identity.expire_tokens()
    api.read("/x")

    first, second = (form["client_assertion"] for form in identity.forms)
    assert first != second


@pytest.mark.parametrize(
    ("key", "algorithm", "passphrase"),
    [("", "RS256", ""), ("no pem", "PS256", ""), (pem(EC), "RS256", ""), (pem(RSA), "ES256", ""),
     (pem(RSA, "right"), "RS256", "wrong"), (pem(RSA, "right"), "RS256", ""), (pem(RSA), "RS256", "for nothing")],
    ids=["empty", "no pem", "elliptic for rsa", "rsa for elliptic", "wrong passphrase", "no passphrase", "not locked"],
)  # fmt: skip
def test_a_key_that_does_not_fit_is_said_at_the_start_and_not_shown(key: str, algorithm: Any, passphrase: str) -> None:
    with pytest.raises(ContentError) as error:
        Signer(key, algorithm, passphrase=passphrase)

    assert error.value.path == "settings.private_key"
    assert not key or key[30:60] not in str(error.value) or key == "no pem"


def test_a_locked_key_is_opened() -> None:
    signed = Signer(pem(RSA, "right"), "RS256", passphrase="right").signed({"iss": "me"})

    assert jwt.decode(signed, public(RSA), algorithms=["RS256"]).claims["iss"] == "me"


def test_a_text_that_is_no_certificate_is_refused() -> None:
    with pytest.raises(ContentError):
        thumbprint("no certificate")


def test_neither_key_nor_assertion_is_shown(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer(pem(RSA), "RS256", passphrase="")
    auth = JwtBearer(f"{identity.url}/token", signer, {"iss": "me"})
    was = identity.token

    def echoing(call: Call) -> Reply:
        was(call)
        return Reply(400, {"error": "invalid_client", "error_description": identity.forms[-1]["client_assertion"]})

    monkeypatch.setattr(identity, "token", echoing)

    with pytest.raises(Unauthorised) as error:
        identity.api(auth).read("/x")

    shown = f"{signer!r} {auth!r} {error.value.detail} {error.value!r}"
    assert pem(RSA).splitlines()[3] not in shown
    assert identity.forms[-1]["client_assertion"][:300] not in shown
