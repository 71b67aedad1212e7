"""The `coffre` command: the table of commands, and the border where every error becomes an exit status.

Each command's module is imported when it is run, so that `coffre --help` is quick and the process that serves
holds nothing that opens a document.
"""

import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, NamedTuple

import click

from crypto.errors import CoffreError
from vault.client.errors import EXIT_STATUS, UNEXPECTED, USAGE, ClientError
from vault.client.messages import language
from vault.client.output import Output
from vault.client.shared_options import with_shared_options
from vault.client.terminal import Terminal

# As the server's worker does: one thread talks to the server while others seal.
_SWITCH_SECONDS: Final = 0.0005
# What modules make while they load stays: looking through it for garbage took a twentieth of our start.
_GARBAGE_THRESHOLD: Final = 20_000


class _Entry(NamedTuple):
    load: Callable[[], click.Command]
    summary: str


class _Commands(click.Group):
    """Knows every command's name and summary, and imports a command only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_TABLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = _TABLE.get(cmd_name)
        return with_shared_options(entry.load()) if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in _TABLE.items()])


def run(arguments: Sequence[str], terminal: Terminal) -> int:
    """Runs one command and returns the exit status of the contract. Unexpected errors pass."""
    output = Output(as_json="--json" in arguments, lang=language(terminal.environ))
    try:
        answer: object = coffre.main(list(arguments), prog_name="coffre", standalone_mode=False, obj=terminal)
    except click.UsageError as error:
        if output.as_json:
            return output.error("usage", error.format_message(), USAGE)
        error.show()
        return USAGE
    except click.ClickException as error:
        return output.error("usage", error.format_message(), USAGE)
    except click.Abort:
        return UNEXPECTED
    except ClientError as error:
        return output.error(error.code, error.detail, error.exit_status)
    except CoffreError as error:
        return output.error(error.code, _heads(error), EXIT_STATUS.get(error.code, UNEXPECTED))
    except BrokenPipeError:
        raise
    except OSError as error:
        return output.error("file", error.strerror or "", UNEXPECTED)
    finally:
        terminal.close()
    return answer if isinstance(answer, int) else 0


def _heads(error: CoffreError) -> str:
    """The two heads of a fork, for people to compare; other texts are for who reads the code."""
    # Loaded already if it was raised, and slow to load.
    from vault.client.ledger_chain import Fork, Shorter

    return str(error) if isinstance(error, Fork | Shorter) else ""


def main() -> None:
    """Entry point of the `coffre` script."""
    if "--json" in sys.argv:
        sys.excepthook = _json_excepthook
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.set_threshold(_GARBAGE_THRESHOLD)
    status = run(sys.argv[1:], Terminal(os.environ))
    # Python would look through all that is loaded for garbage as it ends: a third of an operator's command.
    gc.freeze()
    sys.exit(status)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="coffre", message="coffre %(version)s")
def coffre() -> None:
    """Coffre: an end-to-end encrypted vault for health documents.

    Every command takes --json (one JSON document on standard output) and --home DIR. Exit status: 0 done,
    1 unexpected, 2 usage, 3 not found, 4 refused, 5 integrity, 6 server or store unreachable.
    """


def _json_excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    click.echo(json.dumps({"error": {"code": "unexpected", "message": kind.__name__}}))
    sys.__excepthook__(kind, error, trace)


# -- the table; one loader each, because imports by name are invisible to the import contracts
def _signup() -> click.Command:
    from vault.client.commands.account import signup

    return signup


def _login() -> click.Command:
    from vault.client.commands.account import login

    return login


def _logout() -> click.Command:
    from vault.client.commands.account import logout

    return logout


def _whoami() -> click.Command:
    from vault.client.commands.account import whoami

    return whoami


def _recover() -> click.Command:
    from vault.client.commands.account import recover

    return recover


def _account() -> click.Command:
    from vault.client.commands.leaving import account

    return account


def _password() -> click.Command:
    from vault.client.commands.account import password

    return password


def _add() -> click.Command:
    from vault.client.commands.documents import add

    return add


def _list() -> click.Command:
    from vault.client.commands.documents import list_

    return list_


def _get() -> click.Command:
    from vault.client.commands.documents import get

    return get


def _remove() -> click.Command:
    from vault.client.commands.documents import remove

    return remove


def _bin() -> click.Command:
    from vault.client.commands.bin import bin_

    return bin_


def _restore() -> click.Command:
    from vault.client.commands.bin import restore

    return restore


def _deposit() -> click.Command:
    from vault.client.commands.deposits import deposit

    return deposit


def _section() -> click.Command:
    from vault.client.commands.sections import section

    return section


def _settings() -> click.Command:
    from vault.client.commands.sections import settings

    return settings


def _tag() -> click.Command:
    from vault.client.commands.tags import tag

    return tag


def _file() -> click.Command:
    from vault.client.commands.documents import file

    return file


def _mask() -> click.Command:
    from vault.client.commands.documents import mask

    return mask


def _unmask() -> click.Command:
    from vault.client.commands.documents import unmask

    return unmask


def _vaults() -> click.Command:
    from vault.client.commands.vaults import vaults

    return vaults


def _grant() -> click.Command:
    from vault.client.commands.grants import grant

    return grant


def _contact() -> click.Command:
    from vault.client.commands.directory import contact

    return contact


def _directory() -> click.Command:
    from vault.client.commands.directory import directory

    return directory


def _share() -> click.Command:
    from vault.client.commands.shares import share

    return share


def _profile() -> click.Command:
    from vault.client.commands.profiles import profile

    return profile


def _card() -> click.Command:
    from vault.client.commands.profiles import card

    return card


def _serve() -> click.Command:
    from vault.client.commands.server import serve

    return serve


def _worker() -> click.Command:
    from vault.client.commands.server import worker

    return worker


def _open() -> click.Command:
    from vault.client.commands.openers import open_

    return open_


def _seal() -> click.Command:
    from vault.client.commands.openers import seal

    return seal


def _journal() -> click.Command:
    from vault.client.commands.journal import journal

    return journal


def _accesses() -> click.Command:
    from vault.client.commands.accesses import accesses

    return accesses


def _notices() -> click.Command:
    from vault.client.commands.notices import notices

    return notices


def _export() -> click.Command:
    from vault.client.commands.export import export_

    return export_


def _verify_host() -> click.Command:
    from vault.client.commands.host import verify_host

    return verify_host


def _admin() -> click.Command:
    from vault.client.commands.admin import admin

    return admin


with_shared_options(coffre)

_TABLE: Final[dict[str, _Entry]] = {
    "serve": _Entry(_serve, "Run the server."),
    "worker": _Entry(_worker, "Run the server's jobs in a process of their own."),
    "signup": _Entry(_signup, "Open an account and sign in."),
    "login": _Entry(_login, "Sign in on this device."),
    "logout": _Entry(_logout, "Sign out and forget the keys on this device."),
    "whoami": _Entry(_whoami, "Who is signed in, and where."),
    "recover": _Entry(_recover, "New password with the printed recovery kit."),
    "password": _Entry(_password, "Change the password."),
    "account": _Entry(_account, "Your own account: status, delete, keep, receipt."),
    "add": _Entry(_add, "Seal and add documents."),
    "list": _Entry(_list, "List documents."),
    "get": _Entry(_get, "Open a document."),
    "remove": _Entry(_remove, "Remove a document."),
    "bin": _Entry(_bin, "Removed documents that can be brought back."),
    "restore": _Entry(_restore, "Bring a removed document back."),
    "deposit": _Entry(_deposit, "Leave documents in a patient's inbox."),
    "section": _Entry(_section, "The vault's sections."),
    "settings": _Entry(_settings, "The vault's settings."),
    "file": _Entry(_file, "Move a document to another section."),
    "tag": _Entry(_tag, "Show a document's tags, or give it others."),
    "mask": _Entry(_mask, "Hide a document from professionals."),
    "unmask": _Entry(_unmask, "Show a masked document again."),
    "vaults": _Entry(_vaults, "The vaults you can read."),
    "grant": _Entry(_grant, "Who may read: new, redeem, list, renew, ask, revoke, block …"),
    "contact": _Entry(_contact, "Your key as a QR and words, to compare in person."),
    "directory": _Entry(_directory, "Look up a professional; the directory's key."),
    "share": _Entry(_share, "Links for a limited time: new, list, end."),
    "profile": _Entry(_profile, "What you say of your own health: show, set."),
    "card": _Entry(_card, "An emergency card to print, readable by whoever holds it."),
    "open": _Entry(_open, "Open a share's link, or any age file."),
    "seal": _Entry(_seal, "Seal a file for age recipients."),
    "accesses": _Entry(_accesses, "What you, a professional, opened in a vault."),
    "notices": _Entry(_notices, "What the server tells you, and how."),
    "journal": _Entry(_journal, "Who did what, and proof that nothing was cut."),
    "export": _Entry(_export, "Take everything out."),
    "verify-host": _Entry(_verify_host, "Is a host's web app the published one?"),
    "admin": _Entry(_admin, "For the operator: init, migrate, doctor, check, backup …"),
}


if __name__ == "__main__":
    main()
