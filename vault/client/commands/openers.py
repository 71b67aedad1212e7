"""`coffre open` and `coffre seal`: links and age files, without an account."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from crypto.age_recipients import Identity, ScryptIdentity
from crypto.age_stream import Source
from vault.client.age_files import Hashed, Written, needs_passphrase, open_age, read_identities, seal_age
from vault.client.destination import free_name, safe_name, to, to_file, to_stdout
from vault.client.errors import NotFound, Usage
from vault.client.output import Value
from vault.client.terminal import Terminal

if TYPE_CHECKING:
    from crypto.fhir import SharedDocument
    from vault.client.receiver import Received

_LINK_MARK = "shlink:/"


@click.command("open")
@click.argument("what", metavar="LINK|FILE")
@click.option("-o", "output", metavar="PATH", help="A file, a folder for a share, or - for standard output.")
@click.option("--passcode-file", type=click.Path(path_type=Path), help="The share's passcode.")
@click.option(
    "--recipient",
    metavar="NAME",
    help="Your name, as the patient will see it. [default: coffre; none where the patient asks no name]",
)
@click.option("--identity", "-i", type=click.Path(path_type=Path), help="An age identity file.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="The age file's passphrase.")
@click.pass_obj
def open_(
    terminal: Terminal,
    *,
    what: str,
    output: str | None,
    passcode_file: Path | None,
    recipient: str | None,
    identity: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Open a share's link, or any age v1 file (X25519, passphrase, mlkem768x25519; armored too).

    - is standard input. An age file needs no server. Nothing is written unless everything was verified.
    """
    if _LINK_MARK in what:
        _open_link(terminal, what, output, passcode_file, recipient)
    else:
        _open_file(terminal, Path(what), output, identity, passphrase_file)


@click.command("seal")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-r", "recipients", multiple=True, required=True, metavar="RECIPIENT", help="age1… or age1pq1…")
@click.option("-o", "output", required=True, metavar="FILE", help="Where to; - for standard output.")
@click.option("-a", "--armor", is_flag=True, help="Text instead of bytes.")
@click.pass_obj
def seal(terminal: Terminal, *, file: Path, recipients: tuple[str, ...], output: str, armor: bool) -> None:
    """Seal a file (- is standard input) for age recipients; stock age opens it."""
    if output == "-" and terminal.as_json:
        raise Usage("--json and -o - cannot share standard output")
    if output == "-":
        # What is sealed may be seen before it is complete: stock age refuses a file that was cut.
        with _reading(file) as source:
            seal_age(source, sys.stdout.buffer, recipients, armored=armor)
            sys.stdout.buffer.flush()
        return
    with _reading(file) as source, to(output) as sink:
        seal_age(source, sink, recipients, armored=armor)
        size = sink.tell()
    terminal.output.result({"path": output, "size": size, "recipients": list(recipients)})


def _open_file(
    terminal: Terminal, file: Path, output: str | None, identity: Path | None, passphrase_file: Path | None
) -> None:
    if terminal.as_json and output in (None, "-"):
        raise Usage("--json needs -o FILE: standard output holds one of the two")
    with _reading(file) as source:
        whole: Source = source
        identities: list[Identity] = []
        if identity is not None:
            identities += read_identities(identity, lambda: terminal.secret("passphrase", passphrase_file))
        else:
            asked, whole = needs_passphrase(source)
            if not asked:
                raise Usage("this file needs --identity FILE")
            identities.append(ScryptIdentity(terminal.secret("passphrase", passphrase_file).encode()))
        with to(output or "-") as sink:
            written = open_age(whole, sink, identities, digest=terminal.as_json)
    if output not in (None, "-"):
        terminal.output.result(_written(str(output), written))


def _open_link(
    terminal: Terminal, what: str, output: str | None, passcode_file: Path | None, recipient: str | None
) -> None:
    from crypto.share import NO_NAME
    from vault.client.receiver import MAX_PASSCODE, open_share, parse_link

    link = parse_link(what)
    passcode = terminal.secret("passcode", passcode_file) if link.passcode else None
    if passcode is not None and len(passcode) > MAX_PASSCODE:
        raise Usage("a passcode has at most 256 characters")
    name = recipient or ("coffre" if link.name_asked else NO_NAME)
    documents = open_share(link, connect=terminal.api, passcode=passcode, recipient=name, now=terminal.now())
    to_standard_output = output == "-" or (output is None and not terminal.as_json and len(documents) == 1)
    if to_standard_output:
        if len(documents) > 1 or terminal.as_json:
            raise Usage("give -o FOLDER")
        with to_stdout() as sink:
            documents[0].write(sink)
        return
    terminal.output.result(_write_all(documents, output))


def _write_all(received: "list[Received]", output: str | None) -> Value:
    """Writes a share's documents: one to the named file, several (or one into a folder) under names of their
    own.
    """
    from crypto.metadata import clean_name

    target = Path(output) if output is not None else Path()
    into_folder = output is None or len(received) > 1 or target.is_dir() or str(output).endswith("/")
    rows: list[Value] = []
    taken: set[str] = set()
    with ExitStack() as stack:
        if into_folder:
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, one in enumerate(received, start=1):
            path, document = target, one.document
            if into_folder:
                name = safe_name(clean_name(document.name), fallback=f"document-{number}")
                path = target / free_name(target, name, taken)
            sink = stack.enter_context(to_file(path, replace=not into_folder))
            hashed = Hashed(sink)
            one.write(hashed)
            written = Written(one.size, hashed.digest.digest())
            described: dict[str, Value] = {
                "title": document.title,
                "mime": document.mime,
                "date": document.date,
            }
            rows.append(
                {**described, **_cards(document), **_summary(document), **_written(str(path), written)}
            )
    return rows


def _cards(document: "SharedDocument") -> dict[str, Value]:
    """What SMART Health Cards say, unverified; nothing for other documents."""
    from crypto.health_card import cards_in

    cards: list[Value] = [
        {
            "issuer": card.issuer,
            "issued": card.issued,
            "holder": card.holder,
            "holds": [" ".join(filter(None, (line.kind, line.text, line.date))) for line in card.lines],
            "verified": False,
        }
        for card in cards_in(document)
    ]
    return {"cards": cards} if cards else {}


def _summary(document: "SharedDocument") -> dict[str, Value]:
    """What a patient summary says, section by section; nothing for other documents."""
    if document.summary is None:
        return {}
    sections: list[Value] = [
        {
            "code": section.code,
            "title": section.title,
            "empty": section.empty,
            "items": [asdict(item) for item in section.items],
            "narrative": section.narrative,
        }
        for section in document.summary.sections
    ]
    return {"summary": {"patient": document.summary.patient, "sections": sections}}


def _written(path: str, written: Written) -> dict[str, Value]:
    described: dict[str, Value] = {"path": path, "size": written.size}
    return described if written.sha256 is None else {**described, "sha256": written.sha256.hex()}


@contextmanager
def _reading(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = file.open("rb")
    except FileNotFoundError:
        raise NotFound("no such file") from None
    except OSError as error:
        raise Usage(f"cannot read the file: {error.strerror}") from error
    with stream:
        yield stream
