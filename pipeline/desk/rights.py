"""Whether who asks may, and reaches. Out of reach is not found: existence is never revealed."""

from __future__ import annotations

from typing import Any

from pipeline.domain.accounts import Principal, Right, Role, may, reaches
from pipeline.errors import Forbidden, NotFound
from pipeline.labels import RIGHTS
from pipeline.store import reach


def need(principal: Principal, right: Right) -> None:
    """Raises Forbidden when the role, or the token's scopes, lack the right."""
    if not may(principal, right):
        raise Forbidden(RIGHTS[right])


def need_session(principal: Principal) -> None:
    """Raises Forbidden for a token: what touches passwords and tokens takes a person."""
    if principal.scopes is not None:
        raise Forbidden("gérer ce compte avec un jeton")


def division(connection: Any, principal: Principal, right: Right, division_id: int) -> Any:
    """The row of a division. Raises Forbidden for the right, NotFound when absent or not his."""
    need(principal, right)
    row = reach.division(connection, division_id)
    if row is None or not reaches(principal, row.school_uai, row.id):
        raise NotFound("Division", division_id)
    return row


def booklet(connection: Any, principal: Principal, right: Right, booklet_id: int) -> Any:
    """The row of a booklet, with its pupil's names and its division's school, level and code.

    Raises Forbidden for the right; NotFound when absent, not his, or when the pupil is outside
    the perimeter or has no division.
    """
    need(principal, right)
    row = reach.booklet(connection, booklet_id)
    if row is None or not reaches(principal, row.school_uai, row.division_id):
        raise NotFound("Livret", booklet_id)
    return row


def job(connection: Any, principal: Principal, right: Right, job_id: str) -> Any:
    """The row of a job, with its division's code, label and school. Raises as `division` does."""
    need(principal, right)
    row = reach.job(connection, job_id)
    if row is None or not reaches(principal, row.school_uai, row.division_id):
        raise NotFound("Demande", job_id)
    return row


def reachable_divisions(connection: Any, principal: Principal) -> list[Any]:
    """The rows of the divisions within reach, newest year first; none for an administrator."""
    if not may(principal, Right.SEE):
        return []
    given = principal.divisions if principal.role is Role.TEACHER else None
    return reach.divisions(connection, principal.schools, given)
