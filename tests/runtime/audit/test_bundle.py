"""Lineage bundles: whole as they were made, and broken by every single byte."""

import json
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from admin.cli.main import app
from engine.model.person import Where
from engine.model.record import Record
from engine.model.sensitive import GROUPS
from engine.runtime.audit import archive, signing
from engine.runtime.audit.bundle import bundle
from engine.runtime.audit.names import KEY, LEDGER, MANIFEST, SIGNATURE, SOURCE
from engine.runtime.audit.verify import verify
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand
from engine.store import ledger
from engine.store.database import reading
from tests.durable.invoices import ubl_invoice
from tests.house import furnished_house, test_settings
from tests.runtime.processed import walked

AUDITOR = Hand("ines", Where(address="10.0.0.7"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = furnished_house(tmp_path_factory.mktemp("house"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def posted(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    return walked(house, ubl_invoice(tmp_path_factory.mktemp("papers"), "RE-7001"))


@pytest.fixture(scope="module")
def made(house: House, posted: str) -> bytes:
    return bundle(house, posted, hand=AUDITOR)


def members(content: bytes) -> dict[str, bytes]:
    return dict(archive.unpacked(content).members)


def test_a_bundle_holds_all_that_the_record_rests_on(made: bytes) -> None:
    names = set(members(made))

    assert {SOURCE, LEDGER, "operations.json", "receipts.json", "steps/1/record.json", "steps/1/decision.json"} <= names
    assert any(name.startswith("content/ruleset/") for name in names)


def test_a_bundle_is_whole_by_its_own_key_and_by_that_of_the_hub(house: House, made: bytes) -> None:
    key = signing.public_pem(signing.private_key(house.settings))

    assert verify(made).is_intact
    assert verify(made, key=key).has_known_key
    assert verify(made, key=key).is_intact


def test_who_took_a_bundle_stands_in_the_ledger(house: House, posted: str, made: bytes) -> None:
    assert made
    with reading(house.engine) as tx:
        taken = ledger.story(tx, posted)[-1]

    assert (taken.kind, taken.actor, taken.data["from"]["address"]) == ("lineage_exported", "ines", "10.0.0.7")


def test_a_changed_byte_of_any_member_names_that_member(made: bytes) -> None:
    whole = members(made)
    named = {}
    for name, content in whole.items():
        changed = bytearray(content)
        changed[len(changed) // 2] ^= 1
        found = verify(archive.packed({**whole, name: bytes(changed)}))
        named[name] = {fault.link for fault in found.faults}

    signed = {MANIFEST, SIGNATURE}
    assert [name for name in whole if name not in signed and name not in named[name]] == []
    assert all(named[name] & (signed | {KEY}) for name in signed)


def test_a_changed_byte_anywhere_in_the_zip_is_noticed(made: bytes) -> None:
    # the zip's own bookkeeping, which its readers do not all look at
    with ZipFile(BytesIO(made)) as file:
        directory = file.start_dir
        headers = [place for entry in file.infolist() for place in range(entry.header_offset, entry.header_offset + 30)]
    places = [*headers[:30:5], *headers[::97], *range(directory, len(made), 397), len(made) - 1]

    unnoticed = [place for place in places if verify(_flipped(made, place)).is_intact]

    assert unnoticed == []
    assert not verify(made + b"\0").is_intact
    assert not verify(made[:-1]).is_intact


def test_a_damaged_member_is_named_although_the_zip_cannot_give_it_out(made: bytes) -> None:
    place = made.index(members(made)[SOURCE])

    assert [fault.link for fault in verify(_flipped(made, place)).faults] == [SOURCE]


def test_a_member_that_is_missing_or_put_in_is_named(made: bytes) -> None:
    whole = members(made)
    without = {name: content for name, content in whole.items() if name != SOURCE}

    assert [fault.link for fault in verify(archive.packed(without)).faults] == [SOURCE]
    assert [fault.link for fault in verify(archive.packed({**whole, "more.txt": b"x"})).faults] == ["more.txt"]


def test_a_bundle_signed_by_somebody_else_is_not_of_this_hub(made: bytes, tmp_path: Path) -> None:
    key = signing.public_pem(signing.private_key(test_settings(tmp_path)))

    assert {fault.link for fault in verify(made, key=key).faults} == {KEY, SIGNATURE}


@pytest.mark.parametrize(
    ("name", "change", "link"),
    [
        (LEDGER, lambda data: [{**data[0], "actor": "nobody"}, *data[1:]], "ledger.json entry "),
        ("operations.json", lambda data: [{**data[0], "payload": {"total": "1.00"}}, *data[1:]], "ap_invoice/"),
        ("content.json", lambda data: [{**one, "digest": "0" * 64} for one in data], "ruleset/"),
    ],
    ids=["an entry of the ledger", "a payload", "content"],
)  # fmt: skip
def test_the_hub_itself_cannot_sign_what_does_not_fit_together(
    house: House, made: bytes, name: str, change: object, link: str
) -> None:
    assert callable(change)
    whole = members(made)
    whole[name] = json.dumps(change(json.loads(whole[name]))).encode()

    faults = verify(_signed(house, whole)).faults

    assert faults
    assert any(fault.link.startswith(link) for fault in faults)


def test_a_masked_bundle_shows_no_masked_number_and_is_whole(house: House, posted: str, made: bytes) -> None:
    number = Record.model_validate_json(members(made)["steps/1/record.json"]).value("vendor_tax_id")
    assert number

    masked = bundle(house, posted, hand=AUDITOR, hidden=GROUPS)

    assert verify(masked).is_intact
    assert SOURCE not in members(masked)
    assert all(number.encode() not in content for content in members(masked).values())


def test_the_command_line_makes_a_bundle_and_checks_it_without_a_hub(
    house: House, posted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, key = tmp_path / "lineage.zip", tmp_path / "key.pem"
    monkeypatch.setenv("POSTROOM_HOME", str(house.settings.home))
    made = CliRunner().invoke(app, ["audit", "bundle", posted[:12], "-o", str(file), "--by", "ines"])
    key.write_text(CliRunner().invoke(app, ["audit", "key"]).stdout)
    monkeypatch.setenv("POSTROOM_HOME", str(tmp_path / "elsewhere"))

    whole = CliRunner().invoke(app, ["audit", "verify", str(file), "--key", str(key)])
    file.write_bytes(_flipped(file.read_bytes(), 500))
    broken = CliRunner().invoke(app, ["audit", "verify", str(file)])

    assert (made.exit_code, whole.exit_code, broken.exit_code) == (0, 0, 1)
    assert "Whole" in whole.output
    assert "broken link" in broken.output
    assert not (tmp_path / "elsewhere").exists()


def _signed(house: House, whole: dict[str, bytes]) -> bytes:
    """Sign a bundle anew after something was changed, as somebody with the key could."""
    manifest = json.loads(whole[MANIFEST])
    manifest["members"] = {name: sha256(whole[name]).hexdigest() for name in manifest["members"]}
    whole[MANIFEST] = json.dumps(manifest).encode()
    whole[SIGNATURE] = signing.private_key(house.settings).sign(whole[MANIFEST])
    return archive.packed(whole)


def _flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)
