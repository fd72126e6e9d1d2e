"""kombu's Redis transport, which no bytes in a queue and no lost connection can end.

A queue is a list that anyone with the password may push to: kombu 5.7 lets what is no message of
its own rise to the worker, which ends. And where a connection breaks under load, it gives back
messages through a transport it has just taken apart, and the worker ends of that.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog
from kombu.transport import TRANSPORT_ALIASES, redis
from kombu.transport.virtual import Empty

log = structlog.get_logger(__name__)
RECONNECT_S = 2.0  # the longest wait between two attempts; Celery's own grows to 30 s
SHAPES = (ValueError, TypeError, LookupError, AttributeError)  # of what is no message


class QoS(redis.QoS):
    """Keeps the messages that are not acknowledged."""

    def restore_unacked_once(self, stderr: Any = None) -> None:
        """Give them back, unless the transport is gone: then Redis does, and our sweeper before."""
        transport = self.channel.connection
        if transport is not None and transport.client is not None:
            super().restore_unacked_once(stderr)  # type: ignore[no-untyped-call]


class Channel(redis.Channel):
    """A channel that lets go what it cannot read."""

    QoS = QoS

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[no-untyped-call]
        except self.connection_errors:
            raise
        except SHAPES as error:
            log.error("message_rejected", why="unreadable", error=type(error).__name__)  # noqa: TRY400
            raise Empty from None


class Transport(redis.Transport):
    """The transport of such channels."""

    Channel = Channel


def connects_soon(connection: Any) -> Any:
    """The connection, whose attempts to reach a broker that is away stay close together."""
    connection.ensure_connection = partial(
        connection.ensure_connection, interval_start=1.0, interval_max=RECONNECT_S
    )
    return connection


def install() -> None:
    """Use it for every Redis address of this process."""
    for scheme in ("redis", "rediss", "redis+socket"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
