"""The web app is built alike anywhere: a second build, from a copy of the source in another folder and under
another time zone, is the one that is served, byte for byte. (`make test` builds that one first.)"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from vault.client.host_check import INSTALLED

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


def test_a_second_build_elsewhere_is_the_same(tmp_path: Path) -> None:
    client = tmp_path / "elsewhere" / "web" / "client"
    leave_out = shutil.ignore_patterns("node_modules", "dist*", "tests")
    shutil.copytree(ROOT / "web" / "client", client, ignore=leave_out)
    shutil.copytree(ROOT / "vault" / "data", tmp_path / "elsewhere" / "vault" / "data")
    (client / "node_modules").symlink_to(ROOT / "web" / "client" / "node_modules")
    command = [str(client / "node_modules" / ".bin" / "vite"), "build", "--logLevel", "error"]
    subprocess.run(command, cwd=client, env={**os.environ, "TZ": "Pacific/Auckland"}, check=True, timeout=120)
    second = json.loads((client / "dist" / INSTALLED.name).read_text())
    first = json.loads(INSTALLED.read_text())
    changed = {
        name
        for name in {**first["files"], **second["files"]}
        if first["files"].get(name) != second["files"].get(name)
    }
    assert changed == set()
    assert first == second
    assert "index.html" in first["files"]
