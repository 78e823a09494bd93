from pathlib import Path

import pytest

from engine.content.vocabulary import load_vocabularies
from engine.model.errors import ContentError
from tests.stages.extract.layout import ROOT, lexicon, vocabularies

LANGUAGES = {"cs", "da", "de", "en", "es", "fi", "fr", "it", "lv", "nb", "nl", "pl", "pt", "sv"}

SAME_KIND = (
    {"subtotal", "tax_total", "total", "amount_due", "discount_total", "charge_total", "other_amount"},
    {"issue_date", "order_date", "due_date", "other_date"},
    {"invoice_number", "po_number", "other_number"},
    {"vendor", "buyer", "other_party"},
)
"""Fields whose values look alike: only the label tells them apart."""

SMALL = """\
name: xx
version: 1
language: xx
numbers: {decimal: ","}
dates: {order: dmy, locales: [en]}
stop_words: [foo]
types: {invoice: [fakt]}
number_words: [nr]
date_words: [dat]
labels: {total: {strong: [sum]}}
columns: {amount: [sum]}
terms: {days: [day]}
"""


def _write(root: Path, text: str, name: str = "vocabulary.xx.v1.yaml") -> Path:
    folder = root / "mappings" / "inbound"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return root


def test_the_shipped_vocabularies_cover_the_languages() -> None:
    assert set(load_vocabularies(ROOT)) == LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_language_names_the_key_fields_and_columns(language: str) -> None:
    vocabulary = vocabularies()[language]

    assert {"invoice_number", "issue_date", "due_date", "subtotal", "tax_total", "total", "tax_id"} <= set(
        vocabulary.labels
    )
    assert {"description", "quantity", "unit_price", "amount", "tax_rate"} <= set(vocabulary.columns)
    assert {"invoice", "credit_note", "receipt", "purchase_order", "goods_receipt"} <= set(vocabulary.types)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_phrase_means_two_fields_for_sure(language: str) -> None:
    for group in SAME_KIND:
        seen: dict[str, str] = {}
        for name, labels in vocabularies()[language].labels.items():
            for phrase in labels.strong if name in group else ():
                assert seen.setdefault(phrase, name) == name, phrase


@pytest.mark.parametrize(
    "phrase", ["mai", "marz", "janvier", "enero", "gennaio", "maart", "pazdziernika", "marco", "maijs"]
)
def test_months_of_all_languages_are_known(phrase: str) -> None:
    assert phrase in lexicon().months


def test_the_highest_version_of_a_language_wins(tmp_path: Path) -> None:
    _write(tmp_path, SMALL)
    _write(tmp_path, SMALL.replace("version: 1", "version: 2"), "vocabulary.xx.v2.yaml")

    assert load_vocabularies(tmp_path)["xx"].ref == "xx@2"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stop_words: [foo]", "stop_words: [foo]\ncolour: red", "unknown key"),
        ('decimal: ","', 'decimal: ";"', "';'"),
        ("labels: {total:", "labels: {totl:", "totl"),
        ("types: {invoice:", "types: {bill:", "bill"),
        ("language: xx", "language: english", "english"),
        ("name: xx", "name: yy", "vocabulary.yy.v1.yaml"),
        ("terms: {days: [day]}", "", "terms"),
    ],
    ids=[
        "unknown key",
        "wrong decimal",
        "unknown label",
        "unknown type",
        "long language",
        "wrong name",
        "missing terms",
    ],
)
def test_a_broken_file_stops_the_start_with_file_and_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ContentError) as caught:
        load_vocabularies(_write(tmp_path, SMALL.replace(old, new)))

    assert "vocabulary.xx.v1.yaml" in str(caught.value)
    assert said in str(caught.value)


def test_two_vocabularies_of_one_language_are_refused(tmp_path: Path) -> None:
    _write(tmp_path, SMALL)
    _write(tmp_path, SMALL.replace("name: xx", "name: zz"), "vocabulary.zz.v1.yaml")

    with pytest.raises(ContentError, match="already the vocabulary of xx"):
        load_vocabularies(tmp_path)


def test_no_vocabulary_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no vocabulary"):
        load_vocabularies(tmp_path)
