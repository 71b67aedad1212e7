"""Another implementation of SMART Health Links (npm kill-the-clipboard), run by Node: health_links.mjs.

with served(title="Referto", data="…") as link: ...
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CLIENT = Path(__file__).parents[2] / "web" / "client"
SCRIPT = Path(__file__).with_name("health_links.mjs")
PACKAGE = str(CLIENT / "package.json")


@contextmanager
def served(**given: Any) -> Iterator[str]:
    """A link that the other implementation made and serves."""
    process = subprocess.Popen(
        ["node", str(SCRIPT), "serve", PACKAGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(given))
        process.stdin.close()
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
