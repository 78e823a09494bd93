"""The live set: read and written whole, and what it means for the library of its environment."""

import os
from pathlib import Path

import pytest

from engine.content import closure
from engine.content import live as live_sets
from engine.content.library import Library
from engine.content.live import Canary, LiveFlow, LiveSet, live_file, read_live, write_live
from engine.model.errors import ContentError
from tests.content.content_folder import (
    MOMENT,
    adopted,
    changed,
    copied,
    live_set,
    next_version,
    promoted,
    stricter_flow,
)

A, B = "a" * 64, "1" * 64


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return copied(tmp_path)


def small(number: int, *, before: LiveSet | None = None) -> LiveSet:
    return LiveSet(
        number=number, flows=(LiveFlow(ref="x@1", digest=A),), at=MOMENT, by='anna: "the first"',
        before=before.remembered() if before else (),
    )  # fmt: skip


def test_an_environment_without_the_file_has_no_live_set(tmp_path: Path) -> None:
    assert read_live(tmp_path, "prod") is None


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    first = small(1)
    second = small(2, before=first).model_copy(
        update={
            "report": B, "canary": Canary(ref="x@2", digest=B, percent=10), "shadow": LiveFlow(ref="x@3", digest=A),
            "content": (live_sets.Pin(ref="schema/invoice", digest=B),),
            "reading": (live_sets.Pin(ref="vocabulary/de@1", digest=B),),
        }
    )  # fmt: skip

    write_live(tmp_path, "prod", second)

    assert read_live(tmp_path, "prod") == second


def test_no_more_than_twenty_earlier_sets_are_kept() -> None:
    live = small(1)
    for number in range(2, 30):
        live = small(number, before=live)

    assert [one.number for one in live.before] == list(range(28, 8, -1))


def test_a_write_that_fails_leaves_the_set_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_live(tmp_path, "prod", small(1))

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(ContentError, match="No space left on device"):
        write_live(tmp_path, "prod", small(2))

    monkeypatch.undo()
    assert read_live(tmp_path, "prod") == small(1)
    assert [file.name for file in live_file(tmp_path, "prod").parent.iterdir()] == ["prod.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("set: 1", "set: 0", r"prod\.yaml:3: set: "),
        ("set: 1", "sett: 1", "unknown key; allowed here: set, flows"),
        (A, "abc", r"flows\[0\]\.digest"),
        ("at:", "when:", "unknown key"),
    ],
)
def test_a_broken_live_file_is_refused_by_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    write_live(tmp_path, "prod", small(1))
    changed(tmp_path, "environments/live/prod.yaml", old, new)

    with pytest.raises(ContentError, match=told):
        read_live(tmp_path, "prod")


def test_a_live_set_means_what_the_flows_in_the_file_meant(content: Path) -> None:
    before = Library.load(content, "test")
    adopted(content, "test")

    after = Library.load(content, "test")

    assert after.environment.flows == before.environment.flows
    assert closure.closure(after, "ap_invoice@1") == closure.closure(before, "ap_invoice@1")
    assert after.vocabularies == before.vocabularies


def test_only_what_is_live_is_loaded(content: Path) -> None:
    adopted(content, "test")

    library = Library.load(content, "test")

    assert set(library.flows) == {"ap_invoice@1"}
    assert set(library.matrices) == {"files.ap_invoice_csv@1", "files.ap_invoice_reversal_csv@1"}
    assert set(library.tolerances) == {"sap_like@1"}


@pytest.mark.parametrize(
    "file",
    ["rules/sets/ap_invoice.v2.yaml", "rules/flows/ap_invoice.v2.yaml", "mappings/outbound/files.ap_invoice_csv.v2.yaml",
     "mappings/inbound/vocabulary.de.v2.yaml", "mappings/inbound/receipts.v2.yaml", "mappings/inbound/confidence.v2.json",
     "rules/facts.v2.yaml", "rules/tables/approval_level.v2.csv", "mappings/canonical/invoice.v2.schema.json"],
)  # fmt: skip
def test_a_broken_draft_beside_it_changes_nothing_of_what_is_live(content: Path, file: str) -> None:
    adopted(content, "test")
    before = Library.load(content, "test")

    (content / file).write_text("broken: [", encoding="utf-8")

    assert Library.load(content, "test").digests == before.digests


def test_a_new_version_of_a_vocabulary_is_not_read_with_before_it_is_live(content: Path) -> None:
    adopted(content, "test")
    next_version(content, "mappings/inbound/vocabulary.de.v1.yaml")

    assert Library.load(content, "test").vocabularies["de"].ref == "de@1"
    assert Library.load(content, "dev").vocabularies["de"].ref == "de@2"


@pytest.mark.parametrize(
    ("file", "ref"),
    [
        ("rules/sets/ap_invoice.v1.yaml", "ruleset/ap_invoice@2"),
        ("rules/tolerances/sap_like.v1.yaml", "tolerance/sap_like@2"),
        ("mappings/outbound/files.ap_invoice_csv.v1.yaml", "matrix/files.ap_invoice_csv@2"),
        ("mappings/inbound/vocabulary.lv.v1.yaml", "vocabulary/lv@2"),
        ("mappings/canonical/invoice.schema.json", "schema/invoice@2"),
        ("mappings/inbound/parties.json", "parties/parties@2"),
        ("rules/facts.yaml", "facts/facts@2"),
    ],
)
def test_a_live_file_that_was_changed_is_refused_with_what_to_do(content: Path, file: str, ref: str) -> None:
    adopted(content, "test")
    (content / file).write_text((content / file).read_text(encoding="utf-8") + "\n", encoding="utf-8")

    with pytest.raises(ContentError) as refused:
        Library.load(content, "test")

    assert f"is live in test and its file was changed; undo the change and make a new version ({ref})" in str(
        refused.value
    )
    assert Path(file).name in str(refused.value)


def test_a_live_file_that_is_broken_is_told_to_be_live(content: Path) -> None:
    adopted(content, "test")
    changed(content, "rules/sets/ap_invoice.v1.yaml", "version: 1", "versio: 1")

    with pytest.raises(ContentError, match="unknown key") as refused:
        Library.load(content, "test")

    assert "It is live in test: put it back" in refused.value.detail


@pytest.mark.parametrize("file", ["rules/sets/ap_invoice.v1.yaml", "mappings/inbound/vocabulary.lv.v1.yaml"])
def test_a_live_file_that_is_gone_is_refused(content: Path, file: str) -> None:
    adopted(content, "test")
    (content / file).unlink()

    with pytest.raises(ContentError, match="is not there"):
        Library.load(content, "test")


def test_a_digest_that_was_edited_by_hand_is_refused(content: Path) -> None:
    live = adopted(content, "test")
    changed(content, "environments/live/test.yaml", live.flows[0].digest, A)

    with pytest.raises(ContentError, match="the digest of ap_invoice@1 is not that of its files"):
        Library.load(content, "test")


def test_flows_in_both_places_are_refused_with_what_to_do(content: Path) -> None:
    write_live(content, "test", live_set(Library.load(content, "test")))

    with pytest.raises(
        ContentError, match=r"flows: the flows stand here and in environments/live/test\.yaml; .* env adopt"
    ):
        Library.load(content, "test")


def test_an_environment_in_which_nothing_is_live_is_refused(content: Path) -> None:
    changed(content, "environments/test.yaml", "flows: [ap_invoice@1]\n", "")

    with pytest.raises(ContentError, match="nothing is live: name flows here, or promote a flow"):
        Library.load(content, "test")


def test_a_version_that_was_live_stays_for_documents_that_were_judged_by_it(content: Path) -> None:
    adopted(content, "test")
    promoted(content, "test", stricter_flow(content))

    library = Library.load(content, "test")

    assert library.environment.flows == ("ap_invoice@2",)
    assert set(library.flows) == {"ap_invoice@1", "ap_invoice@2"}


def test_a_version_that_was_live_and_is_broken_now_is_left_out(content: Path) -> None:
    adopted(content, "test")
    promoted(content, "test", stricter_flow(content))

    (content / "rules/sets/ap_invoice.v1.yaml").write_text("broken: [", encoding="utf-8")

    assert set(Library.load(content, "test").flows) == {"ap_invoice@2"}
