"""Coffre's cryptography: bytes in, bytes out. Formats in crypto/spec/; imports nothing else of ours."""
