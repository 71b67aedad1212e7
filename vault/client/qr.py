"""QR codes, drawn by the client only: the server must not see what they hold. Level M (SHL asks for it)."""

import io
from typing import Any

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage


def qr_png(content: str) -> bytes:
    """A PNG of the code with its quiet zone, 8 pixels a module."""
    buffer = io.BytesIO()
    _code(content).make_image(image_factory=PilImage).save(buffer)
    return buffer.getvalue()


def qr_text(content: str) -> str:
    """The code in half-block characters for a dark or a light terminal."""
    buffer = io.StringIO()
    _code(content).print_ascii(out=buffer, invert=True)
    return buffer.getvalue()


def _code(content: str) -> "qrcode.QRCode[Any]":
    code: qrcode.QRCode[Any] = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=8, border=4)
    code.add_data(content)
    code.make(fit=True)
    return code
