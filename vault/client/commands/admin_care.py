"""`coffre admin account`, `suspend`, `resume`, `quota`, `maintenance`: care of accounts and of the host.

Thin: options in, results of vault.admin.care and vault.admin.maintenance out. An account is named by its
number, its e-mail address or an RPPS number; no address is ever shown.
"""

from dataclasses import asdict
from pathlib import Path

import click

from vault import maintenance as domain
from vault import suspensions
from vault.admin import care
from vault.admin import maintenance as operators
from vault.admin.care import AccountView
from vault.admin.deployment import open_current_database
from vault.admin.moving.export_all import refuse_left
from vault.client.commands.admin_host import config_option, loaded, operating, operator_errors, reading
from vault.client.errors import Usage
from vault.client.moments import end_of
from vault.client.output import Value, iso
from vault.client.terminal import Terminal
from vault.maintenance import State

_DEFAULT = "default"


@click.group("account")
def account_group() -> None:
    """Single accounts, by number, e-mail address or RPPS number."""


@account_group.command("show")
@config_option
@click.argument("who", metavar="ACCOUNT")
@click.pass_obj
def show(terminal: Terminal, *, config_file: Path | None, who: str) -> None:
    """One account: its number, whether it is suspended, what its vault holds and may hold."""
    default = loaded(terminal, config_file).limits.quota_bytes
    with reading(terminal, config_file) as session:
        found = care.seen(session, care.find(session, who), default)
    terminal.output.result(_value(found))


@account_group.command("suspended")
@config_option
@click.pass_obj
def suspended(terminal: Terminal, *, config_file: Path | None) -> None:
    """Every account that is suspended, the latest first."""
    default = loaded(terminal, config_file).limits.quota_bytes
    with reading(terminal, config_file) as session:
        found = care.all_suspended(session, default)
    terminal.output.result([_value(one) for one in found])


@click.command("suspend")
@config_option
@click.option(
    "--reason-code",
    "reason",
    required=True,
    type=click.Choice(suspensions.REASONS),
    help="Whose wish, or what for; kept with the account.",
)
@click.option(
    "--closed", is_flag=True, help="A patient may not even sign in (suspected misuse of the account)."
)
@click.argument("who", metavar="ACCOUNT")
@click.pass_obj
def suspend(terminal: Terminal, *, config_file: Path | None, reason: str, closed: bool, who: str) -> None:
    """Suspend an account; its sessions end and its owner is told.

    A patient can still sign in, read, and take everything along; a professional cannot sign in, so that the
    authorisations that patients gave open nothing while it lasts. Nothing is deleted.
    """
    default = loaded(terminal, config_file).limits.quota_bytes
    with operating(terminal, config_file, "suspend") as deed:
        account = care.find(deed.session, who)
        suspensions.suspend(deed.session, account, reason, closed=closed, now=terminal.now())
        deed.about(account.id)
        deed.detail("reason", reason)
        deed.detail("suspension", account.suspension or "")
        found = care.seen(deed.session, account, default)
    terminal.output.result(_value(found))


@click.command("resume")
@config_option
@click.argument("who", metavar="ACCOUNT")
@click.pass_obj
def resume(terminal: Terminal, *, config_file: Path | None, who: str) -> None:
    """End an account's suspension; its owner is told."""
    default = loaded(terminal, config_file).limits.quota_bytes
    with operating(terminal, config_file, "resume") as deed:
        account = care.find(deed.session, who)
        suspensions.resume(deed.session, account, terminal.now())
        deed.about(account.id)
        found = care.seen(deed.session, account, default)
    terminal.output.result(_value(found))


@click.command("quota")
@config_option
@click.argument("who", metavar="ACCOUNT")
@click.argument("bytes_", metavar="BYTES|default")
@click.pass_obj
def quota(terminal: Terminal, *, config_file: Path | None, who: str, bytes_: str) -> None:
    """Give one account's vault a quota of its own in bytes (0: no limit), or the host's again."""
    default = loaded(terminal, config_file).limits.quota_bytes
    wanted = None if bytes_ == _DEFAULT else _bytes(bytes_)
    with operating(terminal, config_file, "quota") as deed:
        account = care.find(deed.session, who)
        care.set_quota(deed.session, account, wanted)
        deed.about(account.id)
        deed.detail("bytes", _DEFAULT if wanted is None else wanted)
        deed.session.flush()
        found = care.seen(deed.session, account, default)
    terminal.output.result(_value(found))


@click.group("maintenance")
def maintenance_group() -> None:
    """Read only: records can be read, not changed, on all nodes."""


@maintenance_group.command("on")
@config_option
@click.option("--until", "until", metavar="TIME", help="What people are told; it does not end by itself.")
@click.option(
    "--still", is_flag=True, help="Refuse openings too, and stop the jobs: nothing of a vault changes."
)
@click.pass_obj
def on(terminal: Terminal, *, config_file: Path | None, until: str | None, still: bool) -> None:
    """Close the host, or change until when; waits for what is being written.

    `unfinished` above 0 says how many transactions from before still went on after a minute.
    """
    level = domain.STILL if still else domain.READ_ONLY
    end = None if until is None else end_of(until)
    with operating(terminal, config_file, "maintenance_on") as deed:
        state = domain.begin(deed.session, level, until=end, now=terminal.now())
        deed.detail("level", level)
        if end is not None:
            deed.detail("until", end)
    with operator_errors(), open_current_database(loaded(terminal, config_file)) as database:
        unfinished = operators.finished(database)
    terminal.output.result({**_state(state), "unfinished": unfinished})


@maintenance_group.command("off")
@config_option
@click.pass_obj
def off(terminal: Terminal, *, config_file: Path | None) -> None:
    """Open the host again, unless another one serves what stands here."""
    with operating(terminal, config_file, "maintenance_off") as deed:
        refuse_left(deed.session)
        domain.end(deed.session)
    terminal.output.result({"level": "open"})


@maintenance_group.command("show")
@config_option
@click.pass_obj
def show_maintenance(terminal: Terminal, *, config_file: Path | None) -> None:
    """How far the host is closed: `open`, `read_only` or `still`."""
    with reading(terminal, config_file) as session:
        state = domain.current(session)
    terminal.output.result({"level": "open"} if state is None else _state(state))


def _state(state: State) -> dict[str, Value]:
    until = {} if state.until is None else {"until": iso(state.until)}
    return {"level": state.level, "since": iso(state.since), **until}


def _bytes(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise Usage("a quota is a number of bytes, or `default`")
    return int(text)


def _value(found: AccountView) -> dict[str, Value]:
    value = {name: member for name, member in asdict(found).items() if member is not None}
    return value | {name: iso(value[name]) for name in ("created", "suspended") if name in value}
