"""Writing a booklet from a copy that may be old: never over what others wrote meanwhile."""

import sqlalchemy as sa

from pipeline.domain.entry import Edit
from pipeline.domain.facts import BookletFacts
from pipeline.store.booklets import write


def write_unless(
    connection: sa.Connection, before: BookletFacts, edit: Edit, moved: list[str]
) -> tuple[list[str], list[str]]:
    """Write what differs; the fields changed, or those of `moved` it would change, and no write."""
    with connection.begin_nested() as point:
        changed = write(connection, before, edit)
        clashes = [name for name in changed if name in moved]
        if clashes:
            point.rollback()
            return [], clashes
    return changed, []
