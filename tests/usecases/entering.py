"""What the tests of entry share: people with their rights, a page that was read, what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rowsbuilder import NOW, insert

from pipeline.desk import entry, entry_save
from pipeline.desk.entry_weighing import Written
from pipeline.domain.accounts import AccountState, Principal, Role
from pipeline.store import rows as t
from pipeline.wiring import Wiring


def a_teacher(w: Wiring, name: str, division_ids: list[int], uai: str = "0999999Z") -> Principal:
    """An account that enters in divisions."""
    login = f"{name.replace(' ', '.').lower()}@lycee.fr"
    with w.store.writing() as unit:
        key = insert(
            unit.connection, t.account, login=login, name=name,
            role=Role.TEACHER, state=AccountState.INVITED, added_at=NOW,
        )  # fmt: skip
    schools, divisions = frozenset({uai}), frozenset(division_ids)
    return Principal(key, name, name, Role.TEACHER, schools, divisions)


@dataclass(frozen=True)
class Sheet:
    """A page as someone opened it; `send` writes what he typed over what he had read."""

    w: Wiring
    who: Principal
    opened: entry.Opened

    def send(self, typed: Mapping[str, str], **options: Any) -> entry_save.Saved:
        """The whole form, as a browser without script sends it."""
        rows = {f"enseignant-{n}-{part}": "" for n in (1, 2, 3) for part in ("nom", "prenom")}
        names = {name: "" for one in self.opened.fields for name in one.inputs}
        values = rows | names | self.opened.values | dict(typed)
        read = {"read": self.opened.read} | options
        written = Written(values, based_on=self.opened.revision, **read)
        return entry_save.save(self.w, self.who, self.opened.booklet_id, written)


def reads(w: Wiring, who: Principal, booklet_id: int) -> Sheet:
    """Someone opens the page of a booklet."""
    return Sheet(w, who, entry.opened(w, who, booklet_id))
