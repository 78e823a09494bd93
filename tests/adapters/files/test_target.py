"""The target over a local folder."""

import errno
import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from adapters.files.plug import PLUG
from engine.model.errors import Ambiguous, ContentError, Rejected, Transient, Unauthorised
from engine.model.operation import Operation
from tests.adapters.files.factories import CONTROL, local, operation


def changed() -> Operation:
    return operation({"header": {"invoice_no": "RE-2026-0815"}, "lines": [{"text": "other", "amount": "1.00"}]})


def visible(drop: Path) -> list[str]:
    return sorted(path.name for path in drop.iterdir() if path.is_file())


def test_a_drop_stands_there_with_checksum_and_marker(tmp_path: Path) -> None:
    receipt = PLUG.target(local(tmp_path)).send(operation())

    name = f"AP_RE-2026-0815_{operation().short_key}.csv"
    assert receipt.external_id == name
    assert visible(tmp_path) == [name, f"{name}.done", f"{name}.sha256"]
    assert subprocess.run(["sha256sum", "-c", f"{name}.sha256"], cwd=tmp_path, check=False).returncode == 0


def test_the_receipt_lists_every_file_with_its_digest(tmp_path: Path) -> None:
    receipt = PLUG.target(local(tmp_path)).send(operation(max_lines=1, done_marker=None))

    listed = {file["name"]: file["sha256"] for file in receipt.request["files"]}
    assert listed == {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in visible(tmp_path)}
    assert len(listed) == 6


def test_checksum_and_marker_can_be_left_away(tmp_path: Path) -> None:
    PLUG.target(local(tmp_path)).send(operation(checksum=False, done_marker=None))

    assert len(visible(tmp_path)) == 1


def test_markers_come_after_all_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    replace = os.replace

    def note(old: str, new: str) -> None:
        order.append(Path(new).name)
        replace(old, new)

    monkeypatch.setattr(os, "replace", note)

    PLUG.target(local(tmp_path)).send(operation(max_lines=1))

    endings = [name.rsplit(".", 1)[1] for name in order]
    assert endings == ["csv"] * 3 + ["sha256"] * 3 + ["done"] * 3 + ["json"]


def test_find_before_anything_was_sent_is_none(tmp_path: Path) -> None:
    assert PLUG.target(local(tmp_path)).find(operation()) is None


def test_sending_twice_delivers_once(tmp_path: Path) -> None:
    erp = PLUG.target(local(tmp_path))
    first = erp.send(operation())
    for name in visible(tmp_path):
        (tmp_path / name).unlink()

    second = PLUG.target(local(tmp_path)).send(operation())

    assert (first.outcome, second.outcome, visible(tmp_path)) == ("created", "already_there", [])


def test_find_ignores_that_the_options_changed_since(tmp_path: Path) -> None:
    erp = PLUG.target(local(tmp_path))
    erp.send(operation())

    found = erp.find(operation(delimiter=","))

    assert found is not None
    assert found.outcome == "already_there"


def test_other_content_under_a_delivered_key_goes_to_a_person(tmp_path: Path) -> None:
    erp = PLUG.target(local(tmp_path))
    erp.send(operation())

    with pytest.raises(Ambiguous, match="Other content was delivered under this key"):
        erp.find(changed())
    with pytest.raises(Ambiguous, match="Other content was delivered under this key"):
        erp.send(changed())


def test_other_content_replaces_what_was_never_delivered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standing = tmp_path / f"AP_RE-2026-0815_{operation().short_key}.csv"
    erp = PLUG.target(local(tmp_path))
    replace = os.replace

    def refuse(old: str, new: str) -> None:
        if new.endswith(".csv"):
            raise OSError(errno.EIO, "input/output error")
        replace(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(Transient):
            erp.send(operation())
    assert erp.find(changed()) is None

    erp.send(changed())

    assert "other" in standing.read_text()


def test_a_different_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    standing = tmp_path / f"AP_RE-2026-0815_{operation().short_key}.csv"
    standing.write_text("somebody else's")

    with pytest.raises(Rejected, match="different file named"):
        PLUG.target(local(tmp_path)).send(operation())

    assert standing.read_text() == "somebody else's"
    assert visible(tmp_path) == [standing.name]


def test_the_same_file_of_an_earlier_life_is_not_dropped_again(tmp_path: Path) -> None:
    PLUG.target(local(tmp_path / "erp", journal_folder=str(tmp_path / "first"))).send(operation())
    before = {path.name: path.stat().st_ino for path in (tmp_path / "erp").iterdir()}

    PLUG.target(local(tmp_path / "erp", journal_folder=str(tmp_path / "second"))).send(operation())

    assert {path.name: path.stat().st_ino for path in (tmp_path / "erp").iterdir()} == before


def test_a_damaged_journal_goes_to_a_person(tmp_path: Path) -> None:
    erp = PLUG.target(local(tmp_path))
    erp.send(operation())
    (journal,) = (tmp_path / ".postroom").rglob("*.json")
    journal.write_text('{"key": "half')

    with pytest.raises(Ambiguous, match=r"journal .* is damaged"):
        erp.find(operation())


def test_an_unmounted_share_is_noticed(tmp_path: Path) -> None:
    share = tmp_path / "share"
    (share / ".postroom").mkdir(parents=True)
    erp = PLUG.target(local(share, create=False))
    assert erp.find(operation()) is None
    (share / ".postroom").rename(tmp_path / "unmounted")

    with pytest.raises(Transient, match="Is the share mounted"):
        erp.send(operation())

    assert list(share.iterdir()) == []


def test_a_drop_folder_that_vanishes_is_tried_again_later(tmp_path: Path) -> None:
    erp = PLUG.target(local(tmp_path / "erp", journal_folder=str(tmp_path / "journal")))
    assert erp.find(operation()) is None
    (tmp_path / "erp").rmdir()

    with pytest.raises(Transient, match=r"drop folder .* is not there"):
        erp.send(operation())
    (tmp_path / "erp").mkdir()

    assert erp.send(operation()).outcome == "created"


def test_a_journal_folder_on_another_file_system_is_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "cross-device link")

    monkeypatch.setattr(os, "replace", refuse)

    with pytest.raises(Rejected, match="must be on the same file system"):
        PLUG.target(local(tmp_path)).send(operation())


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        (errno.ENOSPC, Transient, "no room left"),
        (errno.EACCES, Unauthorised, "may not write"),
        (errno.EROFS, Unauthorised, "may not write"),
        (errno.EIO, Transient, "did not answer well"),
    ],
    ids=["disk full", "no right", "read-only", "broken disk"],
)
def test_trouble_of_the_file_system_is_sorted(
    code: int, error: type[Exception], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError(code, os.strerror(code))

    erp = PLUG.target(local(tmp_path))
    assert erp.find(operation()) is None
    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(error, match=words):
        erp.send(operation())


def test_trouble_after_the_first_rename_asks_for_a_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    erp = PLUG.target(local(tmp_path))
    replace = os.replace

    def fail_late(old: str, new: str) -> None:
        if new.endswith(".sha256"):
            raise OSError(errno.ENOSPC, "no space")
        replace(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail_late)
        with pytest.raises(Ambiguous, match="half-way: There is no room left"):
            erp.send(operation())

    found = erp.find(operation())

    assert found is not None
    assert len(visible(tmp_path)) == 3


def test_a_file_system_without_hard_links_still_lets_one_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    erp = PLUG.target(local(tmp_path))

    assert [erp.send(operation()).outcome, erp.send(operation()).outcome] == ["created", "already_there"]


def test_file_mode_is_set(tmp_path: Path) -> None:
    name = PLUG.target(local(tmp_path, file_mode="0640")).send(operation()).external_id

    assert (tmp_path / name).stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("payload", "options"),
    [
        ({"text": "<invoice/>"}, {"format": "xml", "name": "{key}.xml"}),
        ({"text": "{}"}, {"format": "json", "name": "{key}.json"}),
        ({"E1EDK01": {"CURCY": "EUR"}}, {"format": "idoc_flat", "control": CONTROL}),
        ({"E1EDK01": {"CURCY": "EUR"}}, {"format": "idoc_xml", "control": CONTROL}),
        (
            {"header": {"a": "b"}},
            {"format": "fixed", "records": [{"fields": [{"path": "header.a", "start": 1, "length": 2}]}]},
        ),
    ],
    ids=["xml", "json", "idoc flat", "idoc xml", "fixed"],
)
def test_every_format_is_delivered(payload: dict[str, Any], options: dict[str, Any], tmp_path: Path) -> None:
    receipt = PLUG.target(local(tmp_path)).send(operation(payload, **options))

    assert (tmp_path / receipt.external_id).stat().st_size > 0


@pytest.mark.parametrize(
    "options",
    [
        {"name": "no_key.csv"},
        {"format": "edifact"},
        {"columns": []},
        {"delimeter": ","},
        {"columns": [{"name": "A", "path": "x"}]},
    ],
    ids=["no key", "unknown format", "no columns", "misspelled", "path without root"],
)
def test_wrong_options_are_refused_before_anything_is_written(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        PLUG.target(local(tmp_path)).send(operation(**options))

    assert visible(tmp_path) == []


def test_a_wrong_binding_is_refused_without_showing_its_secrets() -> None:
    with pytest.raises(ContentError, match="exactly one of these is needed: known_hosts, host_key") as error:
        PLUG.target({"delivery": "sftp", "folder": "/in", "host": "h", "username": "u", "password": "hunter2"})

    assert "hunter2" not in str(error.value)
