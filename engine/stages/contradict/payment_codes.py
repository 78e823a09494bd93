"""Payment codes: what a banking app reads from an invoice. Each parser returns None for what is not its own."""

import base64
import binascii
import lzma
import re
import zlib
from collections.abc import Sequence
from urllib.parse import parse_qs, unquote, urlsplit

from engine.stages.contradict.code_record import (
    CodeRecord,
    amount,
    compact,
    day,
    is_creditor_reference,
    made,
    minor,
)

_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
"""Table of the recursive modulo 10 (Swiss Implementation Guidelines QR-bill, annex B)."""
_QR_IID = range(30000, 32000)
"""Institution ids of QR-IBANs."""
_MOST_UNPACKED = 20_000


def epc(text: str) -> CodeRecord | None:
    """Read an EPC069-12 code (GiroCode), versions 001 and 002."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].strip() != "BCD" or len(lines) < 7 or lines[3].strip() not in {"SCT", "INST"}:  # noqa: PLR2004
        return None
    lines = [*(line.strip() for line in lines), *[""] * 12][:12]
    money = re.fullmatch(r"([A-Z]{3})(\d+([.,]\d{1,2})?)", lines[7])
    problems = [] if lines[1] in {"001", "002"} else ["The version is neither 001 nor 002."]
    if lines[7] and not money:
        problems.append("The amount has a wrong form.")
    if lines[9].startswith("RF") and not is_creditor_reference(lines[9]):
        problems.append("The creditor reference has a wrong checksum.")
    return made(
        "epc", "GiroCode", problems=problems, vendor_iban=compact(lines[6]), vendor_name=lines[5],
        amount_due=amount(money[2]) if money else None, currency=money[1] if money else None,
        payment_reference=lines[9] or lines[10],
    )  # fmt: skip


def swiss_qr(text: str) -> CodeRecord | None:
    """Read a Swiss QR-bill (SPC, version 02xx): creditor, amount, reference, and billing information of Swico."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if lines[0] != "SPC" or len(lines) < 28:  # noqa: PLR2004 - up to the type of the reference
        return None
    lines = [*lines, *[""] * 6]
    account, kind, reference = compact(lines[3]), lines[27], compact(lines[28])
    billing = next((line for line in lines[29:33] if line.startswith("//S1/")), "")
    return made(
        "swiss_qr", "Swiss QR-bill", problems=_swiss_problems(lines, account, kind, reference), vendor_iban=account,
        vendor_name=lines[5], buyer_name=lines[21], amount_due=amount(lines[18]), currency=lines[19],
        payment_reference=reference, **swico(billing),
    )  # fmt: skip


def _swiss_problems(lines: Sequence[str], account: str, kind: str, reference: str) -> list[str]:
    institution = account[4:9]
    needs_qrr = account[:2] in {"CH", "LI"} and institution.isdecimal() and int(institution) in _QR_IID
    checks = {
        "The version is not 02.": lines[1][:2] != "02",
        "The account is not Swiss.": account[:2] not in {"CH", "LI"},
        "The address type is neither structured nor combined.": lines[4] not in {"S", "K"},
        "The type of reference does not fit the account.": needs_qrr != (kind == "QRR"),
        "The reference has a wrong checksum.": (kind == "QRR" and not is_qr_reference(reference))
        or (kind == "SCOR" and not is_creditor_reference(reference)),
        "There is a reference where none is announced.": kind == "NON" and bool(reference),
        "The currency is neither CHF nor EUR.": lines[19] not in {"CHF", "EUR"},
    }
    return [sentence for sentence, is_broken in checks.items() if is_broken]


def is_qr_reference(text: str) -> bool:
    """Whether 27 digits end with their check digit (recursive modulo 10)."""
    if not re.fullmatch(r"\d{27}", text):
        return False
    carry = 0
    for sign in text[:-1]:
        carry = _CARRY[(carry + int(sign)) % 10]
    return (10 - carry) % 10 == int(text[-1])


def swico(billing: str) -> dict[str, str | None]:
    """Return what billing information of Swico (`//S1/10/number/11/yymmdd/30/uid...`) says: number, date, VAT id."""
    if not billing.startswith("//S1/"):
        return {}
    parts = re.split(r"(?<!\\)/", billing[5:])
    said = {
        tag: value.replace("\\/", "/").replace("\\\\", "\\")
        for tag, value in zip(parts[::2], parts[1::2], strict=False)
    }
    uid = said.get("30", "")
    return {
        "invoice_number": said.get("10"), "issue_date": day(said.get("11", ""), "ymd"),
        "vendor_tax_id": f"CHE{uid}" if re.fullmatch(r"\d{9}", uid) else None,
    }  # fmt: skip


def spayd(text: str) -> CodeRecord | None:
    """Read a Czech short payment descriptor (`SPD*1.0*ACC:...`)."""
    if not re.match(r"SPD\*\d\.\d\*", text):
        return None
    pairs = (part.split(":", 1) for part in text.split("*")[2:] if ":" in part)
    said = {key.upper(): unquote(value) for key, value in pairs}
    problems = []
    if "CRC32" in said:
        body = re.sub(r"\*?CRC32:[^*]*", "", text).rstrip("*")
        head, *rest = body.split("*")[:2], *sorted(body.split("*")[2:])
        known = {f"{zlib.crc32(one.encode()):08X}" for one in (body, "*".join([*head, *rest]))}
        problems = [] if said["CRC32"].upper() in known else ["The check sum is wrong."]
    return made(
        "spayd", "SPAYD", problems=problems, vendor_iban=compact(said.get("ACC", "").split("+")[0]),
        amount_due=amount(said.get("AM", "")), currency=said.get("CC", "CZK"), vendor_name=said.get("RN"),
        due_date=day(said.get("DT", ""), "Ymd"), payment_reference=said.get("X-VS") or said.get("RF"),
    )  # fmt: skip


def upn(text: str) -> CodeRecord | None:
    """Read a Slovenian UPN QR."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0] != "UPNQR" or len(lines) < 19:  # noqa: PLR2004
        return None
    stated = lines[19].strip()[:3] if len(lines) > 19 else ""  # noqa: PLR2004
    length = sum(len(line) + 1 for line in lines[:19])
    problems = ["The check sum is wrong."] if stated.isdecimal() and int(stated) != length else []
    lines = [line.strip() for line in lines]
    return made(
        "upn", "UPN QR", problems=problems, vendor_iban=compact(lines[14]), vendor_name=lines[16], buyer_name=lines[5],
        amount_due=minor(lines[8]), currency="EUR", due_date=day(lines[13], "dmY"), payment_reference=lines[15],
    )  # fmt: skip


def hub3(text: str) -> CodeRecord | None:
    """Read a Croatian HUB3 code (PDF417)."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    if lines[0] not in {"HRVHUB30", "HRVHUB3"} or len(lines) < 12:  # noqa: PLR2004
        return None
    return made(
        "hub3", "HUB3", currency=lines[1], amount_due=minor(lines[2]), buyer_name=lines[3], vendor_name=lines[6],
        vendor_iban=compact(lines[9]), payment_reference=f"{lines[10]} {lines[11]}".strip(),
    )  # fmt: skip


def pay_by_square(text: str) -> CodeRecord | None:
    """Read a Slovak PAY by square (base32hex of a header and raw LZMA over a checksum and tab-separated data)."""
    if not re.fullmatch(r"0[0-9A-V]{30,}", text):
        return None
    try:
        packed = base64.b32hexdecode(text + "=" * (-len(text) % 8))
        size = int.from_bytes(packed[2:4], "little")
        options = {"id": lzma.FILTER_LZMA1, "lc": 3, "lp": 0, "pb": 2, "dict_size": 1 << 17}
        unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=[options])
        data = unpacker.decompress(packed[4:], max_length=min(size, _MOST_UNPACKED))
        said = data[4:size].decode().split("\t")
    except (binascii.Error, ValueError, lzma.LZMAError, EOFError):
        return None
    if len(said) < 13 or len(data) < size:  # noqa: PLR2004 - up to the first account
        return None
    problems = [] if zlib.crc32(data[4:size]) == int.from_bytes(data[:4], "little") else ["The check sum is wrong."]
    name = next(iter(said[-3:-2]), "")
    return made(
        "pay_by_square", "PAY by square", problems=problems, invoice_number=said[0], amount_due=amount(said[3]),
        currency=said[4], due_date=day(said[5], "Ymd"), payment_reference=said[6], vendor_iban=compact(said[12]),
        vendor_name=name if len(said) > 18 else None,  # noqa: PLR2004 - beneficiary stands at the end
    )  # fmt: skip


def polish(text: str) -> CodeRecord | None:
    """Read a Polish transfer code (`NIP|PL|account|hundredths|name|title|||`, recommendation of the banks' union)."""
    parts = [part.strip() for part in text.split("|")]
    if (
        len(parts) < 6  # noqa: PLR2004 - up to the title
        or parts[1] not in {"PL", ""}
        or not re.fullmatch(r"\d{26}", parts[2])
        or not parts[3].isdecimal()
    ):
        return None
    return made(
        "polish_transfer", "Polish transfer code", vendor_tax_id=f"PL{parts[0]}" if parts[0] else None,
        vendor_iban=f"PL{parts[2]}", amount_due=minor(parts[3]) if int(parts[3]) else None, currency="PLN",
        vendor_name=parts[4], payment_reference=parts[5],
    )  # fmt: skip


def upi(text: str) -> CodeRecord | None:
    """Read an Indian UPI payment link."""
    if not text.lower().startswith("upi://pay?"):
        return None
    said = {key.lower(): values[0].strip() for key, values in parse_qs(urlsplit(text).query).items()}
    return made(
        "upi", "UPI", vendor_name=said.get("pn"), amount_due=amount(said.get("am", "")), currency=said.get("cu", "INR"),
        payment_reference=said.get("tr"), invoice_number=said.get("invoiceno"), issue_date=_date(said.get("invoicedate", "")),
    )  # fmt: skip


def _date(text: str) -> str | None:
    return day(text[:10], "Ymd")


PARSERS = (epc, swiss_qr, spayd, upn, hub3, pay_by_square, polish, upi)
