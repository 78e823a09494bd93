"""Leads and remittance advices in many wordings, as text: what is read of them is what they mean."""

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from admin.samples.labelled import draw, statements
from admin.samples.labelled.agreements import LANGUAGES as AGREED_IN
from admin.samples.labelled.agreements import running_contract
from admin.samples.labelled.changes import LANGUAGES, change_request
from admin.samples.labelled.contracts import LANGUAGES as SIGNED_IN
from admin.samples.labelled.contracts import contract, order_form
from admin.samples.labelled.leads import lead
from admin.samples.labelled.letters import LANGUAGES as WRITTEN_IN
from admin.samples.labelled.letters import correspondence
from admin.samples.labelled.model import Labelled
from admin.samples.labelled.remittances import remittance
from admin.samples.labelled.statements import vendor_statement
from engine.content.json_schema import parse_schema
from engine.content.paper_type import PaperExample
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.stages.papers.examples import read
from engine.stages.schema_check import validator_of

ROOT = Path(__file__).parents[3]
MAKERS: Mapping[str, Callable[..., Labelled]] = {
    "lead": lead,
    "remittance": remittance,
    "change_request": change_request,
    "order_form": order_form,
    "contract": contract,
    "contract_in_sentences": running_contract,
    "vendor_statement": vendor_statement,
    "correspondence": correspondence,
}
SPOKEN = {
    "change_request": LANGUAGES, "order_form": SIGNED_IN, "contract": SIGNED_IN, "contract_in_sentences": AGREED_IN, "vendor_statement": statements.LANGUAGES,
    "correspondence": WRITTEN_IN,
}  # fmt: skip
FILLS = {"contract": "order_form", "contract_in_sentences": "order_form"}
"""The record of a type, where it is another's."""
COUNT = 12


@pytest.fixture(scope="module")
def vocabularies() -> Mapping[str, Vocabulary]:
    return load_vocabularies(ROOT)


def papers(kind: str) -> list[Labelled]:
    rng = random.Random(f"test/{kind}")  # noqa: S311 - the same papers every time
    spoken = SPOKEN.get(kind, ("en", "de"))
    return [MAKERS[kind](rng, f"{kind}-{at}", language=spoken[at % len(spoken)]) for at in range(COUNT)]


@pytest.mark.parametrize("kind", MAKERS)
def test_most_papers_are_read_whole(kind: str, vocabularies: Mapping[str, Vocabulary]) -> None:
    wrong = []
    for paper in papers(kind):
        example = PaperExample(name=paper.name, text=draw.as_text(paper), language=paper.language, record=paper.truth)
        found = read(example, vocabularies).plain()
        if any(found.get(name) != value for name, value in paper.truth.items() if name != "lines"):
            wrong.append(paper.name)

    assert len(wrong) <= COUNT // 6, wrong


def test_what_stands_under_a_label_and_has_not_its_form_is_told(vocabularies: Mapping[str, Vocabulary]) -> None:
    text = "Account change request\nCompany: Ash Ltd\nDate: 2 November 2026\nNew IBAN: see the letter enclosed\nNew town: Bath\n"

    found = read(PaperExample(name="one", text=text, language="en", record={}), vocabularies)

    assert found.value("new_city") == "Bath"
    assert [(one.code, one.fields) for one in found.findings] == [("value_unread", ("new_iban",))]


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_true_of_a_paper_fits_the_schema_of_its_record(kind: str) -> None:
    schema = parse_schema(
        (ROOT / "mappings" / "canonical" / f"{FILLS.get(kind, kind)}.schema.json").read_text(encoding="utf-8")
    )
    loose = {**schema, "required": []}

    assert [list(validator_of(loose).iter_errors(json.loads(json.dumps(dict(one.truth))))) for one in papers(kind)] == [
        []
    ] * COUNT


@pytest.mark.parametrize("kind", MAKERS)
def test_the_same_paper_gives_the_same_bytes(kind: str) -> None:
    (one, *_), (other, *_) = papers(kind), papers(kind)

    assert draw.as_pdf(one) == draw.as_pdf(other)
    assert draw.as_html(one) == draw.as_html(other)
