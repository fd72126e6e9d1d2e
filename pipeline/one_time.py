"""Secrets that are shown once: made at random, kept as a digest only."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32


def make() -> str:
    """A new secret, fit for an address or a header."""
    return secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """What is kept of a secret: as it is random, one SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
