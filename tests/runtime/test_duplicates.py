"""Copies of one invoice that several processes judge at once, on both databases."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from engine.content.duplicate_policy import DuplicatePolicy
from engine.model.duplicate import DuplicateCheck
from engine.model.record import Aside, Record
from engine.runtime.duplicates import look
from engine.runtime.witness import Live
from engine.store import documents, signatures
from engine.store.database import transaction
from tests.stages.duplicates.copies import COPIES
from tests.stages.duplicates.invoices import NUMBERINGS, Paper, draw_paper, draw_vendor
from tests.store.conftest import engine, postgres_server, postgres_template, sqlite_template, url
from tests.store.factories import NOON, document, document_id
from tests.store.processes import run_at_once

__all__ = ["engine", "postgres_server", "postgres_template", "sqlite_template", "url"]

POLICY = DuplicatePolicy()
CHANNELS = ("rescan", "separators", "prefix", "leading zeros", "edi", "mail body", "sister entity", "vendor twice")


@pytest.fixture
def paper() -> Paper:
    rng = random.Random(4711)  # noqa: S311 - chance is the point
    return draw_paper(rng, draw_vendor(rng, 0, NUMBERINGS))


def seen(engine: Engine, name: str, paper: Paper, *, record: Record | None = None) -> DuplicateCheck:
    with transaction(engine) as tx:
        documents.add(tx, document(name))
        return look(
            tx, document(name), record or paper.read(), vendor=paper.matched(), policy=POLICY, witness=Live(engine)
        )


def test_the_first_is_new_and_the_second_is_a_duplicate_of_it(engine: Engine, paper: Paper) -> None:
    first, second = seen(engine, "one", paper), seen(engine, "two", paper)

    assert (first.outcome, first.best) == ("no", None)
    assert second.outcome == "duplicate"
    assert second.best is not None
    assert second.best.document_id == document_id("one")


def test_a_judgement_that_is_repeated_says_the_same(engine: Engine, paper: Paper) -> None:
    answers = [seen(engine, name, paper).outcome for name in ("one", "two", "one", "two")]

    assert answers == ["no", "duplicate", "no", "duplicate"]


@pytest.mark.parametrize("aside", ["reminder", "statement", "pro_forma"])
def test_a_reminder_finds_its_invoice_and_does_not_stand_in_its_way(engine: Engine, paper: Paper, aside: Aside) -> None:
    plain = paper.read()
    reminder = plain.model_copy(update={"classification": plain.classification.model_copy(update={"aside": aside})})

    assert seen(engine, "reminder", paper, record=reminder).outcome == "no"
    assert seen(engine, "invoice", paper).outcome == "no"
    assert seen(engine, "second reminder", paper, record=reminder).outcome == "duplicate"


def test_two_claims_that_a_person_told_apart_both_go_on(engine: Engine, paper: Paper) -> None:
    seen(engine, "one", paper)
    seen(engine, "two", paper)
    with transaction(engine) as tx:
        signatures.part(tx, document_id("one"), document_id("two"), by="anna", at=NOON)

    assert seen(engine, "two", paper).outcome == "no"
    assert seen(engine, "three", paper).outcome == "duplicate"


def test_an_invoice_in_the_place_of_another_finds_what_took_that_back(engine: Engine, paper: Paper) -> None:
    anew = replace(paper, number="NEW-1").with_extra(preceding_invoice_number=paper.number)
    credit = replace(paper, number="CREDIT-1", type="credit_note").with_extra(preceding_invoice_number=paper.number)
    seen(engine, "first", paper)

    assert seen(engine, "early", anew).corrects == paper.number
    seen(engine, "credit", credit)
    assert seen(engine, "late", replace(anew, number="NEW-2")).corrects is None


@pytest.mark.slow
def test_of_many_readings_of_one_invoice_judged_at_once_one_is_the_first(
    engine: Engine, url: str, paper: Paper, tmp_path: Path
) -> None:
    """Four processes, each with other scans, channels and companies of the same invoice."""
    processes, each = 4, 12
    readings: list[dict[str, Any]] = []
    rng = random.Random(7)  # noqa: S311 - chance is the point
    with transaction(engine) as tx:
        for number in range(processes * each):
            documents.add(tx, document(f"{number}"))
            copy = COPIES[CHANNELS[number % len(CHANNELS)]](rng, paper)
            parts = (copy.read(document_id(f"{number}")), copy.matched(), document(f"{number}"))
            readings.append({n: p.model_dump(mode="json") for n, p in zip(("r", "v", "d"), parts, strict=True)})
    file = tmp_path / "readings.json"
    file.write_text(json.dumps(readings))

    printed = run_at_once(f"""
        import json, os, pathlib
        from engine.content.duplicate_policy import DuplicatePolicy
        from engine.model.document import Document
        from engine.model.record import Match, Record
        from engine.runtime.duplicates import look
        from engine.runtime.witness import Live
        from engine.store import documents
        engine = database.connect(url)
        turns = pathlib.Path({str(tmp_path)!r})
        for number, one in enumerate(json.loads(pathlib.Path({str(file)!r}).read_text())):
            try:
                os.close(os.open(turns / str(number), os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            document = Document.model_validate(one["d"])
            with database.transaction(engine) as tx:
                documents.lock(tx, document.id)
                found = look(
                    tx, document, Record.model_validate(one["r"]), vendor=Match.model_validate(one["v"]),
                    policy=DuplicatePolicy(), witness=Live(engine),
                )
            print(found.outcome)
        """, url=url, processes=processes)  # fmt: skip

    told = Counter(line for out in printed for line in out.splitlines())
    assert told["no"] == 1
    assert told.total() == processes * each
