"""The audit: who did what to which thing; never a value of a pupil."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from pipeline.store import rows as t


def record(
    connection: sa.Connection, at: dt.datetime, actor: str, action: str, details: dict[str, Any]
) -> None:
    """Add one event in the caller's transaction."""
    connection.execute(
        sa.insert(t.audit_event).values(at=at, actor=actor, action=action, details=details)
    )
