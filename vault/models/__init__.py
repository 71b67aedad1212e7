"""The tables, cut by noun. Import a noun's module; `schema` gathers all of them for migrations."""
