"""What is a letter, and what is not one although it is worded as one."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.content.paper_type import PaperExample
from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.stages.classify import classify
from engine.stages.papers.examples import read, reading_of

ROOT = Path(__file__).parents[3]
WRITTEN = "we ask you to speak with the people who stand at the gate on Fridays."
LETTER = f"Gate\n\nDear Ms Novak,\n\n{WRITTEN}\n\nKind regards\nEmma Wood\n"
INVOICE = f"""Birch Tools Ltd

INVOICE                    Invoice number: 4711
Date: 12 October 2026

Dear Ms Novak,

{WRITTEN}

Pump        2     50.00    100.00
Total                      100.00

Kind regards
Emma Wood
"""


@pytest.fixture(scope="module")
def vocabularies() -> Mapping[str, Vocabulary]:
    return load_vocabularies(ROOT)


def page(text: str) -> PaperExample:
    return PaperExample(name="a", text=text, language="en", record={})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param(LETTER, "correspondence", id="greeting, prose, closing"),
        pytest.param(INVOICE, "invoice", id="an invoice with a letter on it"),
        pytest.param(LETTER.replace("Gate", "Change of address"), "change_request", id="headed as another type"),
        pytest.param(LETTER.replace("Gate", "Payment reminder"), "unknown", id="a reminder"),
        pytest.param(LETTER.replace("Kind regards", "Encl."), "unknown", id="no closing"),
        pytest.param(LETTER.replace("Dear Ms Novak,", "Note:"), "unknown", id="no greeting"),
        pytest.param(LETTER.replace(WRITTEN, "see below"), "unknown", id="nothing written"),
        pytest.param(LETTER.replace("Dear", "We hold dear"), "unknown", id="the greeting within a sentence"),
        pytest.param(LETTER.replace("we ask", "please note that our bank has changed, make all future payments to the new account; we ask"), "change_request", id="wordings of a change"),
        pytest.param(LETTER.replace("we ask", "the driver of the carrier left pallets, we ask"), "correspondence", id="wordings of a delivery"),
    ],
)  # fmt: skip
def test_a_letter_is_prose_that_nothing_else_names(
    text: str, kind: str, vocabularies: Mapping[str, Vocabulary]
) -> None:
    assert classify(reading_of(page(text)), vocabularies).type == kind


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        pytest.param(LETTER, "subject", "Gate", id="subject"),
        pytest.param(LETTER.replace("Gate", "Subject: Your order 4711 of Friday"), "subject", "Your order 4711 of Friday", id="labels within the subject"),
        pytest.param(LETTER.replace("Gate", "Gate 2037"), "subject", "Gate 2037", id="a number like a year"),
        pytest.param(LETTER.replace("Gate", "Bath, 3 May 2026"), "subject", "we ask you to speak with the people", id="no subject but first words"),
        pytest.param(LETTER.replace("Gate", "Bath, 3 May 2026\n\nGate"), "issue_date", "2026-05-03", id="place and day"),
        pytest.param(LETTER.replace(WRITTEN, f"{WRITTEN} Come on 3 May 2026."), "issue_date", None, id="a day in the text"),
        pytest.param(LETTER.replace(WRITTEN, f"{WRITTEN}\nAsh Tools Ltd said so."), "account_name", None, id="a company in the text"),
        pytest.param(LETTER.replace("regards\nEmma Wood", "regards, Emma Wood"), "writer_name", "Emma Wood", id="the name behind the closing"),
        pytest.param(LETTER.replace("Emma Wood", "sent from my telephone 7"), "writer_name", None, id="no name"),
        pytest.param(f"{LETTER}\nTalleres del Ebro S.L.\nCalle Mayor 7\n50001 Zaragoza\nE-mail: a@ebro.example\n", "account_name", "Talleres del Ebro S.L.", id="the company below the name"),
        pytest.param(f"{LETTER}\nTalleres del Ebro S.L.\nCalle Mayor 7\n50001 Zaragoza\nE-mail: a@ebro.example\n", "account_address", "Calle Mayor 7, 50001 Zaragoza", id="its address"),
        pytest.param(f"{LETTER}\n> Dear Ms Wood,\n> {WRITTEN}\n> Kind regards\n", "body", WRITTEN, id="what is answered to"),
    ],
)  # fmt: skip
def test_the_parts_of_a_letter_stand_where_letters_have_them(
    text: str, name: str, value: str | None, vocabularies: Mapping[str, Vocabulary]
) -> None:
    assert read(page(text), vocabularies).plain().get(name) == value
