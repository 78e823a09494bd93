"""A drop folder at the other end of an SSH connection."""

import base64
import contextlib
import errno
import hashlib
import io
import posixpath
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import paramiko
import tenacity
from paramiko.sftp import CMD_EXTENDED
from paramiko.ssh_exception import NoValidConnectionsError

from adapters.files.folder import Entry
from adapters.files.settings import FilesSettings
from engine.model.errors import Ambiguous, TargetError, Transient, Unauthorised

_KEY_TYPES = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
_UNKNOWN_WORDS = ("unsupported", "not supported", "not implemented", "unimplemented", "unrecognized")
_FULL_WORDS = ("no space", "quota", "disk full", "disc quota")


class _Pinned(paramiko.MissingHostKeyPolicy):
    """Accepts a server by its fingerprint only; without one, no unknown server at all."""

    def __init__(self, fingerprint: str | None) -> None:
        self._fingerprint = fingerprint

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:  # noqa: ARG002
        """Raise unless the key is the one that was written into the settings."""
        seen = fingerprint(key)
        if self._fingerprint is None or seen.rstrip("=") != self._fingerprint.rstrip("="):
            raise Unauthorised(
                f"The server {hostname} is not the one that is known: its key is {seen}. Nothing was sent.",
                detail=f"expected {self._fingerprint or 'a key of known_hosts'}",
            )


def fingerprint(key: paramiko.PKey) -> str:
    """Return the fingerprint as ssh-keygen prints it (`SHA256:...`)."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


class SftpFolder:
    """Implements `Folder` over SFTP. One connection, opened on first use and again after it was lost."""

    def __init__(self, settings: FilesSettings) -> None:
        self._settings = settings
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def mkdir(self, path: str) -> None:
        """Make a folder with its parents, or find it there."""
        if self.is_folder(path):
            return
        parent = posixpath.dirname(path.rstrip("/"))
        if parent not in {"", "/", path}:
            self.mkdir(parent)
        with self._call(path) as sftp:
            try:
                sftp.mkdir(path)
            except OSError as e:
                # somebody else may have made it meanwhile; servers answer with a bare failure
                if _is_lost(e) or not _is_folder(sftp, path):
                    raise

    def is_folder(self, path: str) -> bool:
        """Say whether a folder stands there."""
        with self._call(path) as sftp:
            return _is_folder(sftp, path)

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file, force it to the disk where the server can, and check its size."""
        with self._call(path) as sftp:
            with sftp.open(path, "wb") as file:
                file.set_pipelined(pipelined=True)
                file.write(data)
                file.flush()
                self._fsync(sftp, file)
            if self._settings.mode is not None:
                sftp.chmod(path, self._settings.mode)
            size = sftp.stat(path).st_size
        if size != len(data):
            raise Transient(f"{path} was not written whole: {size} of {len(data)} bytes.")

    def rename(self, old: str, new: str) -> None:
        """Move a file in one step. A connection that breaks meanwhile is Ambiguous."""
        with self._call(new, is_effect=True) as sftp:
            try:
                sftp.posix_rename(old, new)
            except OSError as e:
                if not any(words in str(e).lower() for words in _UNKNOWN_WORDS):
                    raise
                # a server without posix-rename@openssh.com; its own rename refuses to overwrite
                sftp.rename(old, new)

    def claim(self, old: str, new: str) -> None:
        """Move a file unless `new` exists: the rename of SFTP version 3 fails then."""
        with self._call(new) as sftp:
            try:
                sftp.rename(old, new)
            except OSError as e:
                if _is_lost(e) or isinstance(e, FileNotFoundError):
                    raise
                if _is_there(sftp, new):
                    raise FileExistsError(errno.EEXIST, "exists", new) from e
                raise

    def exists(self, path: str) -> bool:
        """Say whether a file stands there."""
        with self._call(path) as sftp:
            return _is_there(sftp, path)

    def list(self, path: str) -> Sequence[Entry]:
        """Return the plain files of a folder by name."""
        with self._call(path) as sftp:
            try:
                found = sftp.listdir_attr(path)
            except FileNotFoundError:
                return ()
        plain = (one for one in found if stat.S_ISREG(one.st_mode or 0))
        return tuple(sorted(Entry(one.filename, one.st_size or 0, int(one.st_mtime or 0)) for one in plain))

    def read(self, path: str, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file."""
        with self._call(path) as sftp, sftp.open(path, "rb") as file:
            return file.read(limit)

    def fetch(self, path: str, to: Path) -> int:
        """Copy a file to this machine. Return its bytes, checked against what the server says."""
        with self._call(path) as sftp:
            sftp.get(path, str(to))
        return to.stat().st_size

    def remove(self, path: str) -> None:
        """Remove a file."""
        with self._call(path) as sftp:
            sftp.remove(path)

    def close(self) -> None:
        """Close the connection."""
        client, self._client, self._sftp = self._client, None, None
        if client is not None:
            client.close()

    @contextlib.contextmanager
    def _call(self, path: str, *, is_effect: bool = False) -> Iterator[paramiko.SFTPClient]:
        """Lend the connection for one call and sort what goes wrong. `is_effect`: a lost answer leaves us in doubt."""
        sftp = self._connected()
        try:
            yield sftp
        except (FileNotFoundError, FileExistsError):
            raise
        except (paramiko.SSHException, OSError, EOFError) as e:
            if _is_lost(e):
                self.close()
                if is_effect:
                    raise Ambiguous(
                        f"The connection to {self._settings.host} broke during the hand-over.", detail=repr(e)
                    ) from e
                raise Transient(f"The connection to {self._settings.host} broke.", detail=repr(e)) from e
            raise _sort(e, path) from e

    def _connected(self) -> paramiko.SFTPClient:
        if self._sftp is not None and self._client is not None:
            transport = self._client.get_transport()
            if transport is not None and transport.is_active():
                return self._sftp
            self.close()
        self._client = _retrying()(self._connect)
        try:
            sftp = self._client.open_sftp()
        except (paramiko.SSHException, OSError, EOFError) as e:
            self.close()
            raise Transient(f"{self._settings.host} gave no SFTP session.", detail=repr(e)) from e
        channel = sftp.get_channel()
        if channel is not None:
            channel.settimeout(self._settings.timeout_seconds)
        self._sftp = sftp
        return sftp

    def _connect(self) -> paramiko.SSHClient:
        settings, client = self._settings, paramiko.SSHClient()
        where = f"{settings.host}:{settings.port_number}"
        client.set_missing_host_key_policy(_Pinned(settings.host_key))
        try:
            if settings.known_hosts:
                client.load_host_keys(settings.known_hosts)
            client.connect(
                settings.host, port=settings.port_number, username=settings.username, password=settings.password,
                pkey=_private_key(settings), timeout=settings.timeout_seconds, banner_timeout=settings.timeout_seconds,
                auth_timeout=settings.timeout_seconds, channel_timeout=settings.timeout_seconds,
                allow_agent=False, look_for_keys=False,
            )  # fmt: skip
        except TargetError:
            client.close()
            raise
        except Exception as e:
            client.close()
            raise _sort_connect(e, where) from e
        transport = client.get_transport()
        if transport is not None:
            transport.set_keepalive(settings.timeout_seconds)
        return client

    def _fsync(self, sftp: paramiko.SFTPClient, file: paramiko.SFTPFile) -> None:
        """Ask the server to force the file to its disk; servers that cannot are trusted with their own caches."""
        try:
            sftp._request(CMD_EXTENDED, "fsync@openssh.com", file.handle)  # type: ignore[attr-defined]  # noqa: SLF001
        except OSError as e:
            if _is_lost(e):
                raise


def _retrying() -> tenacity.Retrying:
    """Return the first rung of retry: a refused connection is tried again twice, within a second."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda e: isinstance(e, Transient) and isinstance(e.__cause__, ConnectionError | NoValidConnectionsError)),
        stop=tenacity.stop_after_attempt(3), wait=tenacity.wait_exponential(multiplier=0.1, max=1), reraise=True,
    )  # fmt: skip


def _private_key(settings: FilesSettings) -> paramiko.PKey | None:
    """Return the user's key from text or file. Raises Unauthorised when it cannot be used."""
    if not settings.private_key:
        return None
    try:
        text = settings.private_key
        if "-----BEGIN" not in text:
            text = Path(text).expanduser().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as e:
        raise Unauthorised("The private key file cannot be read.", detail=repr(e)) from e
    for kind in _KEY_TYPES:
        try:
            return kind.from_private_key(io.StringIO(text), password=settings.passphrase)
        except paramiko.PasswordRequiredException as e:
            raise Unauthorised("The private key needs its passphrase.", detail=repr(e)) from e
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise Unauthorised("The private key is of no kind that is known, or its passphrase is wrong.")


def _sort_connect(error: Exception, where: str) -> TargetError:
    if isinstance(error, paramiko.BadHostKeyException):
        return Unauthorised(
            f"The server {where} is not the one that is known: its key changed to {fingerprint(error.key)}. Nothing was sent.",
            detail=f"expected {fingerprint(error.expected_key)}",
        )
    if isinstance(error, paramiko.AuthenticationException):
        return Unauthorised(f"{where} refused the user name, password or key.", detail=repr(error))
    if isinstance(error, FileNotFoundError | PermissionError):
        return Unauthorised("The known_hosts file cannot be read.", detail=repr(error))
    if isinstance(error, paramiko.SSHException | OSError | EOFError):
        return Transient(f"{where} cannot be reached.", detail=repr(error))
    raise error


def _is_lost(error: BaseException) -> bool:
    """Say whether the connection is gone. A server's "no" comes from paramiko as OSError with text, ENOENT or EACCES."""
    if isinstance(error, paramiko.SSHException | EOFError | TimeoutError | ConnectionError):
        return True
    if not isinstance(error, OSError):
        return False
    return str(error) == "Socket is closed" or error.errno not in {None, errno.ENOENT, errno.EACCES, errno.EEXIST}


def _is_there(sftp: paramiko.SFTPClient, path: str) -> bool:
    try:
        sftp.lstat(path)
    except FileNotFoundError:
        return False
    return True


def _is_folder(sftp: paramiko.SFTPClient, path: str) -> bool:
    try:
        return stat.S_ISDIR(sftp.stat(path).st_mode or 0)
    except FileNotFoundError:
        return False


def _sort(error: BaseException, path: str) -> TargetError:
    folder, detail = posixpath.dirname(path), f"{error!r}: {path}"
    text = str(error).lower()
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return Unauthorised(f"This account may not write in {folder}.", detail=detail)
    if any(words in text for words in _FULL_WORDS):
        return Transient(f"There is no room left in {folder}.", detail=detail)
    return Transient(f"The server did not carry out a call in {folder}: {error}.", detail=detail)
