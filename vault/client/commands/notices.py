"""`coffre notices`: what the server tells the account, and how it wants to be told.

Notices are the server's hints, unsigned: kinds and times. What happened stands in `coffre journal`.
"""

import click

from crypto.encoding import Json
from vault.client.answers import Answer, children, number, optional_text, text
from vault.client.errors import Usage
from vault.client.output import Value, iso
from vault.client.terminal import Terminal

_WORD = 64


@click.group("notices")
def notices() -> None:
    """What the server tells you; how you want to be told."""


@notices.command("list")
@click.option("--unread", is_flag=True, help="Only those that you have not read.")
@click.pass_obj
def list_(terminal: Terminal, *, unread: bool) -> None:
    """The latest notices, newest first."""
    answer = terminal.client().api.get("/notices")
    rows = [_row(notice) for notice in children(answer, "notices", limit=200)]
    terminal.output.result([row for row in rows if not (unread and row["read"])])


@notices.command("read")
@click.pass_obj
def read(terminal: Terminal) -> None:
    """Mark all notices as read."""
    api = terminal.client().api
    found = children(api.get("/notices"), "notices", limit=200)
    ids: list[Json] = [text(one, "id", limit=_WORD) for one in found if one.get("read") is not True]
    left = number(api.post("/notices/read", {"notices": ids}, again=True), "unread") if ids else 0
    terminal.output.result({"read": len(ids), "unread": left})


@notices.command("settings")
@click.option("--language", type=click.Choice(["fr", "en"]), help="Of mails and telephone messages.")
@click.option("--openings", type=click.Choice(["each", "daily"]), help="Openings of your vault and shares.")
@click.option("--others", type=click.Choice(["each", "daily", "off"]), help="Deposits, ends, requests.")
@click.option("--phone", help="Mobile number in the international form, such as +33612345678.")
@click.option("--no-phone", is_flag=True, help="Take the number away.")
@click.pass_obj
def settings(
    terminal: Terminal,
    *,
    language: str | None,
    openings: str | None,
    others: str | None,
    phone: str | None,
    no_phone: bool,
) -> None:
    """How you are told. New sign-ins and changes of keys are always told, and openings cannot be silenced.

    A number is used once `coffre notices phone CODE` has confirmed it.
    """
    if phone is not None and no_phone:
        raise Usage("--phone or --no-phone, not both")
    api = terminal.client().api
    answer = api.get("/notice-settings")
    known = "" if no_phone else optional_text(answer, "phone")
    wanted: dict[str, Json] = {
        "language": language or text(answer, "language", limit=_WORD),
        "openings": openings or text(answer, "openings", limit=_WORD),
        "others": others or text(answer, "others", limit=_WORD),
    }
    if phone or known:
        wanted["phone"] = phone or known
    if any((language, openings, others, phone, no_phone)):
        answer = api.put("/notice-settings", wanted)
    terminal.output.result(_wishes(answer))


@notices.command("phone")
@click.argument("code", required=False)
@click.pass_obj
def phone_(terminal: Terminal, *, code: str | None) -> None:
    """Confirm your number by the code that was sent there; without a CODE, have one sent.

    Nothing else is sent to a number before. Ten wrong codes in all, three codes a day.
    """
    api = terminal.client().api
    if code is None:
        answer = api.post("/notice-settings/phone-codes", {})
        terminal.output.result({"seconds": number(answer, "seconds")})
    else:
        terminal.output.result(_wishes(api.post("/notice-settings/phone", {"code": code})))


def _row(notice: Answer) -> dict[str, Value]:
    row: dict[str, Value] = {
        "id": text(notice, "id", limit=_WORD),
        "kind": text(notice, "kind", limit=_WORD),
        "time": iso(number(notice, "time")),
        "read": notice.get("read") is True,
    }
    for name in ("vault", "subject"):
        if value := optional_text(notice, name):
            row[name] = value
    if "until" in notice:
        row["until"] = iso(number(notice, "until"))
    return row


def _wishes(answer: Answer) -> dict[str, Value]:
    return {
        "language": text(answer, "language", limit=_WORD),
        "openings": text(answer, "openings", limit=_WORD),
        "others": text(answer, "others", limit=_WORD),
        "phone": optional_text(answer, "phone"),
        "phone_confirmed": answer.get("phone_confirmed") is True,
        "mail": answer.get("mail") is True,
        "sms": answer.get("sms") is True,
    }
