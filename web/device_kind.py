"""The kind of device that a request names: not which browser, not which version."""

from flask import request

COMMAND_LINE = "command_line"
OTHER = "other"
# In this order: Android's browsers name Linux too, those of iPhones a Mac.
_SYSTEMS = (
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("Mac OS X", "macos"),
    ("Linux", "linux"),
)


def system() -> str:
    """A system's word, or `other`; the command line names none."""
    said = request.headers.get("User-Agent", "")
    return next((word for mark, word in _SYSTEMS if mark in said), OTHER)


def device_kind() -> str:
    """The same, with a word for the command line."""
    return COMMAND_LINE if request.headers.get("User-Agent", "") == "coffre" else system()
