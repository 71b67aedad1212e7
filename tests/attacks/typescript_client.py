"""The TypeScript client in Node: bundled once, then one flow a line (`typescript_client.ts`)."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crypto.encoding import b64u
from tests.attacks.flows import LARGE_FILE, NEW_FILE, NEW_PASSWORD, NEW_TITLE
from tests.attacks.people import Device
from tests.attacks.versions import client_of
from tests.attacks.world import World
from tests.vault.client.people import PASSWORD
from vault.client import server_keys

CLIENT: Final = Path(__file__).parents[2] / "web" / "client"
SOURCE: Final = Path(__file__).with_suffix(".ts")

# Which flows the web engine has too, whose device runs them, and what they are about.
FLOWS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "sign_in": ("", {}),
    "sign_up": ("", {"email": "newcomer@example.org"}),
    "recover": ("", {"password": NEW_PASSWORD}),
    "open_link": ("", {}),
    "session": ("anne", {}),
    "logout": ("anne", {}),
    "list": ("anne", {}),
    "journal": ("anne", {}),
    "get": ("anne", {"letter": "c"}),
    "share_list": ("anne", {}),
    "add": ("anne", {}),
    "add_large": ("anne", {"text": LARGE_FILE.decode()}),
    "mask": ("anne", {"letter": "b"}),
    "remove": ("anne", {"letter": "b"}),
    "revoke": ("anne", {"grant": "nurse"}),
    "grant_to": ("anne", {}),
    "grant_documents": ("anne", {"letter": "b"}),
    "ask": ("doctor", {"grant": "doctor"}),
    "refuse": ("anne", {"grant": "nurse"}),
    "block": ("anne", {"grant": "nurse"}),
    "unblock": ("anne", {"grant": "former"}),
    "deposit": ("doctor", {}),
    "withdraw": ("doctor", {"deposit": "own"}),
    "section_add": ("anne", {}),
    "settings": ("anne", {}),
    "share_new": ("anne", {"letter": "b"}),
    "share_extend": ("anne", {}),
    "share_end": ("anne", {}),
    "redeem": ("novice", {"link": "invitation"}),
    "vaults": ("doctor", {}),
    "list_as_professional": ("doctor", {}),
    "read_as_professional": ("doctor", {"letter": "d"}),
    "read_as_author": ("doctor", {"letter": "g"}),
}


@dataclass(frozen=True)
class TypeScriptClient:
    """A Node process that runs flows, one after the other."""

    process: "subprocess.Popen[str]"
    port: int

    def run(self, world: World, flow: str) -> dict[str, Any]:
        """What came of a flow: `value` or `error`, and what the device has `seen`."""
        who, about = FLOWS[flow]
        line = self._line(world, flow, about)
        if who:
            line["home"] = home_of(world.people[who].device)
        return self.send(line)

    def ask(self, world: World, home: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
        """What came of something else than a flow's usual request, on a device."""
        return self.send({**self._line(world, line["flow"], {}), **line, "home": home})

    def send(self, line: dict[str, Any]) -> dict[str, Any]:
        """One line there and one back."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the client has crashed"
        found: dict[str, Any] = json.loads(answer)
        return found

    def _line(self, world: World, flow: str, about: dict[str, str]) -> dict[str, Any]:
        anne = world.vaults["anne"]
        return {
            "flow": flow,
            "port": self.port,
            "now": world.clock(),
            "email": about.get("email", anne.patient.device.email),
            "password": about.get("password", PASSWORD),
            "kit": anne.patient.kit.words("english"),
            "vault": anne.id,
            "owner": client_of(anne.patient.device).me,
            "document": anne.deposit if "deposit" in about else anne.documents[about.get("letter", "b")],
            "grant": anne.grants[about.get("grant", "nurse")],
            "professional": world.fingerprints["nurse"],
            "share": anne.share,
            "link": anne.invitation if about.get("link") else anne.link,
            "text": about.get("text", NEW_FILE.decode()),
            "title": NEW_TITLE,
        }


def home_of(device: Device) -> dict[str, Any]:
    """A device of the command line as the web engine's: the same session, keyring and pins."""
    session = device.home.session()
    keyring, file_key = device.home.keyring()
    pins = {}
    for path in device.home.folder.glob("pins-*"):
        content = json.loads(path.read_bytes())
        vault = path.stem.rpartition("-")[2]
        pins[vault] = {name: value for name, value in content.items() if value}
    for path in device.home.folder.glob("checkpoint-*"):
        pins[path.stem.rpartition("-")[2]]["checkpoint"] = json.loads(path.read_bytes())
    record = client_of(device).keyring
    return {
        "cookie": session.cookie,
        "csrf": session.csrf,
        "session": {
            "account": session.account,
            "role": session.role,
            "address": session.address,
            **({"vault": session.vault} if session.vault else {}),
        },
        "keyring": b64u(keyring),
        "fileKey": b64u(file_key),
        "sequence": record.sequence,
        "seen": pins,
        "directory": device.home.directory(session.server).key,
        **_keys_of(device, session.server),
    }


def _keys_of(device: Device, server: str) -> dict[str, Any]:
    pin = server_keys.seen(device.home, server)
    return {} if pin is None else {"keys": {"sequence": pin.sequence, "head": b64u(pin.head)}}


def bundle(folder: Path) -> Path:
    """The script for Node, bundled by the bundler that comes with Vite."""
    options = ["--platform", "node", "--format", "esm", "--dir", str(folder)]
    command = [str(CLIENT / "node_modules" / ".bin" / "rolldown"), str(SOURCE.resolve()), *options]
    done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (folder / "package.json").write_text('{"type": "module"}')
    return folder / f"{SOURCE.stem}.js"


@contextmanager
def running(folder: Path, port: int) -> Iterator[TypeScriptClient]:
    """The client, for as long as the block lasts."""
    node = shutil.which("node")
    assert node is not None
    with subprocess.Popen(
        [node, str(bundle(folder))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield TypeScriptClient(process, port)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=20)
