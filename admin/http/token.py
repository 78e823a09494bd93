"""The bearer token of the HTTP API: required from the first start."""

from pathlib import Path

from engine.runtime.people.secrets import kept_secret
from engine.runtime.settings import Settings


def api_token(settings: Settings) -> tuple[str, Path | None]:
    """Return the token and, when it was not set, the file in the data folder in which it is kept (readable by us only)."""
    if settings.api_token is not None:
        return settings.api_token.get_secret_value(), None
    file = settings.home / "api-token"
    return kept_secret(file), file
