"""INVOIC01/02 and ORDERS01 to 05: where each canonical field stands.

Qualifiers as SAP documents them with the segments: E1EDKA1 PARVW (LF vendor, RS who bills, AG sold-to, RE bill-to, RG
payer), E1EDK02/E1EDP02 QUALF (001 the customer's order, 002 the vendor's, 009 invoice, 012 and 016 delivery, 005
contract), E1EDK03 IDDAT (001 delivery, 002 wanted delivery, 012 document, 022 order, 024 posting, 025 confirmation, 026
invoice, 028 due), E1EDP19 QUALF (001 the customer's material, 002 the vendor's, 003 EAN), E1EDP26 QUALF 003 net value of
the item, E1EDS01 SUMID (002 and 003 net and gross value of an order, 005 tax, 010 net value of an invoice, 011 what is billed).
"""

from adapters.idoc.table import Pick, Table

_ADDRESS = ("STRAS", "STRS2", "PSTLZ", "ORT01", "LAND1")


def _party(role: str, qualifiers: str, vat: str) -> tuple[Pick, ...]:
    at = f"E1EDKA1[PARVW={qualifiers}]"
    return (
        Pick(f"{role}_name", "text", (f"{at}/NAME1",)),
        Pick(f"{role}_tax_id", "account", (f"E1EDK01/{vat}",)),
        Pick(f"{role}_country", "country", (f"{at}/LAND1",)),
        Pick(f"{role}_endpoint", "text", (f"{at}/ILNNR",)),
        Pick(f"{role}_address", "text", tuple(f"{at}/{part}" for part in _ADDRESS), "each"),
    )


def _vendor(vat: str) -> tuple[Pick, ...]:
    at = "E1EDKA1[PARVW=LF|RS]"
    return (
        *_party("vendor", "LF|RS", vat),
        Pick("vendor_street", "text", (f"{at}/STRAS",)),
        Pick("vendor_postcode", "text", (f"{at}/PSTLZ",)),
        Pick("vendor_city", "text", (f"{at}/ORT01",)),
        Pick("vendor_phone", "text", (f"{at}/TELF1",)),
    )


def _buyer(vat: str, qualifiers: str) -> tuple[Pick, ...]:
    return (
        *_party("buyer", qualifiers, vat),
        Pick("buyer_reference", "text", ("E1EDKA1[PARVW=AG]/IHREZ",)),
        Pick("customer_number", "text", ("E1EDKA1[PARVW=AG]/PARTN", "E1EDKA1[PARVW=AG]/LIFNR")),
    )


_COMMON = (
    Pick("currency", "currency", ("E1EDK01/CURCY",)),
    Pick("contract_number", "text", ("E1EDK02[QUALF=005]/BELNR",)),
    Pick("payment_terms", "text", ("E1EDK18/ZTERM_TXT",), "all", "; "),
    Pick("note", "text", ("E1EDKT1/E1EDKT2/TDLINE",), "all", " "),
)
_LINE = (
    Pick("line_number", "position", ("POSEX",)),
    Pick("item_code", "material", (
        "E1EDP19[QUALF=002]/IDTNR_LONG", "E1EDP19[QUALF=002]/IDTNR", "MATNR_LONG", "MATNR",
    )),
    Pick("buyer_item_code", "material", ("E1EDP19[QUALF=001]/IDTNR_LONG", "E1EDP19[QUALF=001]/IDTNR")),
    Pick("standard_item_code", "text", ("E1EDP19[QUALF=003]/IDTNR",)),
    Pick("description", "text", ("E1EDP19[QUALF=002|001|003]/KTEXT", "E1EDPT1/E1EDPT2/TDLINE")),
    Pick("quantity", "decimal", ("MENGE",)),
    Pick("unit", "unit", ("MENEE",)),
    Pick("unit_price", "decimal", ("VPREI",)),
    Pick("price_base", "decimal", ("PEINH",)),
    Pick("amount", "amount", ("E1EDP26[QUALF=003]/BETRG", "NETWR")),
    Pick("tax_rate", "decimal", ("E1EDP04/MSATZ",)),
    Pick("po_number", "text", ("E1EDP02[QUALF=001]/BELNR",)),
    Pick("po_line", "position", ("E1EDP02[QUALF=001]/ZEILE",)),
)  # fmt: skip
_TAX = (
    Pick("rate", "decimal", ("MSATZ",)),
    Pick("amount", "amount", ("MWSBT",)),
)
_ORDERED = (
    Pick("subtotal", "amount", ("E1EDS01[SUMID=002]/SUMME", "E1EDS01[SUMID=010]/SUMME")),
    Pick("tax_total", "amount", ("E1EDS01[SUMID=005]/SUMME",)),
    Pick("total", "amount", ("E1EDS01[SUMID=003]/SUMME", "E1EDS01[SUMID=011]/SUMME")),
)
_WANTED = Pick("delivery_date", "date", ("E1EDP20/EDATU", "E1EDP03[IDDAT=002]/DATUM"))

INVOICE = Table(
    header=(
        Pick("invoice_number", "text", ("E1EDK02[QUALF=009]/BELNR", "E1EDK01/BELNR")),
        Pick("issue_date", "date", (
            "E1EDK03[IDDAT=026]/DATUM", "E1EDK02[QUALF=009]/DATUM", "E1EDK03[IDDAT=012]/DATUM", "E1EDK03[IDDAT=024]/DATUM",
        )),
        Pick("due_date", "date", ("E1EDK03[IDDAT=028]/DATUM",)),
        Pick("delivery_date", "date", ("E1EDK03[IDDAT=001]/DATUM",)),
        Pick("po_number", "text", ("E1EDK02[QUALF=001]/BELNR",)),
        Pick("sales_order_number", "text", ("E1EDK02[QUALF=002]/BELNR",)),
        Pick("delivery_note_number", "text", ("E1EDK02[QUALF=012|016]/BELNR",)),
        *_vendor("EIGENUINR"),
        *_buyer("KUNDEUINR", "RE|AG|RG"),
        *_COMMON,
        Pick("vendor_iban", "account", ("E1EDK28/BIBAN",)),
        Pick("vendor_bic", "account", ("E1EDK28/BRNUM",)),
        Pick("subtotal", "amount", ("E1EDS01[SUMID=010]/SUMME",)),
        Pick("tax_total", "amount", ("E1EDS01[SUMID=005]/SUMME",)),
        Pick("total", "amount", ("E1EDS01[SUMID=011]/SUMME",)),
    ),
    lines="E1EDP01", line=_LINE, taxes="E1EDK04", tax=_TAX,
)  # fmt: skip

ORDER = Table(
    header=(
        Pick("po_number", "text", ("E1EDK02[QUALF=001]/BELNR", "E1EDK01/BELNR")),
        Pick("issue_date", "date", (
            "E1EDK03[IDDAT=012]/DATUM", "E1EDK02[QUALF=001]/DATUM", "E1EDK03[IDDAT=022]/DATUM",
        )),
        Pick("delivery_date", "date", ("E1EDK03[IDDAT=002]/DATUM",)),
        *_vendor("KUNDEUINR"),
        *_buyer("EIGENUINR", "AG"),
        *_COMMON,
        *_ORDERED,
    ),
    lines="E1EDP01", line=(*_LINE, _WANTED),
)  # fmt: skip

ORDER_RESPONSE = Table(
    header=(
        Pick("po_number", "text", ("E1EDK02[QUALF=001]/BELNR",)),
        Pick("document_number", "text", ("E1EDK02[QUALF=002]/BELNR", "E1EDK01/BELNR")),
        Pick("sales_order_number", "text", ("E1EDK02[QUALF=002]/BELNR", "E1EDK01/BELNR")),
        Pick("issue_date", "date", (
            "E1EDK03[IDDAT=012]/DATUM", "E1EDK02[QUALF=002]/DATUM", "E1EDK03[IDDAT=025]/DATUM",
        )),
        Pick("delivery_date", "date", ("E1EDK03[IDDAT=002|001]/DATUM",)),
        *_vendor("EIGENUINR"),
        *_buyer("KUNDEUINR", "AG"),
        *_COMMON,
        *_ORDERED,
    ),
    lines="E1EDP01", line=(*_LINE, _WANTED), taxes="E1EDK04", tax=_TAX,
)  # fmt: skip
