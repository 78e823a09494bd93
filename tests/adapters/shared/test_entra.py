"""The sign-in with a certificate, as Entra ID checks it, by another library than the one that signs."""

import base64
import datetime as dt
import hashlib
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import RSAKey

from adapters.shared.entra import EntraApp
from adapters.shared.sandbox.server import Call, Reply, Sandbox
from engine.model.errors import ContentError

TENANT = "11111111-2222-3333-4444-555555555555"


class Login(Sandbox):
    def reply(self, call: Call) -> Reply:
        if "/oauth2/" in call.path:
            return Reply(200, {"access_token": "given", "expires_in": 3600, "token_type": "Bearer"})
        return Reply(200, {"seen": call.headers.get("authorization")})


@pytest.fixture(scope="module")
def pair() -> tuple[str, str, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "postroom")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(day).not_valid_after(day + dt.timedelta(days=700)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    return built.public_bytes(pem).decode(), private, key


def test_a_certificate_signs_what_entra_wants(pair: tuple[str, str, rsa.RSAPrivateKey]) -> None:
    certificate, private, key = pair
    with Login() as login:
        app = EntraApp(
            tenant=TENANT, client_id="app", certificate=certificate, private_key=private, login_url=login.url
        )
        with httpx.Client(auth=app.auth("https://org.example/.default")) as client:
            seen = client.get(f"{login.url}/api").json()["seen"]
        form = {name: values[0] for name, values in parse_qs(login.calls[0].body.decode()).items()}

    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    token = jwt.decode(form["client_assertion"], RSAKey.import_key(public), algorithms=["PS256"])
    der = x509.load_pem_x509_certificate(certificate.encode()).public_bytes(serialization.Encoding.DER)
    print_ = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    assert seen == "Bearer given"
    assert (token.claims["aud"], token.claims["iss"], token.claims["sub"]) == (app.token_url, "app", "app")
    assert token.header["x5t#S256"] == print_
    assert (form["client_id"], form["scope"], form["grant_type"]) == (
        "app", "https://org.example/.default", "client_credentials",
    )  # fmt: skip


def test_a_key_that_is_none_is_refused_at_the_start(pair: tuple[str, str, rsa.RSAPrivateKey]) -> None:
    app = EntraApp(tenant=TENANT, client_id="app", certificate=pair[0], private_key="no key")

    with pytest.raises(ContentError, match="no PEM key"):
        app.auth("https://org.example/.default")
