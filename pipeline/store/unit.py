"""One unit of work: one transaction; what it has to say is sent once it has committed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import sqlalchemy as sa

from pipeline import crash
from pipeline.errors import StoreUnavailable
from pipeline.queue import Message
from pipeline.store import unsent
from pipeline.store.engine import WRITES, make_engine, translated


@dataclass
class Unit:
    """A transaction under way, and the messages that leave after its commit."""

    connection: sa.Connection
    messages: list[Message] = field(default_factory=list)

    def say(self, messages: Sequence[Message]) -> None:
        """Have the messages sent after the commit; a rollback forgets them."""
        self.messages.extend(messages)


class Store:
    """The database behind one engine."""

    def __init__(
        self, url: str, send: Callable[[Sequence[Message]], Sequence[Message] | None]
    ) -> None:
        self.engine = make_engine(url)
        self._writes = self.engine.execution_options(**WRITES)
        self._send = send
        isolation = "REPEATABLE READ" if self.dialect == "postgresql" else None
        self._reads = (
            self.engine.execution_options(isolation_level=isolation) if isolation else self.engine
        )

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def writing(self) -> Iterator[Unit]:
        """Commit on leaving, roll back on an exception; then send what was said.

        Raises StoreUnavailable when the database did not answer. Sending is best effort: the
        rows say what is due, and the sweeper sends again what was lost.
        """
        with translated(), self._writes.begin() as connection:
            unit = Unit(connection)
            yield unit
        crash.point("committed")
        if unit.messages:
            self.send(unit.messages)

    @contextmanager
    def trying(self) -> Iterator[Unit]:
        """The same transaction, always rolled back: nothing is kept and nothing is sent."""
        with translated(), self._writes.connect() as connection:
            yield Unit(connection)

    def send(self, messages: Sequence[Message]) -> None:
        """Send best effort; what could not leave is due at the next tick, not after its wait."""
        if left := self._send(messages):
            with suppress(StoreUnavailable), translated(), self._writes.begin() as connection:
                unsent.due_at_once(connection, left)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent snapshot for all the statements inside."""
        with translated(), self._reads.begin() as connection:
            yield connection
