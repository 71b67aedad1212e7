"""What a process of the server holds in memory stays there: no core dump, no reading by others of its user.

No key of a document is ever in these processes; the server's own seed, the database's password and sessions'
tokens are. systemd says the same (`LimitCORE=0`); this holds however the process was started.
"""

import ctypes
import os
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4


class CannotHide(OSError):
    """The system refused to keep the process's memory to itself."""


def keep_to_itself() -> None:
    """For this process and those that it forks. Raises CannotHide."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # A limit of 0 does not keep a kernel from piping the dump to a collector; this does.
        library = ctypes.CDLL(None, use_errno=True)
        if library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
            raise CannotHide(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
