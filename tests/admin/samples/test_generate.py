import json
from pathlib import Path
from typing import Any

import pytest

from admin.samples import mix, shipped
from admin.samples.generate import generate
from admin.samples.model import KINDS
from admin.samples.pages.layouts import LAYOUTS
from admin.samples.words import LANGUAGES
from engine.content import strict_yaml

_ROOT = Path(__file__).parents[3]
_SHIPPED = _ROOT / "samples"
_QUICK = ["digital", "ubl", "cii", "hybrid", "mail", "body", "text", "ocr", "broken"]
_CODES = {"same_bytes", "no_flow", "unreadable_pdf", "empty_file", "encrypted", "unsupported_type"}


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    generate(tmp_path / "a", seed=3, count=30, kinds=_QUICK)
    generate(tmp_path / "b", seed=3, count=30, kinds=_QUICK)

    assert _files(tmp_path / "a") == _files(tmp_path / "b")


def test_a_longer_run_begins_with_the_documents_of_a_shorter_one() -> None:
    assert list(mix.recipes(5, 80, KINDS))[:20] == list(mix.recipes(5, 20, KINDS))


def test_only_the_kinds_that_are_asked_for_are_made(tmp_path: Path) -> None:
    made = generate(tmp_path, seed=3, count=12, kinds=["ubl", "cii"])

    assert {sample.kind for sample in made} == {"ubl", "cii"}
    assert len(made) == 12


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there is no kind 'fax'; allowed: digital, scan"):
        generate(tmp_path, seed=3, count=1, kinds=["fax"])


def test_random_recipes_hold_every_kind_layout_and_flaw() -> None:
    made = list(mix.recipes(1, 1500, KINDS))

    assert {recipe.kind for recipe in made} == set(KINDS)
    assert {recipe.layout for recipe in made} == {look.name for look in LAYOUTS}
    flaws = {"wrong_sum", "new_account", "other_total", "contradiction", "swapped_code", "hidden_total"}
    assert flaws < {recipe.flaw for recipe in made}
    assert {recipe.code for recipe in made} == {"", "giro", "swiss"}
    assert any(recipe.original for recipe in made)


def test_the_shipped_set_is_what_the_generator_makes(tmp_path: Path) -> None:
    generate(tmp_path, seed=7, count=None, kinds=_QUICK)

    made = _files(tmp_path)
    kept = _files(_SHIPPED)
    documents = {name: data for name, data in made.items() if name.startswith("documents/")}
    assert documents
    assert [name for name, data in documents.items() if kept.get(name) != data] == []


def _truth_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]


def _truth() -> list[dict[str, Any]]:
    return _truth_of(_SHIPPED)


def test_every_shipped_document_has_its_truth() -> None:
    told = {row["file"].split("#")[0] for row in _truth()}

    assert told == {name for name in _files(_SHIPPED) if name.startswith("documents/")}


def test_the_shipped_set_stays_below_two_and_a_half_megabytes() -> None:
    assert sum(len(data) for data in _files(_SHIPPED).values()) < 2_500_000


def test_the_orders_of_bundled_papers_are_in_the_master_data(tmp_path: Path) -> None:
    generate(tmp_path, seed=7, count=None, kinds=["bundle"])

    numbers = {row["fields"]["po_number"] for row in _truth_of(tmp_path) if "po_number" in row["fields"]}
    orders = (tmp_path / "purchase_orders.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert numbers
    assert {line.split(",")[0] for line in orders} == numbers


def test_the_shipped_set_covers_every_kind_language_and_layout() -> None:
    rows = _truth()

    assert {row["kind"] for row in rows} == set(KINDS)
    assert {row["language"] for row in rows if row["language"]} == set(LANGUAGES)
    assert {look.name for look in LAYOUTS} < {row["layout"] for row in rows}
    assert {"EUR", "GBP", "USD", "CHF", "PLN", "JPY"} == {
        row["fields"]["currency"] for row in rows if "currency" in row["fields"]
    }


def test_expected_reasons_and_queues_exist_in_the_rules() -> None:
    rules = strict_yaml.load(_ROOT / "rules/sets/ap_invoice.v1.yaml").data["rules"]
    queues = strict_yaml.load(_ROOT / "rules/flows/ap_invoice.v1.yaml").data["queues"]

    expects = [recipe.expect for recipe in (*shipped.recipes(), *mix.recipes(2, 600, KINDS))]

    assert {expect.reason for expect in expects if expect.reason} <= {rule["id"] for rule in rules} | _CODES
    assert {expect.queue for expect in expects if expect.queue} <= set(queues)
