"""`coffre verify-host`: does a host serve the web app as it was published?"""

from pathlib import Path

import click

from vault.client.api import origin_of
from vault.client.errors import DONE, INTEGRITY
from vault.client.host_check import INSTALLED, Host, compare, read_release
from vault.client.messages import say
from vault.client.terminal import Terminal


@click.command("verify-host")
@click.argument("url")
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="asset-hashes.json of the release that the host should run. [default: of this installation]",
)
@click.pass_obj
def verify_host(terminal: Terminal, *, url: str, manifest: Path | None) -> int:
    """Compare every file of a host's web app with the published one. Exit status 5: something differs.

    A host of another version differs: give the list of that version. It shows what the host gives to this
    machine now; somebody else may be given something else.
    """
    release = read_release(manifest or INSTALLED)
    origin = origin_of(url)
    with Host(origin) as host:
        report = compare(release, host.fetch)
    terminal.output.result(
        {
            "url": origin,
            "version": release.version,
            "same": report.same,
            "compared": report.compared,
            "changed": list(report.changed),
            "missing": list(report.missing),
        }
    )
    if not report.same:
        terminal.output.note(say(terminal.output.lang, "host.differs"))
    return DONE if report.same else INTEGRITY
