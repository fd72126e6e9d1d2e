"""Whose row each pupil of a SIECLE file is, a chunk at a time; who they are is written there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pipeline.exchange.siecle_pupil import SieclePupil
from pipeline.store import imports as statements
from pipeline.store import rows
from pipeline.store.differing import add, update

_IDENTITY = {
    "siecle_id": "identifiant SIECLE", "ine": "INE", "last_name": "nom", "first_name": "prénom",
}  # fmt: skip


class Identities:
    """Writes the identities of one school's pupils; `is_in_file` tells of each SIECLE id.

    An INE is borne once in a school, so it is taken from a pupil before another one gets it,
    even when his own turn comes later: what he bore is remembered until then.
    """

    def __init__(self, connection: Any, uai: str, is_in_file: Callable[[Any], bool]) -> None:
        self._connection, self._uai, self._is_in_file = connection, uai, is_in_file
        self._ines_taken: dict[int, str] = {}  # by row

    def write(self, pupils: Sequence[SieclePupil]) -> dict[int, list[str]]:
        """Match by SIECLE id, else by INE; return by SIECLE id which fields were corrected."""
        held = statements.identities(
            self._connection, self._uai,
            [pupil.siecle_id for pupil in pupils], [pupil.ine for pupil in pupils if pupil.ine],
        )  # fmt: skip
        by_id = {row.siecle_id: row for row in held}
        bearers = {row.ine: row for row in held if row.ine}
        new, changed, losing, corrected = [], [], {}, {}
        for pupil in pupils:
            bearer = bearers.get(pupil.ine)
            row = by_id.get(pupil.siecle_id) or self._renumbered(bearer)
            if bearer is not None and bearer is not row:
                losing[bearer.id] = bearer.ine
            wanted = {name: getattr(pupil, name) for name in _IDENTITY}
            if row is None:
                new.append(wanted | {"school_uai": self._uai})
            elif moved := self._moved(row, wanted):
                changed.append(wanted | {"id": row.id})
                corrected[pupil.siecle_id] = moved
        self._ines_taken |= losing
        statements.free_ines(self._connection, losing)
        update(self._connection, rows.student, changed)
        add(self._connection, rows.student, new)
        return corrected

    def _renumbered(self, bearer: Any | None) -> Any | None:
        """The bearer of the INE, unless the file has a pupil of his id: then he is that one."""
        return None if bearer is None or self._is_in_file(bearer.siecle_id) else bearer

    def _moved(self, row: Any, wanted: dict[str, Any]) -> list[str]:
        """The fields that differ from what the row held before this import."""
        had = {name: getattr(row, name) for name in _IDENTITY}
        had["ine"] = self._ines_taken.get(row.id, row.ine)
        return [label for name, label in _IDENTITY.items() if wanted[name] != had[name]]
