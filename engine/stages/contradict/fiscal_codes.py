"""Fiscal codes: what tax offices make vendors print. Each parser returns None for what is not its own."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from engine.stages.contradict.code_record import CodeRecord, amount, day, made

_ZATCA_TAGS = 5
_LATE = 22
"""Hour in UTC from which the next day may have begun in Germany."""
_RKSV = re.compile(r"_?R1-(AT\d+)_([^_]*)_([^_]*)_(\d{4}-\d\d-\d\dT[\d:]+)_((?:-?\d+,\d\d_){5})")
_NIF = re.compile(r"\d{9}")


def zatca(text: str) -> CodeRecord | None:
    """Read a Saudi e-invoice code: base64 of tag, length, value; tags 1 to 5 are seller, VAT number, time, total, VAT."""
    if not re.fullmatch(r"[A-Za-z0-9+/\s]{20,}={0,2}\s*", text):
        return None
    try:
        said = dict(_tagged(base64.b64decode(text, validate=False)))
        seller, number, moment, total, vat = (said[tag].decode().strip() for tag in range(1, _ZATCA_TAGS + 1))
    except (binascii.Error, KeyError, ValueError, IndexError):
        return None
    problems = [] if re.fullmatch(r"3\d{13}3", number) else ["The VAT number has a wrong form."]
    return made(
        "zatca", "ZATCA code", problems=problems, vendor_name=seller, vendor_tax_id=number,
        issue_date=day(moment[:10], "Ymd"), total=amount(total), tax_total=amount(vat), currency="SAR",
    )  # fmt: skip


def _tagged(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(data):
        length = data[place + 1]
        yield data[place], data[place + 2 : place + 2 + length]
        place += 2 + length


def portuguese(text: str) -> CodeRecord | None:
    """Read the code of Portuguese invoices (`A:nif*B:nif*...`, Portaria 195/2020)."""
    if not re.match(r"A:\d{9}\*B:", text):
        return None
    said = dict(part.split(":", 1) for part in text.split("*") if ":" in part)
    buyer = said.get("B", "")
    number = said.get("G", "")
    return made(
        "portuguese", "Portuguese fiscal code", problems=_nif_problems(said.get("A", "")),
        vendor_tax_id=f"PT{said['A']}", buyer_tax_id=f"PT{buyer}" if _NIF.fullmatch(buyer) and buyer != "999999990" else None,
        issue_date=day(said.get("F", ""), "Ymd"), invoice_number=number, tax_total=amount(said.get("N", "")),
        total=amount(said.get("O", "")), currency="EUR",
    )  # fmt: skip


def _nif_problems(nif: str) -> list[str]:
    from stdnum.pt import nif as checker

    return [] if checker.is_valid(nif) else ["The tax number of the vendor has a wrong check digit."]


def spanish(text: str) -> CodeRecord | None:
    """Read the check link of VERI*FACTU (`...ValidarQR?nif=&numserie=&fecha=&importe=`) or of TicketBAI (`?id=TBAI-...`)."""
    if not re.match(r"https?://", text, re.IGNORECASE):
        return None
    said = {key.lower(): values[0].strip() for key, values in parse_qs(urlsplit(text).query).items()}
    if {"nif", "numserie", "importe"} <= said.keys():
        return made(
            "verifactu", "VERI*FACTU code", vendor_tax_id=f"ES{said['nif']}", invoice_number=said["numserie"],
            issue_date=day(said.get("fecha", ""), "dmY"), total=amount(said["importe"]), currency="EUR",
        )  # fmt: skip
    basque = re.match(r"TBAI-([A-Z0-9]{9})-(\d{6})-", said.get("id", ""))
    if not basque:
        return None
    return made(
        "ticketbai", "TicketBAI code", vendor_tax_id=f"ES{basque[1]}", invoice_number=said.get("nf"), currency="EUR",
        issue_date=day(f"{basque[2][:4]}20{basque[2][4:]}", "dmY"), total=amount(said.get("i", "")),
    )  # fmt: skip


def gst(text: str) -> CodeRecord | None:
    """Read the signed code of Indian e-invoices: a JSON web token whose payload is the invoice (signature not checked)."""
    parts = text.strip().split(".")
    if len(parts) != 3 or not text.startswith("ey"):  # noqa: PLR2004 - header, payload, signature
        return None
    try:
        payload: Any = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        data = payload.get("data", payload)
        said: Mapping[str, Any] = json.loads(data, parse_float=Decimal) if isinstance(data, str) else data
        seller, number = str(said["SellerGstin"]), str(said["DocNo"])
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        return None
    return made(
        "gst", "GST e-invoice code", vendor_tax_id=seller, buyer_tax_id=str(said.get("BuyerGstin") or ""), currency="INR",
        invoice_number=number, issue_date=day(str(said.get("DocDt", "")), "dmY"), total=amount(str(said.get("TotInvVal", ""))),
    )  # fmt: skip


def german(text: str) -> CodeRecord | None:
    """Read the code of German till receipts (DSFinV-K, annex I: `V0;till;Kassenbeleg-V1;Beleg^...`)."""
    parts = text.split(";")
    if parts[0] != "V0" or len(parts) < 8 or not parts[2].startswith("Kassenbeleg"):  # noqa: PLR2004
        return None
    sums = parts[3].split("^")
    rates = [amount(part) for part in sums[1].split("_")] if len(sums) > 1 else []
    total = str(sum(Decimal(rate) for rate in rates if rate)) if rates and all(rates) else None
    return made("dsfinvk", "German till code", total=total, issue_date=_local_day(parts[7]), currency="EUR")


def _local_day(moment: str) -> str | None:
    """Return the day in Germany of a moment in UTC. Around midnight it may be either, then nothing."""
    found = re.match(r"(\d{4}-\d\d-\d\d)T(\d\d)", moment)
    return day(found[1], "Ymd") if found and int(found[2]) < _LATE else None


def austrian(text: str) -> CodeRecord | None:
    """Read the code of Austrian till receipts (RKSV: `_R1-AT1_till_number_time_` and five sums by tax rate)."""
    found = _RKSV.match(text.strip())
    if not found:
        return None
    sums = [Decimal(part.replace(",", ".")) for part in found[5].strip("_").split("_")]
    return made(
        "rksv", "Austrian till code", receipt_number=found[3], issue_date=day(found[4][:10], "Ymd"),
        total=str(sum(sums)), currency="EUR",
    )  # fmt: skip


PARSERS = (portuguese, spanish, gst, german, austrian, zatca)
