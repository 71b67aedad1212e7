"""Taking everything out: every version of every document, with an index that a person can read.

    export(vault, Path("my-record"), age=False, lang="fr", ...)

The folder must be new or empty and nothing outside of it is touched, whatever the sealed names say. With
`age` the files are plain `.age` files (chapter 4, "Export") under random names, the index too, and
`identity.txt` opens them with stock age: keep it apart, the rest is then closed.
"""

import html
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from crypto import age_file
from crypto.age_recipients import X25519Identity
from crypto.encoding import b64u
from vault.client import reading
from vault.client.destination import Hashed, free_name, safe_name, to_file
from vault.client.errors import FileExists, Usage
from vault.client.filing import section_label
from vault.client.journal import row as journal_row
from vault.client.journal import verified
from vault.client.journal_csv import journal_csv
from vault.client.ledger_state import DocumentState
from vault.client.listing import author_of
from vault.client.messages import Language, say
from vault.client.output import Value, iso
from vault.client.reading import Opened
from vault.client.uploads import Advance
from vault.client.vaults import OpenVault

IDENTITY: Final = "identity.txt"
_COLUMNS: Final = ("date", "title", "section", "author", "size", "path")
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#16323a}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;"
    "border-bottom:1px solid #cdd8da}"
)


@dataclass(frozen=True)
class Exported:
    """What was written: one row a version, as in `index.json`."""

    rows: Sequence[Mapping[str, Value]]
    size: int


def export(vault: OpenVault, folder: Path, *, age: bool, lang: Language, advance: Advance) -> Exported:
    """Writes everything that the account can read. Raises FileExists, Usage, and what opening raises."""
    _prepare(folder)
    identity = X25519Identity.generate() if age else None
    rows: list[dict[str, Value]] = []
    taken: dict[str, set[str]] = {}
    for document in vault.documents():
        for version in document.versions:
            opened = reading.open_version(vault, version)
            place = folder / _place(vault, folder, document, opened, taken, age=age)
            place.parent.mkdir(mode=0o700, exist_ok=True)
            # Of a sealed file it would take opening it.
            digest = opened.metadata.sha256
            with to_file(place, replace=False) as sink:
                if identity is None:
                    hashed = Hashed(sink)
                    reading.write(vault, opened, hashed, advance)
                    digest = hashed.sha256.digest()
                else:
                    reading.write_age(vault, opened, sink, identity.recipient(), advance)
            rows.append({**_row(vault, document, opened, digest), "path": str(place.relative_to(folder))})
    journal = [journal_row(event, vault.state) for event in verified(vault).events] if vault.owned else None
    if journal is not None:
        _write_index(folder, "journal.csv", journal_csv(journal), identity)
    index = _index(vault, rows, journal)
    _write_index(folder, "index.json", json.dumps(index, ensure_ascii=False, indent=1), identity)
    _write_index(folder, "index.html", _page(vault, rows, lang), identity)
    if identity is not None:
        with to_file(folder / IDENTITY, replace=False) as sink:
            sink.write(f"# public key: {identity.recipient()}\n{identity.text()}\n".encode())
    return Exported(rows, sum(map(_size, rows)))


def total_size(vault: OpenVault) -> int:
    """How many bytes an export opens."""
    return sum(vault.size(version) for document in vault.documents() for version in document.versions)


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExists("the folder is not empty")
    except OSError as error:
        raise Usage(f"cannot use that folder: {error.strerror}") from error


def _place(
    vault: OpenVault,
    folder: Path,
    document: DocumentState,
    opened: Opened,
    taken: dict[str, set[str]],
    *,
    age: bool,
) -> Path:
    """A path below the folder that nothing has yet."""
    number = opened.version.manifest.version
    if age:
        # Names outside of the sealed files would tell what is in them.
        return Path("documents") / f"{document.document}-{number}.age"
    section = safe_name(vault.name(document.section), fallback="section")
    name = safe_name(opened.metadata.name, fallback=document.document)
    if len(document.versions) > 1:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem} v{number}.{ending}" if dot and stem else f"{name} v{number}"
    return Path(section) / free_name(folder / section, name, taken.setdefault(section.lower(), set()))


def _row(vault: OpenVault, document: DocumentState, opened: Opened, digest: bytes | None) -> dict[str, Value]:
    version, meta = opened.version, opened.metadata
    return {
        "id": document.document,
        "version": version.manifest.version,
        "title": meta.title,
        "name": meta.name,
        "type": meta.type,
        "mime": meta.mime,
        "section": vault.name(document.section),
        "date": meta.date,
        "author": author_of(vault, document, meta),
        "size": meta.size,
        "sha256": None if digest is None else digest.hex(),
        "added": iso(version.added),
    }


def _index(
    vault: OpenVault, rows: list[dict[str, Value]], journal: list[dict[str, Value]] | None
) -> dict[str, Value]:
    index: dict[str, Value] = {
        "vault": vault.id,
        "exported": iso(vault.now()),
        "server": vault.client.session.server,
        "ledger": {"size": vault.state.size, "head": b64u(vault.state.head)},
        "documents": rows,
    }
    if journal is not None:
        index["journal"] = journal
    return index


def _write_index(folder: Path, name: str, text: str, identity: X25519Identity | None) -> None:
    data = text.encode()
    if identity is None:
        with to_file(folder / name, replace=False) as sink:
            sink.write(data)
        return
    with to_file(folder / f"{name}.age", replace=False) as sink:
        age_file.seal_stream(io.BytesIO(data), sink, [identity.recipient()])


def _page(vault: OpenVault, rows: list[dict[str, Value]], lang: Language) -> str:
    """A page without script or anything from elsewhere; every text is escaped."""
    title = html.escape(say(lang, "export.heading"))
    head = "".join(f"<th>{html.escape(say(lang, f'export.{name}'))}</th>" for name in _COLUMNS)
    body = "".join(f"<tr>{''.join(_cell(row, name, lang) for name in _COLUMNS)}</tr>" for row in rows)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{_STYLE}</style></head><body>'
        f"<h1>{title}</h1><p>{html.escape(iso(vault.now()))}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></body></html>\n"
    )


def _cell(row: Mapping[str, Value], name: str, lang: Language) -> str:
    value = str(row[name])
    if name == "section":
        value = section_label(value, lang)
    text = html.escape(value)
    if name == "path":
        # Each part was made by safe_name; quoted all the same, for `#`, `%` and spaces.
        return f'<td><a href="./{html.escape(quote(value))}">{text}</a></td>'
    return f"<td>{text}</td>"


def _size(row: Mapping[str, Value]) -> int:
    size = row["size"]
    return size if isinstance(size, int) else 0
