"""The binding of this adapter in an environment file, typed."""

import ipaddress
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from adapters.shared.binding import Secret, typed
from engine.model.errors import ContentError
from engine.model.value import Value
from engine.ports import Manifest

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class NotifySettings(Value):
    """By which ways people are told. Credentials arrive resolved."""

    host: str = ""
    port: int = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: Secret = None
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    """Domains, addresses, or `*`."""
    ca_file: str | None = None
    slack_webhook: Secret = None
    teams_webhook: Secret = None
    timeout_seconds: float = 60

    @property
    def port_number(self) -> int:
        """The port, or the usual one."""
        return self.port or _PORTS[self.security]

    @property
    def domain(self) -> str:
        """The domain of the sender."""
        return self.sender.rpartition("@")[2].lower()

    def may_write_to(self, address: str) -> bool:
        """Tell whether an address stands among the recipients, itself or by its domain."""
        whole = address.lower()
        allowed = {one.lower() for one in self.recipients}
        return "*" in allowed or bool(allowed & {whole, whole.rpartition("@")[2]})


def parse_settings(manifest: Manifest, settings: Mapping[str, Any]) -> NotifySettings:
    """Return the typed binding. Raises ContentError naming the setting; never shows a value."""
    checked = typed(manifest, settings, NotifySettings)
    if checked.username and checked.security == "none" and not _is_here(checked.host):
        raise _wrong("security", "a password leaves this machine only encrypted: use `starttls` or `tls`")
    for name in ("slack_webhook", "teams_webhook"):
        parts = urlsplit(getattr(checked, name) or "https://unused")
        if not parts.hostname or (parts.scheme != "https" and not _is_here(parts.hostname)):
            raise _wrong(name, "whoever knows the address can write there, so it begins with https")
    return checked


def _wrong(name: str, message: str) -> ContentError:
    return ContentError(message, file="environment", path=f"settings.{name}")


def _is_here(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
