"""What a list of documents shows: rows from opened metadata, and searching in them. No I/O."""

import unicodedata
from dataclasses import dataclass

from crypto.encoding import SectionId
from crypto.errors import CoffreError
from crypto.metadata import Metadata
from vault.client.documents import MASKED
from vault.client.errors import BadAnswer
from vault.client.inbox import is_new
from vault.client.ledger_state import DocumentState
from vault.client.output import Value, iso
from vault.client.vaults import OpenVault


@dataclass(frozen=True)
class Row:
    """A document with its latest version's metadata; `fault` is the code when its author sealed nonsense.

    `elsewhere` is one that this professional wrote and the patient filed out of their sections: its metadata
    comes when it is opened. `new` is somebody's deposit that waits to be filed. `named` was granted as a
    single document: where the patient files it is not told.
    """

    document: DocumentState
    section: str
    metadata: Metadata | None
    author: str
    fault: str = ""
    elsewhere: bool = False
    new: bool = False
    named: bool = False

    def value(self) -> dict[str, Value]:
        """The row of `coffre list --json`."""
        meta = self.metadata
        row: dict[str, Value] = {
            "id": self.document.document,
            "version": self.document.latest.manifest.version,
            "title": meta.title if meta else None,
            "type": meta.type if meta else None,
            "section": None if self.elsewhere or self.named else self.section,
            "date": meta.date if meta else None,
            "author": self.author,
            "size": meta.size if meta else None,
            "tags": list(meta.tags) if meta else [],
            "added": iso(self.document.latest.added),
            "masked": self.elsewhere or self.section == MASKED,
            "new": self.new,
        }
        return {**row, "error": self.fault} if self.fault else row

    def is_in(self, section: SectionId) -> bool:
        """Whether the document is filed there now."""
        return not self.elsewhere and not self.named and self.document.section == section

    def matches(self, wanted: str) -> bool:
        """Whether every word of `wanted` stands in title, file name, author, type or tags; case and accents
        aside.
        """
        meta = self.metadata
        texts = [self.author, *((meta.title, meta.name, meta.type or "", *meta.tags) if meta else ())]
        hay = _plain(" ".join(texts))
        return all(word in hay for word in _plain(wanted).split())


def rows(vault: OpenVault) -> list[Row]:
    """The documents that the account can read, newest date first.

    Metadata is signed by its author: when it does not open it is the author's fault, shown in the row; the
    fold has found before whether the server changed it.
    """
    found = [_row(vault, document) for document in vault.documents()]
    return sorted(
        found,
        key=lambda row: (row.metadata.date if row.metadata else "", row.document.latest.added),
        reverse=True,
    )


def author_of(vault: OpenVault, document: DocumentState, meta: Metadata | None) -> str:
    """Who signed it: a professional by their card, the patient by the name in the metadata."""
    known = vault.state.cards.get(document.latest.manifest.author)
    if known is not None and known.card.name is not None:
        return known.card.name
    return meta.author if meta else ""


def _row(vault: OpenVault, document: DocumentState) -> Row:
    section, new = vault.name(document.section), is_new(vault, document)
    if vault.as_author(document.latest):
        return Row(document, section, None, author_of(vault, document, None), elsewhere=True)
    try:
        named = vault.granted(document.latest) is not None
        meta = vault.metadata(document.latest)
    except (CoffreError, BadAnswer) as error:
        return Row(document, section, None, author_of(vault, document, None), error.code, new=new)
    return Row(document, section, meta, author_of(vault, document, meta), new=new, named=named)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
