"""Every statement that was sent to PostgreSQL, and how it is carried out.

    with recorded(database.engine) as statements: ...
    for statement in statements:
        for finding in findings(connection, statement): ...

A statement is at fault if it reads a table from one end to the other, an index likewise, or many rows of one
to keep few: what costs little with a thousand vaults and stops a host with a million.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext

MOST_ROWS: Final = 100
"""That one step of a statement may look at."""
_READ_WHOLE: Final = frozenset({"ix_shares_id_used_up", "ix_vaults_checkpoint_due"})
"""Indexes that hold only what waits for a job, and are read from one end to the other."""


@dataclass(frozen=True)
class Statement:
    """As the driver was given it."""

    text: str
    parameters: Any


@dataclass(frozen=True)
class Step:
    """A step of a plan that reads a table or an index."""

    node: dict[str, Any]

    @property
    def relation(self) -> str:
        """The table; of a bitmap made from an index, that index."""
        return str(self.node.get("Relation Name", self.node.get("Index Name")))

    @property
    def looked_at(self) -> int:
        """Rows that were read, whether they were kept or not."""
        each = self.node.get("Actual Rows", 0) + self.node.get("Rows Removed by Filter", 0)
        return int(each * self.node.get("Actual Loops", 1))

    def fault(self, most: int) -> str | None:
        """What would not do with a million vaults."""
        kind, index = self.node["Node Type"], self.node.get("Index Name")
        if kind == "Seq Scan":
            return f"reads all of {self.relation}"
        whole = index is not None and "Index Cond" not in self.node and index not in _READ_WHOLE
        if whole and ("Filter" in self.node or self.looked_at > 1):
            return f"reads all of {index}"
        if self.looked_at > most:
            return f"looks at {self.looked_at} rows of {self.relation}"
        return None


@contextmanager
def recorded(engine: Engine) -> Iterator[dict[str, Statement]]:
    """The statements of a block, each text once."""
    found: dict[str, Statement] = {}

    def note(
        _connection: object,
        _cursor: DBAPICursor,
        text: str,
        parameters: Any,
        _context: ExecutionContext | None,
        many: bool,  # noqa: FBT001 - SQLAlchemy's listener
    ) -> None:
        found.setdefault(text, Statement(text, parameters[0] if many else parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def findings(
    connection: psycopg.Connection, statement: Statement, small: frozenset[str], most: int = MOST_ROWS
) -> list[str]:
    """What is at fault with a statement, which is carried out and undone. `small` are tables that do not
    grow, `most` the rows that a step may look at."""
    verb = statement.text.lstrip().split(None, 1)[0].upper()
    # An INSERT looks for nothing, and would find its own row.
    if verb not in ("SELECT", "UPDATE", "DELETE"):
        return []
    with connection.transaction(force_rollback=True):
        explain = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}"
        answer = connection.execute(explain.encode(), statement.parameters).fetchone()
    assert answer is not None
    plans = answer[0] if isinstance(answer[0], list) else json.loads(answer[0])
    steps = (Step(node) for node in _nodes(plans[0]["Plan"]) if {"Relation Name", "Index Name"} & node.keys())
    faults = {step.fault(most) for step in steps if step.relation not in small}
    return sorted(fault for fault in faults if fault)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
