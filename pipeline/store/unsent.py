"""What was to be sent and could not: its rows are due at once."""

from collections.abc import Sequence

import sqlalchemy as sa

from pipeline.domain.states import JobState
from pipeline.queue import RECOMPUTE_STUDENTS, RUN_EXPORTS, Message
from pipeline.store import rows as t
from pipeline.store.sets import Numbers, Words, among

_light, _job = t.completeness.c, t.export_job.c
_DUE = {
    RECOMPUTE_STUDENTS: sa.update(t.completeness)
    .where(
        among(_light.booklet_id, sa.bindparam("ids", type_=Numbers())),
        _light.wanted_revision > _light.computed_revision,
    )
    .values(due_at=None),
    RUN_EXPORTS: sa.update(t.export_job)
    .where(among(_job.id, sa.bindparam("ids", type_=Words())), _job.state == JobState.QUEUED)
    .values(due_at=_job.requested_at),
}


def due_at_once(connection: sa.Connection, messages: Sequence[Message]) -> None:
    """Let the next tick find what the messages were about, without the wait they would have had.

    Only what still waits: a light of the newest data, a job that runs or ended, stay as they are.
    """
    for message in messages:
        if message.name in _DUE:
            connection.execute(_DUE[message.name], {"ids": list(message.ids)})
