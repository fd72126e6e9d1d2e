"""What differs from any version of one's schools to another."""

from __future__ import annotations

from pipeline import compare
from pipeline.compare import Comparison
from pipeline.desk.versions import version_in_reach
from pipeline.domain.accounts import Principal, Right
from pipeline.wiring import Wiring


def between(wiring: Wiring, me: Principal, before_id: int, after_id: int) -> Comparison:
    """What differs from the first to the second.

    Raises NotFound for one out of reach, ArtifactUnusable, ArtifactExpired.
    """
    with wiring.store.reading() as connection:
        rows = [
            version_in_reach(connection, me, Right.DOWNLOAD, one) for one in (before_id, after_id)
        ]
    before, after = (compare.of_version(wiring, row) for row in rows)
    return compare.compare(before, after)
