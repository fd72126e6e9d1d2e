"""Passwords as argon2id hashes; the one place that names the algorithm."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = threading.BoundedSemaphore(4)  # 19 MiB each: many log-ins at once wait for memory


@dataclass(frozen=True, slots=True)
class Passwords:
    """The cost of a hash; the defaults are OWASP's for argon2id (19 MiB, two passes, one lane)."""

    memory_kib: int = 19_456
    time_cost: int = 2
    parallelism: int = 1

    def hash(self, password: str) -> str:
        """A new hash of a normalised password."""
        with AT_ONCE:
            return _hasher(self).hash(password)

    def verify(self, hashed: str | None, password: str | None) -> bool:
        """Whether the password is that one; the same work where there is no hash, or no text."""
        wanted = hashed if hashed is not None and password is not None else _dummy(self)
        try:
            with AT_ONCE:
                _hasher(self).verify(wanted, password or "")
        except (VerificationError, InvalidHashError):
            return False
        return wanted == hashed

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made at another cost than today's."""
        return _hasher(self).check_needs_rehash(hashed)


@cache
def _hasher(cost: Passwords) -> PasswordHasher:
    return PasswordHasher(cost.time_cost, cost.memory_kib, cost.parallelism, type=Type.ID)


@cache
def _dummy(cost: Passwords) -> str:
    """The hash of nobody's password."""
    return _hasher(cost).hash("nobody's password")
