"""DELVRY01 to DELVRY07, message DESADV: where each canonical field of a delivery stands.

Qualifiers as SAP documents them with the segments: E1ADRM1 PARTNER_Q (LF vendor, OSO sales organisation, AG sold-to, WE
ship-to), E1EDT13 QUALF (006 goods issue, 007 delivery; ISDD is when it was, NTANF and NTEND when it should be), E1EDL41
QUALI 001 the customer's order, E1EDL43 QUALF C the vendor's order.
"""

from adapters.idoc.table import Pick, Table

_ADDRESS = ("STREET1", "POSTL_COD1", "CITY1", "COUNTRY1")


def _party(role: str, qualifiers: str) -> tuple[Pick, ...]:
    at = f"E1EDL20/E1ADRM1[PARTNER_Q={qualifiers}]"
    return (
        Pick(f"{role}_name", "text", (f"{at}/NAME1",)),
        Pick(f"{role}_country", "country", (f"{at}/COUNTRY1",)),
        Pick(f"{role}_address", "text", tuple(f"{at}/{part}" for part in _ADDRESS), "each"),
    )


_VENDOR = "E1EDL20/E1ADRM1[PARTNER_Q=LF|OSO]"

DELIVERY = Table(
    header=(
        Pick("delivery_note_number", "text", ("E1EDL20/VBELN", "E1EDL20/LIFEX")),
        Pick("issue_date", "date", (
            "E1EDL20/E1EDT13[QUALF=006]/ISDD", "E1EDL20/E1EDT13[QUALF=006]/NTANF", "EDI_DC40/CREDAT",
        )),
        Pick("delivery_date", "date", ("E1EDL20/E1EDT13[QUALF=007]/NTEND", "E1EDL20/E1EDT13[QUALF=007]/NTANF")),
        Pick("po_number", "text", ("E1EDL20/E1EDL24/E1EDL41[QUALI=001]/BSTNR",), "same"),
        Pick("sales_order_number", "text", ("E1EDL20/E1EDL24/E1EDL43[QUALF=C]/BELNR",), "same"),
        *_party("vendor", "LF|OSO"),
        Pick("vendor_street", "text", (f"{_VENDOR}/STREET1",)),
        Pick("vendor_postcode", "text", (f"{_VENDOR}/POSTL_COD1",)),
        Pick("vendor_city", "text", (f"{_VENDOR}/CITY1",)),
        Pick("vendor_email", "text", (f"{_VENDOR}/E_MAIL",)),
        Pick("vendor_phone", "text", (f"{_VENDOR}/TELEPHONE1",)),
        *_party("buyer", "AG|WE"),
        Pick("customer_number", "text", ("E1EDL20/E1ADRM1[PARTNER_Q=AG]/PARTNER_ID",)),
        Pick("note", "text", ("E1EDL20/E1TXTH8/E1TXTP8/TDLINE",), "all", " "),
    ),
    lines="E1EDL20/E1EDL24",
    line=(
        Pick("line_number", "position", ("POSNR",)),
        Pick("item_code", "material", ("E1EDL26/MATNR_LONG", "MATNR")),
        Pick("buyer_item_code", "text", ("KDMAT35", "KDMAT")),
        Pick("standard_item_code", "text", ("EAN11",)),
        Pick("description", "text", ("ARKTX",)),
        Pick("quantity", "decimal", ("LFIMG",)),
        Pick("unit", "unit", ("VRKME",)),
        Pick("batch_number", "text", ("CHARG",)),
        Pick("expiry_date", "date", ("VFDAT",)),
        Pick("origin_country", "country", ("E1EDL35/HERKL",)),
        Pick("po_number", "text", ("E1EDL41[QUALI=001]/BSTNR",)),
        Pick("po_line", "position", ("E1EDL41[QUALI=001]/POSEX",)),
        Pick("parent_line_number", "position", ("HIPOS",)),
    ),
)  # fmt: skip
