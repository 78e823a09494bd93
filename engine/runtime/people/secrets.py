"""Secrets of people: passwords as argon2id, random secrets as digests, and what has to be read again encrypted."""

import hashlib
import os
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken

from engine.model.errors import PostroomError
from engine.runtime.settings import Settings

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with the parameters of the OWASP password storage cheat sheet (19 MiB, 2 passes)."""
_SHORTEST, _LONGEST = 12, 200


def fresh() -> str:
    """Return a random secret of 256 bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the SHA-256 (hex) under which a random secret is kept; it has too many bits to be guessed from that."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hashed(password: str) -> str:
    """Return what is kept of a password (argon2id, PHC string)."""
    return _HASHER.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one that is kept. Takes as long when nothing is kept."""
    try:
        _HASHER.verify(kept or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_old(kept: str) -> bool:
    """Tell whether a password was hashed with weaker parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


def complaint(password: str, *, name: str) -> str | None:
    """Return why a password is not good enough, or None (length over composition, NIST SP 800-63B)."""
    if len(password) < _SHORTEST:
        return f"A password has at least {_SHORTEST} characters; a sentence is easy to remember."
    if len(password) > _LONGEST:
        return f"A password has at most {_LONGEST} characters."
    if name.lower() in password.lower() or len(set(password)) < _SHORTEST // 3:
        return "This password is too easy to guess: it holds your name, or few different characters."
    return None


def kept_secret(file: Path) -> str:
    """Return the secret that a file in the data folder holds, made at the first call and readable by us only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        mine = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        mine.touch(mode=0o600)
        mine.write_text(fresh(), encoding="utf-8")
        # of processes that start at the same moment one makes the name, whole or not at all
        with suppress(FileExistsError):
            os.link(mine, file)
        mine.unlink()
    return file.read_text(encoding="utf-8").strip()


def key_of(settings: Settings) -> str:
    """Return the key of this installation: that of the settings, else the one kept in the data folder."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return kept_secret(settings.home / "secret-key")


def seal(settings: Settings, text: str) -> str:
    """Encrypt a text that has to be read again."""
    return _cipher(key_of(settings)).encrypt(text.encode()).decode()


def unseal(settings: Settings, sealed: str) -> str:
    """Return a text that was sealed. Raises PostroomError when the key is another one now."""
    try:
        return _cipher(key_of(settings)).decrypt(sealed.encode()).decode()
    except InvalidToken as e:
        raise PostroomError(
            "The second factor cannot be read: POSTROOM_SECRET_KEY, or secret-key in the data folder, is another one now. "
            "Bring the old one back, or reset the second factors with `postroom users reset-totp`."
        ) from e


def _cipher(key: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.sha256(b"postroom people\0" + key.encode()).digest()))


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """Return the hash of a password that nobody has, to be as slow for names that nobody has."""
    return hashed(fresh())
