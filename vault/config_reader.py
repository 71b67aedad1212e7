"""Reading one section of the configuration, with its environment variables and secret files.

Knows types and where a value comes from; knows no setting by name (those stand in `vault.config`).
Messages name the setting, never its value: many are secrets.
"""

import stat
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path


class ConfigInvalid(Exception):
    """The configuration cannot be used.

    `code` is one of `unreadable`, `malformed`, `unknown`, `missing`, `out_of_range`, `unsafe`, `unsupported`;
    `key` is the setting as `section.key` (or the file's name); `message` continues that sentence.
    """

    def __init__(self, code: str, key: str, message: str) -> None:
        super().__init__(f"{key} {message}")
        self.code = code
        self.key = key
        self.message = message


def read_tables(path: Path | None, sections: Sequence[str]) -> dict[str, dict[str, object]]:
    """The file's tables by section name; empty without a file.

    Raises:
        ConfigInvalid: unreadable, not TOML, or with anything beside the known sections.
    """
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            parsed: dict[str, object] = tomllib.load(file)
    except OSError as error:
        raise ConfigInvalid("unreadable", str(path), f"cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid("malformed", str(path), f"is not TOML ({error})") from None
    tables: dict[str, dict[str, object]] = {}
    for name, table in parsed.items():
        if name not in sections:
            raise ConfigInvalid("unknown", name, f"is no section; there are {', '.join(sections)}")
        if not isinstance(table, dict):
            raise ConfigInvalid("malformed", name, "must be a section")
        tables[name] = table
    return tables


class SectionReader:
    """Hands out a section's settings by type and remembers which were asked for.

    What is left over at the end is unknown, and `refuse_unread` says so.
    """

    def __init__(
        self, section: str, table: Mapping[str, object], environ: Mapping[str, str], file: Path | None = None
    ) -> None:
        self._file = file
        prefix = f"COFFRE_{section.upper()}_"
        self._section = section
        self._table = table
        self._environ = {
            name.removeprefix(prefix).lower(): value
            for name, value in environ.items()
            if name.startswith(prefix)
        }
        self._read: set[str] = set()

    def name_of(self, key: str) -> str:
        """The setting's full name, as errors show it."""
        return f"{self._section}.{key}"

    def optional_text(self, key: str) -> str | None:
        """A text, or None when it is not set. An empty text is refused."""
        return self._as_text(key, self._value(key))

    def text(self, key: str, default: str) -> str:
        """A text, or the default."""
        value = self.optional_text(key)
        return default if value is None else value

    def required(self, key: str) -> str:
        """A text that has no default."""
        return self._present(key, self.optional_text(key))

    def secret(self, key: str) -> str | None:
        """A text that may stand in a file of its own, named by `KEY_file`; None when neither is set."""
        file_key = f"{key}_file"
        self._read |= {key, file_key}
        from_environ = not self._environ.keys().isdisjoint({key, file_key})
        source: Mapping[str, object] = self._environ if from_environ else self._table
        value = self._as_text(key, source.get(key))
        from_file = self._as_text(file_key, source.get(file_key))
        if from_file is None:
            if value is not None and not from_environ and self._file is not None:
                self._refuse_open_file(key, self._file)
            return value
        if value is not None:
            raise ConfigInvalid("malformed", self.name_of(key), f"is set twice, by itself and by {file_key}")
        try:
            content = Path(from_file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigInvalid("unreadable", self.name_of(file_key), "names no readable file") from None
        if not content:
            raise ConfigInvalid("malformed", self.name_of(file_key), "names an empty file")
        self._refuse_open_file(file_key, Path(from_file))
        return content

    def required_secret(self, key: str) -> str:
        """A secret that has no default."""
        return self._present(key, self.secret(key))

    def integer(self, key: str, default: int, *, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        value = self._value(key)
        if value is None:
            return default
        if isinstance(value, str):
            value = int(value) if value.isascii() and value.isdigit() and len(value) < 20 else value
        if not isinstance(value, int) or isinstance(value, bool):
            raise ConfigInvalid("malformed", self.name_of(key), "must be a whole number")
        if not low <= value <= high:
            raise ConfigInvalid("out_of_range", self.name_of(key), f"must be from {low} to {high}")
        return value

    def boolean(self, key: str, *, default: bool) -> bool:
        """`true` or `false`."""
        value = self._value(key)
        if value is None:
            return default
        value = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
        if not isinstance(value, bool):
            raise ConfigInvalid("malformed", self.name_of(key), "must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; in the environment separated by commas. Empty when not set."""
        value = self._value(key)
        if isinstance(value, str) and key in self._environ:
            value = [part.strip() for part in value.split(",") if part.strip()]
        if value is None:
            return ()
        if not isinstance(value, list):
            raise ConfigInvalid("malformed", self.name_of(key), "must be a list of texts")
        texts = tuple(item for item in value if isinstance(item, str))
        if len(texts) != len(value):
            raise ConfigInvalid("malformed", self.name_of(key), "must be a list of texts")
        return texts

    def refuse_unread(self) -> None:
        """Refuse what nobody asked for.

        Raises:
            ConfigInvalid: `unknown`, for a key of the file or an environment variable of this section.
        """
        for key in sorted({*self._table, *self._environ} - self._read):
            raise ConfigInvalid(
                "unknown", self.name_of(key), "is no setting, or has no use beside the others"
            )

    def _refuse_open_file(self, key: str, file: Path) -> None:
        """A secret is for the server's user, and a group of its own at most."""
        if file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
            message = "stands in a file that others can read or change: chmod o=,g-w on it"
            raise ConfigInvalid("unsafe", self.name_of(key), message)

    def _value(self, key: str) -> object:
        self._read.add(key)
        return self._environ.get(key, self._table.get(key))

    def _as_text(self, key: str, value: object) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise ConfigInvalid("malformed", self.name_of(key), "must be a text that is not empty")
        return value.strip()

    def _present(self, key: str, value: str | None) -> str:
        if value is None:
            raise ConfigInvalid("missing", self.name_of(key), "must be set")
        return value
