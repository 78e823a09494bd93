"""Sealed files, held against gpg with a key ring of its own and against Sequoia."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pysequoia import Profile, Tsk, decrypt, encrypt, sign

from adapters.files.pgp import Pgp
from adapters.files.plug import PLUG
from adapters.files.settings import parse_settings
from engine.model.errors import ContentError, ReadError, Rejected, Unauthorised
from engine.model.operation import Operation
from tests.adapters.files.doubles import Killed
from tests.adapters.files.factories import local, operation

pytestmark = pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")


class Keys(NamedTuple):
    """Private keys as gpg makes them."""

    hub: Tsk
    erp: Tsk
    stranger: Tsk


def public(key: Tsk) -> str:
    return str(key.extract_certificate())


class Partner:
    """gpg at the receiver's, with a key ring of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(mode=0o700)

    def run(self, *call: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        fixed = ["gpg", "--batch", "--trust-model", "always", "--pinentry-mode", "loopback", "--passphrase", ""]
        return subprocess.run([*fixed, *call], input=data, capture_output=True, check=True, env=self.env)

    def key(self, name: str) -> Tsk:
        self.run("--quick-gen-key", f"{name}@example.org", "future-default", "default", "never")
        return Tsk.from_bytes(self.run("--export-secret-keys", f"{name}@example.org").stdout)

    @property
    def env(self) -> Mapping[str, str]:
        return {**os.environ, "GNUPGHOME": str(self.home), "LC_ALL": "C"}

    def close(self) -> None:
        subprocess.run(["gpgconf", "--kill", "all"], env=self.env, check=True)


@pytest.fixture(scope="module")
def partner() -> Iterator[Partner]:
    with tempfile.TemporaryDirectory(prefix="gpg-") as short:
        one = Partner(Path(short) / "h")
        yield one
        one.close()


@pytest.fixture(scope="module")
def keys(partner: Partner) -> Keys:
    return Keys(*(partner.key(name) for name in Keys._fields))


def work() -> Operation:
    return operation(name="AP_{key}.csv")


def sealing(drop: Path, keys: Keys, **more: Any) -> dict[str, Any]:
    return local(drop, pgp_encrypt_to=public(keys.erp), pgp_sign_with=str(keys.hub), **more)


def lying(drop: Path, pattern: str = "AP_*.csv*") -> list[Path]:
    return sorted(path for path in drop.glob(pattern) if path.suffix not in {".sha256", ".done"})


@pytest.mark.parametrize(("armor", "ending"), [(False, ".csv.pgp"), (True, ".csv.asc")], ids=["bytes", "text"])
def test_the_receivers_gpg_reads_what_we_wrote_and_knows_who_wrote_it(
    tmp_path: Path, keys: Keys, partner: Partner, armor: bool, ending: str
) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    for drop, settings in ((plain, local(plain)), (sealed, sealing(sealed, keys, pgp_armor=armor))):
        target = PLUG.target({**settings, "folder": str(drop)})
        target.send(work())
        target.close()
    (file,) = lying(sealed)
    read = partner.run("--status-fd", "2", "--decrypt", data=file.read_bytes())

    assert read.stdout == lying(plain)[0].read_bytes()
    assert f"VALIDSIG {keys.hub.extract_certificate().fingerprint}".upper().split()[1] in read.stderr.decode()
    assert (b"DECRYPTION_OKAY" in read.stderr, file.name.endswith(ending)) == (True, True)


def test_another_implementation_reads_what_we_wrote(tmp_path: Path, keys: Keys) -> None:
    target = PLUG.target(sealing(tmp_path, keys))
    target.send(work())
    target.close()

    opened = decrypt(lying(tmp_path)[0].read_bytes(), keys.erp.decryptor())
    assert opened.bytes is not None
    assert b"Screws M4" in opened.bytes


def test_a_checksum_is_that_of_the_sealed_file(tmp_path: Path, keys: Keys) -> None:
    target = PLUG.target(sealing(tmp_path, keys))
    target.send(work())
    target.close()

    subprocess.run(
        ["sha256sum", "-c", f"{lying(tmp_path)[0].name}.sha256"], cwd=tmp_path, check=True, capture_output=True
    )


def test_a_file_that_is_only_signed_is_read_by_everybody(tmp_path: Path, keys: Keys, partner: Partner) -> None:
    target = PLUG.target(local(tmp_path, pgp_sign_with=str(keys.hub)))
    target.send(work())
    target.close()

    assert b"Screws M4" in partner.run("--decrypt", data=lying(tmp_path)[0].read_bytes()).stdout


def test_what_was_delivered_is_found_though_sealing_gives_other_bytes(tmp_path: Path, keys: Keys) -> None:
    for outcome in ("created", "already_there"):
        target = PLUG.target(sealing(tmp_path, keys))
        receipt = target.find(work()) or target.send(work())
        target.close()
        assert receipt.outcome == outcome

    assert len(lying(tmp_path)) == 1


def test_a_death_after_the_file_left_delivers_the_same_bytes(tmp_path: Path, keys: Keys) -> None:
    target: Any = PLUG.target(sealing(tmp_path, keys))
    real = target._folder.rename

    def die(old: str, new: str) -> None:
        real(old, new)
        raise Killed

    target._folder.rename = die
    with pytest.raises(Killed):
        target.send(work())
    target.close()
    (file,) = lying(tmp_path)
    left = file.read_bytes()
    again = PLUG.target(sealing(tmp_path, keys))
    receipt = again.find(work())
    again.close()

    assert receipt is not None
    assert (receipt.outcome, [one.read_bytes() for one in lying(tmp_path)]) == ("already_there", [left])


def test_without_the_journal_a_sealed_file_is_nobodys(tmp_path: Path, keys: Keys) -> None:
    """What lies there cannot be read here: it is neither taken for ours nor written over."""
    for attempt in ("first", "second"):
        target = PLUG.target(sealing(tmp_path, keys))
        if attempt == "first":
            target.send(work())
            shutil.rmtree(tmp_path / ".postroom")
        else:
            with pytest.raises(Rejected, match="different file"):
                target.send(work())
        target.close()

    assert len(lying(tmp_path)) == 1


def opening(keys: Keys, **more: Any) -> Pgp:
    settings = {"pgp_decrypt_with": str(keys.hub), "pgp_verify_from": public(keys.erp), **more}
    return Pgp(parse_settings(local("/in", **settings)))


def opened(pgp: Pgp, sealed: bytes, path: Path) -> bytes:
    path.write_bytes(sealed)
    try:
        pgp.open(path)
    finally:
        pgp.close()
    return path.read_bytes()


def test_what_the_senders_gpg_wrote_is_read(tmp_path: Path, keys: Keys, partner: Partner) -> None:
    call = ("--encrypt", "--recipient", "hub@example.org", "--sign", "--local-user", "erp@example.org")
    sealed = partner.run(*call, data=b"%PDF-1.7 paper" * 1000).stdout

    assert opened(opening(keys), sealed, tmp_path / "scan") == b"%PDF-1.7 paper" * 1000


def test_what_another_implementation_wrote_is_read(tmp_path: Path, keys: Keys) -> None:
    sealed = encrypt(b"%PDF-1.7 paper", [keys.hub.extract_certificate()], keys.erp.signer())

    assert opened(opening(keys), sealed, tmp_path / "scan") == b"%PDF-1.7 paper"


def test_a_signature_alone_is_verified(tmp_path: Path, keys: Keys) -> None:
    assert opened(opening(keys, pgp_decrypt_with=None), sign(keys.erp.signer(), b"paper"), tmp_path / "a") == b"paper"


def test_without_a_senders_key_anybody_may_have_signed(tmp_path: Path, keys: Keys) -> None:
    sealed = encrypt(b"paper", [keys.hub.extract_certificate()], keys.stranger.signer())

    assert opened(opening(keys, pgp_verify_from=None), sealed, tmp_path / "scan") == b"paper"


def spoilt(keys: Keys) -> Mapping[str, tuple[bytes, str]]:
    hub, good = keys.hub.extract_certificate(), keys.erp.signer()
    whole = encrypt(b"paper" * 100, [hub], good, armor=False)
    return {
        "not sealed": (b"%PDF-1.7 paper", "not encrypted"),
        "empty": (b"", "not encrypted"),
        "only signed": (sign(good, b"paper"), "not encrypted"),
        "not signed": (encrypt(b"paper", [hub]), "not signed"),
        "signed by a stranger": (encrypt(b"paper", [hub], keys.stranger.signer()), "not by the sender"),
        "to somebody else": (
            encrypt(b"paper", [keys.stranger.extract_certificate()], good),
            "not encrypted to our key",
        ),
        "cut": (whole[:-30], "damaged"),
        "changed": (whole[:-30] + bytes([whole[-30] ^ 1]) + whole[-29:], "damaged"),
    }


@pytest.mark.parametrize(
    "what",
    ["not sealed", "empty", "only signed", "not signed", "signed by a stranger", "to somebody else", "cut", "changed"],
)
def test_a_seal_that_is_not_good_is_said_and_the_file_left(tmp_path: Path, keys: Keys, what: str) -> None:
    sealed, why = spoilt(keys)[what]
    with pytest.raises(ReadError, match=why):
        opened(opening(keys), sealed, tmp_path / "scan")

    assert [path.name for path in tmp_path.iterdir()] == ["scan"]
    assert (tmp_path / "scan").read_bytes() == sealed


@pytest.mark.parametrize("signed_by", ["erp", None])
def test_a_bomb_is_not_unpacked(
    tmp_path: Path, keys: Keys, partner: Partner, monkeypatch: pytest.MonkeyPatch, signed_by: str | None
) -> None:
    monkeypatch.setattr("adapters.files.pgp._MOST_BYTES", 100_000)
    sign_too = ("--sign", "--local-user", f"{signed_by}@example.org") if signed_by else ()
    sealed = partner.run("--encrypt", "--recipient", "hub@example.org", *sign_too, data=bytes(5_000_000)).stdout

    with pytest.raises(ReadError, match="too large"):
        opened(opening(keys, pgp_verify_from=public(keys.erp) if signed_by else None), sealed, tmp_path / "scan")
    assert [path.name for path in tmp_path.iterdir()] == ["scan"]


def test_a_key_of_the_receiver_that_has_expired_is_said_before_anything_leaves(tmp_path: Path, keys: Keys) -> None:
    old = Tsk.generate("old", profile=Profile.RFC4880, validity_seconds=1).extract_certificate()
    target = PLUG.target(local(tmp_path, pgp_encrypt_to=str(old)))
    with pytest.raises(Unauthorised, match="still good"):
        target.send(work())
    target.close()

    assert lying(tmp_path) == []


def test_keys_leave_with_the_target(tmp_path: Path, keys: Keys) -> None:
    target: Any = PLUG.target(sealing(tmp_path, keys))
    target.send(work())
    home = Path(target._pgp._ring._home)
    assert home.stat().st_mode & 0o077 == 0
    target.close()

    assert not home.exists()


@pytest.mark.parametrize(
    ("setting", "value"), [("pgp_encrypt_to", "/no/such/key.asc"), ("pgp_sign_with", "/no/such/key.asc")]
)
def test_keys_that_are_not_there_are_noticed_at_once(tmp_path: Path, setting: str, value: str) -> None:
    with pytest.raises(ContentError, match=setting):
        PLUG.target(local(tmp_path, **{setting: value}))


def test_a_text_that_is_no_key_is_refused_without_showing_it(tmp_path: Path) -> None:
    key = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nc2VjcmV0LXdvcmQ=\n-----END PGP PRIVATE KEY BLOCK-----"
    target = PLUG.target(local(tmp_path, pgp_sign_with=key))
    with pytest.raises(Unauthorised) as told:
        target.send(work())
    target.close()

    assert "c2VjcmV0" not in told.value.message + told.value.detail
