import pytest

from engine.content.spreadsheet.type_words import TypeWordsError, read, said

TYPES = [
    ({"text": {"max": 35}}, "text max 35"),
    ({"text": {"min": 3, "max": 3}}, "text min 3 max 3"),
    ({"text": {"max": 6, "digits": True}}, "text max 6 digits"),
    ({"decimal": {"places": 4, "min_places": 2, "max_digits": 15}}, "decimal places 4 min_places 2 max_digits 15"),
    ({"date": {"format": "%d.%m.%Y"}}, "date %d.%m.%Y"),
    ("date", "date"),
    ("integer", "integer"),
    ({"integer": {"min": -1}}, "integer min -1"),
    ({"picklist": ["KR", "KG"]}, "picklist KR | KG"),
    ({"picklist": ["a|b", "c"]}, '{"picklist": ["a|b", "c"]}'),
    ({"picklist": [" a"]}, '{"picklist": [" a"]}'),
    ({"text": {}}, '{"text": {}}'),
]


@pytest.mark.parametrize(("written", "words"), TYPES, ids=[words for _, words in TYPES])
def test_a_type_is_said_and_read_back(written: object, words: str) -> None:
    assert said(written) == words
    assert read(words) == written


@pytest.mark.parametrize(
    "words", ["txt", "text long", "text max", "decimal digits", "picklist", "picklist A |", "{text"]
)
def test_what_says_no_type_is_refused_with_the_forms_there_are(words: str) -> None:
    with pytest.raises(TypeWordsError, match="text max 35"):
        read(words)
