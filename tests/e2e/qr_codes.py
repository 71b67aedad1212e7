"""QR codes read from pictures and printed pages by two unrelated decoders: zxing-cpp, and jsQR in Node.

assert decoded(Image.open("code.png")) == link
"""

import subprocess
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image

CLIENT = Path(__file__).parents[2] / "web" / "client"
SCRIPT = Path(__file__).with_name("qr_codes.mjs")
PAPER_DPI = 150


def decoded(picture: Image.Image) -> str:
    """The text of the picture's one code; both decoders read the same, or this fails."""
    [code] = zxingcpp.read_barcodes(picture)
    pixels = picture.convert("RGBA")
    command = ["node", str(SCRIPT), str(CLIENT / "package.json"), str(pixels.width), str(pixels.height)]
    done = subprocess.run(command, input=pixels.tobytes(), capture_output=True, check=True, timeout=60)
    assert done.stdout.decode() == code.text
    return code.text


def printed(pdf: bytes) -> list[Image.Image]:
    """The pages of a PDF as a printer of 150 dpi would draw them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=PAPER_DPI / 72).to_pil() for page in document]
    finally:
        document.close()
