from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.content.paper_type import PaperExample, PaperType
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.model.page import Page, Reading, Word
from engine.model.record import Record
from engine.stages.classify import classify
from engine.stages.extract.lines_of_text import sheets_of
from engine.stages.papers import examples
from engine.stages.papers.phrases import compiled, told_in
from engine.stages.papers.read import read_print
from engine.stages.papers.sentences import Token, tokens_of

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def vocabularies() -> Mapping[str, Vocabulary]:
    return load_vocabularies(ROOT)


def tokens(text: str) -> list[Token]:
    page = examples.reading_of(PaperExample(name="one", text=text, language="en", record={}))
    return tokens_of(sheets_of(page), lambda word: word)


def paper_with(phrase: str, kind: str) -> PaperType:
    return PaperType.model_validate(
        {
            "name": "claim", "version": 1, "titles": {}, "fields": {"one": {"kind": kind}}, "phrases": {"one": {"en": [phrase]}},
            "examples": [{"name": "x", "text": "x", "language": "en", "record": {}}],
        }
    )  # fmt: skip


def held(text: str, phrase: str, kind: str = "text") -> list[str]:
    """Return what a phrase holds in a text; a number is what has one."""
    paper = paper_with(phrase, kind)

    def read(_: str, raw: str) -> str | None:
        found = "".join(c for c in raw if c.isdigit())
        return found or None if kind == "number" else raw

    told = told_in(tokens(text), compiled(paper, paper.fields), read, language=None)
    return [one.raw for one in told if one.is_read]


@pytest.mark.parametrize(
    ("text", "phrase", "value"),
    [
        pytest.param("It renews for\ntwelve months.", "renews for {}", "twelve months", id="over the end of a line"),
        pytest.param("It is termi-\nnated by mail, or", "terminated by {}", "mail", id="over a broken word"),
        pytest.param("with 90 days\u2019 written notice", "with {} [written] notice", "90 days", id="up to the next words"),
        pytest.param("RENEWS FOR one year", "renew* for {}", "one year", id="a word that goes on, in capitals"),
        pytest.param("made by Ash Ltd & Co. KG, Bath", "by {company}", "Ash Ltd & Co. KG", id="company with an and"),
        pytest.param("between A Ltd, Bath (“Seller”) and B Ltd (“Buyer”)", '(between|and) {company} ... "buyer"', "B Ltd", id="the nearer party"),
        pytest.param("Ash & Sons Ltd, Bath (“Buyer”)", '{company} ... "buyer"', "Ash & Sons Ltd", id="a name with an and"),
        pytest.param("among Oak Ltd and Elm and Sons Ltd (“Buyer”)", '{company} ... "buyer"', "Elm and Sons Ltd", id="two of them"),
        pytest.param("a notice of 3 months. It ends", "notice of {}", "3 months", id="up to the end of its sentence"),
    ],
)  # fmt: skip
def test_a_phrase_holds_the_value_in_its_sentence(text: str, phrase: str, value: str) -> None:
    assert held(text, phrase) == [value]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        pytest.param("The fee is due. It is 5 days late", "fee .. is {} days", id="another sentence"),
        pytest.param("as the Customer of Ash Ltd", '"customer" of {company}', id="a term without quotes"),
        pytest.param("between the parties and the agent", "between {company}", id="no company"),
        pytest.param("the fee that nobody ever will in all the years pay is 5", "fee .. is {}", id="too far"),
    ],
)
def test_what_a_phrase_does_not_say_is_not_held(text: str, phrase: str) -> None:
    assert held(text, phrase) == []


def test_a_number_at_the_place_of_a_value_that_has_not_its_form_is_told(vocabularies: Mapping[str, Vocabulary]) -> None:
    found = contract(vocabularies, "24 moons")
    other = contract(vocabularies, "not agreed")

    assert [(one.code, one.fields) for one in found.findings] == [("value_unread", ("term_months",))]
    assert (found.value("term_months"), other.value("term_months"), other.findings) == (None, None, ())


def test_a_number_ends_where_more_words_change_nothing() -> None:
    assert held("The fee is at most 12 000 for all", "fee is {}", kind="number") == ["12 000"]


def test_time_goes_with_the_length_of_a_text_whatever_it_says() -> None:
    tried = 0
    text = tokens("the fee and the fee and " * 2000)

    def read(_: str, __: str) -> None:
        nonlocal tried
        tried += 1

    paper = paper_with("the ... fee ... the ... fee ... the ... {}", "number")
    told_in(text, compiled(paper, paper.fields), read, language=None)

    assert 0 < tried < 8 * len(text)


CONTRACT = """Service Agreement
Contract no.: C-1
This Agreement is made on 3 March 2026 between Birch Tools Ltd, 4 Mill Lane, Bath ("Customer") and
Lindenhof Handels GmbH, Hamburg ("Supplier"). The initial term is {term} from 1 April 2026.
"""


def contract(vocabularies: Mapping[str, Vocabulary], term: str, more: str = "") -> Record:
    text = CONTRACT.format(term=term) + more
    return examples.read(PaperExample(name="one", text=text, language="en", record={}), vocabularies)


def test_values_of_sentences_know_where_they_stand(vocabularies: Mapping[str, Vocabulary]) -> None:
    found = contract(vocabularies, "24 months").get("term_months")

    assert found is not None
    assert (found.value, found.raw, found.provenance.page) == ("24", "24 months", 1)
    assert found.provenance.box is not None


def test_a_label_and_a_sentence_that_differ_leave_the_value_in_doubt(vocabularies: Mapping[str, Vocabulary]) -> None:
    sure = contract(vocabularies, "24 months", "Term: 24 months").get("term_months")
    doubted = contract(vocabularies, "24 months", "Term: 36 months").get("term_months")

    assert sure is not None
    assert doubted is not None
    assert (sure.confidence > 0.7, doubted.confidence < 0.7) == (True, True)
    assert {doubted.value, *(one.value for one in doubted.alternatives)} == {"24", "36"}


def test_a_price_per_year_gives_the_value_of_the_term_where_nobody_says_it(
    vocabularies: Mapping[str, Vocabulary],
) -> None:
    two_years = contract(vocabularies, "24 months", "The annual fee is EUR 12,000.00.")
    odd = contract(vocabularies, "18 months", "The annual fee is EUR 12,000.00.")

    assert (two_years.value("total"), odd.value("total")) == ("24000.00", None)


def test_words_that_recognition_misread_are_the_words_of_phrases(vocabularies: Mapping[str, Vocabulary]) -> None:
    text = (
        CONTRACT.format(term="24 months")
        .replace("initial term", "initiai term")
        .replace("Agreement is", "Agreernent is")
    )
    page = examples.reading_of(PaperExample(name="one", text=text, language="en", record={})).pages[0]
    words = tuple(Word(word.text, word.x0, word.top, word.x1, word.bottom, 0.95) for word in page.words)
    scan = Reading(pages=(Page(number=1, width=842, height=842, how="ocr", words=words, by="x"),), page_count=1)
    kind = classify(scan, vocabularies).model_copy(update={"language": "en"})
    found, _ = read_print(scan, document_id="0" * 64, classification=kind, vocabularies=vocabularies)

    assert found.get("term_months") is not None


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        pytest.param("The initial term is two years from then on.", "term_months", "24", id="a number in words"),
        pytest.param("We may stop for a day. The initial term is 6 months.", "term_months", "6", id="a numeral without unit"),
        pytest.param("The fee is EUR 900.00 per month.", "fee", "900.00", id="an amount before more words"),
        pytest.param("Customer pays \u20ac900.00 per month to Ash.", "currency", "EUR", id="a sign at its amount"),
        pytest.param("It trades, customer no. 4711(\u201cthe Customer\u201d), so", "customer_number", "4711", id="no space before a bracket"),
        pytest.param("VAT\nregistration number GB123456782 (the \u201cCustomer\u201d)", "buyer_registration_id", None, id="a label that is the end of another"),
        pytest.param("\u201cClient\u201d and others.\nAll is well.", "buyer_contact_name", None, id="a term is no label"),
    ],
)  # fmt: skip
def test_sentences_are_read_as_people_read_them(
    said: str, name: str, value: str | None, vocabularies: Mapping[str, Vocabulary]
) -> None:
    found = examples.read(
        PaperExample(name="one", text=f"Service Agreement\nContract no.: C-1\n\n{said}\n", language="en", record={}),
        vocabularies,
    )

    assert found.value(name) == value


@pytest.mark.parametrize(
    ("said", "buyer", "vendor"),
    [
        pytest.param("Oak Ltd, Bath (the \u201cCustomer\u201d), and Elm Ltd, Leeds (the \u201cSupplier\u201d), agree", "Oak Ltd", "Elm Ltd", id="names first"),
        pytest.param("between Elm Ltd (the \u201cSupplier\u201d) and those who sign below (the \u201cCustomer\u201d)", None, "Elm Ltd", id="one party is not named"),
        pytest.param("Elm Ltd (\u201cSupplier\u201d) and whoever signs (\u201cCustomer\u201d) agree", None, "Elm Ltd", id="names first, one is not named"),
        pytest.param("The Customer relies on Elm Ltd. The Supplier does not.", None, None, id="no definition"),
    ],
)  # fmt: skip
def test_a_party_is_whom_the_contract_calls_so(
    said: str, buyer: str | None, vendor: str | None, vocabularies: Mapping[str, Vocabulary]
) -> None:
    text = f"Service Agreement\nContract no.: C-1\n\n{said}\n"

    found = examples.read(PaperExample(name="one", text=text, language="en", record={}), vocabularies)

    assert (found.value("buyer_name"), found.value("vendor_name")) == (buyer, vendor)
