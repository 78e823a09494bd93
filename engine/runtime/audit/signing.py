"""The key with which lineage bundles are signed: Ed25519 (RFC 8032), the private half here, the public half for auditors."""

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.model.errors import PostroomError
from engine.runtime.settings import Settings


def private_key(settings: Settings) -> Ed25519PrivateKey:
    """Return the key of this installation, made at the first call where no file is named. Raises PostroomError."""
    file = settings.audit_key or settings.home / "audit-key.pem"
    if not file.is_file():
        if settings.audit_key is not None:
            raise PostroomError(f"POSTROOM_AUDIT_KEY names {file}, and there is no such file.")
        _make(file)
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as e:
        raise PostroomError(f"{file} holds no private key in PEM form without a password.") from e
    if not isinstance(key, Ed25519PrivateKey):
        raise PostroomError(f"{file} holds a key of another kind; `openssl genpkey -algorithm ed25519` makes one.")
    return key


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """Return the public half, in PEM form."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)


def public_key(pem: bytes) -> Ed25519PublicKey:
    """Return a public key from its PEM form. Raises PostroomError for anything else."""
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as e:
        raise PostroomError("This is no public key in PEM form; `postroom audit key` prints one.") from e
    if not isinstance(key, Ed25519PublicKey):
        raise PostroomError("This is a public key of another kind than Ed25519.")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 (hex) of a public key's 32 bytes, by which people compare keys."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()


def is_signed(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    """Tell whether a signature over content was made with the private half of a key."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _make(file: Path) -> None:
    """Make a key that only we may read; of processes that start at the same moment one makes it."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    mine = file.with_name(f"{file.name}.{os.getpid()}")
    mine.touch(mode=0o600)
    mine.write_bytes(pem)
    try:
        os.link(mine, file)
    except FileExistsError:
        return
    finally:
        mine.unlink()
