"""OpenPGP with the keys of one binding: what is delivered is encrypted and signed, what is picked up decrypted and verified.

The program gpg does it, as a process of its own, with a key ring that holds this binding's keys and no other and that
goes away with the target. Encryption draws chance numbers: the same content is another file each time. So it is done
once for each delivery, before the journal is claimed, and the journal holds the digests of the encrypted bytes beside
that of the payload (delivery.py): a file that lies there is recognised without being able to read it.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from adapters.files.settings import FilesSettings
from engine.model.errors import ContentError, ReadError, Transient, Unauthorised

_ENDINGS = (".pgp", ".gpg", ".asc")
_SECRET = 16
"""A bit of the flags of IMPORT_OK (gnupg, doc/DETAILS): the key is a private one."""
_SPOILT = {
    "BADSIG": "its signature does not fit: it was changed on the way",
    "REVKEYSIG": "it is signed by a key that was revoked",
    "EXPKEYSIG": "it is signed by a key that has expired",
    "EXPSIG": "its signature has expired",
}
_NO_USE = "Our OpenPGP key cannot be used: the passphrase is wrong, or the key has expired."
_LONGEST = 600
_SHOWN = 2000
_MOST_BYTES = 1024 * 1024 * 1024
_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # a private folder is made in it


class Said(NamedTuple):
    """What gpg answered: its output, and its status lines as words."""

    code: int
    data: bytes
    status: Sequence[Sequence[str]]
    errors: str

    def words(self, keyword: str) -> Sequence[Sequence[str]]:
        """Return what follows a keyword, once for each line that begins with it."""
        return [line[1:] for line in self.status if line[0] == keyword]


class Pgp:
    """The keys of one binding. Safe to share between threads."""

    def __init__(self, settings: FilesSettings) -> None:
        """Read the keys; nothing is run yet. Raises ContentError naming the setting."""
        self._passphrase = settings.pgp_passphrase or ""
        self._armor = settings.pgp_armor
        self._encrypt_to = _material("pgp_encrypt_to", settings.pgp_encrypt_to)
        self._sign_with = _material("pgp_sign_with", settings.pgp_sign_with)
        self._decrypt_with = _material("pgp_decrypt_with", settings.pgp_decrypt_with)
        self._verify_from = _material("pgp_verify_from", settings.pgp_verify_from)
        self._lock = threading.Lock()
        self._ring: _Ring | None = None

    @property
    def seals(self) -> bool:
        """Whether deliveries are encrypted or signed."""
        return bool(self._encrypt_to or self._sign_with)

    @property
    def opens(self) -> bool:
        """Whether files that are picked up are decrypted or verified."""
        return bool(self._decrypt_with or self._verify_from)

    def name(self, plain: str) -> str:
        """Return the name of a sealed file."""
        return plain + (".asc" if self._armor else ".pgp")

    def plain_name(self, name: str) -> str:
        """Return the name of a sealed file without its ending."""
        return name[:-4] if name.lower().endswith(_ENDINGS) and len(name) > len(".pgp") else name

    def seal(self, data: bytes) -> bytes:
        """Encrypt and sign. Raises Unauthorised for a key that cannot be used (any more)."""
        with self._lock:
            ring = self._ready()
            call = ["--armor"] if self._armor else []
            if ring.receivers:
                call += ["--encrypt", *(word for key in ring.receivers for word in ("--recipient", key))]
            if ring.signer:
                call += ["--sign", "--local-user", ring.signer]
            said = ring.run(call, data)
        if said.code or not said.data:
            raise Unauthorised(
                "The file could not be encrypted or signed: look whether the keys are still good.", detail=said.errors
            )
        return said.data

    def open(self, path: Path) -> None:
        """Put the content of a sealed file in its place. Raises ReadError with the reason, and leaves the file then."""
        plain = path.with_name(f"{path.name}.plain")
        with self._lock:
            ring = self._ready()
            call = ["--max-output", str(_MOST_BYTES), "--output", str(plain), "--decrypt", str(path)]
            said = ring.run(call, b"")
        why = self._complaint(said, ring)
        if why or not plain.exists():
            plain.unlink(missing_ok=True)
            raise ReadError(f"The file was not taken: {why or 'it holds nothing'}.", code="sealed", detail=said.errors)
        plain.replace(path)

    def close(self) -> None:
        """Forget the keys on this machine."""
        with self._lock:
            ring, self._ring = self._ring, None
        if ring is not None:
            ring.close()

    def _complaint(self, said: Said, ring: "_Ring") -> str:
        """Return what is wrong with a message; nothing for a good one. Raises Transient when it could not be written."""
        # gpg says that the decryption went well also where its output did not
        if "exceeded --max-output" in said.errors:
            return "it is too large when it is unpacked"
        if "error writing" in said.errors:
            raise Transient("There is no room to unpack a file.", detail=said.errors)
        wrong = self._of_encryption(said, ring) or self._of_signature(said, ring)
        if wrong or not said.words("PLAINTEXT"):
            return wrong or "it is no OpenPGP message"
        # a signer whom nobody asked for and nobody knows is no fault of the content
        return "it is damaged" if said.code and not said.words("ERRSIG") else ""

    def _of_encryption(self, said: Said, ring: "_Ring") -> str:
        if not self._decrypt_with or said.words("DECRYPTION_OKAY"):
            return ""
        if not said.words("ENC_TO"):
            return "it is not encrypted"
        is_ours = any(words[0] in ring.own for words in said.words("ENC_TO"))
        return "it is damaged" if is_ours else "it is not encrypted to our key"

    def _of_signature(self, said: Said, ring: "_Ring") -> str:
        spoilt = next((sentence for keyword, sentence in _SPOILT.items() if said.words(keyword)), "")
        if spoilt or not self._verify_from or any(words[-1] in ring.senders for words in said.words("VALIDSIG")):
            return spoilt
        signers = [words[0] for words in (*said.words("ERRSIG"), *said.words("GOODSIG"))]
        return f"it is signed by {signers[0]}, not by the sender" if signers else "it is not signed"

    def _ready(self) -> "_Ring":
        if self._ring is None:
            ring = _Ring(self._passphrase)
            try:
                ring.receivers = ring.take(self._encrypt_to)
                ring.senders = ring.take(self._verify_from)
                ring.own = ring.try_opening(ring.take(self._decrypt_with, is_secret=True))
                ring.signer = next(map(ring.try_signing, ring.take(self._sign_with, is_secret=True)), "")
            except BaseException:
                ring.close()
                raise
            self._ring = ring
        return self._ring


class _Ring:
    """A key ring of gpg in a private folder."""

    def __init__(self, passphrase: str) -> None:
        root = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
        self._home = tempfile.mkdtemp(prefix="postroom-pgp-", dir=root)
        self._passphrase = passphrase.encode()
        self.close = weakref.finalize(self, _forget, self._home)
        self.receivers: Sequence[str] = ()
        self.senders: Sequence[str] = ()
        self.signer = ""
        self.own: Sequence[str] = ()

    def take(self, material: bytes, *, is_secret: bool = False) -> Sequence[str]:
        """Import keys; return their fingerprints. Raises Unauthorised when there is none."""
        if not material:
            return ()
        said = self.run(["--import"], material)
        taken = [(int(words[0]), words[1]) for words in said.words("IMPORT_OK")]
        keys = [key for flags, key in taken if not is_secret or flags & _SECRET]
        if not keys:
            kind = "private" if is_secret else "public"
            raise Unauthorised(f"A {kind} key of OpenPGP is none.", detail=said.errors)
        return list(dict.fromkeys(keys))

    def try_signing(self, key: str) -> str:
        """Return the private key if it signs. Raises Unauthorised."""
        said = self.run(["--sign", "--local-user", key], b"try")
        if said.code:
            raise Unauthorised(_NO_USE, detail=said.errors)
        return key

    def try_opening(self, keys: Sequence[str]) -> Sequence[str]:
        """Return the ids of the private keys and their subkeys, if they decrypt: a later failure is the message's."""
        for key in keys:
            sealed = self.run(["--encrypt", "--recipient", key], b"try")
            opened = self.run(["--decrypt"], sealed.data)
            if opened.data != b"try":
                raise Unauthorised(_NO_USE, detail=sealed.errors + opened.errors)
        rows = self.run(["--with-colons", "--list-secret-keys"], b"").data.decode("utf-8", "replace").splitlines()
        return [row.split(":")[4] for row in rows if row.startswith(("sec:", "ssb:"))]

    def run(self, call: Sequence[str], data: bytes) -> Said:
        """Run gpg once. Raises Transient when it cannot be run or does not come to an end."""
        told, tell = os.pipe()
        try:
            os.write(tell, self._passphrase)
            os.close(tell)
            fixed = [
                "gpg", "--homedir", self._home, "--batch", "--no-tty", "--status-fd", "2", "--pinentry-mode", "loopback",
                "--passphrase-fd", str(told), "--trust-model", "always", "--no-auto-key-retrieve", "--yes",
            ]  # fmt: skip
            done = subprocess.run(
                [*fixed, *call], input=data, capture_output=True, timeout=_LONGEST, pass_fds=(told,), check=False,
                env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as e:
            raise Transient("gpg could not be run.", detail=repr(e)) from e
        finally:
            os.close(told)
        lines = done.stderr.decode("utf-8", "replace").splitlines()
        status = [line.split()[1:] for line in lines if line.startswith("[GNUPG:] ")]
        errors = "; ".join(line for line in lines if not line.startswith("[GNUPG:] "))[:_SHOWN]
        return Said(done.returncode, done.stdout, status, errors)


def _forget(home: str) -> None:
    """Stop the agent that gpg left behind, and remove the keys."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], capture_output=True, timeout=20, check=False)
    shutil.rmtree(home, ignore_errors=True)


def _material(setting: str, given: str | None) -> bytes:
    """Return keys that are given as text or by the path of a file. Raises ContentError."""
    if not given:
        return b""
    if shutil.which("gpg") is None:
        raise ContentError("gpg is not installed on this machine", file="environment", path=f"settings.{setting}")
    if given.lstrip().startswith("-----BEGIN PGP"):
        return given.encode()
    try:
        return Path(given).read_bytes()
    except OSError as e:
        raise ContentError("there is no such file of keys", file="environment", path=f"settings.{setting}") from e
