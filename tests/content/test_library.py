import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.content.library import Library
from engine.content.released import release
from engine.content.when import Seen
from engine.model.errors import ContentError

ROOT = Path(__file__).parents[2]
Change = Callable[[str, str, str], None]


@pytest.fixture(scope="module")
def shipped() -> Library:
    return Library.load(ROOT, "dev")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    for folder in ("rules", "mappings", "environments"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def change(content: Path) -> Change:
    def replace(file: str, old: str, new: str) -> None:
        text = (content / file).read_text(encoding="utf-8")
        assert old in text
        (content / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.mark.parametrize("environment", sorted(file.stem for file in (ROOT / "environments").glob("*.yaml")))
def test_what_is_shipped_loads_in_every_environment(environment: str) -> None:
    library = Library.load(ROOT, environment)

    assert library.environment.name == environment
    assert all(ref in library.flows for ref in library.environment.flows)


def test_everything_that_was_loaded_has_a_digest(shipped: Library) -> None:
    kinds = {
        "ruleset": shipped.rulesets, "flow": shipped.flows, "matrix": shipped.matrices, "schema": shipped.schemas,
        "tolerance": shipped.tolerances, "table": shipped.tables,
    }  # fmt: skip
    expected = {f"{kind}/{ref}" for kind, found in kinds.items() for ref in found}
    expected |= {f"inbound/{one.ref}" for one in shipped.inbound.values()}
    expected |= {f"paper/{paper.ref}" for one in shipped.vocabularies.values() for paper in one.papers.values()}
    expected |= {f"terms/{one.payment_terms.ref}" for one in shipped.vocabularies.values() if one.payment_terms}
    expected |= {f"receipts/{one.receipts.ref}" for one in shipped.vocabularies.values() if one.receipts}
    expected |= {f"xref/{ref}" for matrix in shipped.matrices.values() for ref in matrix.xrefs}
    expected |= {"facts/facts@1", "environment/dev", "calibration/confidence@1", "parties/parties@1"} | {
        f"vocabulary/{one.ref}" for one in shipped.vocabularies.values()
    }

    assert set(shipped.digests) == expected


def test_a_document_goes_to_the_first_live_flow_that_takes_its_type(shipped: Library) -> None:
    assert [shipped.flow_for(Seen(type=kind)) for kind in ("contract", "unknown")] == [None, None]
    assert {flow.ref for kind in ("invoice", "credit_note") if (flow := shipped.flow_for(Seen(type=kind)))} == {
        "ap_invoice@1"
    }


@pytest.mark.parametrize("asked", ["ap_invoice_idoc", "ap_invoice_idoc@1"])
def test_a_flow_may_be_asked_for_by_name(shipped: Library, asked: str) -> None:
    flow = shipped.flow_for(Seen(type="invoice"), asked)

    assert flow is not None
    assert flow.ref == "ap_invoice_idoc@1"


@pytest.mark.parametrize("asked", ["ap_invoice_idoc@2", "other"])
def test_a_flow_that_is_not_live_is_not_given(shipped: Library, asked: str) -> None:
    assert shipped.flow_for(Seen(type="invoice"), asked) is None


def test_a_decision_rests_on_the_digests_of_its_flow(shipped: Library) -> None:
    refs = [ref for ref, _ in shipped.digests_of(shipped.flows["ap_invoice@1"])]

    assert [ref for ref in refs if not ref.startswith("vocabulary/")] == [
        "calibration/confidence@1", "environment/dev", "facts/facts@1", "flow/ap_invoice@1", "inbound/hubspot.contacts@1", "inbound/hubspot.deals@1", "matrix/files.ap_invoice_csv@1", "matrix/files.ap_invoice_reversal_csv@1",
        "paper/account_application@1", "paper/business_licence@1", "paper/change_request@1", "paper/contract@1", "paper/correspondence@1", "paper/lead@1", "paper/order_form@1", "paper/remittance@1", "paper/tax_form@1", "paper/vendor_statement@1", "parties/parties@1", "receipts/receipts@1", "ruleset/ap_invoice@1", "schema/invoice", "table/approval_level@1",
        "terms/payment_terms@1", "tolerance/sap_like@1",
    ]  # fmt: skip
    assert "vocabulary/de@1" in refs


def test_one_changed_letter_changes_one_digest(content: Path, change: Change, shipped: Library) -> None:
    change("rules/sets/ap_invoice.v1.yaml", 'total: "0.80"', 'total: "0.81"')

    changed = Library.load(content, "dev").digests

    assert [ref for ref in changed if changed[ref] != shipped.digests[ref]] == ["ruleset/ap_invoice@1"]


DEALS = "rules/flows/sales_order_hubspot.v1.yaml"
FLOW, RULES, DEV = "rules/flows/ap_invoice.v1.yaml", "rules/sets/ap_invoice.v1.yaml", "environments/dev.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (FLOW, "ruleset: ap_invoice@1", "ruleset: ap_invoice@9", "ruleset: unknown 'ap_invoice@9'; there are: account_application@1, ap_invoice@1"),
        (FLOW, "files.ap_invoice_csv@1", "files.ap_invoice_cvs@1", "sends[0].mapping: unknown 'files.ap_invoice_cvs@1'; there are: "),
        (FLOW, "types: [invoice, credit_note]", "types: [invoise]", "when.types[0]: unknown 'invoise'; there are: account_application, bank_statement"),
        (FLOW, "record: invoice", "record: invoices", "record: unknown 'invoices'; there are: account_application, business_licence, change_request"),
        (FLOW, "record: invoice", "record: receipt", "sends[0].mapping: files.ap_invoice_csv@1 maps from 'invoice', but this flow makes records of 'receipt'"),
        (FLOW, "object: vendor_invoice", "name: vendor_invoice, object: invoice", "sends[0].object: files.ap_invoice_csv@1 writes 'vendor_invoice', but the flow says 'invoice'"),
        (FLOW, "{invoice_number}", "{invoice_no}", "business_key: unknown 'invoice_no'; there are: accounting_reference"),
        (FLOW, "matches: [vendor, purchase_order]", "matches: [purchase_order]", "business_key: unknown 'vendor_id'"),
        (FLOW, '  procurement: "Procurement"\n', "", "routing.owners names the queue 'procurement', which the flow does not have"),
        (FLOW, "version: 1", "version: 2", "the file says it is ap_invoice@2; name and version must be those of the file name"),
        (DEALS, "each: lines, ", "", "sends[1].each: hubspot.line_item@1 makes one line_items of each of lines; the send has to say `each: lines`"),
        (DEALS, "name: file, after", "name: file, each: lines, after", "sends[2].each: hubspot.order_file@1 maps the whole record; the send has to say no `each`"),
        (DEALS, "each: lines", "each: lines, item_key: number", "sends[1].item_key: unknown 'number'; there are: amount"),
        (RULES, "mandatory: [invoice_number,", "mandatory: [invoice_no,", "unknown 'invoice_no'; ap_invoice@1 names it mandatory"),
        (RULES, "when: vendor_outcome == 'none'", "when: vendor_outcom == 'none'", "unknown fact `vendor_outcom`; did you mean vendor_outcome or "),
        (RULES, "matching: sap_like@1", "matching: sap@1", "matching: unknown 'sap@1'; there are: dynamics_like@1"),
        (DEV, "flows: [ap_invoice@1,", "flows: [ap_invoices@1,", "flows[0]: unknown 'ap_invoices@1'; there are: account_application@1, account_change_business_central@1"),
        (DEV, "  erp: {", "  erpp: {", "targets: unknown 'erp'; ap_invoice@1 sends to it; there are: erp_fixed"),
        ("environments/prod.yaml", "kind: production", "kind: prod", "prod.yaml"),
        ("mappings/canonical/invoice.schema.json", '"type": "object"', '"type": "objekt"', "invoice.schema.json"),
        ("rules/facts.yaml", "version: 1", "version: one", "facts.yaml:4: version: a whole number belongs here"),
    ],
)  # fmt: skip
def test_a_reference_to_nothing_stops_the_start(
    content: Path, change: Change, file: str, old: str, new: str, told: str
) -> None:
    change(file, old, new)

    with pytest.raises(ContentError) as refused:
        Library.load(content, "dev")

    assert told in str(refused.value)


def test_a_stray_file_among_the_rules_is_not_skipped(content: Path) -> None:
    (content / "rules" / "sets" / "ap_invoice.v2.yml").write_text("name: x\n")

    with pytest.raises(ContentError, match=r"ap_invoice\.v2\.yml: a file here is called name\.vN\.yaml"):
        Library.load(content, "dev")


def test_an_unknown_environment_is_told_which_there_are(content: Path) -> None:
    with pytest.raises(ContentError, match="no environment 'staging'; there are: dev, prod, test"):
        Library.load(content, "staging")


def test_a_released_ruleset_cannot_be_changed_in_place(content: Path, change: Change) -> None:
    release(Library.load(content, "dev").digests, ["ruleset/ap_invoice@1"], lock=content / "rules" / "released.lock")
    Library.load(content, "dev")

    change("rules/sets/ap_invoice.v1.yaml", 'total: "0.80"', 'total: "0.10"')

    with pytest.raises(ContentError, match=r"make a new version \(ruleset/ap_invoice@2\)"):
        Library.load(content, "dev")


def test_a_new_version_stands_beside_the_old_one(content: Path) -> None:
    shipped = set(Library.load(content, "dev").rulesets)
    old = (content / "rules" / "sets" / "ap_invoice.v1.yaml").read_text(encoding="utf-8")
    (content / "rules" / "sets" / "ap_invoice.v2.yaml").write_text(
        old.replace("version: 1", "version: 2", 1), encoding="utf-8"
    )

    assert set(Library.load(content, "dev").rulesets) == {*shipped, "ap_invoice@2"}
    assert "ap_invoice@2" not in shipped
