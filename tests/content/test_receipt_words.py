from pathlib import Path

import pytest

from engine.content.receipt_words import load_receipt_words
from engine.content.vocabulary import load_vocabularies
from engine.model.errors import ContentError

ROOT = Path(__file__).resolve().parents[2]


def _write(root: Path, name: str, text: str) -> None:
    folder = root / "mappings" / "inbound"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_the_shipped_wording_knows_the_words_of_every_language_of_the_target_list() -> None:
    words = load_receipt_words(ROOT)

    assert words is not None
    wanted = {
        "en",
        "de",
        "fr",
        "es",
        "it",
        "nl",
        "pl",
        "pt",
        "lv",
        "lt",
        "et",
        "sv",
        "da",
        "no",
        "fi",
        "cs",
        "hu",
        "hr",
    }
    assert wanted <= words.languages.keys()
    assert all(words.languages[one].payable and words.languages[one].date for one in wanted)


def test_it_travels_with_the_vocabularies() -> None:
    assert {one.receipts.ref for one in load_vocabularies(ROOT).values() if one.receipts} == {"receipts@1"}


def test_the_highest_version_wins(tmp_path: Path) -> None:
    for version in (1, 2):
        _write(tmp_path, f"receipts.v{version}.yaml", f"name: receipts\nversion: {version}\nlanguages: {{}}\n")

    words = load_receipt_words(tmp_path)

    assert words is not None
    assert words.ref == "receipts@2"


def test_a_folder_without_a_wording_has_none(tmp_path: Path) -> None:
    assert load_receipt_words(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "name: receipts\nversion: 2\nlanguages: {}\n",
        "name: receipts\nversion: 1\nlanguages: {en: {sum_to_pay: [total]}}\n",
        "name: receipts\nversion: 1\nlanguages: {}\ncountries: {MY: {currency: ringgit}}\n",
    ],
    ids=["version_is_not_the_files", "unknown_kind_of_word", "currency_is_no_code"],
)
def test_a_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    _write(tmp_path, "receipts.v1.yaml", text)

    with pytest.raises(ContentError):
        load_receipt_words(tmp_path)
