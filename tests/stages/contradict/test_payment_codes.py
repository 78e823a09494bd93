import base64
import lzma
import zlib

import pytest

from engine.model.page import Code
from engine.stages.contradict.code_record import CodeRecord, amount, day, is_creditor_reference, minor
from engine.stages.contradict.codes import read_code
from engine.stages.contradict.payment_codes import is_qr_reference, swico

IBAN = "DE02120300000000202051"
QR_IBAN = "CH4431999123000889012"
QRR = "210000000003139471430009017"


def read(text: str) -> CodeRecord:
    record = read_code(Code("qr", text, 0, 0, 1, 1))
    assert record is not None
    return record


def values(text: str) -> dict[str, str]:
    return dict(read(text).values)


def epc(**changed: str) -> str:
    lines = {
        "tag": "BCD", "version": "002", "charset": "1", "kind": "SCT", "bic": "", "name": "Muster GmbH", "iban": IBAN,
        "amount": "EUR119.5", "purpose": "", "reference": "", "text": "RE 4711",
    }  # fmt: skip
    return "\n".join((lines | changed).values())


def swiss(**changed: str) -> str:
    lines = {
        "tag": "SPC", "version": "0200", "coding": "1", "iban": QR_IBAN, "type": "S", "name": "Muster AG", "street": "Weg",
        "house": "1", "zip": "8000", "town": "Zürich", "country": "CH", **{f"u{i}": "" for i in range(7)},
        "amount": "1949.75", "currency": "CHF", "dtype": "S", "debtor": "Kunde AG", "dstreet": "Gasse", "dhouse": "2",
        "dzip": "3000", "dtown": "Bern", "dcountry": "CH", "kind": "QRR", "reference": QRR, "text": "", "end": "EPD",
        "billing": "//S1/10/RE-4711\\/a/11/260301/20/K1/30/106017086/31/260228/32/8.1/40/0:30",
    }  # fmt: skip
    return "\r\n".join((lines | changed).values())


def test_a_girocode_is_read() -> None:
    assert values(epc()) == {
        "vendor_iban": IBAN, "vendor_name": "Muster GmbH", "amount_due": "119.50", "currency": "EUR",
        "payment_reference": "RE 4711",
    }  # fmt: skip


def test_a_girocode_without_amount_leaves_it_open() -> None:
    assert "amount_due" not in values(epc(amount="", version="001"))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"iban": "DE02120300000000202052"}, "The bank account has a wrong checksum."),
        ({"version": "003"}, "The version is neither 001 nor 002."),
        ({"amount": "119.50"}, "The amount has a wrong form."),
        ({"reference": "RF19539007547034"}, "The creditor reference has a wrong checksum."),
    ],
)
def test_a_girocode_that_breaks_its_rules_is_told(changed: dict[str, str], problem: str) -> None:
    assert read(epc(**changed)).problems == (problem,)


def test_an_account_with_a_wrong_checksum_is_no_value() -> None:
    assert "vendor_iban" not in values(epc(iban="DE02120300000000202052"))


def test_a_swiss_qr_bill_is_read_with_its_billing_information() -> None:
    assert values(swiss()) == {
        "vendor_iban": QR_IBAN, "vendor_name": "Muster AG", "buyer_name": "Kunde AG", "amount_due": "1949.75",
        "currency": "CHF", "payment_reference": QRR, "invoice_number": "RE-4711/a", "issue_date": "2026-03-01",
        "vendor_tax_id": "CHE106017086",
    }  # fmt: skip
    assert read(swiss()).problems == ()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"reference": QRR[:-1] + "8"}, "The reference has a wrong checksum."),
        ({"kind": "SCOR", "reference": "RF18539007547034"}, "The type of reference does not fit the account."),
        ({"kind": "NON", "iban": "CH5604835012345678009"}, "There is a reference where none is announced."),
        ({"currency": "USD"}, "The currency is neither CHF nor EUR."),
        ({"type": "X"}, "The address type is neither structured nor combined."),
        ({"version": "0100"}, "The version is not 02."),
    ],
    ids=["reference", "kind", "none", "currency", "address", "version"],
)
def test_a_swiss_qr_bill_that_breaks_its_rules_is_told(changed: dict[str, str], problem: str) -> None:
    assert read(swiss(**changed)).problems == (problem,)


def test_billing_information_of_another_kind_says_nothing() -> None:
    assert swico("//XX/10/1") == {}


def test_a_czech_descriptor_is_read() -> None:
    text = "SPD*1.0*ACC:CZ6508000000192000145399+GIBACZPX*AM:480.50*CC:CZK*RN:DODAVATEL%20S.R.O.*DT:20260331*X-VS:20264711*MSG:FA"

    assert values(text) == {
        "vendor_iban": "CZ6508000000192000145399", "amount_due": "480.50", "currency": "CZK",
        "vendor_name": "DODAVATEL S.R.O.", "due_date": "2026-03-31", "payment_reference": "20264711",
    }  # fmt: skip


@pytest.mark.parametrize("is_right", [True, False])
def test_the_check_sum_of_a_czech_descriptor_is_checked(is_right: bool) -> None:
    body = "SPD*1.0*ACC:CZ6508000000192000145399*AM:480.50"
    total = zlib.crc32(body.encode()) ^ (0 if is_right else 1)

    assert read(f"{body}*CRC32:{total:08X}").problems == (() if is_right else ("The check sum is wrong.",))


def test_a_slovenian_code_is_read_with_its_check_sum() -> None:
    lines = [
        "UPNQR", "", "", "", "", "Kupec", "Ulica 1", "Ljubljana", "00000011950", "", "", "COST", "Racun 4711", "31.03.2026",
        "SI56020170014356205", "SI001234", "Prodajalec d.o.o.", "Cesta 2", "Maribor",
    ]  # fmt: skip
    total = sum(len(line) + 1 for line in lines)
    found = read("\n".join([*lines, f"{total:03}", ""]))

    assert (found.get("amount_due"), found.get("due_date"), found.get("vendor_iban")) == (
        "119.50", "2026-03-31", "SI56020170014356205",
    )  # fmt: skip
    assert found.problems == ()
    assert read("\n".join([*lines, f"{total + 1:03}"])).problems == ("The check sum is wrong.",)


def test_a_croatian_code_is_read() -> None:
    text = "HRVHUB30\nEUR\n000000000012355\nKupac\nUlica 1\n10000 Zagreb\nTvrtka d.o.o.\nCesta 2\n51000 Rijeka\nHR1210010051863000160\nHR01\n4711-2026\nCOST\nRacun"

    assert values(text) == {
        "currency": "EUR", "amount_due": "123.55", "buyer_name": "Kupac", "vendor_name": "Tvrtka d.o.o.",
        "vendor_iban": "HR1210010051863000160", "payment_reference": "HR01 4711-2026",
    }  # fmt: skip


def by_square(*, is_right: bool = True) -> str:
    start = "4711|1|1|119.5|EUR|20260331|20264711|0308|||FA|1"
    said = f"{start}|SK3112000000198742637541|TATRSKBX|0|0|Dodavatel||".replace("|", "\t").encode()
    data = (zlib.crc32(said) ^ (0 if is_right else 1)).to_bytes(4, "little") + said
    options = [{"id": lzma.FILTER_LZMA1, "lc": 3, "lp": 0, "pb": 2, "dict_size": 1 << 17}]
    packed = b"\0\0" + len(data).to_bytes(2, "little") + lzma.compress(data, format=lzma.FORMAT_RAW, filters=options)
    return base64.b32hexencode(packed).decode().rstrip("=")


def test_a_slovak_code_is_read() -> None:
    assert values(by_square()) == {
        "invoice_number": "4711", "amount_due": "119.50", "currency": "EUR", "due_date": "2026-03-31",
        "payment_reference": "20264711", "vendor_iban": "SK3112000000198742637541", "vendor_name": "Dodavatel",
    }  # fmt: skip
    assert read(by_square(is_right=False)).problems == ("The check sum is wrong.",)


def test_a_polish_code_is_read() -> None:
    found = values("5260001246|PL|61109010140000071219812874|011950|Dostawca|FV 4711|||")

    assert (found["vendor_iban"], found["amount_due"], found["vendor_tax_id"]) == (
        "PL61109010140000071219812874", "119.50", "PL5260001246",
    )  # fmt: skip


def test_an_indian_payment_link_is_read() -> None:
    found = values("upi://pay?pa=shop@bank&pn=Muster%20Traders&am=119.50&cu=INR&tr=INV4711")

    assert found == {
        "vendor_name": "Muster Traders",
        "amount_due": "119.50",
        "currency": "INR",
        "payment_reference": "INV4711",
    }


@pytest.mark.parametrize(
    "text", ["", "https://example.org", "4006381333931", "BCD\n001", "SPC\n0200", "SPD*1.0", "UPNQR\n1", "0" * 40, "ey.a.b", "a|b|c|d|e|f"]
)  # fmt: skip
def test_other_texts_are_no_payment_codes(text: str) -> None:
    found = read_code(Code("qr", text, 0, 0, 1, 1))

    assert found is None or not found.values


@pytest.mark.parametrize(("text", "is_right"), [(QRR, True), (QRR[:-1] + "8", False), ("1", False)])
def test_swiss_references_carry_a_check_digit(text: str, is_right: bool) -> None:
    assert is_qr_reference(text) is is_right


@pytest.mark.parametrize(
    ("text", "is_right"), [("RF18 5390 0754 7034", True), ("RF19539007547034", False), ("RF1", False)]
)
def test_creditor_references_carry_check_digits(text: str, is_right: bool) -> None:
    assert is_creditor_reference(text) is is_right


@pytest.mark.parametrize(
    ("text", "value"), [("12", "12.00"), ("12,5", "12.50"), ("1.234", "1.234"), ("x", None), ("", None)]
)
def test_amounts_become_canonical(text: str, value: str | None) -> None:
    assert amount(text) == value


def test_hundredths_and_days_become_canonical() -> None:
    assert (minor("0000012355"), minor("-1")) == ("123.55", None)
    assert (day("31.03.2026", "dmY"), day("260331", "ymd"), day("31.02.2026", "dmY")) == (
        "2026-03-31",
        "2026-03-31",
        None,
    )
