"""OAuth 2.0 for machines: client credentials, signed assertions, and refresh tokens that rotate."""

import base64
import hashlib
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_pem_x509_certificate

from adapters.shared.auth.rotation import RefreshStore
from adapters.shared.auth.tokens import Renewing, Token, TokenCache, ask_for_token, shared_cache
from engine.model.errors import ContentError

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class ClientCredentials(Renewing):
    """The client credentials grant with a secret (RFC 6749 section 4.4)."""

    def __init__(
        self, token_url: str, client_id: str, client_secret: str, scope: str = "", *,
        more: Mapping[str, str] | None = None, by_header: bool = False, scheme: str = "Bearer",
    ) -> None:  # fmt: skip
        """`more` are further fields of the form (`resource`, `audience`); `by_header`: the server wants the secret in a header (Basic), not in the form."""
        form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {}), **(more or {})}
        if not by_header:
            form |= {"client_id": client_id, "client_secret": client_secret}
        auth = (client_id, client_secret) if by_header else None

        def fetch(_refused: str) -> Token:
            return ask_for_token(token_url, form, auth=auth, secrets=(client_secret,))

        names = ("client_credentials", token_url, client_id, client_secret, *map(str, sorted(form.items())))
        super().__init__(shared_cache(names, lambda: TokenCache(fetch)), scheme=scheme, secrets=(client_secret,))


@dataclass(frozen=True)
class Signer:
    """Signs assertions with a private key (RFC 7523)."""

    key: str = field(repr=False)
    """PEM."""
    algorithm: Algorithm
    headers: Mapping[str, str] = field(default_factory=dict)
    """`kid` or `x5t#S256` and what else the server wants in the header."""
    passphrase: str = field(default="", repr=False)
    life: int = 300
    """Seconds for which an assertion is good."""
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        """Sign once: a key that does not fit is found at the start. Raises ContentError."""
        self.signed({})

    def signed(self, claims: Mapping[str, Any]) -> str:
        """Return the assertion of some claims; `iat`, `nbf`, `exp` and `jti` are added."""
        now = int(self.clock())
        times = {"iat": now - 5, "nbf": now - 5, "exp": now + self.life, "jti": str(uuid.uuid4())}
        try:
            password = self.passphrase.encode() or None
            key: Any = serialization.load_pem_private_key(self.key.encode(), password)
            return jwt.encode({**times, **claims}, key, algorithm=self.algorithm, headers=dict(self.headers))
        except (ValueError, TypeError, jwt.PyJWTError) as e:
            message = f"the private key is no PEM key that signs {self.algorithm}, or its passphrase is wrong"
            raise ContentError(message, file="environment", path="settings.private_key") from e


class JwtBearer(Renewing):
    """A signed assertion in place of a secret.

    `as_client` (NetSuite, Entra ID): the client credentials grant with a client assertion (RFC 7523 section 2.2).
    Otherwise (Salesforce): the assertion is the grant itself (section 2.1).
    """

    def __init__(
        self, token_url: str, signer: Signer, claims: Mapping[str, Any], *, as_client: bool = True,
        more: Mapping[str, str] | None = None, scheme: str = "Bearer",
    ) -> None:  # fmt: skip
        """`claims` are `iss`, `sub`, `aud`, `scope` as the server wants them; `more` are further fields of the form."""

        def fetch(_refused: str) -> Token:
            signed = signer.signed(claims)
            if as_client:
                form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
                form["client_assertion"] = signed
            else:
                form = {"grant_type": JWT_GRANT, "assertion": signed}
            return ask_for_token(token_url, {**form, **(more or {})}, secrets=(signed,))

        named = map(str, (*sorted(claims.items()), *sorted((more or {}).items()), *sorted(signer.headers.items())))
        names = ("jwt", token_url, signer.key, signer.algorithm, str(as_client), *named)
        super().__init__(shared_cache(names, lambda: TokenCache(fetch)), scheme=scheme, secrets=_key_lines(signer.key))


class Refresh(Renewing):
    """The refresh token grant, with rotation that survives a crash (RFC 6749 section 6)."""

    def __init__(
        self, token_url: str, client_id: str, client_secret: str, refresh_token: str, *,
        store: Path | Callable[[], Path], by_header: bool = False, scheme: str = "Bearer",
    ) -> None:  # fmt: skip
        """`refresh_token` is the one that a person's consent gave; `store` is the target's private folder.

        `by_header`: the server wants the secret in a header (Basic), not in the form.
        """
        kept = RefreshStore(store, seed=refresh_token, of=(token_url, client_id))
        client = {} if by_header else {"client_id": client_id, "client_secret": client_secret}
        auth = (client_id, client_secret) if by_header else None

        def spend(refresh: str) -> Token:
            form = {"grant_type": "refresh_token", "refresh_token": refresh, **client}
            return ask_for_token(token_url, form, auth=auth, secrets=(client_secret, refresh))

        def fetch(refused: str) -> Token:
            return kept.renewed(spend, refused=refused)

        names = ("refresh", token_url, client_id, client_secret, refresh_token)
        cache = shared_cache(names, lambda: TokenCache(fetch))
        super().__init__(cache, scheme=scheme, secrets=(client_secret, refresh_token))
        self._kept = kept

    def secrets(self) -> Sequence[str]:
        """Return the texts that appear in no message."""
        return (*super().secrets(), *self._kept.held())


def thumbprint(certificate: str) -> str:
    """Return the `x5t#S256` of a PEM certificate: what Entra ID knows it by (RFC 7515 section 4.1.8).

    Raises ContentError for a text that is no certificate.
    """
    try:
        der = load_pem_x509_certificate(certificate.encode()).public_bytes(serialization.Encoding.DER)
    except ValueError as e:
        raise ContentError("this is no PEM certificate", file="environment", path="settings.certificate") from e
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def entra_assertion(token_url: str, client_id: str) -> dict[str, str]:
    """Return the claims that Entra ID wants of a certificate's owner (`JwtBearer(claims=...)`)."""
    return {"aud": token_url, "iss": client_id, "sub": client_id}


def _key_lines(key: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in key.splitlines() if line.strip() and not line.startswith("-----"))
