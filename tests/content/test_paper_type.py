import shutil
from pathlib import Path

import pytest

from engine.content.paper_type import load_paper_types
from engine.content.record_schema import known_types
from engine.content.vocabulary import load_vocabularies
from engine.model.errors import ContentError

ROOT = Path(__file__).parents[2]
PAPER = """name: claim
version: 1
titles: {en: [warranty claim]}
fields:
  claim_number: {kind: id, labels: {en: [claim no]}}
examples:
  - {name: one, language: en, text: "Warranty claim", record: {}}
"""
SCHEMA = '{"type": "object", "properties": {"claim_number": {"type": "string"}, "kind": {"enum": ["a"]}}}'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("canonical", "inbound"):
        (tmp_path / "mappings" / folder).mkdir(parents=True)
    (tmp_path / "mappings" / "canonical" / "claim.schema.json").write_text(SCHEMA)
    (tmp_path / "mappings" / "inbound" / "paper.claim.v1.yaml").write_text(PAPER)
    return tmp_path


def test_a_schema_makes_a_type_known_and_a_paper_says_how_it_is_read(root: Path) -> None:
    assert "claim" in known_types(root)
    assert load_paper_types(root)["claim"].kinds == {"claim_number": "id"}


def test_the_highest_version_counts_unless_another_is_pinned(root: Path) -> None:
    folder = root / "mappings" / "inbound"
    (folder / "paper.claim.v2.yaml").write_text(PAPER.replace("version: 1", "version: 2"))

    assert load_paper_types(root)["claim"].version == 2
    assert load_paper_types(root, only=["claim@1"])["claim"].version == 1


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ("name: claim", "name: complaint", "a file called paper.complaint.v1.yaml"),
        ("claim_number:", "number:", "number is not in claim.schema.json; there are: claim_number, kind"),
        ("kind: id", "kind: colour", "'text', 'id', 'date'"),
        ("kind: id", "kind: id, long: true", "only a text is `long`"),
        ("kind: id", "kind: choice", "`choices` goes with"),
        ("claim_number: {kind: id", "kind: {kind: choice, choices: {b: {en: [bee]}}", "does not allow 'b'"),
        ("[claim no]", '["?!"]', "'?!' can never be found: it has no letter"),
        ("[claim no]", "[one two three four five six seven eight nine ten]", "shorten it to 9 words"),
        ("[claim no]", f"[{'x' * 61}]", "shorten it to 9 words and 60 letters"),
        ("kind: id", "kind: months, choices: {month: {en: [per month]}}", "a unit of time is one word of letters"),
        ("{en: [claim no]}", "{english: [claim no]}", "pattern"),
        (
            "kind: id",
            "kind: signature, within: x, choices: {electronic: {en: [e signed]}}",
            "x is not among the blocks",
        ),
        ("kind: id", "kind: signature, choices: {electronic: {en: [e signed]}}", "stands `within` a block"),
        ("examples:", "headed_by: {signed: claim_number}\nexamples:", "one of the two is not there"),
        ("kind: id", "kind: months, choices: {week: {en: [week]}}", "there are: month, quarter, year"),
        ("fields:\n  claim_number: {kind: id, labels: {en: [claim no]}}", "like: lead", "no paper 'lead' to be like"),
        ("fields:\n  claim_number: {kind: id, labels: {en: [claim no]}}", "cues: {}", "name its `fields`"),
    ],
)
def test_a_broken_paper_is_refused_with_what_is_allowed(root: Path, line: str, instead: str, told: str) -> None:
    file = root / "mappings" / "inbound" / "paper.claim.v1.yaml"
    file.write_text(PAPER.replace(line, instead))

    with pytest.raises(ContentError) as refused:
        load_paper_types(root)

    assert told in str(refused.value)


def test_a_paper_of_a_type_without_schema_is_refused(root: Path) -> None:
    (root / "mappings" / "canonical" / "claim.schema.json").unlink()

    with pytest.raises(ContentError, match=r"write mappings/canonical/claim\.schema\.json first"):
        load_paper_types(root)


def test_words_of_a_type_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "mappings" / "inbound"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "mappings" / "inbound" / "vocabulary.en.v1.yaml", folder)
    file = folder / "vocabulary.en.v1.yaml"
    file.write_text(file.read_text().replace("  credit_note: [credit note,", "  kredit_note: [credit note,", 1))

    with pytest.raises(ContentError, match="unknown type 'kredit_note'"):
        load_vocabularies(tmp_path)


def test_a_paper_like_another_has_its_fields_and_fills_its_record(root: Path) -> None:
    other = PAPER.replace("name: claim", "name: complaint\nlike: claim").replace("claim no", "complaint no")
    (root / "mappings" / "inbound" / "paper.complaint.v1.yaml").write_text(
        other.replace("claim_number: {kind: id,", "kind: {")
    )

    found = load_paper_types(root)["complaint"]

    assert (found.record, sorted(found.fields)) == ("claim", ["claim_number", "kind"])
