from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.content.paper_type import PaperExample, PaperType, load_paper_types
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.stages.papers.examples import complaint, read

ROOT = Path(__file__).parents[3]
SHIPPED = load_paper_types(ROOT)


@pytest.fixture(scope="module")
def vocabularies() -> Mapping[str, Vocabulary]:
    return load_vocabularies(ROOT)


@pytest.mark.parametrize(
    ("paper", "example"),
    [
        pytest.param(paper, example, id=f"{paper.name}: {example.name}")
        for paper in SHIPPED.values()
        for example in paper.examples
    ],
)
def test_every_example_of_a_type_of_paper_holds(
    paper: PaperType, example: PaperExample, vocabularies: Mapping[str, Vocabulary]
) -> None:
    assert complaint(paper, example, vocabularies) == ""


def test_an_example_that_does_not_hold_says_what_was_read(vocabularies: Mapping[str, Vocabulary]) -> None:
    paper = SHIPPED["lead"]
    other = paper.examples[0].model_copy(update={"record": {**paper.examples[0].record, "city": "York"}})

    assert "city" in complaint(paper, other, vocabularies)


def test_an_example_of_something_else_says_for_what_it_is_taken(vocabularies: Mapping[str, Vocabulary]) -> None:
    paper = SHIPPED["lead"]
    invoice = paper.examples[0].model_copy(update={"text": "INVOICE\nInvoice number: 4711\nTotal: EUR 5.00"})

    assert complaint(paper, invoice, vocabularies).startswith("it is taken for: invoice")


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        pytest.param("Lead form\nName :  Ann Lee\nCompany: Ash Ltd", "person_name", "Ann Lee", id="colon apart"),
        pytest.param("Lead form\nE-mail ANN@ash.example", "email", "ann@ash.example", id="no colon"),
        pytest.param(
            "Lead form\nName of product line\nE-mail: a@ash.example", "person_name", None, id="a longer phrase"
        ),
        pytest.param("Lead form\nE-mail: none\nPhone: see above", "email", None, id="no such value"),
        pytest.param("Lead form\nConsent: [ ] yes   [x] no", "consent", "refused", id="one of two boxes"),
        pytest.param("Lead form\nE-mail: ann.lee @ash.example", "email", "ann.lee@ash.example", id="address set apart"),
        pytest.param("Lead form\n[x] | agree to be contacted", "consent", "given", id="I that is a stroke"),
        pytest.param("Lead form\nX I agree to be contacted", "consent", "given", id="cross in a drawn box"),
        pytest.param(
            "Contact form\nSource    Fax\nWeb form  040 9", "source", "Web form", id="a value that begins like a label"
        ),
        pytest.param("Lead form\n[ ] I agree to be contacted", "consent", None, id="box not ticked"),
        pytest.param("Lead form\n☒ I agree to be contacted by mail", "consent", "given", id="crossed box"),
        pytest.param("Lead form\nCompany: Ash Ltd  Country: Österreich", "country", "AT", id="country in any language"),
        pytest.param("Lead form\nCompany:\nAsh Ltd\nName: Ann Lee", "company_name", "Ash Ltd", id="on the next line"),
        pytest.param("Lead form\nCompany:\nName: Ann Lee", "company_name", None, id="left empty"),
        pytest.param("Lead form\nFax: 040 12345  Phone: 040 67890", "phone", "040 67890", id="fax is not phone"),
    ],
)
def test_values_are_read_under_their_labels(
    text: str, name: str, value: str | None, vocabularies: Mapping[str, Vocabulary]
) -> None:
    example = SHIPPED["lead"].examples[0].model_copy(update={"text": text})

    assert read(example, vocabularies).value(name) == value


def test_two_values_of_one_field_leave_it_in_doubt_with_the_other_beside(
    vocabularies: Mapping[str, Vocabulary],
) -> None:
    text = "Lead form\nE-mail: ann@ash.example\nName: Ann Lee\nYour email: lee@ash.example"
    field = read(SHIPPED["lead"].examples[0].model_copy(update={"text": text}), vocabularies).get("email")

    assert field is not None
    assert (field.confidence < 0.7, [one.value for one in field.alternatives]) == (True, ["lee@ash.example"])


def test_day_and_month_that_may_be_swapped_are_told(vocabularies: Mapping[str, Vocabulary]) -> None:
    text = "Contact form\nName: Ann Lee\nPrice list in USD wanted\nDate: 03/04/2026"
    record = read(SHIPPED["lead"].examples[0].model_copy(update={"text": text}), vocabularies)

    assert [finding.code for finding in record.findings] == ["date_ambiguous"]


def test_a_table_ends_at_its_sum(vocabularies: Mapping[str, Vocabulary]) -> None:
    record = read(SHIPPED["remittance"].examples[0], vocabularies)

    assert [[field.name for field in row] for row in record.lines] == [
        ["invoice_number", "issue_date", "invoice_amount", "discount", "amount"],
        ["invoice_number", "issue_date", "invoice_amount", "amount"],
    ]


def test_values_know_where_they_stand_and_by_which_content_they_were_read(
    vocabularies: Mapping[str, Vocabulary],
) -> None:
    field = read(SHIPPED["lead"].examples[0], vocabularies).get("lead_number")

    assert field is not None
    assert (field.provenance.page, field.provenance.box is not None) == (1, True)
    assert field.provenance.by == "example+lead@1"
