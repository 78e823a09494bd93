"""The binding of this adapter in an environment file, typed."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from adapters.files.manifest import complaint
from engine.model.errors import ContentError
from engine.model.value import Value


class ExportSettings(Value):
    """Files of master data of one name pattern."""

    name: str
    kinds: Mapping[str, Mapping[str, Any]]
    """Column map by kind; an empty one: the file has our columns."""
    holds: Literal["all", "changes"] = "changes"
    most_gone_percent: int = 50


class FilesSettings(Value):
    """Where files go and answers come from. Credentials arrive resolved."""

    delivery: Literal["local", "sftp", "ftps", "webdav", "s3", "put", "http"]
    folder: str = ""
    url: str = ""
    """Of the WebDAV or HTTP server, of the object store, or of SAP's service for IDocs."""
    bucket: str = ""
    region: str = "us-east-1"
    files_stay: bool = False
    """The receiver leaves files where they are: one that is not there never arrived."""
    journal_folder: str = ""
    ack_folder: str | None = None
    error_folder: str | None = None
    archive_folder: str = ""
    ack_accepted: tuple[str, ...] = (".ack", ".ok")
    ack_refused: tuple[str, ...] = (".nak", ".err", ".rej")
    create: bool = True
    file_mode: str | None = None
    exports_folder: str = ""
    exports_archive_folder: str = ""
    exports_refused_folder: str = ""
    exports_quiet_seconds: int = 10
    exports_done_marker: str = ""
    exports: tuple[ExportSettings, ...] = ()
    host: str = ""
    port: int = 0
    username: str = ""
    password: str | None = Field(default=None, repr=False)
    private_key: str | None = Field(default=None, repr=False)
    passphrase: str | None = Field(default=None, repr=False)
    known_hosts: str | None = None
    host_key: str | None = None
    documents_folder: str = ""
    documents: tuple[str, ...] = ("*",)
    documents_archive_folder: str = ""
    documents_refused_folder: str = ""
    documents_quiet_seconds: int = 10
    documents_done_marker: str = ""
    ca_file: str | None = None
    timeout_seconds: int = 30
    pgp_encrypt_to: str | None = None
    pgp_sign_with: str | None = None
    pgp_decrypt_with: str | None = None
    pgp_verify_from: str | None = None
    pgp_passphrase: str | None = Field(default=None, repr=False)
    pgp_armor: bool = False
    idoc_control: Mapping[str, str] = {}
    """Fields of EDI_DC40 in this environment (partner numbers, ports, client); they go before the mapping's."""
    idoc_not_final: tuple[str, ...] = ()
    """Statuses of IDocs after which people still mend them in SAP."""

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
    def port_number(self) -> int:
        """The port, or the usual one of the protocol."""
        return self.port or {"sftp": 22, "ftps": 21}.get(self.delivery, 0)

    @property
    def inbox(self) -> "FilesSettings":
        """The binding with the folder of documents in the place of the exports: they are picked up in the same way."""
        return self.model_copy(
            update={
                "exports_folder": self.documents_folder,
                "exports_archive_folder": self.documents_archive_folder,
                "exports_refused_folder": self.documents_refused_folder,
                "exports_quiet_seconds": self.documents_quiet_seconds,
                "exports_done_marker": self.documents_done_marker,
                "exports": tuple(ExportSettings(name=name, kinds={}) for name in self.documents),
            }
        )

    @property
    def mode(self) -> int | None:
        """Permissions of delivered files."""
        return int(self.file_mode, 8) if self.file_mode else None


def parse_settings(settings: Mapping[str, Any]) -> FilesSettings:
    """Return the typed binding. Raises ContentError naming the setting; never shows a value."""
    given = {name: value for name, value in settings.items() if value is not None}
    wrong = complaint("settings", given)
    if wrong is not None:
        path, message = wrong
        raise ContentError(message, file="environment", path=f"settings.{path}" if path else "settings")
    return FilesSettings.model_validate(given)
