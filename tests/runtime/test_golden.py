"""Frozen cases: judged again without the database they came from, masked when asked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.content.matrix import load_matrices
from engine.model.errors import ContentError
from engine.runtime import golden
from engine.runtime.golden import Case, Ran, Refused
from engine.runtime.house import House
from tests.durable.invoices import VENDOR, ubl_invoice
from tests.house import running_hub, test_settings

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("golden")


@pytest.fixture(scope="module")
def frozen(place: Path) -> Path:
    """A folder with a posted invoice as a case, once as it is and once masked, and one that goes to people."""
    with running_hub(place / "home") as hub:
        posted = hub.process(ubl_invoice(place, "GOLD-1"))
        held = hub.process(ubl_invoice(place, "GOLD-2", total="999.00"))
        golden.add(hub.house, place, posted.id, name="posted", why="A plain invoice.")
        golden.add(hub.house, place, posted.id, name="masked", is_masked=True)
        golden.add(hub.house, place, held.id, name="held")
        with pytest.raises(Refused, match="a case of this name"):
            golden.add(hub.house, place, posted.id, name="posted")
        with pytest.raises(Refused, match="small letters"):
            golden.add(hub.house, place, posted.id, name="Posted!")
        with pytest.raises(LookupError):
            golden.add(hub.house, place, "0" * 64, name="nothing")
    return place


@pytest.fixture(scope="module")
def house(frozen: Path) -> Iterator[House]:
    with golden.bench(test_settings(frozen / "other")) as made:
        yield made


def ran(house: House, frozen: Path, *wanted: str) -> dict[str, Ran]:
    return {one.case: one for one in golden.run(house, golden.cases(frozen, wanted))}


def case(frozen: Path, name: str) -> Case:
    return Case.model_validate_json((frozen / "golden/ap_invoice" / f"{name}.json").read_text())


def test_cases_come_out_as_frozen_without_their_database(house: House, frozen: Path) -> None:
    run = ran(house, frozen)

    assert {name: one.differences for name, one in run.items()} == {
        "ap_invoice/held": (), "ap_invoice/masked": (), "ap_invoice/posted": (),
    }  # fmt: skip
    assert all(one.asked_anew == () for one in run.values())


def test_a_case_holds_what_is_expected_of_it(frozen: Path) -> None:
    posted, held = case(frozen, "posted").expected, case(frozen, "held").expected

    assert (posted.route, len(posted.writes), posted.vendor) == ("post", 1, VENDOR["id"])
    assert (held.route, held.queue, held.writes) == ("review", "ap_data", ())


def test_a_masked_case_tells_of_no_vendor(frozen: Path) -> None:
    text = (frozen / "golden/ap_invoice/masked.json").read_text().casefold()

    assert VENDOR["name"].split()[0].casefold() not in text
    assert VENDOR["tax_id"].casefold() not in text
    assert (
        case(frozen, "masked").expected.writes[0].payload.keys()
        == case(frozen, "posted").expected.writes[0].payload.keys()
    )


def test_a_changed_row_is_told_by_its_leaf(house: House, frozen: Path) -> None:
    matrix = load_matrices(ROOT)["files.ap_invoice_csv@1"]
    header, *others = matrix.rows
    rows = tuple(
        row.model_copy(update={"via": "value | lower"}) if row.to == "invoice_no" else row for row in header.rows
    )
    edited = matrix.model_copy(update={"rows": (header.model_copy(update={"rows": rows}), *others)})
    library = house.library.__class__(
        **{**vars(house.library), "matrices": {**house.library.matrices, matrix.ref: edited}}
    )

    (run,) = golden.run(house, golden.cases(frozen, ["ap_invoice/posted"]), library=library)

    assert run.differences == ("erp/vendor_invoice header.invoice_no: 'GOLD-1' -> 'gold-1'",)


def test_a_changed_rule_is_told_by_its_route(house: House, frozen: Path) -> None:
    ruleset = house.library.rulesets["ap_invoice@1"]
    rules = tuple(rule for rule in ruleset.rules if rule.id != "amounts_wrong")
    edited = ruleset.model_copy(update={"rules": rules})
    library = house.library.__class__(
        **{**vars(house.library), "rulesets": {**house.library.rulesets, ruleset.ref: edited}}
    )

    (run,) = golden.run(house, golden.cases(frozen, ["ap_invoice/held"]), library=library)

    assert "rule amounts_wrong fires no longer" in run.differences


def test_a_case_that_is_not_there_is_said_so(frozen: Path) -> None:
    with pytest.raises(ContentError, match="there are flows: ap_invoice"):
        golden.cases(frozen, ["ap_bills"])


def test_a_broken_case_is_refused_with_its_file(frozen: Path, tmp_path: Path) -> None:
    data = json.loads((frozen / "golden/ap_invoice/held.json").read_text())
    (tmp_path / "golden/ap_invoice").mkdir(parents=True)
    (tmp_path / "golden/ap_invoice/held.json").write_text(json.dumps({**data, "expected": {}}))

    with pytest.raises(ContentError, match="is no golden case") as caught:
        golden.cases(tmp_path)

    assert caught.value.file.endswith("held.json")
