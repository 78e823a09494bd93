from pathlib import Path

import pytest

from engine.content.flow import Flow, load_flow
from engine.model.errors import ContentError

TEXT = """\
name: ap_invoice
version: 1
when: {types: [invoice, credit_note]}
record: invoice
matches: [vendor]
ruleset: ap_invoice@1
queues: {ap_data: Data entry}
business_key: "{vendor_id}/{invoice_number}"
sends:
  - {target: erp, object: vendor_invoice, mapping: files.csv@1}
  - {target: dms, object: archive, mapping: files.pdf@2, after: [vendor_invoice]}
"""


def load(folder: Path, text: str) -> Flow:
    file = folder / "ap_invoice.v1.yaml"
    file.write_text(text, encoding="utf-8")
    return load_flow(file)


def test_a_flow_is_read(tmp_path: Path) -> None:
    flow = load(tmp_path, TEXT)

    assert (flow.ref, flow.when.on_request, flow.key_fields) == ("ap_invoice@1", False, ("vendor_id", "invoice_number"))
    assert flow.sends[1].after == ("vendor_invoice",)


def test_a_send_is_called_by_its_name_or_else_by_its_object(tmp_path: Path) -> None:
    flow = load(tmp_path, TEXT.replace("object: archive,", "object: archive, name: paper,"))

    assert [send.called for send in flow.sends] == ["vendor_invoice", "paper"]


def test_a_key_is_filled_in_or_is_none(tmp_path: Path) -> None:
    flow = load(tmp_path, TEXT)

    assert flow.key({"vendor_id": "V1", "invoice_number": "{vendor_id}", "total": "1"}) == "V1/{vendor_id}"
    assert flow.key({"vendor_id": "V1"}) is None
    assert flow.key({"vendor_id": "V1", "invoice_number": ""}) is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("types: [invoice, credit_note]", "types: [In voice]", "ap_invoice.v1.yaml:3: when.types[0]: 'In voice' should match pattern"),
        ("types: [invoice, credit_note]", "types: []", "when.types: Tuple should have at least 1 item"),
        ("types: [invoice, credit_note]", "types: [invoice], on_request: yes", "when.on_request: true or false belongs here"),
        ("ruleset: ap_invoice@1", "ruleset: ap_invoice", "ruleset: 'ap_invoice' should match pattern"),
        ("ruleset: ap_invoice@1", "ruleset: ap_invoice@latest", "ruleset: 'ap_invoice@latest' should match pattern"),
        ("ruleset: ap_invoice@1", "ruleset: ap_invoice@01", "should match pattern"),
        ("matches: [vendor]", "matches: [employee]", "matches[0]: Input should be 'vendor', 'purchase_order', 'customer', 'account', 'posted', 'screening' or 'items'"),
        ("matches: [vendor]", "matches: [vendor, customer]", "matches: a document is of a vendor or of a customer; name one of them"),
        ('"{vendor_id}/{invoice_number}"', "invoice", "business_key: name the fields that make the key in braces"),
        ('"{vendor_id}/{invoice_number}"', '"{vendor id}"', "name the fields that make the key in braces"),
        ('"{vendor_id}/{invoice_number}"', '"{vendor_id}/{invoice_number"', "name the fields that make the key in braces"),
        ("after: [vendor_invoice]", "after: [payment]", "archive waits for payment, which no earlier send of this flow writes"),
        ("after: [vendor_invoice]", "after: [archive]", "archive waits for archive"),
        ("target: dms, object: archive", "target: dms, object: archive, name: vendor_invoice", "two sends are called vendor_invoice"),
        ("target: dms, object: archive", "target: erp, object: vendor_invoice, name: copy", "vendor_invoice is written to erp twice"),
        ("after: [vendor_invoice]", "deadline_hours: 0", "deadline_hours: Input should be greater than or equal to 1"),
        ("after: [vendor_invoice]", "item_key: line_number", "`item_key` goes with `each`"),
        ("after: [vendor_invoice]", "each: pages", "each: Input should be 'lines' or 'taxes'"),
        ("queues: {ap_data: Data entry}", "queues: {}", "queues: Dictionary should have at least 1 item"),
        ("version: 1", "version: 0", "version: Input should be greater than or equal to 1"),
    ],
)  # fmt: skip
def test_a_broken_flow_stops_the_start(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in TEXT

    with pytest.raises(ContentError) as refused:
        load(tmp_path, TEXT.replace(old, new, 1))

    assert told in str(refused.value)


def test_items_of_two_lists_do_not_wait_for_each_other(tmp_path: Path) -> None:
    text = TEXT.replace("object: vendor_invoice,", "object: vendor_invoice, each: lines,")
    assert load(tmp_path, text).sends[0].item_key == "position"

    for other in ("each: taxes", "each: lines, item_key: line_number"):
        with pytest.raises(ContentError, match="give both the same `each` and `item_key`"):
            load(tmp_path, text.replace("after: [vendor_invoice]", f"after: [vendor_invoice], {other}"))


def test_what_is_written_once_an_item_is_not_reversed_by_a_flow(tmp_path: Path) -> None:
    text = TEXT.replace("object: vendor_invoice,", "object: vendor_invoice, each: lines,")

    with pytest.raises(
        ContentError, match="vendor_invoice is written once an item; such writes are taken back by hand"
    ):
        load(tmp_path, text + "reversals:\n  - {reverses: vendor_invoice, object: back, mapping: files.back@1}\n")
