import pytest

from adapters.dynamics_fo.directory import FoDirectory
from adapters.dynamics_fo.plug import PLUG
from adapters.dynamics_fo.sandbox.environment import FoSandbox
from adapters.shared.sandbox.faults import Fault
from engine.model.errors import Transient
from engine.model.master_kinds import KINDS
from engine.model.masterdata import Kind


@pytest.fixture
def directory(environment: FoSandbox) -> FoDirectory:
    environment.stand(
        "VendorsV2", VendorAccountNumber="1001", VendorOrganizationName="Acme Office Supplies", TaxExemptNumber="DE1",
        OnHoldStatus="No", AddressCity="Hamburg", PrimaryUrl="https://example.org",
    )  # fmt: skip
    environment.stand("VendorsV2", VendorAccountNumber="1002", VendorOrganizationName="Other", OnHoldStatus="Invoice")
    environment.stand(
        "PurchaseOrderHeadersV2",
        PurchaseOrderNumber="PO1",
        OrderVendorAccountNumber="1001",
        PurchaseOrderStatus="Invoiced",
    )
    environment.stand(
        "PurchaseOrderLinesV2", PurchaseOrderNumber="PO1", LineNumber=1, ItemNumber="A-1", OrderedPurchaseQuantity=3,
        PurchasePrice=2, RequestedDeliveryDate="2026-03-20T12:00:00Z",
    )  # fmt: skip
    environment.stand(
        "VendPackingSlipTransBiEntities", PackingSlipId="LS-7", OrigPurchId="PO1", PurchaseLineLineNumber=1, LineNum=1, Qty=2,
        DeliveryDate="1900-01-01T12:00:00Z",
    )  # fmt: skip
    made = PLUG.directory({**environment.settings(), "timeout_seconds": 0.5})
    assert isinstance(made, FoDirectory)
    return made


def test_vendors_come_in_our_columns(directory: FoDirectory) -> None:
    first, second = sorted(directory.page("vendors", after="", since=None).rows, key=lambda row: row["id"])

    assert first == {
        "id": "1001", "name": "Acme Office Supplies", "tax_id": "DE1", "city": "Hamburg", "website": "https://example.org",
        "status": "open",
    }  # fmt: skip
    assert second["status"] == "blocked"


def test_orders_lines_and_receipts_hang_together(directory: FoDirectory) -> None:
    (order,) = directory.page("orders", after="", since=None).rows
    (line,) = directory.page("order_lines", after="", since=None).rows
    (receipt,) = directory.page("goods_receipts", after="", since=None).rows

    assert (order["number"], order["vendor_id"], order["status"]) == ("PO1", "1001", "closed")
    assert (line["number"], line["line"], line["quantity"], line["delivery_date"]) == ("PO1", "1", "3", "2026-03-20")
    assert (receipt["receipt"], receipt["number"], receipt["order_line"]) == ("PO1/LS-7", "PO1", "1")
    assert "received_on" not in receipt


def test_a_vendor_is_looked_up_by_its_tax_number(directory: FoDirectory) -> None:
    (found,) = directory.look_up("vendor", {"tax_id": "DE1"})

    assert (found.id, found.name) == ("1001", "Acme Office Supplies")
    assert list(directory.look_up("vendor", {"iban": "DE00"})) == []


def test_an_answer_without_a_list_is_no_empty_list(directory: FoDirectory, environment: FoSandbox) -> None:
    environment.faults.add(Fault("html_200", on="reads", times=9))

    with pytest.raises(Transient):
        directory.page("vendors", after="", since=None)


def test_every_column_is_one_of_the_kinds(directory: FoDirectory) -> None:
    kinds: dict[str, Kind] = {kind.name: kind for kind in KINDS}
    rows = {name: directory.page(name, after="", since=None).rows for name in directory.kinds()}

    assert {
        (name, column) for name, some in rows.items() for row in some for column in row
        if column not in {one.name for one in kinds[name].columns}
    } == set()  # fmt: skip
