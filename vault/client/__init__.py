"""The Python client and its command line: the only folder outside crypto/ that may open anything."""
