from pathlib import Path

import pytest

from engine.content.term_words import load_term_words
from engine.model.errors import ContentError

ROOT = Path(__file__).resolve().parents[2]
HEAD = "name: payment_terms\nversion: {version}\nlanguages:\n  en: {{days: [days]{more}}}\n"


def _write(root: Path, name: str, text: str) -> None:
    folder = root / "mappings" / "inbound"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_the_shipped_wording_knows_every_language_that_has_a_vocabulary() -> None:
    words = load_term_words(ROOT)
    vocabularies = {file.name.split(".")[1] for file in (ROOT / "mappings" / "inbound").glob("vocabulary.*.yaml")}

    assert words is not None
    assert vocabularies <= words.languages.keys()


def test_the_highest_version_wins(tmp_path: Path) -> None:
    for version in (1, 2):
        _write(tmp_path, f"payment_terms.v{version}.yaml", HEAD.format(version=version, more=""))

    words = load_term_words(tmp_path)

    assert words is not None
    assert words.ref == "payment_terms@2"


def test_without_a_file_there_is_no_wording(tmp_path: Path) -> None:
    assert load_term_words(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "more"), [("payment_terms.v7.yaml", ""), ("payment_terms.v1.yaml", ", sometimes: [x]")]
)
def test_a_broken_file_stops_the_start(tmp_path: Path, name: str, more: str) -> None:
    _write(tmp_path, name, HEAD.format(version=1, more=more))

    with pytest.raises(ContentError):
        load_term_words(tmp_path)
