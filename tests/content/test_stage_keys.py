"""Keys of stages: another key where the stage reads something else, the same where it does not."""

from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path

import pytest

from engine.content.library import Library
from engine.content.ruleset import Limits
from engine.content.stage_keys import StageKeys, stage_keys

ROOT = Path(__file__).parents[2]
FLOW, RULES, MATRIX = "ap_invoice@1", "ap_invoice@1", "files.ap_invoice_csv@1"


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(ROOT, "dev")


def keys(library: Library) -> StageKeys:
    return stage_keys(library, library.flows[FLOW])


def ruled(library: Library, **update: object) -> Library:
    made = library.rulesets[RULES].model_copy(update=update)
    return changed(library, rulesets={**library.rulesets, RULES: made})


def mapped(library: Library, **update: object) -> Library:
    made = library.matrices[MATRIX].model_copy(update=update)
    return changed(library, matrices={**library.matrices, MATRIX: made})


def placed(library: Library, **update: object) -> Library:
    return changed(library, environment=library.environment.model_copy(update=update))


def of_flow(library: Library, **update: object) -> Library:
    return changed(library, flows={**library.flows, FLOW: library.flows[FLOW].model_copy(update=update)})


EDITS: dict[str, tuple[Callable[[Library], Library], set[str]]] = {
    "a rule less": (lambda one: ruled(one, rules=one.rulesets[RULES].rules[1:]), {"rules"}),
    "a limit": (lambda one: ruled(one, limits=Limits()), {"facts"}),
    "no table": (lambda one: ruled(one, tables=()), {"facts"}),
    "no tolerances": (lambda one: ruled(one, matching=None), {"facts"}),
    "a row less": (lambda one: mapped(one, rows=one.matrices[MATRIX].rows[1:]), {"plan"}),
    "an option": (lambda one: mapped(one, options={"delimiter": "|"}), {"plan"}),
    "a cross-reference": (lambda one: placed(one, xref={"units": {"C62": "ST"}}), {"plan"}),
    "a company": (
        lambda one: placed(one, company=one.environment.company.model_copy(update={"entities": ()})), {"facts", "plan"},
    ),
    "what is matched": (lambda one: of_flow(one, matches=()), {"facts"}),
    "the business key": (lambda one: of_flow(one, business_key="{invoice_number}"), {"facts", "plan"}),
    "no model of parties": (lambda one: changed(one, parties=None), {"facts"}),
    "a language less": (lambda one: changed(one, vocabularies=dict(list(one.vocabularies.items())[1:])), {"facts"}),
    "the name of a version": (lambda one: ruled(mapped(of_flow(one, version=2), version=3), version=2), set()),
    "a binding": (lambda one: placed(one, targets={}), set()),
    "who looks": (lambda one: of_flow(one, queues={"other": "finance"}), set()),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "other"), EDITS.values(), ids=EDITS.keys())
def test_an_edit_changes_the_keys_of_the_stages_that_read_it(
    library: Library, edit: Callable[[Library], Library], other: set[str]
) -> None:
    before, after = keys(library), keys(edit(library))

    assert {name for name in StageKeys._fields if getattr(before, name) != getattr(after, name)} == other


def test_the_same_files_have_the_same_keys(library: Library) -> None:
    assert keys(Library.load(ROOT, "dev")) == keys(library)


def test_every_flow_of_the_house_has_keys(library: Library) -> None:
    found = {ref: stage_keys(library, flow) for ref, flow in library.flows.items()}

    assert len(set(found.values())) == len(found)
    # two versions that differ in their rules alone write the same
    assert found["sales_order_sap@1"].plan == found["sales_order_sap@2"].plan != found["sales_order_idoc@1"].plan


def test_what_is_no_plain_data_has_no_key(library: Library) -> None:
    with pytest.raises(TypeError, match="object is no plain data"):
        keys(mapped(library, options={"secret": object()}))
