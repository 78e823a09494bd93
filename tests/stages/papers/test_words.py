from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.content.paper_type import PaperField, PaperType, load_paper_types
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.stages.opinion_values import line_of
from engine.stages.papers.words import PaperWords, words_of

ROOT = Path(__file__).parents[3]
SHIPPED = load_paper_types(ROOT)


@pytest.fixture(scope="module")
def vocabularies() -> Mapping[str, Vocabulary]:
    return load_vocabularies(ROOT)


def printed(fields: Mapping[str, PaperField]) -> Iterator[tuple[str, str]]:
    """Yield each field with each of its labels as papers print them."""
    for name, field in fields.items():
        for phrase in (phrase for phrases in field.labels.values() for phrase in phrases):
            yield name, f"{phrase}:"
            if "n" in phrase.split():
                yield name, " ".join("N°" if word == "n" else word for word in phrase.split()) + ":"


def unread(paper: PaperType, words: PaperWords) -> Iterator[str]:
    places = [(paper.of_block(None), words.labels_on), (paper.lines, words.headings_on)]
    places += [(paper.of_block(block), words.inside(block).labels_on) for block in paper.blocks]
    for fields, named_on in places:
        for name, label in printed(fields):
            line = line_of(label)
            assert line is not None
            if name not in {one.name for one in named_on(line, is_ocr=False)}:
                yield f"{name}: {label}"


@pytest.mark.parametrize("paper", SHIPPED.values(), ids=SHIPPED.keys())
def test_every_label_of_a_paper_is_found_where_it_is_printed(
    paper: PaperType, vocabularies: Mapping[str, Vocabulary]
) -> None:
    words = words_of(vocabularies, paper.name)
    assert words is not None

    assert list(unread(paper, words)) == []


@pytest.mark.parametrize("label", ["N° TVA", "Nº TVA", "No. TVA", "N TVA", "n.TVA"])
def test_a_number_sign_is_found_in_each_spelling(label: str, vocabularies: Mapping[str, Vocabulary]) -> None:
    words, line = words_of(vocabularies, "change_request"), line_of(f"{label} : FR1")
    assert words is not None
    assert line is not None

    assert [one.name for one in words.labels_on(line, is_ocr=False)] == ["account_tax_id"]
