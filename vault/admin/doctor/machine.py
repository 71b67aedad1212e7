"""This machine: room on its disks, and who may read what stands there."""

import shutil
import stat
import tempfile
from pathlib import Path

from vault.admin.deployment import needs_folder, sqlite_file
from vault.admin.doctor.finding import Finding, fail, ok, warn
from vault.config import Config, LocalStorage

_MIB = 1024 * 1024
LEAST_FREE = 512 * _MIB
WANTED_FREE = 5 * 1024 * _MIB


def examine(config: Config, config_file: Path | None = None) -> list[Finding]:
    """Disks and permissions of what the configuration names, and of its own file."""
    return [*_disks(config), _permissions(config, config_file)]


def room(name: str, path: Path, free: int) -> Finding:
    """How much room a place has left; `free` in bytes."""
    message = f"{free // _MIB} MiB free at {path}"
    if free < LEAST_FREE:
        return fail(name, message, "make room now: uploads and the database are about to be refused")
    if free < WANTED_FREE:
        return warn(name, message, "make room: a single document can have 5 GiB")
    return ok(name, message)


def _disks(config: Config) -> list[Finding]:
    places = {"disk_data": config.data}
    file = sqlite_file(config.database.url)
    if file is not None:
        places["disk_database"] = file.parent
    if isinstance(config.storage, LocalStorage):
        places["disk_objects"] = config.storage.path
    else:
        # Bodies on their way to the bucket are spooled there.
        places["disk_temporary"] = Path(tempfile.gettempdir())
    found, seen = [], set()
    for name, place in places.items():
        if not place.is_dir():
            continue
        device = place.stat().st_dev
        if device not in seen:
            found.append(room(name, place, shutil.disk_usage(place).free))
        seen.add(device)
    return found


def _permissions(config: Config, config_file: Path | None) -> Finding:
    private = [config.data, config_file]
    file = sqlite_file(config.database.url)
    if file is not None:
        private += [file, file.with_name(f"{file.name}-wal")]
    if isinstance(config.storage, LocalStorage):
        private.append(config.storage.path)
    present = [path for path in private if path is not None and path.exists()]
    open_ = [path for path in present if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP)]
    if needs_folder(config) and not config.data.is_dir():
        return warn("permissions", f"{config.data} is not there", "run `coffre admin init`")
    if open_:
        names = ", ".join(str(path) for path in open_)
        return fail("permissions", f"others can read or change {names}", f"chmod go-rwx {names}")
    return ok("permissions", "data and configuration are the server's own")
