"""The binding of this adapter in an environment file, typed."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ValidationError, model_validator

from engine.model.errors import ContentError
from engine.model.value import Value


class FilesSettings(Value):
    """Where files go and answers come from. Credentials arrive resolved."""

    delivery: Literal["local", "sftp"]
    folder: str
    journal_folder: str = ""
    ack_folder: str | None = None
    error_folder: str | None = None
    archive_folder: str = ""
    ack_accepted: tuple[str, ...] = (".ack", ".ok")
    ack_refused: tuple[str, ...] = (".nak", ".err", ".rej")
    create: bool = True
    file_mode: str | None = None
    host: str = ""
    port: int = 22
    username: str = ""
    password: str | None = None
    private_key: str | None = None
    passphrase: str | None = None
    known_hosts: str | None = None
    host_key: str | None = None
    timeout_seconds: int = 30

    @model_validator(mode="after")
    def sftp_is_complete(self) -> "FilesSettings":
        """Refuse an SFTP binding without credentials or without a way to know the server."""
        if self.delivery == "sftp":
            if not (self.host and self.username and (self.password or self.private_key)):
                message = "sftp needs host, username and password or private_key"
                raise ValueError(message)
            if bool(self.known_hosts) == bool(self.host_key):
                message = "sftp needs known_hosts or host_key (one of them), so that the server is known"
                raise ValueError(message)
        return self

    @property
    def journal(self) -> str:
        """The journal folder."""
        return self.journal_folder or f"{self.folder.rstrip('/')}/.postroom"

    @property
    def archive(self) -> str:
        """The folder of recorded answers."""
        return self.archive_folder or f"{self.journal}/archive"

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether the receiver will still say yes or no."""
        return bool(self.ack_folder or self.error_folder)

    @property
    def mode(self) -> int | None:
        """Permissions of delivered files."""
        return int(self.file_mode, 8) if self.file_mode else None


def parse_settings(settings: Mapping[str, Any]) -> FilesSettings:
    """Return the typed binding. Raises ContentError naming the setting; never shows a value."""
    try:
        return FilesSettings.model_validate(settings)
    except ValidationError as e:
        first = e.errors(include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise ContentError(first["msg"], file="environment", path=f"settings.{path}" if path else "settings") from None
