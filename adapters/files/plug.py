"""File drops: the plug."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adapters.files.directory import FilesDirectory
from adapters.files.folder import Folder
from adapters.files.folder_local import LocalFolder
from adapters.files.manifest import manifest
from adapters.files.pickup import PickupOnly
from adapters.files.settings import FilesSettings, parse_settings
from adapters.files.target import FilesTarget
from engine.model.errors import ContentError
from engine.ports import Manifest, Reader

if TYPE_CHECKING:
    from adapters.files.idoc_http import IdocHttpTarget
    from adapters.files.sandbox.idoc_service import IdocService


class FilesPlug:
    """Delivers files, and picks up master data and documents that somebody left."""

    @property
    def manifest(self) -> Manifest:
        """What the plug is and can."""
        return manifest()

    def reader(self) -> Reader:
        """Raise LookupError: file drops read nothing."""
        raise LookupError("files has no reader")

    def target(self, settings: Mapping[str, Any]) -> "FilesTarget | IdocHttpTarget | PickupOnly":
        """Return a target for one binding; nothing is connected before the first call. Raises ContentError."""
        checked = parse_settings(settings)
        if checked.delivery == "http":
            from adapters.files.idoc_http import IdocHttpTarget

            return IdocHttpTarget(LocalFolder(), checked)
        if checked.delivery == "put":
            from adapters.files.folder_put import PutFolder

            return FilesTarget(LocalFolder(), checked, shelf=PutFolder(checked))
        if not checked.folder:
            return PickupOnly(_folder(checked), checked.documents_folder)
        if checked.delivery == "s3":
            from adapters.files.folder_s3 import S3Folder

            store = S3Folder(checked)
            return FilesTarget(store, checked, shelf=store)
        return FilesTarget(_folder(checked), checked)

    def directory(self, settings: Mapping[str, Any]) -> FilesDirectory:
        """Return the folder of master data of one binding. Raises ContentError when the binding names none."""
        checked = parse_settings(settings)
        if not checked.exports:
            message = "no files of master data are declared; name `exports_folder` and `exports`"
            raise ContentError(message, file="environment", path="settings")
        return FilesDirectory(_folder(checked), checked)

    def inbox(self, settings: Mapping[str, Any]) -> FilesDirectory:
        """Return the folder in which documents lie. Raises ContentError when the binding names none."""
        checked = parse_settings(settings)
        if not checked.documents_folder:
            message = "no folder of documents is declared; name `documents_folder`"
            raise ContentError(message, file="environment", path="settings")
        return FilesDirectory(_folder(checked), checked.inbox)

    def sandbox(self, *, host: str, port: int) -> "IdocService":
        """Return a stand-in for SAP's service for IDocs, to try flows against."""
        from adapters.files.sandbox.idoc_service import IdocService

        return IdocService(host=host, port=port)

    def diagnose(self) -> Sequence[tuple[str, bool, str]]:
        """Return nothing: what can be wrong is in the binding, and each call says so itself."""
        return ()


def _folder(settings: FilesSettings) -> Folder:
    if settings.delivery == "local":
        return LocalFolder(file_mode=settings.mode)
    if settings.delivery == "webdav":
        from adapters.files.folder_webdav import WebDavFolder

        return WebDavFolder(settings)
    if settings.delivery == "s3":
        from adapters.files.folder_s3 import S3Folder

        return S3Folder(settings)
    if settings.delivery == "ftps":
        from adapters.files.folder_ftps import FtpsFolder

        return FtpsFolder(settings)
    from adapters.files.folder_sftp import SftpFolder

    return SftpFolder(settings)


PLUG = FilesPlug()
