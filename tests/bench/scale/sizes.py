"""What a vault and a document take in a database, by table: rows with what is kept apart, and indexes."""

from typing import Final

import psycopg

_BY_TABLE: Final = """SELECT relname, pg_table_size(oid), pg_indexes_size(oid), reltuples::bigint
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    ORDER BY pg_total_relation_size(oid) DESC"""
_OF_DOCUMENTS: Final = ("documents", "versions")
_SHOWN: Final = 12


def show(url: str, documents: int) -> None:
    """Prints the largest tables of a database that is true to size, and the sums: for a vault without
    documents, and for each document with its entry in the ledger."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("ANALYZE")
        found = connection.execute(_BY_TABLE).fetchall()
    vaults = next(rows for name, _table, _index, rows in found if name == "vaults")
    print(f"\nBytes for each of {vaults} vaults with {documents} documents: table, indexes, rows")
    for name, table, index, rows in found[:_SHOWN]:
        print(f"  {name:17} {table / vaults:8.0f} {index / vaults:8.0f} {rows / vaults:8.2f}")
    whole = sum(table + index for _name, table, index, _rows in found)
    print(f"  {'all':17} {whole / vaults:8.0f}")
    of_documents = sum(table + index for name, table, index, _rows in found if name in _OF_DOCUMENTS)
    print(f"  a row of documents and of versions: {of_documents / vaults / documents:.0f} bytes")
