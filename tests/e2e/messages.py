"""The web app's messages by their key, as people read them: `Messages.read("fr").text("kit.title")`.

They stand in web/client/src/i18n as TypeScript; Vite's bundler and Node turn them into JSON.
"""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, cast

CLIENT = Path(__file__).resolve().parents[2] / "web" / "client"

Language = Literal["fr", "en"]


@dataclass(frozen=True)
class Messages:
    """One language's messages."""

    language: Language
    tree: dict[str, Any]

    @classmethod
    def read(cls, language: Language) -> Self:
        """Bundles src/i18n/LANGUAGE.ts and asks Node for what it exports."""
        with tempfile.TemporaryDirectory() as folder:
            bundled = Path(folder) / f"{language}.mjs"
            subprocess.run(
                [
                    str(CLIENT / "node_modules/.bin/rolldown"),
                    f"src/i18n/{language}.ts",
                    *("--format", "esm", "--file", str(bundled)),
                ],
                cwd=CLIENT,
                check=True,
                capture_output=True,
                timeout=120,
            )
            script = (
                f"import {{ {language} }} from '{bundled.as_uri()}'; console.log(JSON.stringify({language}))"
            )
            done = subprocess.run(
                ["node", "--input-type=module", "--eval", script],
                check=True,
                capture_output=True,
                text=True,
                timeout=60,
            )
        return cls(language, cast(dict[str, Any], json.loads(done.stdout)))

    def text(self, key: str, **values: object) -> str:
        """The message `a.b.c`, its {{names}} filled in. Raises KeyError when something is missing."""
        found: Any = self.tree
        for part in key.split("."):
            found = found[part]
        if not isinstance(found, str):
            raise KeyError(key)
        return re.sub(r"\{\{(\w+)\}\}", lambda name: str(values[name[1]]), found)
