"""`coffre admin audit`: what operators did, verified, shown, carried elsewhere and held against it there.

Thin: options in, vault.admin.operations out. `--verify FILE` needs neither configuration nor database.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from crypto.encoding import b64u, unb64u
from crypto.errors import CoffreError
from crypto.operations import Operation, Pin, Position, from_lines, to_line
from vault.admin import operations
from vault.admin.deployment import open_current_database
from vault.admin.operator_files import OperatorFiles
from vault.client.commands.admin_host import config_option, loaded, log_of, operator_errors
from vault.client.destination import to_file
from vault.client.errors import Usage
from vault.client.output import Value, iso
from vault.client.terminal import Terminal

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("audit")
@config_option
@click.option("--export", "export", type=_FILE, metavar="FILE", help="Also write the chain, for --verify.")
@click.option("--verify", "given", type=_FILE, metavar="FILE", help="A chain that was exported, instead.")
@click.option("--head", "head", metavar="SIZE:HEAD", help="Hold it against what was written down elsewhere.")
@click.option(
    "--accept", "step", flag_value="accept", help="This chain is right; it is what is seen here now."
)
@click.option("--begin", "step", flag_value="begin", help="A new key, where the old one is lost.")
@click.option("--new-key", type=_FILE, metavar="FILE", help="Only draw a key into a new file; needs no host.")
@click.pass_obj
def audit(
    terminal: Terminal,
    *,
    config_file: Path | None,
    export: Path | None,
    given: Path | None,
    head: str | None,
    step: str | None,
    new_key: Path | None,
) -> None:
    """What operators did: each command signed, in a chain that is verified from its beginning.

    Exit status 5 when the chain was changed, reordered or cut, or is another one than this machine saw.
    """
    if new_key is not None:
        with operator_errors():
            key = OperatorFiles(new_key).new_key()
        terminal.output.result({"public_key": b64u(key.public), "key_file": str(new_key)})
        return
    pin = None if head is None else _pin(head)
    with operator_errors():
        if given is not None:
            if export is not None or step is not None:
                raise Usage("--verify looks at a file, and changes nothing")
            chain = _of_file(given, pin)
        else:
            chain = _of_host(terminal, config_file, pin, export, step)
    terminal.output.result(_value(chain) if terminal.as_json else [_row(found) for _place, found in chain])
    if not terminal.as_json and chain:
        place = chain[-1][0]
        terminal.output.note(f"{place.size} operations hold; head {place.size}:{b64u(place.head)}")


def _of_host(
    terminal: Terminal, config_file: Path | None, pin: Pin | None, export: Path | None, step: str | None
) -> tuple[tuple[Position, Operation], ...]:
    config = loaded(terminal, config_file)
    log = log_of(terminal, config)
    with open_current_database(config) as database:
        if step == "accept":
            log.accept(database)
        elif step == "begin":
            log.begin(database)
        chain = operations.read(database, log.files.pin())
        if pin is not None:
            operations.read(database, pin)
        if export is not None:
            with to_file(export, replace=False) as file:
                for signed in operations.stored(database):
                    file.write(to_line(signed))
        log.see(chain)
    return chain


def _of_file(path: Path, pin: Pin | None) -> Sequence[tuple[Position, Operation]]:
    content = path.read_bytes()
    return operations.checked(from_lines(content), pin)


def _pin(text: str) -> Pin:
    size, _, head = text.partition(":")
    with suppress(ValueError, CoffreError):
        pin = Pin(int(size), unb64u(head, length=32))
        # Nothing would be held against a head of no operations.
        if pin.size > 0:
            return pin
    raise Usage("a head is SIZE:HEAD, as `coffre admin audit` shows it")


def _value(chain: Sequence[tuple[Position, Operation]]) -> dict[str, Value]:
    last = chain[-1][0] if chain else None
    return {
        "operations": [_row(found) for _place, found in chain],
        "size": 0 if last is None else last.size,
        "head": None if last is None else f"{last.size}:{b64u(last.head)}",
        "keys": [{"seq": found.seq, "key": b64u(found.key)} for _place, found in chain if found.key],
    }


def _row(found: Operation) -> dict[str, Value]:
    said = {detail.name: detail.value for detail in found.details}
    return {
        "seq": found.seq,
        "time": iso(found.time),
        "command": found.command,
        "user": found.user,
        "name": found.name,
        "accounts": list(found.accounts),
        "details": said,
    }
