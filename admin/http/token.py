"""The bearer token of the HTTP API: required from the first start."""

import secrets
from pathlib import Path

from engine.runtime.settings import Settings


def api_token(settings: Settings) -> tuple[str, Path | None]:
    """Return the token and, when it was not set, the file in the data folder in which it is kept (readable by us only)."""
    if settings.api_token is not None:
        return settings.api_token.get_secret_value(), None
    settings.home.mkdir(parents=True, exist_ok=True)
    file = settings.home / "api-token"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip(), file
