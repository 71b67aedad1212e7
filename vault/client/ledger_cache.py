"""Folded chains as JSON, for the client's cache, and back.

The cache is the client's own file: it is read strictly, but signatures are not verified again. It holds
nothing that the server does not know. `news` is not kept. Documents are apart: `kept_ledger` keeps a line of
each.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from crypto.encoding import DocumentId, Json, KeyId, SectionId, ShareId
from crypto.errors import UnsupportedVersion
from crypto.journal import ACCESSES
from crypto.statement_grammar import (
    binary,
    ident,
    integer,
    key_ident,
    listed,
    read_record,
    record,
    signed,
    write_record,
)
from crypto.statement_records import Hash, InVaultId, SharedDocument
from crypto.statements import Signed
from vault.client.ledger import Ledger
from vault.client.ledger_accesses import AccessLog
from vault.client.ledger_chain import Pin, Tip
from vault.client.ledger_rules import Viewer
from vault.client.ledger_state import (
    MANY,
    Documents,
    DocumentState,
    GrantRecord,
    KnownCard,
    LedgerState,
    Position,
    SectionState,
    ShareRecord,
)

VERSION: Final = 3


@dataclass(frozen=True, kw_only=True)
class _Pin:
    size: Position
    head: Hash


@dataclass(frozen=True, kw_only=True)
class _Viewer:
    key: Annotated[KeyId, key_ident()]
    sections: Annotated[tuple[SectionId, ...], listed(ident(), minimum=0, maximum=MANY, order=())]
    documents: Annotated[
        tuple[SharedDocument, ...] | None, listed(record(SharedDocument), minimum=0, maximum=MANY)
    ] = None


@dataclass(frozen=True, kw_only=True)
class _Blocked:
    key: Annotated[KeyId, key_ident()]
    since: Position


@dataclass(frozen=True, kw_only=True)
class _Ledger:
    version: Annotated[int, integer(VERSION, VERSION)]
    vault: InVaultId
    size: Position
    head: Hash
    time: Position
    sections: Annotated[tuple[SectionState, ...], listed(record(SectionState), minimum=0, maximum=MANY)]
    waiting: Annotated[tuple[DocumentId, ...], listed(ident(), minimum=0, maximum=MANY, order=())]
    grants: Annotated[tuple[GrantRecord, ...], listed(record(GrantRecord), minimum=0, maximum=MANY)]
    shares: Annotated[tuple[ShareRecord, ...], listed(record(ShareRecord), minimum=0, maximum=MANY)]
    cards: Annotated[tuple[Signed, ...], listed(signed(), minimum=0, maximum=MANY)]
    blocked: Annotated[tuple[_Blocked, ...], listed(record(_Blocked), minimum=0, maximum=MANY)]
    mask_new: Annotated[int, integer(0, 1)]
    ended_seq: Annotated[int | None, integer()] = None
    owner: Annotated[KeyId | None, key_ident()] = None
    server: Annotated[bytes | None, binary(32)] = None
    inbox: Annotated[SectionId | None, ident()] = None
    inbox_recipient: Annotated[bytes | None, binary()] = None
    pinned_owner: Annotated[KeyId | None, key_ident()] = None
    pin: Annotated[_Pin | None, record(_Pin)] = None
    viewer: Annotated[_Viewer | None, record(_Viewer)] = None


@dataclass(frozen=True, kw_only=True)
class _Count:
    share: Annotated[ShareId, ident()]
    openings: Position


@dataclass(frozen=True, kw_only=True)
class _AccessLog:
    version: Annotated[int, integer(VERSION, VERSION)]
    vault: InVaultId
    size: Position
    head: Hash
    time: Position
    nonces: Annotated[tuple[bytes, ...], listed(binary(16), minimum=0, maximum=MANY, order=())]
    openings: Annotated[tuple[_Count, ...], listed(record(_Count), minimum=0, maximum=MANY)]
    pin: Annotated[_Pin | None, record(_Pin)] = None


def document_to_json(document: DocumentState) -> dict[str, Json]:
    """A JSON object that `document_from_json` reads back."""
    return write_record(document)


def document_from_json(value: Json) -> DocumentState:
    """The document of `document_to_json`. Raises CoffreError for anything else."""
    return read_record(DocumentState, value)


def ledger_to_json(ledger: Ledger) -> dict[str, Json]:
    """A JSON object that `ledger_from_json` reads back; without the documents."""
    state, viewer = ledger.state, ledger.viewer
    return write_record(
        _Ledger(
            version=VERSION,
            vault=state.vault,
            size=state.size,
            head=state.head,
            time=state.time,
            sections=tuple(state.sections.values()),
            waiting=tuple(sorted(state.waiting)),
            grants=tuple(state.grants.values()),
            shares=tuple(state.shares.values()),
            cards=tuple(known.signed for known in state.cards.values()),
            blocked=tuple(_Blocked(key=key, since=since) for key, since in state.blocked.items()),
            mask_new=int(state.mask_new),
            ended_seq=state.ended_seq,
            owner=state.owner,
            server=state.server or None,
            inbox=state.inbox,
            inbox_recipient=state.inbox_recipient or None,
            pinned_owner=ledger.owner,
            pin=_pin(ledger.pin),
            viewer=None if viewer is None else _keep_viewer(viewer),
        )
    )


def ledger_from_json(value: Json, documents: Documents) -> Ledger:
    """The ledger of `ledger_to_json` with its documents.

    Raises:
        UnsupportedVersion: written by another version; fold from the start.
        CoffreError: anything else that is not a cache.
    """
    _check_version(value)
    found = read_record(_Ledger, value)
    cards = [KnownCard.of(signed) for signed in found.cards]
    state = LedgerState(
        vault=found.vault,
        size=found.size,
        head=found.head,
        time=found.time,
        owner=found.owner,
        server=found.server or b"",
        inbox=found.inbox,
        inbox_recipient=found.inbox_recipient or b"",
        sections={member.section: member for member in found.sections},
        documents=documents,
        waiting=frozenset(found.waiting),
        grants={member.grant: member for member in found.grants},
        shares={member.statement.share: member for member in found.shares},
        cards={known.card.author: known for known in cards},
        mask_new=found.mask_new == 1,
        ended_seq=found.ended_seq,
        blocked={member.key: member.since for member in found.blocked},
    )
    viewer = None if found.viewer is None else _kept_viewer(found.viewer)
    return Ledger(state, found.pinned_owner, _unpin(found.pin), viewer)


def accesses_to_json(log: AccessLog) -> dict[str, Json]:
    """A JSON object that `accesses_from_json` reads back."""
    return write_record(
        _AccessLog(
            version=VERSION,
            vault=log.tip.vault,
            size=log.tip.size,
            head=log.tip.head,
            time=log.tip.time,
            nonces=tuple(sorted(log.nonces)),
            openings=tuple(_Count(share=share, openings=count) for share, count in log.openings.items()),
            pin=_pin(log.pin),
        )
    )


def accesses_from_json(value: Json) -> AccessLog:
    """The log of `accesses_to_json`. Raises as `ledger_from_json`."""
    _check_version(value)
    found = read_record(_AccessLog, value)
    tip = Tip(found.vault, ACCESSES, found.size, found.head, found.time)
    openings = {member.share: member.openings for member in found.openings}
    return AccessLog(tip, _unpin(found.pin), frozenset(found.nonces), openings)


def _keep_viewer(viewer: Viewer) -> _Viewer:
    named = tuple(
        SharedDocument(document=document, version=version) for document, version in sorted(viewer.documents)
    )
    return _Viewer(key=viewer.key, sections=tuple(sorted(viewer.sections)), documents=named or None)


def _kept_viewer(kept: _Viewer) -> Viewer:
    named = frozenset((member.document, member.version) for member in kept.documents or ())
    return Viewer(kept.key, frozenset(kept.sections), named)


def _check_version(value: Json) -> None:
    if isinstance(value, dict) and value.get("version") != VERSION:
        raise UnsupportedVersion("cache of another version")


def _pin(pin: Pin | None) -> _Pin | None:
    return _Pin(size=pin.size, head=pin.head) if pin is not None else None


def _unpin(pin: _Pin | None) -> Pin | None:
    return Pin(pin.size, pin.head) if pin is not None else None
