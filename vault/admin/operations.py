"""The chain of what operators did, in the database: appended to by every command that changes something.

    log = OperationLog(OperatorFiles(path), user="root", name=None, clock=clock)
    with log.recorded(database, "suspend") as deed:      # one transaction: what is done, and that it was
        deed.about(account)
        deed.detail("reason", "other")
        … deed.session …

Owns when a key is drawn, and when the pin moves. The rules of the chain: crypto/operations.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from crypto import operations as formats
from crypto import statements
from crypto.encoding import AccountId
from crypto.errors import CoffreError
from crypto.operations import BEGIN, Detail, Operation, Pin, Position
from crypto.signing import SigningKey
from crypto.statements import Signed
from vault.admin.errors import BadOperatorFile, OperationsBroken
from vault.admin.operator_files import OperatorFiles
from vault.database import Database
from vault.models.operations import Operation as Row
from vault.models.server import ServerSecret

_PAGE = 500


@dataclass
class Deed:
    """What a command is doing: its transaction, and what will be written down of it."""

    session: Session
    command: str
    accounts: set[AccountId] = field(default_factory=set)
    details: dict[str, str] = field(default_factory=dict)

    def about(self, account: str) -> None:
        """Names an account, by number."""
        self.accounts.add(AccountId(account))

    def detail(self, name: str, value: str | int) -> None:
        """A particular: a number, a word, a hash or a time, never anything of a patient."""
        self.details[name] = str(value)


@dataclass(frozen=True)
class OperationLog:
    """Who works here, and with which key."""

    files: OperatorFiles
    user: str
    name: str | None
    clock: Callable[[], int]
    warn: Callable[[str], None]
    """Told what stops no command, and what the operator should look at."""

    @contextmanager
    def recorded(self, database: Database, command: str) -> Iterator[Deed]:
        """A transaction that is committed together with its operation.

        Raises OperatorKeyElsewhere, BadOperatorFile (another key than the chain's), before anything is done.
        """
        with database.writing() as session:
            key = self._ready(session)
            deed = Deed(session, command)
            yield deed
            head = self._append(session, key, deed)
            continued = self._continues(session)
        self._keep(head, continued=continued)

    def see(self, chain: tuple[tuple[Position, Operation], ...]) -> None:
        """Keeps the head of a chain that was verified against the pin."""
        if chain:
            place = chain[-1][0]
            self._keep(Pin(place.size, place.head), continued=True)

    def record(self, database: Database, command: str, **details: str | int) -> None:
        """Writes down what was done already, in transactions of its own. Raises as `recorded`."""
        with self.recorded(database, command) as deed:
            for name, value in details.items():
                deed.detail(name, value)

    def require_key(self, database: Database) -> None:
        """Raises as `recorded`, before work that cannot be undone by it; passes where no chain is yet."""
        if inspect(database.engine).has_table(Row.__tablename__):
            with database.reading() as session:
                last = _last(session)
            if last is not None:
                _check_key(self.files.key(), last)

    def begin_anew(self, database: Database, command: str, **details: str | int) -> None:
        """As `record`, on a host that was just made or restored: the chain goes on with the key at hand, or a
        new one, and from here on the pin is of this chain. What was pinned before is named."""
        with database.writing() as session:
            self.begun_anew(session, command, **details)

    def begun_anew(self, session: Session, command: str, **details: str | int) -> None:
        """As `begin_anew`, in the transaction of what is done."""
        key = self.files.key() if self.files.key_file.exists() else self.files.new_key()
        last = _last(session)
        if last is None or not _is_of(last, key):
            self._begin(session, key)
        self._accept(session, command, details)

    def accept(self, database: Database) -> Pin:
        """Takes the chain as it is for the one that this machine saw, and writes that down.

        Raises as `recorded`, OperationsBroken.
        """
        read(database, None)
        with database.writing() as session:
            return self._accept(session, "audit_accept", {})

    def begin(self, database: Database) -> None:
        """A new key where the old one is lost; the chain shows it. Raises BadOperatorFile: one is here."""
        key = self.files.new_key()
        with database.writing() as session:
            head = self._begin(session, key)
            continued = self._continues(session)
        self._keep(head, continued=continued)

    def _keep(self, head: Pin, *, continued: bool) -> None:
        if not continued:
            self.warn(
                "what operators did before is not what this machine saw: look with `coffre admin audit`"
            )
            return
        try:
            self.files.keep_pin(head)
        except OSError:
            self.warn(
                f"operations cannot be kept in sight from here: {self.files.pin_file} cannot be written"
            )

    def _accept(self, session: Session, command: str, details: dict[str, str | int]) -> Pin:
        deed = Deed(session, command, details={name: str(value) for name, value in details.items()})
        key, before = self._ready(session), self.files.pin()
        if before is not None and not self._continues(session):
            deed.detail("pinned_size", before.size)
            deed.detail("pinned_head", before.head.hex())
        head = self._append(session, key, deed)
        # Within the transaction: a pin ahead of the chain is found, one behind would not be told apart.
        session.flush()
        self._keep(head, continued=True)
        return head

    def _ready(self, session: Session) -> SigningKey:
        # Whoever appends holds this row, so that two commands at once make one chain.
        session.get(ServerSecret, 1, with_for_update=True)
        last = _last(session)
        if last is None:
            key = self.files.key() if self.files.key_file.exists() else self.files.new_key()
            self._begin(session, key)
            return key
        key = self.files.key()
        _check_key(key, last)
        return key

    def _begin(self, session: Session, key: SigningKey) -> Pin:
        return self._append(session, key, Deed(session, BEGIN))

    def _append(self, session: Session, key: SigningKey, deed: Deed) -> Pin:
        last = _last(session)
        seq = 0 if last is None else last.seq + 1
        before = None if last is None else statements.parse(Operation, last.statement)
        operation = Operation(
            # The clock of one of several machines may be behind.
            time=self.clock() if before is None else max(self.clock(), before.time),
            accounts=tuple(sorted(deed.accounts)),
            command=deed.command,
            details=tuple(Detail(name=name, value=value) for name, value in sorted(deed.details.items())),
            seq=seq,
            user=self.user,
            key=key.public if deed.command == BEGIN else None,
            name=self.name,
            prev=None if last is None else statements.statement_hash(last.statement),
        )
        signed = statements.sign(operation, key)
        # Refuses what no reader would read, such as a name that is too long.
        statements.parse(Operation, signed.statement)
        session.add(Row(seq=seq, statement=signed.statement, signature=signed.signature))
        session.flush()
        return Pin(seq + 1, statements.statement_hash(signed.statement))

    def _continues(self, session: Session) -> bool:
        pin = self.files.pin()
        row = None if pin is None else session.get(Row, pin.size - 1)
        return pin is None or (row is not None and statements.statement_hash(row.statement) == pin.head)


def stored(database: Database) -> Iterator[Signed]:
    """The chain as the database has it, from the first, unverified."""
    after = -1
    while True:
        with database.reading() as session:
            query = select(Row).where(Row.seq > after).order_by(Row.seq).limit(_PAGE)
            rows = session.execute(query).scalars().all()
        if not rows:
            return
        for row in rows:
            yield Signed(row.statement, row.signature)
        after = rows[-1].seq


def read(database: Database, pin: Pin | None) -> tuple[tuple[Position, Operation], ...]:
    """The whole chain, verified and held against a pin. Raises OperationsBroken."""
    return checked(stored(database), pin)


def checked(chain: Iterator[Signed], pin: Pin | None) -> tuple[tuple[Position, Operation], ...]:
    """Operations from the first, each with where the chain stands after it. Raises OperationsBroken."""
    found: list[tuple[Position, Operation]] = []
    try:
        found.extend(formats.verified(chain, pin))
    except CoffreError as error:
        raise OperationsBroken(f"the chain does not hold: {error}") from None
    return tuple(found)


def _last(session: Session) -> Row | None:
    return session.execute(select(Row).order_by(Row.seq.desc()).limit(1)).scalar_one_or_none()


def _is_of(last: Row, key: SigningKey) -> bool:
    return formats.is_signed_by(Signed(last.statement, last.signature), key.public)


def _check_key(key: SigningKey, last: Row) -> None:
    if not _is_of(last, key):
        raise BadOperatorFile("another key than the one that the chain of operations goes on with")
