"""The steps from one schema of the database to the next; `vault.database_schema` runs them."""
