"""`coffre grant new, redeem, list, renew, ask, requests, refuse, revoke, block, unblock`."""

import sys
from collections.abc import Collection
from pathlib import Path

import click

from crypto.encoding import DocumentId, SectionId
from crypto.signing import fingerprint
from crypto.statements import Card
from vault.client import blocking, directory, grants, redeeming, renewals
from vault.client.commands.opening import open_up, show_link
from vault.client.errors import NotAllowed, Usage
from vault.client.filing import (
    not_grantable,
    rights_for_profession,
    scopes,
    section_label,
    sections_for_profession,
)
from vault.client.grants import DAY, Terms
from vault.client.key_words import words_for
from vault.client.ledger_state import GrantRecord, GrantTerm, KnownCard
from vault.client.messages import say
from vault.client.moments import end_of, seconds_of
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.client.vaults import OpenVault

_UNTIL = click.option("--until", metavar="DATE", help="Last day, or a moment; default one year.")
_RIGHTS = ("read", "add")


@click.group("grant")
def grant() -> None:
    """Who may read: dated rights of professionals."""


@grant.command("new")
@click.option(
    "--to", metavar="RPPS|FINGERPRINT|WORDS|LINK", help="A professional: the last three confirm the key."
)
@click.option("--met-in-person", is_flag=True, help="You know who it is; the directory does not.")
@click.option("--invite", is_flag=True, help="A link for whoever redeems it first.")
@click.option("--sections", metavar="A,B", help="Default the profession's.")
@click.option(
    "--document",
    "chosen",
    multiple=True,
    metavar="ID",
    help="Only this document, as it is now, to read; several times for several.",
)
@click.option("--rights", metavar="read,add", help="Default the profession's.")
@_UNTIL
@click.option(
    "--redeem-within", default="7d", show_default=True, metavar="SPAN", help="How long the link waits."
)
@click.option("--qr", type=click.Path(path_type=Path), metavar="FILE.png", help="The link's QR as a picture.")
@click.pass_obj
def new(
    terminal: Terminal,
    *,
    to: str | None,
    met_in_person: bool,
    invite: bool,
    sections: str | None,
    chosen: tuple[str, ...],
    rights: str | None,
    until: str | None,
    redeem_within: str,
    qr: Path | None,
) -> None:
    """Let a professional read (and add), by name or by an invitation's link."""
    if (to is None) != invite:
        raise Usage("give either --to or --invite")
    if chosen and (sections is not None or rights not in (None, "read")):
        raise Usage("single documents are given to read, without sections")
    opened = open_up(terminal)
    grants.require_owner(opened)
    now = opened.now()
    known = _confirmed(terminal, opened, to, met=met_in_person) if to is not None else None
    profession = (known.card.profession or "") if known is not None else "invitation"
    not_after = end_of(until) if until else now + 365 * DAY
    if chosen:
        documents = tuple(opened.document(one).document for one in chosen)
        terms = Terms(sections=(), rights=("read",), not_after=not_after, documents=documents)
    else:
        terms = Terms(
            sections=_sections(opened, sections, profession),
            rights=_rights(rights) if rights is not None else rights_for_profession(profession),
            not_after=not_after,
        )
    terminal.output.note(_in_words(terminal, opened, known, terms))
    if sys.stdin.isatty() and not click.confirm(say(terminal.output.lang, "confirm.scope"), err=True):
        raise NotAllowed("not confirmed")
    if known is not None:
        identifier = grants.give(opened, terms, known)
        terminal.output.result({"id": identifier, "not_after": iso(terms.not_after)})
        return
    identifier, link = grants.invite(opened, terms, now + seconds_of(redeem_within))
    show_link(terminal, link, qr)
    terminal.output.result({"id": identifier, "not_after": iso(terms.not_after), "invitation": link})


@grant.command("redeem")
@click.argument("link")
@click.pass_obj
def redeem(terminal: Terminal, *, link: str) -> None:
    """Bind an invitation to your key; it works once. `-` reads the link from standard input."""
    text = terminal.text_of(Path("-")).strip() if link == "-" else link
    done = redeeming.redeem(terminal.client(), text)
    terminal.output.result(
        {"grant": done.grant, "vault": done.vault, "patient": done.patient, "not_after": iso(done.not_after)}
    )


@grant.command("list")
@click.pass_obj
def list_(terminal: Terminal) -> None:
    """Every grant that was ever given, with its state."""
    opened = open_up(terminal)
    grants.require_owner(opened)
    terminal.output.result([_row(opened, found) for found in opened.state.grants.values()])


@grant.command("renew")
@click.argument("identifiers", metavar="[ID]...", nargs=-1)
@click.option("--requested", is_flag=True, help="All that were asked for.")
@_UNTIL
@click.pass_obj
def renew(terminal: Terminal, *, identifiers: tuple[str, ...], requested: bool, until: str | None) -> None:
    """Begin a new term of one or many, ended ones too, with the same sections and rights."""
    opened = open_up(terminal)
    grants.require_owner(opened)
    wanted = [*identifiers, *((found.grant for found in renewals.requests(opened)) if requested else ())]
    if not wanted and not requested:
        raise Usage("say which, or --requested")
    not_after = end_of(until) if until else opened.now() + 365 * DAY
    rows = [_row(opened, grants.renew(opened, identifier, not_after)) for identifier in dict.fromkeys(wanted)]
    if len(identifiers) == 1 and not requested:
        terminal.output.result(rows[0])
        return
    terminal.output.result(list[Value](rows))


@grant.command("ask")
@click.argument("identifier", metavar="ID")
@_UNTIL
@click.pass_obj
def ask(terminal: Terminal, *, identifier: str, until: str | None) -> None:
    """Ask the patient for another term of a grant, also after its end (professionals)."""
    client = terminal.client()
    not_after = end_of(until) if until else client.now() + 365 * DAY
    renewals.ask(client, identifier, not_after)
    terminal.output.result({"grant": identifier, "not_after": iso(not_after)})


@grant.command("requests")
@click.pass_obj
def requests(terminal: Terminal) -> None:
    """Who asks for another term; answer with renew or refuse."""
    opened = open_up(terminal)
    grants.require_owner(opened)
    rows: list[Value] = [_row(opened, found) for found in renewals.requests(opened)]
    terminal.output.result(rows)


@grant.command("refuse")
@click.argument("identifier", metavar="ID")
@click.pass_obj
def refuse(terminal: Terminal, *, identifier: str) -> None:
    """Say no to a request."""
    opened = open_up(terminal)
    grants.require_owner(opened)
    terminal.output.result(_row(opened, renewals.refuse(opened, identifier)))


@grant.command("block")
@click.argument("wanted", metavar="ID|RPPS|FINGERPRINT")
@click.pass_obj
def block(terminal: Terminal, *, wanted: str) -> None:
    """End all grants of a professional and give them no new ones. They can still deposit."""
    opened = open_up(terminal)
    terminal.output.result(_person(blocking.block(opened, wanted).card))


@grant.command("unblock")
@click.argument("wanted", metavar="ID|RPPS|FINGERPRINT")
@click.pass_obj
def unblock(terminal: Terminal, *, wanted: str) -> None:
    """Let a blocked professional be given grants again; none comes back by itself."""
    opened = open_up(terminal)
    terminal.output.result(_person(blocking.unblock(opened, wanted).card))


@grant.command("revoke")
@click.argument("identifier", metavar="ID")
@click.pass_obj
def revoke(terminal: Terminal, *, identifier: str) -> None:
    """End a grant at once, and renew the keys of its sections."""
    opened = open_up(terminal)
    terminal.output.result(_row(opened, grants.revoke(opened, identifier)))


def _row(opened: OpenVault, found: GrantRecord) -> dict[str, Value]:
    latest = found.latest
    card = opened.state.cards.get(latest.professional) if latest.professional else None
    professional: Value = None if card is None else _person(card.card)
    asked: dict[str, Value] = {}
    if latest.asked is not None:
        asked = {"asked": iso(latest.asked), "refused": latest.refused is not None}
    return {
        "id": found.grant,
        "professional": professional,
        "sections": sorted(opened.name(section) for section in latest.sections),
        **({"documents": _documents(opened, latest)} if latest.documents else {}),
        "rights": list(latest.statement.rights),
        "not_before": iso(latest.statement.not_before),
        "not_after": iso(latest.statement.not_after),
        "state": opened.state.grant_state(found.grant, opened.now()),
        **asked,
    }


def _documents(opened: OpenVault, term: GrantTerm) -> list[Value]:
    """The versions that a grant names, with their titles while they are there."""
    live = {document.document for document in opened.documents()}
    return [
        {
            "id": document,
            "version": version,
            "title": _title(opened, document, version) if document in live else None,
        }
        for document, version in sorted(term.documents)
    ]


def _title(opened: OpenVault, document: DocumentId, number: int) -> str | None:
    version = opened.document(document).version(number)
    return None if version is None else opened.metadata(version).title


def _person(card: Card) -> dict[str, Value]:
    return {
        "name": card.name,
        "rpps": card.rpps,
        "profession": card.profession,
        "fingerprint": fingerprint(card.author),
    }


@grant.command("scope")
@click.pass_obj
def scope(terminal: Terminal) -> None:
    """What is proposed for each profession; and who is given no access, and why."""
    lang = terminal.output.lang
    rows: list[Value] = [
        {"profession": code, "sections": list(sections), "rights": list(rights)}
        for code, sections, rights in scopes()
    ]
    rows += [
        {"profession": who, "sections": [], "rights": [], "why": why} for who, why in not_grantable(lang)
    ]
    terminal.output.result(rows)


def _in_words(terminal: Terminal, opened: OpenVault, known: KnownCard | None, terms: Terms) -> str:
    """What is about to be given, for a person to read before it is."""
    lang = terminal.output.lang
    who = known.card.name if known is not None else None
    if terms.documents:
        titles = [opened.metadata(opened.document(one).latest).title for one in terms.documents]
        return say(lang, "scope.documents").format(
            who=who or say(lang, "scope.someone"), titles=" · ".join(titles)
        )
    names = sorted(section_label(opened.name(section), lang) for section in terms.sections)
    verb = say(lang, "scope.both" if len(terms.rights) == 2 else f"scope.{terms.rights[0]}")
    return say(lang, "scope").format(
        who=who or say(lang, "scope.someone"), verb=verb, sections=", ".join(names)
    )


def _sections(opened: OpenVault, wanted: str | None, profession: str) -> Collection[SectionId]:
    if wanted is not None:
        found = frozenset(opened.section(name.strip()) for name in wanted.split(",") if name.strip())
    else:
        # Sections that the patient gave names of their own are chosen by name.
        kinds = sections_for_profession(profession)
        found = frozenset(section for section in opened.secrets if opened.name(section) in kinds)
    if not found:
        raise Usage("a grant needs a section")
    return found


def _rights(text: str) -> tuple[str, ...]:
    found = tuple(sorted({right.strip() for right in text.split(",")}))
    if not set(found) <= set(_RIGHTS):
        raise Usage("rights are read, add or both")
    return found


def _confirmed(terminal: Terminal, opened: OpenVault, wanted: str, *, met: bool) -> KnownCard:
    """A professional whose key was checked: by a fingerprint, its words or their QR, by an earlier grant,
    or by the
    person at the terminal. And for whom the directory vouches, or who was met in person.

    The directory is the server's word, and a server could name a key of its own for any RPPS number.
    """
    found = directory.look_up(opened.client, wanted)
    card = found.known.card
    pinned = directory.require_pinned(opened.state, found)
    if not found.confirmed and not pinned:
        _compare(terminal, card)
    if not (met and found.state == "unverified"):
        directory.require_verified(found)
    return found.known


def _compare(terminal: Terminal, card: Card) -> None:
    shown = fingerprint(card.author)
    spoken = words_for(card.author, terminal.output.lang)
    terminal.output.note(f"{card.name} · RPPS {card.rpps} · {shown}\n{spoken}")
    if not sys.stdin.isatty():
        raise NotAllowed(f"compare this fingerprint with the professional's, then give --to '{shown}'")
    if not click.confirm(say(terminal.output.lang, "confirm.fingerprint"), err=True):
        raise NotAllowed("not confirmed")
