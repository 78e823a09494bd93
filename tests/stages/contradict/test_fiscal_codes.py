import base64
import json

import pytest

from engine.model.page import Code
from engine.stages.contradict.code_record import CodeRecord
from engine.stages.contradict.codes import read_code


def read(text: str) -> CodeRecord:
    record = read_code(Code("qr", text, 0, 0, 1, 1))
    assert record is not None
    return record


def tagged(*values: str) -> str:
    parts = [bytes([tag, len(text.encode())]) + text.encode() for tag, text in enumerate(values, start=1)]
    return base64.b64encode(b"".join(parts)).decode()


def token(data: dict[str, object]) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return ".".join([part({"alg": "RS256"}), part({"data": json.dumps(data)}), "c2ln"])


def test_a_saudi_code_is_read() -> None:
    found = read(tagged("شركة المثال", "310122393500003", "2026-03-01T15:30:00Z", "1150.00", "150.00"))

    assert dict(found.values) == {
        "vendor_name": "شركة المثال", "vendor_tax_id": "310122393500003", "issue_date": "2026-03-01", "total": "1150.00",
        "tax_total": "150.00", "currency": "SAR",
    }  # fmt: skip
    assert found.problems == ()


def test_a_saudi_code_with_a_wrong_number_is_told() -> None:
    assert read(tagged("Shop", "123", "2026-03-01", "1.00", "0.15")).problems == ("The VAT number has a wrong form.",)


PORTUGUESE = "A:500100144*B:999999990*C:PT*D:FT*E:N*F:20260301*G:FT A/4711*H:CSDF7T5H-4711*I1:PT*I7:100.00*I8:23.00*N:23.00*O:123.00*Q:abcd*R:9999"


def test_a_portuguese_code_is_read() -> None:
    assert dict(read(PORTUGUESE).values) == {
        "vendor_tax_id": "PT500100144", "issue_date": "2026-03-01", "invoice_number": "FT A/4711", "tax_total": "23.00",
        "total": "123.00", "currency": "EUR",
    }  # fmt: skip


def test_a_portuguese_code_with_a_wrong_tax_number_is_told() -> None:
    assert read(PORTUGUESE.replace("500100144", "500100145")).problems != ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://prewww2.aeat.es/wlpl/TIKE-CONT/ValidarQR?nif=B12345674&numserie=F%2F4711&fecha=01-03-2026&importe=121.00", "verifactu"),
        ("https://batuz.eus/QRTBAI/?id=TBAI-B12345674-010326-btFpwP8dcLGAF-237&s=F&nf=F/4711&i=121.00&cr=1", "ticketbai"),
    ],
    ids=["verifactu", "ticketbai"],
)  # fmt: skip
def test_spanish_links_are_read(text: str, kind: str) -> None:
    found = read(text)

    assert found.kind == kind
    assert dict(found.values) == {
        "vendor_tax_id": "ESB12345674", "invoice_number": "F/4711", "issue_date": "2026-03-01", "total": "121.00",
        "currency": "EUR",
    }  # fmt: skip


def test_a_signed_indian_invoice_is_read_without_losing_digits() -> None:
    data = {
        "SellerGstin": "29AAFCD5862R000",
        "BuyerGstin": "07AABBC1234D1Z5",
        "DocNo": "INV/4711",
        "DocDt": "01/03/2026",
        "TotInvVal": 118.10,
    }
    found = read(token(data))

    assert dict(found.values) == {
        "vendor_tax_id": "29AAFCD5862R000", "buyer_tax_id": "07AABBC1234D1Z5", "currency": "INR",
        "invoice_number": "INV/4711", "issue_date": "2026-03-01", "total": "118.10",
    }  # fmt: skip


def german(end: str) -> str:
    return f"V0;till-1;Kassenbeleg-V1;Beleg^10.00_5.35_0.00_0.00_0.00^15.35:Bar;1;2;2026-03-01T10:00:00.000Z;{end};ecdsa;utc;sig;key"


@pytest.mark.parametrize(
    ("end", "day"), [("2026-03-01T10:01:00.000Z", "2026-03-01"), ("2026-03-01T23:30:00.000Z", None)], ids=["noon", "midnight"]
)  # fmt: skip
def test_a_german_till_code_is_read_and_leaves_the_day_open_around_midnight(end: str, day: str | None) -> None:
    found = read(german(end))

    assert (found.get("total"), found.get("issue_date"), found.get("currency")) == ("15.35", day, "EUR")


def test_an_austrian_till_code_is_read() -> None:
    found = read("_R1-AT1_KASSE1_4711_2026-03-01T18:05:12_10,00_5,35_0,00_-1,00_0,00_AbC=_99_xyz=_sig==")

    assert dict(found.values) == {
        "receipt_number": "4711", "issue_date": "2026-03-01", "total": "14.35", "currency": "EUR",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["VGhpcyBpcyBubyBUTFYgZGF0YSBhdCBhbGw=", "V0;a;b", "ey.ey.ey", "https://a.example/?id=1"]
)
def test_other_texts_are_no_fiscal_codes(text: str) -> None:
    assert read_code(Code("qr", text, 0, 0, 1, 1)) is None
