"""Blocks where people sign: whose block it is, and what stands at the place for the signature."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.content.paper_type import PaperType, load_paper_types
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.model.field import Box, Field
from engine.model.page import Reading
from engine.model.record import Classification
from engine.stages.papers.examples import reading_of
from engine.stages.papers.read import read_print

ROOT = Path(__file__).parents[3]
ORDER: PaperType = load_paper_types(ROOT)["order_form"]
KIND = Classification(type="order_form", type_confidence=1, language="en", language_confidence=1)
HEAD = "ORDER FORM\nOrder form no: OF-1        Date: 14 October 2026\nCustomer: Ash Ltd\n\n"
BESIDE = """For the customer                            For the supplier
Signature: ______________                   Signature: ______________
Name: Emma Wood                             Name: Karl Berg
"""


@pytest.fixture(scope="module")
def vocabularies() -> Mapping[str, Vocabulary]:
    return load_vocabularies(ROOT)


def read(
    text: str, vocabularies: Mapping[str, Vocabulary], *, drawings: tuple[Box, ...] = (), how: str = "text_layer"
) -> Mapping[str, Field]:
    example = ORDER.examples[0].model_copy(update={"text": text})
    (page,) = reading_of(example).pages
    reading = Reading(pages=(page.model_copy(update={"drawings": drawings, "how": how}),), page_count=1)
    found, _ = read_print(reading, document_id="0" * 64, classification=KIND, vocabularies=vocabularies)
    return {field.name: field for field in found.fields}


def test_ink_counts_for_the_side_in_whose_block_it_stands(vocabularies: Mapping[str, Vocabulary]) -> None:
    on_the_right = Box(320, 85, 400, 105)

    found = read(HEAD + BESIDE, vocabularies, drawings=(on_the_right,))

    assert (found["buyer_signature"].value, found["vendor_signature"].value) == ("missing", "ink")
    assert found["vendor_signature"].provenance.box == on_the_right
    assert (found["buyer_signatory"].value, found["vendor_signatory"].value) == ("Emma Wood", "Karl Berg")


@pytest.mark.parametrize(
    "box",
    [
        pytest.param(Box(100, 95, 110, 98), id="a tick"),
        pytest.param(Box(40, 20, 120, 50), id="a logo at the top"),
        pytest.param(Box(40, 40, 300, 240), id="a picture over the page"),
    ],
)
def test_what_is_no_signature_signs_nothing(box: Box, vocabularies: Mapping[str, Vocabulary]) -> None:
    assert read(HEAD + BESIDE, vocabularies, drawings=(box,))["buyer_signature"].value == "missing"


def test_who_signs_beside_under_a_heading_that_nobody_knows_does_not_sign_for_the_customer(
    vocabularies: Mapping[str, Vocabulary],
) -> None:
    text = BESIDE.replace("For the supplier", "Lindenhof Handels GmbH").replace(
        "Signature: ______________\nName", "DocuSigned by: K. Berg\nName"
    )

    assert read(HEAD + text, vocabularies)["buyer_signature"].value == "missing"


def test_ink_on_a_scan_is_less_sure_than_ink_in_a_file(vocabularies: Mapping[str, Vocabulary]) -> None:
    ink = (Box(100, 85, 180, 105),)

    drawn, scanned = (
        read(HEAD + BESIDE, vocabularies, drawings=ink, how=how)["buyer_signature"] for how in ("text_layer", "ocr")
    )

    assert (drawn.value, scanned.value) == ("ink", "ink")
    assert scanned.confidence < drawn.confidence


def test_dates_and_names_of_those_who_sign_are_not_those_of_the_paper(vocabularies: Mapping[str, Vocabulary]) -> None:
    text = BESIDE.replace("Name: Emma Wood", "Date: 20 October 2026")

    found = read(HEAD + text, vocabularies)

    assert (found["issue_date"].value, found["buyer_signed_on"].value) == ("2026-10-14", "2026-10-20")
    assert found["buyer_name"].value == "Ash Ltd"


CAPTIONS = """____________________________          ____________________________
Customer signature                    Supplier signature
Name: Emma Wood                       Name: Karl Berg
"""
NAMES = """The parties have signed this agreement.
ASH LTD                               LINDENHOF HANDELS GMBH
By: /s/ Emma Wood                     By: ______________________
Name: Emma Wood                       Name: Karl Berg
Date: 20 October 2026                 Date: ______________________
"""
ON_BEHALF = """Signed for and on behalf of Ash Ltd
Signature: /s/ Emma Wood
Name: Emma Wood
Signed for and on behalf of Lindenhof Handels GmbH
Signature: ______________________
Name: Karl Berg
"""
STAMP = """Accepted by: Ash Ltd
DocuSigned by:
Emma Wood
3F1A88C0D2B74E1
"""


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        pytest.param(CAPTIONS, ("missing", "missing"), id="captions below lines"),
        pytest.param(NAMES, ("typed", "missing"), id="headed by names"),
        pytest.param(ON_BEHALF, ("typed", "missing"), id="on behalf of names"),
        pytest.param(STAMP, ("electronic", None), id="a stamp over a name"),
    ],
)
def test_whose_block_it_is_says_its_heading(
    text: str, signed: tuple[str, str | None], vocabularies: Mapping[str, Vocabulary]
) -> None:
    found = read(HEAD + "Supplier: Lindenhof Handels GmbH\n" + text, vocabularies)

    sides = (found.get("buyer_signature"), found.get("vendor_signature"))
    assert tuple(one.value if one else None for one in sides) == signed
    assert (found["buyer_name"].value, found["issue_date"].value) == ("Ash Ltd", "2026-10-14")
    assert found["buyer_signatory"].value == "Emma Wood"


def test_without_a_place_to_sign_nothing_is_said_of_a_signature(vocabularies: Mapping[str, Vocabulary]) -> None:
    found = read(HEAD + "This agreement is made by and between the parties.\n", vocabularies)

    assert {name for name in found if "sign" in name} == set()


def test_a_signature_far_below_the_name_of_the_customer_is_not_the_customers(
    vocabularies: Mapping[str, Vocabulary],
) -> None:
    found = read(HEAD + "Start date: 1 November 2026\n\n\nSignature: /s/ Karl Berg\n", vocabularies)

    assert "buyer_signature" not in found
    assert found["buyer_name"].value == "Ash Ltd"


def test_a_clause_that_begins_like_a_label_casts_no_doubt_on_its_value(vocabularies: Mapping[str, Vocabulary]) -> None:
    clause = "6. Customer: the Customer shall name a contact person and provide access at any time.\n"

    found = read(HEAD + clause, vocabularies)["buyer_name"]

    assert (found.value, found.confidence) == ("Ash Ltd", read(HEAD, vocabularies)["buyer_name"].confidence)


def test_a_speck_beside_a_value_is_none_of_it(vocabularies: Mapping[str, Vocabulary]) -> None:
    found = read(HEAD + "Contact: · Emma Wood .\n", vocabularies)

    assert found["buyer_contact_name"].value == "Emma Wood"


@pytest.mark.parametrize(
    ("print_", "months"),
    [
        ("24 months", "24"),
        ("3 years", "36"),
        ("twelve (12) months", "12"),
        ("1 year and 6 months", "18"),
        ("36-month", "36"),
        ("24", "24"),
        ("until cancelled", None),
        ("30 days", None),
        ("900 years", None),
    ],
)
def test_a_span_of_time_is_kept_in_months(
    print_: str, months: str | None, vocabularies: Mapping[str, Vocabulary]
) -> None:
    found = read(f"{HEAD}Initial term: {print_}\nCurrency: EUR\n", vocabularies)

    assert (found["term_months"].value if "term_months" in found else None) == months


def test_the_day_on_which_a_stranger_signs_is_no_date_of_the_paper(vocabularies: Mapping[str, Vocabulary]) -> None:
    text = "OAK LTD                     ELM LTD\nSignature: ________         Signature: ________\nDate: 20 October 2026       Date: 21 October 2026\n"

    found = read("ORDER FORM\nOrder form no: OF-1\n\n" + text, vocabularies)

    assert set(found) == {"contract_number"}
