"""Failed log-ins, by login and by address: how many, and how long to wait.

A try is counted as a failure before the password is looked at, and taken back when it was
right: of a hundred tries at once, five are looked at.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import math
from dataclasses import dataclass
from typing import Any

from pipeline.errors import TooManyTries
from pipeline.store import throttle


@dataclass(frozen=True, slots=True)
class Patience:
    """After how many failures one waits, for how long, and when they are forgotten."""

    free_count: int  # the failure from which on one waits
    first_wait: dt.timedelta  # doubled by each further failure
    longest_wait: dt.timedelta
    memory: dt.timedelta  # without a new failure

    def wait_after(self, count: int) -> dt.timedelta | None:
        """How long to wait after so many failures."""
        if count < self.free_count:
            return None
        doublings = min(count - self.free_count, 30)
        return min(self.first_wait * (1 << doublings), self.longest_wait)


# A login is one person's; behind an address a whole school may be, so it waits late and little.
OF_LOGIN = Patience(5, dt.timedelta(seconds=30), dt.timedelta(minutes=15), dt.timedelta(hours=24))
OF_ADDRESS = Patience(100, dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1))


def count(connection: Any, login: str, address: str, now: dt.datetime) -> None:
    """Count a try against both. Raises TooManyTries, and then counts against neither.

    Always in this order: two at once wait for each other and none for ever.
    """
    for key, patience in ((_of_login(login), OF_LOGIN), (_of_address(address), OF_ADDRESS)):
        counted = throttle.count(connection, key, now=now, forget_at=now + patience.memory)
        if counted is None:
            until = throttle.waits_until(connection, key) or now
            raise TooManyTries(max(1, math.ceil((until - now).total_seconds())))
        if (wait := patience.wait_after(counted)) is not None:
            throttle.wait(connection, key, now + wait)


def succeeded(connection: Any, login: str, address: str) -> None:
    """Forget the failures of the login; of the address, only this try."""
    forget(connection, login)
    throttle.take_back(connection, _of_address(address))


def forget(connection: Any, login: str) -> None:
    """Forget the failures of the login."""
    throttle.forget(connection, _of_login(login))


def _of_login(login: str) -> str:
    return _digest(f"login:{login}")


def _of_address(address: str) -> str:
    """One key for an address; for an IPv6 network, since its owner has billions of addresses."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return _digest(f"address:{address}")
    if isinstance(given, ipaddress.IPv6Address) and given.ipv4_mapped is None:
        return _digest(f"address:{ipaddress.ip_network((given, 64), strict=False)}")
    return _digest(f"address:{getattr(given, 'ipv4_mapped', None) or given}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
