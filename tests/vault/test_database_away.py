"""What operators read when the database cannot be reached: what to repair, and none of its names."""

import socket
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from vault.database import Database
from vault.database_away import AWAY, reason_of


@pytest.fixture
def answers_tls() -> Iterator[int]:
    """The port of what says, as PostgreSQL does, that TLS may begin; and nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(8)
                connection.sendall(b"S")

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def refused(url: str) -> str:
    database = Database.open(url)
    with pytest.raises(OperationalError) as caught, database.reading() as session:
        session.connection()
    database.close()
    return reason_of(caught.value)


def test_an_authority_that_is_not_there_is_what_has_to_be_repaired(answers_tls: int) -> None:
    url = (
        f"postgresql://role:secret@127.0.0.1:{answers_tls}/base?sslmode=verify-full&sslrootcert=/nowhere.pem"
    )
    told = refused(url)
    assert "sslrootcert=FILE" in told
    assert not any(name in told for name in ("role", "secret", "127.0.0.1", "/base", "nowhere"))


def test_a_server_that_does_not_answer_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert refused(f"postgresql://role@127.0.0.1:{port}/base") == AWAY
