"""Old documents stay explainable after their content changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from admin.cli.main import app
from engine.model.decision import Decision
from engine.runtime import judging, rules
from engine.runtime.house import House
from engine.runtime.versions import kept, rows_then, ruleset_then
from engine.store import documents
from engine.store.database import reading
from tests.content.content_folder import changed, copied, next_version
from tests.durable.invoices import ubl_invoice
from tests.house import furnished_house
from tests.runtime.walks import understood

RULES, CSV = "rules/sets/ap_invoice.v1.yaml", "mappings/outbound/files.ap_invoice_csv.v1.yaml"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="module")
def house(content: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = furnished_house(tmp_path_factory.mktemp("home"), content=content)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def document(house: House) -> str:
    """Return a document that was judged and planned."""
    one = understood(house, ubl_invoice(house.settings.home, "RE-1"))
    judging.judge(house, one, 1)
    judging.plan(house, one, 1)
    return one


@pytest.fixture
def edited(content: Path) -> Iterator[Path]:
    """Give the content away for editing and put it back."""
    before = {file: file.read_bytes() for file in content.rglob("*") if file.is_file()}
    yield content
    for file in [one for one in content.rglob("*") if one.is_file()]:
        if file not in before:
            file.unlink()
    for file, data in before.items():
        if not file.is_file() or file.read_bytes() != data:
            file.write_bytes(data)


def decision_of(house: House, document: str) -> Decision:
    with reading(house.engine) as tx:
        return Decision.model_validate(documents.load(tx, document, 1, "decision"))


def test_everything_that_a_decision_names_is_found_again(house: House, content: Path, document: str) -> None:
    found = kept(content, decision_of(house, document).digests)

    assert {one.ref.partition("/")[0] for one in found} >= {
        "ruleset",
        "matrix",
        "vocabulary",
        "schema",
        "environment",
        "facts",
    }
    assert {one.state for one in found} == {"as it was"}


def test_what_changed_and_what_is_gone_is_told(house: House, edited: Path, document: str) -> None:
    changed(edited, RULES, 'total: "0.80"', 'total: "0.81"')
    changed(edited, CSV, "rows:", "row:")
    (edited / "rules/tolerances/sap_like.v1.yaml").unlink()

    states = {
        one.ref: one.state for one in kept(edited, decision_of(house, document).digests) if one.state != "as it was"
    }

    assert states == {
        "ruleset/ap_invoice@1": "changed", "matrix/files.ap_invoice_csv@1": "changed", "tolerance/sap_like@1": "gone",
    }  # fmt: skip


def test_a_new_version_beside_it_leaves_the_old_rules_and_rows_readable(
    house: House, edited: Path, document: str
) -> None:
    next_version(edited, RULES, ("type_confidence < 500", "type_confidence < 450"))
    next_version(edited, CSV, ("type: {text: {max: 35}}, need: must", "type: {text: {max: 16}}, need: must"))
    decision = decision_of(house, document)

    ruleset, rows = ruleset_then(edited, decision), rows_then(edited, "files.ap_invoice_csv@1", decision)

    assert ruleset is not None
    assert ruleset.rules[0].when == "type_confidence < 500"
    assert rows is not None
    assert "'max': 35" in rows["header.invoice_no"]
    assert not rules.explained(house, document).changed_since


def test_rules_that_were_changed_in_place_are_explained_by_what_was_stored(
    house: House, edited: Path, document: str
) -> None:
    changed(edited, RULES, "when: type_confidence < 500", "when: type_confidence < 450")
    changed(edited, RULES, "name: The document type must be sure", "name: Another name")

    explained = rules.explained(house, document)

    assert explained.changed_since
    assert next(one for one in explained.rules if one.id == "type_unsure").name == "The document type must be sure"
    assert rows_then(edited, "files.ap_invoice_csv@1", explained.decision) is not None


def test_show_tells_the_story_of_an_old_document(
    house: House, edited: Path, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTROOM_CONTENT", str(edited))
    monkeypatch.setenv("POSTROOM_HOME", str(house.settings.home))
    before = CliRunner().invoke(app, ["show", document, "--rows"]).stdout
    changed(edited, CSV, "type: {text: {max: 35}}, need: must", "type: {text: {max: 16}}, need: must")

    after = CliRunner().invoke(app, ["show", document, "--rows"]).stdout

    assert "all as they were" in before
    assert "{'text': {'max': 35" in before
    assert "content matrix/files.ap_invoice_csv@1: changed since" in after
    assert "files.ap_invoice_csv@1 is not what it was" in after
    assert "files.ap_invoice_csv@1#header.invoice_no" in after
