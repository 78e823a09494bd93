import numpy as np
import pytest
import zxingcpp

from adapters.shared.codes import find_codes, symbology


def drawn(text: str, kind: str, *, scale: int = 4) -> np.ndarray:
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    return np.pad(np.array(code.to_image(scale=scale)), 30, constant_values=255)


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("QRCode", "Zahlung 12,50 €", "qr"), ("MicroQRCode", "RE4711", "micro_qr"), ("DataMatrix", "RE-4711", "data_matrix"),
        ("Aztec", "RE-4711", "aztec"), ("PDF417", "RE-4711", "pdf_417"), ("Code128", "RE-4711", "code_128"),
        ("Code39", "RE-4711", "code_39"), ("Code93", "RE-4711", "code_93"), ("EAN13", "4006381333931", "ean_13"),
        ("EAN8", "96385074", "ean_8"), ("ITF", "12345670", "itf"),
    ],
)  # fmt: skip
def test_codes_of_every_symbology_are_read(kind: str, text: str, name: str) -> None:
    (code,) = find_codes(drawn(text, kind))

    assert (code.symbology, code.text) == (name, text)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_code_is_read(turns: int) -> None:
    assert [code.text for code in find_codes(np.rot90(drawn("RE-4711", "Code128"), turns).copy())] == ["RE-4711"]


def test_several_codes_are_read_with_their_places() -> None:
    left, right = drawn("A-100", "QRCode"), drawn("B-200", "QRCode")

    codes = sorted(find_codes(np.hstack([left, right])), key=lambda code: code.x0)

    assert [code.text for code in codes] == ["A-100", "B-200"]
    assert codes[0].x1 < left.shape[1] < codes[1].x0


def test_a_damaged_code_is_read() -> None:
    picture = drawn("https://example.org/payment/RE-2026-4711?amount=119.00", "QRCode", scale=6)
    middle = picture.shape[0] // 2
    picture[middle : middle + 18, middle : middle + 18] = 255

    assert [code.text[-6:] for code in find_codes(picture)] == ["119.00"]


def test_light_bars_on_dark_ground_are_read_the_hard_way() -> None:
    picture = 255 - drawn("RE-4711", "QRCode")

    assert find_codes(picture) == []
    assert [code.text for code in find_codes(picture, is_hard=True)] == ["RE-4711"]


@pytest.mark.parametrize("shape", [(0, 0), (3, 500), (400, 400)])
def test_a_picture_without_codes_has_none(shape: tuple[int, int]) -> None:
    assert find_codes(np.full(shape, 255, dtype=np.uint8)) == []


def test_a_short_number_without_checksum_is_noise() -> None:
    assert find_codes(drawn("1234", "ITF")) == []


@pytest.mark.parametrize(
    ("name", "canonical"), [("QR Code", "qr"), ("Code 128", "code_128"), ("EAN-13", "ean_13"), ("DataBar Omni", "databar_omni")]
)  # fmt: skip
def test_symbologies_are_named_in_snake_case(name: str, canonical: str) -> None:
    assert symbology(name) == canonical
