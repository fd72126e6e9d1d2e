"""Who may use each route: every author's `ENTRIES` are gathered by tests/web/matrix.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tests.web.school import Ids

Values = Callable[[Ids], Mapping[str, Any]]
ROLES = ("head", "ddfpt", "teacher", "administrator")
HEADS = frozenset({"head", "ddfpt"})
STAFF = HEADS | {"teacher"}
EVERYONE = frozenset(ROLES)


def _nothing(_ids: Ids) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Entry:
    """One method of one route.

    `path_values` are things of the own school, which those `allowed` reach; `other_values` the
    same of the other school, which none of them reaches (None where the route names nothing of
    a school). An administrator has no school: what is allowed to him is so for both.
    `open`: also without a session. `untold`: values out of reach are not refused but left out
    (a list of ids), so that only the answer's content tells; test that elsewhere.
    """

    allowed: Collection[str]
    path_values: Values = _nothing
    other_values: Values | None = None
    form: Values | None = None  # of a page; its csrf field is added
    json: Callable[[Ids], Any] | None = None
    params: Values | None = None
    other_params: Values | None = None  # with `path_values`, where the query names the thing
    files: Callable[[Ids], Any] | None = None
    headers: Mapping[str, str] | None = None
    open: bool = False
    untold: bool = False
    unreached_values: Values | None = None  # of the own school, but not given to the teacher
