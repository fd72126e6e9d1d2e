"""A store on which everything is tried and nothing is kept: what a dry run works on."""

from collections.abc import Sequence

from pipeline.queue import Message
from pipeline.store.unit import Store


class Rehearsal(Store):
    """The same database; each transaction is rolled back, no message leaves."""

    def __init__(self, real: Store) -> None:
        self.__dict__.update(vars(real))

    writing = Store.trying

    def send(self, messages: Sequence[Message]) -> None:
        """Send nothing."""
