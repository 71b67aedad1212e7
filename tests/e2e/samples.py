"""Real files: a photo and a PDF from HL7's FHIR examples (npm), a CT image from pydicom (PyPI)."""

import base64
import io
import json
from pathlib import Path

import pydicom.data
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "web/client/node_modules/hl7.fhir.r4.examples"


def photo() -> bytes:
    """A JPEG that names neither place nor device, so that the browser adds it byte for byte."""
    data = io.BytesIO()
    with Image.open(io.BytesIO(_binary("Binary-f006.json"))) as picture:
        picture.convert("RGB").save(data, "JPEG", quality=90)
    return data.getvalue()


def pdf() -> bytes:
    """A PDF of 130 kB."""
    return _binary("Binary-example.json")


def dicom() -> bytes:
    """A CT slice of 39 kB."""
    return Path(str(pydicom.data.get_testdata_file("CT_small.dcm"))).read_bytes()


def _binary(name: str) -> bytes:
    return base64.b64decode(json.loads((EXAMPLES / name).read_text())["data"])
