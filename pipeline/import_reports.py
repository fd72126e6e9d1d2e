"""What an import did, to pupils or to the tables it fills, and what it found in the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.exchange.problems import Problem
from pipeline.import_changes import Change
from pipeline.store.differing import Counts


@dataclass
class ImportReport:
    """What an import changed, by number of pupils; `ignored` are outside première/terminale pro.

    `changes` names each pupil changed by SIECLE id, `problems` what was found in the file.
    """

    added: int = 0
    moved: int = 0
    gone: int = 0
    updated: int = 0
    unchanged: int = 0
    ignored: int = 0
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class TablesReport:
    """What an import did to the rows of each table, and what it found in the file."""

    tables: dict[str, Counts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many rows were written or removed."""
        return sum(counts.changed for counts in self.tables.values())

    def changes_by_table(self) -> dict[str, int]:
        """The same by table, for the audit."""
        return {name: counts.changed for name, counts in self.tables.items()}
