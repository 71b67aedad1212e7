"""What an operator's command can fail with, one class for each way in which the operator acts differently.

Messages are for operators, in English; they name no address and no document. The command line gives each
code its exit status (`vault.client.commands.admin`).
"""


class AdminError(Exception):
    """Anything that an operator's command refuses or cannot do. Subclasses set `code`."""

    code = "unexpected"


class NotInitialised(AdminError):
    """There is no database yet, or an empty one: run `coffre admin init`."""

    code = "not_initialised"


class Outdated(AdminError):
    """The database's schema is not this program's: run `coffre admin migrate`, or a newer program."""

    code = "outdated"


class Busy(AdminError):
    """A transaction that does not end is in the way: try again, or end it."""

    code = "busy"


class NotEmpty(AdminError):
    """A place that must be empty is not: nothing there was touched."""

    code = "not_empty"


class NoSuchProfessional(AdminError):
    """No professional has this number."""

    code = "not_found"


class NoSuchAccount(AdminError):
    """No account has this number or address."""

    code = "not_found"


class NoVault(AdminError):
    """The account is a professional's, who has no vault."""

    code = "not_found"


class DirectoryKeyElsewhere(AdminError):
    """The directory's key is not on this machine."""

    code = "no_key"


class BadDirectoryFile(AdminError):
    """A key, request or answer of the directory that is not what it should be."""

    code = "malformed"


class OperatorKeyElsewhere(AdminError):
    """The key that signs what operators do is not on this machine."""

    code = "no_key"


class BadOperatorFile(AdminError):
    """A key or pin of the operators that is not what it should be."""

    code = "malformed"


class OperationsBroken(AdminError):
    """The chain of what operators did was cut or rewritten, or is another one than this machine saw."""

    code = "tampered"


class BadBackup(AdminError):
    """The folder is no complete backup that this program can read."""

    code = "malformed"


class BackupDamaged(AdminError):
    """The backup is not what it was when it was made."""

    code = "tampered"


class ToolFailed(AdminError):
    """A program of the database (pg_dump, pg_restore) is absent or gave up."""

    code = "tool_failed"


class BadTransfer(AdminError):
    """A report, statement or folder of a transfer that is not what it should be."""

    code = "malformed"


class StillChanging(AdminError):
    """The host is written to, and must stand still for this."""

    code = "still_changing"


class WrongState(AdminError):
    """A step of a move that is not due: it would leave two hosts that serve, or none."""

    code = "wrong_state"


class NotAsReported(AdminError):
    """What stands here is not what the report says."""

    code = "tampered"
