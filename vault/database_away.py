"""Why a database could not be reached, in words of ours: the driver's own name hosts, roles and databases.

    except OperationalError as error:
        raise Refused(reason_of(error))

Knows the sentences of libpq 15 to 18 (fe-connect.c, fe-secure-openssl.c, fe-secure-common.c) and what repairs
each; nothing of who asks.
"""

from typing import Final

from sqlalchemy.exc import SQLAlchemyError

AWAY: Final = "the database cannot be reached"
_REASONS: Final = (
    (
        "root certificate file",
        "database.url lacks sslrootcert=FILE, the authority that sslmode=verify-full asks for",
    ),
    (
        "certificate verify failed",
        "the database's certificate is of another authority than sslrootcert names",
    ),
    ("does not match host name", "the database's certificate is for another name than database.url has"),
    ("does not support SSL", "the database offers no TLS: switch ssl on there"),
    ("authentication failed", "the database refuses this role's password"),
    ("no pg_hba.conf entry", "the database lets this role or machine in by no line of its pg_hba.conf"),
    ("failed to resolve host", "the database's host name is not known to this machine"),
)


def reason_of(error: SQLAlchemyError) -> str:
    """What to repair as far as the driver tells, else that the database is away; without its names."""
    told = str(error)
    return next((reason for sentence, reason in _REASONS if sentence in told), AWAY)
