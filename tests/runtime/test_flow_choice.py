"""One type of paper, and a flow that takes it only as it should come: by mail, from a folder, surely known, of a buyer."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from engine.content.when import When
from engine.runtime import intake, judging, steps
from engine.runtime.house import House
from engine.store import database, documents, reviews
from engine.store.database import reading
from tests.runtime.sources.following import at_home
from tests.runtime.test_dossiers import SAID, TAX

FLOW = "tax_form@1"
PAPER = TAX.format(**SAID).encode()


@pytest.fixture
def house(knowing_house: House, tmp_path: Path) -> Iterator[House]:
    engine = database.connect(f"sqlite:///{tmp_path / 'p.sqlite'}")
    database.migrate(engine)
    yield at_home(replace(knowing_house, engine=engine, out=tmp_path / "out"), {}, {}, FLOW, "onboarding_hubspot@1")
    engine.dispose()


def narrowed(house: House, **when: Any) -> House:
    flow = house.library.flows[FLOW].model_copy(
        update={"when": When.model_validate({"types": ["tax_form"], **when}, strict=False)}
    )
    return replace(house, library=replace(house.library, flows={**house.library.flows, FLOW: flow}))


def flow_of(house: House, document_id: str) -> str:
    """Walk a document and return the flow that judged it; empty where none did."""
    steps.read(house, document_id, 1)
    steps.understand(house, document_id, 1)
    judging.judge(house, document_id, 1)
    with reading(house.engine) as tx:
        decision = documents.latest(tx, document_id, "decision")
    return str(decision["flow"]) if decision else ""


def came(house: House, source: str) -> str:
    return intake.accept_bytes(house, PAPER, name="paper.txt", source=source, parent_id=None).document.id


def mailed(house: House, source: str) -> str:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Our form", "emma@zephyr.example", "us@us.example"
    mail.set_content("Attached.")
    mail.add_attachment(PAPER, maintype="text", subtype="plain", filename="form.txt")
    document = intake.accept_bytes(house, mail.as_bytes(), name="m.eml", source=source, parent_id=None).document
    steps.begin(house, document.id, 1)
    (child,) = steps.unpack(house, document, 1)
    return child


@pytest.mark.parametrize(
    ("when", "by_mail", "source", "is_taken"),
    [
        ({"channels": ["mail"]}, True, "cli", True),
        ({"channels": ["mail"]}, False, "cli", False),
        ({"channels": ["folder"], "sources": ["papers"]}, False, "fetch:papers", True),
        ({"channels": ["folder"], "sources": ["papers"]}, False, "fetch:invoices", False),
        ({"channels": ["mail"], "sources": ["papers"]}, True, "fetch:papers", True),
        ({"channels": ["folder"]}, True, "fetch:papers", False),
        ({"type_confidence": "0.50"}, False, "api", True),
        ({"type_confidence": "1"}, False, "api", False),
        ({"if": "record.buyer_tax_id is present and document.language == 'en'"}, False, "api", True),
        ({"if": "document.buyer == 'ours'"}, False, "api", False),
    ],
)
def test_a_paper_goes_the_way_that_its_flow_says(
    house: House, when: dict[str, Any], by_mail: bool, source: str, is_taken: bool
) -> None:
    there = narrowed(house, **when)

    flow = flow_of(there, mailed(there, source) if by_mail else came(there, source))

    assert flow == (FLOW if is_taken else "")


def test_a_paper_that_no_flow_takes_as_it_came_is_told_which_would(house: House) -> None:
    there = narrowed(house, channels=["mail"])
    document = came(there, "cli")

    assert flow_of(there, document) == ""
    with reading(there.engine) as tx:
        (asked,) = reviews.of_document(tx, document)
    assert asked.message == (f"This tax_form does not meet the conditions (`when`) of {FLOW}. Sort it, or reject it.")
