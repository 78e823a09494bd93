"""Invoices that a system of record had posted before the hub came: the columns of its export."""

from engine.model.masterdata import Column, Kind

POSTED_INVOICES = Kind(
    name="posted_invoices", title="Posted invoices", table="signatures", key=("entity", "document"),
    columns=(
        Column(name="document", meaning="Number of the document in the ERP; with its year where numbers begin anew.", required=True),
        Column(name="entity", meaning="Code of our company that it was posted in."),
        Column(
            name="type", type="choice", choices=("invoice", "credit_note"),
            meaning="Empty: a credit note where the amount is negative, else an invoice.",
        ),
        Column(name="vendor_id", meaning="Vendor in master data.", required=True),
        Column(name="number", meaning="Number that the vendor gave it.", required=True),
        Column(name="date", type="date", meaning="Day that the vendor wrote on it, not that of posting.", required=True),
        Column(name="amount", type="decimal", meaning="Total with tax.", required=True),
        Column(name="net", type="decimal", meaning="Total without tax."),
        Column(name="currency", type="currency", meaning="Currency of the document, ISO 4217.", required=True),
        Column(name="order", meaning="Purchase orders; several separated by `;`."),
        Column(name="due_date", type="date", meaning="Day until which it is paid."),
        Column(name="paid_on", type="date", meaning="Day on which it was paid in full; empty while it is open."),
        Column(name="reversed", type="boolean", meaning="Taken back in the ERP: it holds nothing up any more."),
    ),
)  # fmt: skip
"""One row an invoice or credit note."""
