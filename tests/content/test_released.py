from pathlib import Path

import pytest

from engine.content.released import check, digest_files, read_lock, release
from engine.model.errors import ContentError

A, B = "a" * 64, "b" * 64


def test_nothing_is_released_without_a_lock(tmp_path: Path) -> None:
    check({"ruleset/ap@1": A}, lock=tmp_path / "released.lock")


def test_released_content_may_stay_as_it_is_and_new_content_may_come(tmp_path: Path) -> None:
    lock = tmp_path / "released.lock"
    release({"ruleset/ap@1": A}, ["ruleset/ap@1"], lock=lock)

    check({"ruleset/ap@1": A, "ruleset/ap@2": B}, lock=lock)

    assert lock.read_text().splitlines()[1:] == [f"ruleset/ap@1 {A}"]


def test_released_content_that_was_changed_is_refused_and_told_how_to_change_it(tmp_path: Path) -> None:
    lock = tmp_path / "released.lock"
    release({"ruleset/ap@1": A}, ["ruleset/ap@1"], lock=lock)

    with pytest.raises(
        ContentError, match=r"ruleset/ap@1 is released and its file was changed; .* make a new version \(ruleset/ap@2\)"
    ):
        check({"ruleset/ap@1": B}, lock=lock)


def test_released_content_that_is_gone_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "released.lock"
    release({"ruleset/ap@1": A}, ["ruleset/ap@1"], lock=lock)

    with pytest.raises(ContentError, match="is released but its file is gone"):
        check({}, lock=lock)


def test_releasing_again_changes_no_digest(tmp_path: Path) -> None:
    lock = tmp_path / "released.lock"
    release({"flow/x@1": A}, ["flow/x@1"], lock=lock)
    release({"flow/x@1": B, "flow/y@1": B}, ["flow/x@1", "flow/y@1"], lock=lock)

    assert read_lock(lock) == {"flow/x@1": A, "flow/y@1": B}


def test_what_is_not_there_cannot_be_released(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"there is no flow/z@1; there are: flow/x@1"):
        release({"flow/x@1": A}, ["flow/z@1"], lock=tmp_path / "released.lock")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("ruleset/ap@1 abc\n", "released.lock:1: a line reads"),
        (f"# comment\n\nap@1 {A}\n", "released.lock:3: a line reads"),
        (f"ruleset/ap@1 {A}\nruleset/ap@1 {B}\n", "released.lock:2: ruleset/ap@1 stands twice"),
    ],
)
def test_a_broken_lock_is_refused_by_line(tmp_path: Path, content: str, told: str) -> None:
    lock = tmp_path / "released.lock"
    lock.write_text(content)

    with pytest.raises(ContentError) as refused:
        read_lock(lock)

    assert told in str(refused.value)


def test_a_digest_knows_bytes_names_and_order_but_not_line_ends(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_bytes(b"a\nb\n")
    two.write_bytes(b"c\n")
    before = digest_files([one, two])

    assert digest_files([two, one]) != before
    one.write_bytes(b"a\r\nb\r\n")
    assert digest_files([one, two]) == before
    one.write_bytes(b"a\nb\nc\n")
    two.write_bytes(b"")
    assert digest_files([one, two]) != before
