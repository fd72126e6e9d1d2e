"""The lines of a table of booklets: whose they are, what they change, what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.domain.entry import Edit
from pipeline.domain.names import letters
from pipeline.domain.sheet import REVISION
from pipeline.exchange.booklet_table import BookletRow, LineProblem
from pipeline.exchange.problems import ProblemSeverity
from pipeline.import_cells import edit_of

_NUMBER = re.compile("[0-9]{1,9}")
_UNKNOWN = "élève inconnu cette année, importez d'abord SIECLE."
_REVISION = "la révision n'est pas un nombre : ne la changez pas."
_OTHER = (
    "le nom ou le prénom de la ligne n'est pas celui de cet élève : la feuille a-t-elle été triée "
    "en partie ? Si l'identifiant est le bon, videz les cases nom et prénom."
)


class Lines:
    """Gathers what is wrong, by line; severity ERROR keeps the line from being written."""

    def __init__(self, problems: Iterable[LineProblem]) -> None:
        self._problems = list(problems)
        self._where: dict[int, BookletRow] = {}
        self.read_at: dict[int, int] = {}

    @property
    def errors(self) -> list[LineProblem]:
        """What keeps a line from being written, in the order of lines."""
        return [one for one in self.in_order() if one.severity is ProblemSeverity.ERROR]

    def in_order(self) -> list[LineProblem]:
        """Everything that was found."""
        return sorted(self._problems, key=lambda one: one.line)

    def change(self, row: BookletRow, known: Mapping[int, Any]) -> tuple[int, Edit] | None:
        """The booklet of a line and what the line changes; `None` when anything is wrong."""
        edit, faults = edit_of(row.values)
        revision = row.values.get(REVISION, "")
        if revision and not _NUMBER.fullmatch(revision):
            faults = [_REVISION, *faults]
        pupil = known.get(row.siecle_id)
        if pupil is None:
            faults = [_UNKNOWN, *faults]
        elif not _is_named(row.values, pupil):
            faults = [_OTHER, *faults]
        self._tell(row, faults, ProblemSeverity.ERROR)
        if pupil is None or faults:
            return None
        self._where[pupil.booklet_id] = row
        if revision:
            self.read_at[pupil.booklet_id] = int(revision)
        self.warn(pupil.booklet_id, _moved(row.values, pupil))
        return pupil.booklet_id, edit

    def refuse(self, booklet_id: int, faults: Iterable[str]) -> None:
        """Say why the line of a booklet is not written."""
        self._tell(self._where[booklet_id], faults, ProblemSeverity.ERROR)

    def warn(self, booklet_id: int, notes: Iterable[str]) -> None:
        """Say what is to be known of a line that is written."""
        self._tell(self._where[booklet_id], notes, ProblemSeverity.WARNING)

    def _tell(self, row: BookletRow, texts: Iterable[str], severity: ProblemSeverity) -> None:
        self._problems += [LineProblem(row.line, row.siecle_id, severity, one) for one in texts]


def _is_named(values: Mapping[str, str], pupil: Any) -> bool:
    """Whether the names of the line, where there are any, are the pupil's."""
    said = {"nom": pupil.last_name, "prenom": pupil.first_name}
    return all(letters(values[one]) == letters(name) for one, name in said.items() if one in values)


def _moved(values: Mapping[str, str], pupil: Any) -> list[str]:
    if values.get("division") in {None, pupil.division_code}:
        return []
    return [f"cet élève est maintenant en {pupil.division_code or 'aucune division'}."]
