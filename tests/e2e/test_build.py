"""The built web app: the same bytes wherever it is built, and small enough at first sight.

`make test` builds the one that is served before.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from vault.client.host_check import INSTALLED

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
FIRST_VIEW_LIMIT = 200_000


def test_a_second_build_elsewhere_is_the_same(tmp_path: Path) -> None:
    """From a copy of the source in another folder, under another time zone."""
    client = tmp_path / "elsewhere" / "web" / "client"
    leave_out = shutil.ignore_patterns("node_modules", "dist*", "tests")
    shutil.copytree(ROOT / "web" / "client", client, ignore=leave_out)
    shutil.copytree(ROOT / "vault" / "data", tmp_path / "elsewhere" / "vault" / "data")
    (client / "node_modules").symlink_to(ROOT / "web" / "client" / "node_modules")
    command = [str(client / "node_modules" / ".bin" / "vite"), "build", "--logLevel", "error"]
    subprocess.run(command, cwd=client, env={**os.environ, "TZ": "Pacific/Auckland"}, check=True, timeout=280)
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


def test_the_first_view_needs_little_script() -> None:
    dist = INSTALLED.parent
    page = (dist / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page)
    # And the words of one language: the page asks for those that are read.
    languages = [path for path in (dist / "assets").glob("*.js") if re.match("(en|fr)-", path.name)]
    assert len(languages) == 2
    largest = max(languages, key=lambda path: path.stat().st_size)
    scripts.append(str(largest.relative_to(dist)))
    sizes = {name: len(gzip.compress((dist / name).read_bytes())) for name in scripts}
    print(f"first view: {sum(sizes.values())} bytes of compressed script in {len(sizes)} files")
    assert len(sizes) > 1
    assert sum(sizes.values()) <= FIRST_VIEW_LIMIT, sizes
    # Each of them, and the styles, with its hash.
    assert len(re.findall(r"<(?:script|link)[^>]* integrity=", page)) == len(re.findall(r"/assets/", page))
