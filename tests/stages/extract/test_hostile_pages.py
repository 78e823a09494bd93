from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.page import Page, Reading, Word
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from engine.stages.normalize import normalize
from tests.stages.extract.layout import vocabularies

WORDS = st.sampled_from(
    [
        "Invoice", "No.:", "Total", "VAT", "19", "%", "1.234,56", "12,-", "-", "€", "EUR", "01/02/2024", "31.02.2024", "IBAN",
        "DE89", "3704", "Rechnung", "Menge", "Betrag", "Beschreibung", "Subtotal", "Net", "30", "days", "€€", "()", "%%",
        "99999999999999999999999", "0", "0,00", "-0,00", "a@b.c", ":", "/", "Käufer/", "١٢٣", "²", "½", "1e9", "NaN", "\u200b",
    ]
) | st.text(min_size=1, max_size=12).filter(lambda t: not any(c.isspace() for c in t))  # fmt: skip

NUMBERS = st.floats(min_value=-50, max_value=900, allow_nan=False, width=32)

PLACED = st.builds(
    lambda text, x, y, w, h: Word(text, x, y, x + w, y + h),
    WORDS,
    NUMBERS,
    NUMBERS,
    st.floats(0, 120),
    st.floats(0, 40),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PLACED, max_size=60), st.sampled_from(["text_layer", "ocr"]))
def test_no_page_is_too_strange_to_be_read(words: list[Word], how: str) -> None:
    page = Page.model_validate({"number": 1, "width": 595, "height": 842, "words": words, "how": how, "by": "x@1"})
    seen = Reading(pages=(page,), page_count=1)

    found = classify(seen, vocabularies())
    read = extract(seen, document_id="d", classification=found, vocabularies=vocabularies())
    record = normalize(read, revision=1, vocabularies=vocabularies())

    for path, field in record.walk():
        assert 0.0 <= field.confidence <= 1.0, path
        assert field.value, path
