"""Rows of the journal as a table that spreadsheets read (RFC 4180).

A cell that a spreadsheet would run as a formula is kept as text; the web app writes the same.
"""

import csv
import io
from collections.abc import Mapping, Sequence

from vault.client.output import Value

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def journal_csv(rows: Sequence[Mapping[str, Value]]) -> str:
    """One line for the names, one for each row."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_harmless(str(row.get(name, ""))) for name in names])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
