"""A drop folder on an FTP server with TLS (RFC 4217); listings by MLSD and MLST (RFC 3659).

FTP cannot move a file on the condition that nothing stands there. A claim therefore moves a folder that is not empty:
no server moves one over another. The folder `NAME.claim` then says who won, and holds the file until it has its name,
so that whoever comes after a dead process can finish.
"""

import contextlib
import errno
import ftplib
import io
import posixpath
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.files.folder import Entry
from adapters.files.settings import FilesSettings
from engine.model.errors import Ambiguous, TargetError, Transient, Unauthorised

_FORBIDDEN = ("permission", "denied", "privilege", "not allowed", "forbidden")
_LOST = (OSError, EOFError, ftplib.error_proto, ftplib.error_reply)
_BLOCK = 64 * 1024


class _Client(ftplib.FTP_TLS):
    """Encrypts data connections within the session of the control connection, as many servers insist."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[Any, int | None]:
        """Open a data connection."""
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321  # it is wrapped in the next line but one
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        return self.context.wrap_socket(conn, server_hostname=self.host, session=session), size


class FtpsFolder:
    """Implements `Folder` over FTPS. One connection, opened on first use and again after it was lost."""

    def __init__(self, settings: FilesSettings) -> None:
        self._settings = settings
        self._client: _Client | None = None

    def mkdir(self, path: str) -> None:
        """Make a folder with its parents, or find it there."""
        if self.is_folder(path):
            return
        parent = posixpath.dirname(path.rstrip("/"))
        if parent not in {"", "/", path}:
            self.mkdir(parent)
        try:
            with self._call(path) as ftp:
                ftp.mkd(path)
        except FileNotFoundError:
            if not self.is_folder(path):
                raise Unauthorised(f"The folder {path} cannot be made on {self._settings.host}.") from None

    def is_folder(self, path: str) -> bool:
        """Say whether a folder stands there."""
        return (self._facts(path) or {}).get("type") in {"dir", "cdir", "pdir"}

    def write(self, path: str, data: bytes) -> None:
        """Write a whole file, and check its size."""
        with self._call(path) as ftp:
            ftp.storbinary(f"STOR {path}", io.BytesIO(data), blocksize=_BLOCK)
        size = (self._facts(path) or {}).get("size")
        if size != str(len(data)):
            raise Transient(f"{path} was not written whole: {size} of {len(data)} bytes.")

    def rename(self, old: str, new: str) -> None:
        """Move a file in one step. A connection that breaks meanwhile is Ambiguous."""
        with self._call(new, is_effect=True) as ftp:
            ftp.rename(old, new)
        # what is put aside is not claimed any more
        with contextlib.suppress(TargetError):
            self._unclaim(old)

    def claim(self, old: str, new: str) -> None:
        """Move a file unless `new` exists or somebody is giving it its name. Of several callers one wins."""
        held, draft = f"{new}.claim", f"{old}.claim"
        if self.exists(new):
            raise FileExistsError(errno.EEXIST, "exists", new)
        if not self.exists(old):
            raise FileNotFoundError(errno.ENOENT, "no such file", old)
        self.mkdir(draft)
        self.write(f"{draft}/taken", b"taken")
        try:
            with self._call(new) as ftp:
                ftp.rename(old, f"{draft}/file")
                ftp.rename(draft, held)
        except FileNotFoundError:
            self._give_up(draft)
            self._finish(held, new)
            if self.exists(new):
                raise FileExistsError(errno.EEXIST, "exists", new) from None
            self._unclaim(new)
            raise Transient("Somebody else claimed this at the same moment.") from None
        self._finish(held, new)

    def exists(self, path: str) -> bool:
        """Say whether a file stands there."""
        return self._facts(path) is not None

    def list(self, path: str) -> Sequence[Entry]:
        """Return the plain files of a folder by name."""
        if not self.is_folder(path):
            return ()
        with self._call(path) as ftp:
            found = tuple(ftp.mlsd(path, facts=["type", "size", "modify"]))
        files = [(name, facts) for name, facts in found if facts.get("type") == "file"]
        return tuple(sorted(Entry(name, int(facts.get("size", 0)), _seconds(facts)) for name, facts in files))

    def read(self, path: str, *, limit: int) -> bytes:
        """Return at most `limit` bytes of a file."""
        parts: list[bytes] = []
        with self._call(path) as ftp:
            ftp.retrbinary(f"RETR {path}", parts.append, blocksize=_BLOCK)
        return b"".join(parts)[:limit]

    def fetch(self, path: str, to: Path) -> int:
        """Copy a file to this machine. Return its bytes, checked against what the server says."""
        size = (self._facts(path) or {}).get("size")
        with self._call(path) as ftp, to.open("wb") as file:
            ftp.retrbinary(f"RETR {path}", file.write, blocksize=_BLOCK)
        got = to.stat().st_size
        if size is not None and size != str(got):
            raise Transient(f"{path} came {got} bytes long instead of {size}.")
        return got

    def remove(self, path: str) -> None:
        """Remove a file."""
        with self._call(path) as ftp:
            ftp.delete(path)

    def close(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _finish(self, held: str, new: str) -> None:
        """Give a claimed file its name, unless that was done."""
        with contextlib.suppress(FileNotFoundError), self._call(new) as ftp:
            ftp.rename(f"{held}/file", new)

    def _unclaim(self, path: str) -> None:
        """Take the mark of a claim away, if there is one."""
        with contextlib.suppress(FileNotFoundError), self._call(path) as ftp:
            ftp.delete(f"{path}.claim/taken")
            ftp.rmd(f"{path}.claim")

    def _give_up(self, draft: str) -> None:
        for name in ("file", "taken"):
            with contextlib.suppress(FileNotFoundError), self._call(draft) as ftp:
                ftp.delete(f"{draft}/{name}")
        with contextlib.suppress(FileNotFoundError), self._call(draft) as ftp:
            ftp.rmd(draft)

    def _facts(self, path: str) -> dict[str, str] | None:
        """Return what the server knows of a path, or None."""
        try:
            with self._call(path) as ftp:
                answer = ftp.sendcmd(f"MLST {path}")
        except FileNotFoundError:
            return None
        lines = [line for line in answer.splitlines() if line.startswith(" ") or "type=" in line.lower()]
        facts = (lines[0] if lines else "").strip().partition(" ")[0]
        pairs = (fact.partition("=") for fact in facts.split(";") if "=" in fact)
        return {name.lower(): value.lower() for name, _, value in pairs}

    @contextlib.contextmanager
    def _call(self, path: str, *, is_effect: bool = False) -> Iterator[_Client]:
        """Lend the connection for one call and sort what goes wrong. `is_effect`: a lost answer leaves us in doubt.

        FTP says 550 for what is not there and for much else: what is not about rights is FileNotFoundError.
        """
        try:
            yield self._connected()
        except (ftplib.error_perm, ftplib.error_temp) as e:
            raise _sort(e, path) from e
        except _LOST as e:
            if isinstance(e, FileNotFoundError | FileExistsError):
                raise
            self.close()
            kind = Ambiguous if is_effect else Transient
            raise kind(f"The connection to {self._settings.host} broke.", detail=repr(e)) from e

    def _connected(self) -> _Client:
        if self._client is not None:
            return self._client
        settings = self._settings
        client = _Client(context=ssl.create_default_context(cafile=settings.ca_file), timeout=settings.timeout_seconds)
        try:
            client.connect(settings.host, settings.port_number)
            client.login(settings.username, settings.password or "")
            client.prot_p()
            client.voidcmd("TYPE I")
        except ssl.SSLCertVerificationError as e:
            client.close()
            message = f"The server {settings.host} is not the one that is known. Nothing was sent."
            raise Unauthorised(message, detail=str(e)) from e
        except ftplib.error_perm as e:
            client.close()
            raise Unauthorised(f"{settings.host} did not let us in.", detail=str(e)) from e
        except (ftplib.Error, OSError, EOFError) as e:
            client.close()
            raise Transient(f"{settings.host} cannot be reached.", detail=repr(e)) from e
        self._client = client
        return client


def _sort(error: ftplib.Error, path: str) -> TargetError | FileNotFoundError:
    words = str(error)
    if words.startswith(("530", "532")) or any(word in words.lower() for word in _FORBIDDEN):
        return Unauthorised(f"This account may not do that in {posixpath.dirname(path)}.", detail=words)
    if words.startswith("550"):
        return FileNotFoundError(errno.ENOENT, words, path)
    if words.startswith(("452", "552")):
        return Transient(f"There is no room left in {posixpath.dirname(path)}.", detail=words)
    return Transient(f"The server did not answer well about {path}.", detail=words)


def _seconds(facts: dict[str, str]) -> int:
    """Return the time of change (RFC 3659 section 2.3: UTC) in seconds since 1970; 0 for none."""
    try:
        return int(datetime.strptime(facts.get("modify", "")[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp())
    except ValueError:
        return 0
