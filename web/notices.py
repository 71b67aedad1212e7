"""What an account is told, and how it wants to be told. Notices are the server's hints: what happened stands,
signed, in the journal."""

from typing import Annotated, Literal

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from pydantic import Field

from vault import notice_settings, notices, phones
from vault.errors import NotFound
from vault.models.notices import Notice
from vault.notice_settings import Wishes
from web import context
from web.schemas import Body, Identifier, Natural, Outcome, Parameters, drop_absent

blueprint = APIBlueprint("notices", __name__, url_prefix="/api/v1")


class NoticeOutcome(Outcome):
    """One notice. `subject` is the grant, share or document; `until` when a grant ends."""

    id: str
    kind: str
    time: Natural
    read: bool
    vault: str | None = None
    subject: str | None = None
    until: Natural | None = None


class NoticesQuery(Parameters):
    """How many at most; the number of unread ones counts all of them."""

    limit: Annotated[int, Field(ge=1, le=notices.MAXIMUM_PAGE)] = notices.MAXIMUM_PAGE


class NoticesOutcome(Outcome):
    """The latest notices, newest first, and how many of all are unread."""

    notices: list[NoticeOutcome]
    unread: Natural


class ReadBody(Body):
    """The notices that were looked at."""

    notices: Annotated[list[Identifier], Field(min_length=1, max_length=notices.MAXIMUM_PAGE)]


class UnreadOutcome(Outcome):
    """How many are unread."""

    unread: Natural


class WishesBody(Body):
    """How to be told; `phone` in the international form."""

    language: Literal["fr", "en"]
    openings: Literal["each", "daily"]
    others: Literal["each", "daily", "off"]
    phone: Annotated[str, Field(min_length=8, max_length=16)] | None = None


class NothingBody(Body):
    """Nothing."""


class CodeBody(Body):
    """The code as it was typed."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class SentOutcome(Outcome):
    """For how many seconds the code holds."""

    seconds: Natural


class WishesOutcome(Outcome):
    """How the account is told; whether this host sends mail and telephone messages. Nothing is sent to a
    number that was not confirmed."""

    language: str
    openings: str
    others: str
    phone: str | None = None
    phone_confirmed: bool
    mail: bool
    sms: bool


@blueprint.get("/notices", responses={200: NoticesOutcome})
def read(query: NoticesQuery) -> Response:
    """What the account is told."""
    who = context.signed_in()
    with context.reading() as session:
        page = notices.page(session, who.account, query.limit)
    outcome = NoticesOutcome(notices=[_wire(notice) for notice in page.notices], unread=page.unread)
    return jsonify(drop_absent(outcome))


@blueprint.post("/notices/read", responses={200: UnreadOutcome})
def mark_read(body: ReadBody) -> Response:
    """Notes that notices were looked at, and with them all older ones; those of others stay as they are."""
    who = context.signed_in()
    with context.writing() as session:
        unread = notices.mark_read(session, who.account, body.notices, context.parts().clock())
    return jsonify({"unread": unread})


@blueprint.get("/notice-settings", responses={200: WishesOutcome})
def settings() -> Response:
    """How the account is told."""
    who = context.signed_in()
    with context.reading() as session:
        wishes = notice_settings.wishes_of(session, who.account)
    return _settings(wishes)


@blueprint.put("/notice-settings", responses={200: WishesOutcome})
def keep_settings(body: WishesBody) -> Response:
    """Changes how the account is told. Openings and changes of keys cannot be switched off."""
    who = context.signed_in()
    wishes = Wishes(language=body.language, openings=body.openings, others=body.others, phone=body.phone)
    with context.writing() as session:
        notice_settings.keep_wishes(session, who.account, wishes)
        return _settings(notice_settings.wishes_of(session, who.account))


@blueprint.post("/notice-settings/phone-codes", responses={202: SentOutcome})
def send_code(body: NothingBody) -> tuple[Response, int]:
    """Sends a code to the number of the settings, three times a day at most."""
    who, parts = context.signed_in(), context.parts()
    if parts.config.sms.url is None:
        raise NotFound("this host sends no telephone messages")
    with context.writing() as session:
        phones.ask(session, parts.server_key, who.account, parts.clock())
    return jsonify({"seconds": phones.LIFETIME}), 202


@blueprint.post("/notice-settings/phone", responses={200: WishesOutcome})
def confirm_phone(body: CodeBody) -> Response:
    """Confirms the number by the code that was sent there. Ten guesses in all, for whatever codes."""
    who, parts = context.signed_in(), context.parts()
    phones.confirm(parts.database, who.account, body.code, parts.clock())
    with context.reading() as session:
        return _settings(notice_settings.wishes_of(session, who.account))


def _settings(wishes: Wishes) -> Response:
    config = context.parts().config
    outcome = WishesOutcome(
        language=wishes.language,
        openings=wishes.openings,
        others=wishes.others,
        phone=wishes.phone,
        phone_confirmed=wishes.phone_confirmed,
        mail=config.mail.url is not None,
        sms=config.sms.url is not None,
    )
    return jsonify(drop_absent(outcome))


def _wire(notice: Notice) -> NoticeOutcome:
    return NoticeOutcome(
        id=notice.id,
        kind=notice.kind,
        time=notice.time,
        read=notice.read is not None,
        vault=notice.vault,
        subject=notice.subject,
        until=notice.until,
    )
