"""What people do in the English web app again and again."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.e2e.browser import Person

STRONG = re.compile("Strong|Very strong")
PASSWORD = "lantern rhubarb 58 gliding owls"


def nothing_to_confirm() -> None:
    """The server sends no mail."""


def sign_up(
    person: Person,
    email: str,
    name: str,
    *,
    rpps: str = "",
    password: str = PASSWORD,
    confirm: Callable[[], None] = nothing_to_confirm,
) -> list[str]:
    """A new account, a professional's if an RPPS number is given; the words of its kit. `confirm` is done
    where the server asks for a code."""
    person.go("/signup?role=professional" if rpps else "/signup")
    return fill_sign_up(person, email, name, rpps=rpps, password=password, confirm=confirm)


def fill_sign_up(
    person: Person,
    email: str,
    name: str,
    *,
    rpps: str = "",
    password: str = PASSWORD,
    confirm: Callable[[], None] = nothing_to_confirm,
) -> list[str]:
    """The same on the page of signing up."""
    person.fill("E-mail address", email)
    person.fill("Name", name)
    if rpps:
        person.fill("RPPS number", rpps)
        person.choose("Profession", "Physician")
    person.fill("Password", password)
    person.reads(STRONG)
    person.press("Create my account")
    confirm()
    person.reads("Your recovery kit")
    words = person.page.locator(".kit-words .code").all_inner_texts()
    person.tick("My kit is in a safe place")
    person.press("Continue" if rpps else "Open my vault")
    return words


def unlock(person: Person, password: str = PASSWORD) -> None:
    """After a page load the keys are gone: the password opens them again, where the person was."""
    person.fill("Password", password)
    person.press("Sign in")


def add_file(person: Person, path: Path, title: str) -> None:
    """Chooses a file and describes it; it is on its way then."""
    person.drop_files([path])
    person.fill("Title", title)
    person.press("Encrypt and add")


def open_document(person: Person, title: str) -> None:
    person.page.get_by_role("link", name=title).first.click()
    person.page.get_by_role("heading", name=title).wait_for()
