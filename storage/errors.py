"""Errors of the object stores: one class for each way in which a caller acts differently.

Owns the vocabulary only. The stores map what their platform raises (OSError, botocore) to these, in one place
each; nothing else leaves a store, except what the caller's own body raises while it is being read.
"""


class StoreError(Exception):
    """Anything a store may raise."""


class BadObjectName(StoreError):
    """The name is not 32 lower-case hexadecimal characters. A fault of the caller; nothing was touched."""


class ObjectMissing(StoreError):
    """The store answered, and holds no whole object of that name."""


class ObjectExists(StoreError):
    """An object of that name stands already and was left as it is: objects are write-once."""


class UploadMissing(StoreError):
    """No such upload in parts: never begun, aborted, swept or completed. Begin a new one."""


class WrongParts(StoreError):
    """The parts named do not make up the object: absent, replaced since, too small, or with a gap.

    The upload stays: send the parts again and complete again.
    """


class WrongLength(StoreError):
    """The body is shorter or longer than announced, or the announced length is not one that can be stored."""


class RangeNotSatisfiable(StoreError):
    """The range is empty, or reaches outside of the object."""


class StoreUnavailable(StoreError):
    """The store cannot do it now (down, full, overloaded, interrupted). The same call may work later."""


class StoreRefused(StoreError):
    """The store will not: credentials, permission, bucket, certificate. An operator has to act; do not
    retry."""
