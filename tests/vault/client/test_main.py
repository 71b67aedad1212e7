"""The border: help, exit statuses, JSON errors, languages."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from vault.client.errors import EXIT_STATUS
from vault.client.main import coffre, run
from vault.client.messages import language, say
from vault.client.terminal import Terminal

ROOT = Path(__file__).resolve().parents[3]


def test_help_is_quick_and_loads_no_key() -> None:
    program = (
        "import sys; from vault.client.main import run; from vault.client.terminal import Terminal\n"
        "run(['--help'], Terminal({}))\n"
        "heavy = {'httpx', 'urllib3', 'flask', 'cryptography', 'nacl', 'argon2', 'rich', 'boto3'}\n"
        "heavy |= {'sqlalchemy'}\n"
        "sys.exit(','.join(sorted(heavy & sys.modules.keys())) or 0)"
    )
    # What keeps the 0.3 s of the contract is what is not loaded; a figure would depend on the machine.
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "recover" in done.stdout


def test_what_add_and_get_need_is_loaded_and_no_second_network() -> None:
    program = (
        "import sys; from vault.client.commands import documents; from vault.client.client import Api\n"
        "Api('http://127.0.0.1:8750')\n"
        "heavy = {'httpx', 'flask', 'argon2', 'rich', 'sqlalchemy', 'pydantic', 'certifi'}\n"
        "sys.exit(','.join(sorted(heavy & sys.modules.keys())) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_serving_needs_no_opening_module() -> None:
    program = (
        "import sys; import vault.client.main, web.app\n"
        "names = 'primitives keyring document grants share passwords sections'.split()\n"
        "opening = {f'crypto.{name}' for name in names}\n"
        "sys.exit(','.join(sorted(opening & sys.modules.keys())) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    context = click.Context(coffre)
    for name in coffre.list_commands(context):
        command = coffre.get_command(context, name)
        assert command is not None
        assert command.help, name
        options = {option for parameter in command.params for option in parameter.opts}
        assert {"--json", "--home"} <= options, name
        assert run([name, "--help"], Terminal({})) == 0
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_server_whose_database_is_away_says_so_in_one_line(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    environ = {
        "COFFRE_DATA": str(tmp_path),
        "COFFRE_DATABASE_URL": "postgresql://nobody:hunter2@127.0.0.1:1/none",
    }
    assert run([command], Terminal(environ)) == 6
    shown = capsys.readouterr()
    assert len(shown.err.splitlines()) == 1
    assert "database.url" in shown.err
    assert "hunter2" not in shown.err + shown.out


def test_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["get"], Terminal({})) == 2
    assert "Usage: coffre get" in capsys.readouterr().err
    assert run(["get", "--json"], Terminal({})) == 2
    assert capsys.readouterr().out.startswith('{"error": {"code": "usage"')
    assert run(["no-such-command"], Terminal({})) == 2


@pytest.mark.parametrize(("lang", "start"), [("fr", "erreur : non"), ("en", "error: not signed in")])
def test_errors_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, start: str
) -> None:
    assert run(["list"], Terminal({"COFFRE_HOME": str(tmp_path), "COFFRE_LANG": lang})) == 4
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(start)


def test_every_code_has_a_message_in_both_languages() -> None:
    for code in EXIT_STATUS:
        assert say("fr", f"error.{code}") != say("en", f"error.{code}") != code


def test_language_of_the_environment() -> None:
    assert language({"LANG": "fr_FR.UTF-8"}) == "fr"
    assert language({"LANG": "fr_FR.UTF-8", "COFFRE_LANG": "en"}) == "en"
    assert language({"LANG": "C"}) == "en"
