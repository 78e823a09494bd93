"""A QR code as a picture that stands in the page itself."""

import base64
import io

import zxingcpp
from PIL import Image

_PIXELS = 4


def qr_code(text: str) -> str:
    """Return the `data:` address of a PNG with a QR code (ISO/IEC 18004) of a text."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(barcode, scale=_PIXELS))
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
