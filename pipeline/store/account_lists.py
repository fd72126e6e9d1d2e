"""Reading accounts for the administrator: a page of them by filters, one, where each reaches."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.domain.accounts import AccountState, Role
from pipeline.store import rows as t
from pipeline.store.rows import AnyRow
from pipeline.store.sets import Numbers, among

a, s, v, d = t.account.c, t.account_school.c, t.account_division.c, t.division.c
_COLUMNS = (a.id, a.login, a.name, a.role, a.state, a.added_at, a.logged_in_at)
_IDS = sa.bindparam("ids", type_=Numbers())
_SCHOOLS = (
    sa.select(s.account_id, s.school_uai)
    .where(among(s.account_id, _IDS))
    .order_by(s.account_id, s.school_uai)
)
_DIVISIONS = (
    sa.select(v.account_id, d.id, d.code)
    .join(t.division, d.id == v.division_id)
    .where(among(v.account_id, _IDS))
    .order_by(v.account_id, d.start_year.desc(), d.code, d.id)
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which accounts; what is blank does not count. `text` is a part of a name or a login."""

    school_uai: str = ""
    role: Role | None = None
    state: AccountState | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an account reaches: UAIs, and divisions by id with their code."""

    schools: tuple[str, ...] = ()
    divisions: tuple[tuple[int, str], ...] = ()


def count(connection: sa.Connection, filters: Filters) -> int:
    """How many accounts the filters leave."""
    found = sa.select(sa.func.count()).select_from(t.account).where(*_conditions(filters))
    return connection.execute(found).scalar_one()


def page(connection: sa.Connection, filters: Filters, limit: int, offset: int) -> list[AnyRow]:
    """Some of them, by login."""
    return list(
        connection.execute(
            sa.select(*_COLUMNS)
            .where(*_conditions(filters))
            .order_by(a.login)
            .limit(limit)
            .offset(offset)
        ).all()
    )


def one(connection: sa.Connection, account_id: int) -> AnyRow | None:
    """One account."""
    return connection.execute(sa.select(*_COLUMNS).where(a.id == account_id)).first()


def id_of(connection: sa.Connection, login: str) -> int | None:
    """The account of that login."""
    return connection.execute(sa.select(a.id).where(a.login == login)).scalar()


def reaches(connection: sa.Connection, account_ids: list[int]) -> dict[int, Reach]:
    """Where each of the accounts reaches, in two statements."""
    schools: dict[int, list[str]] = defaultdict(list)
    divisions: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for owner, uai in connection.execute(_SCHOOLS, {"ids": account_ids}):
        schools[owner].append(uai)
    for owner, key, code in connection.execute(_DIVISIONS, {"ids": account_ids}):
        divisions[owner].append((key, code))
    return {
        key: Reach(tuple(schools[key]), tuple(divisions[key])) for key in {*schools, *divisions}
    }


def counts_by_state(connection: sa.Connection) -> dict[AccountState, int]:
    """How many accounts there are in each state."""
    found = connection.execute(
        sa.select(a.state, sa.func.count().label("number")).group_by(a.state)
    )
    return {row.state: row.number for row in found}


def _conditions(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.school_uai:
        there = sa.select(s.account_id).where(s.school_uai == filters.school_uai)
        yield a.id.in_(there)
    if filters.role is not None:
        yield a.role == filters.role
    if filters.state is not None:
        yield a.state == filters.state
    if filters.text:
        lowered = filters.text.lower()
        yield sa.or_(
            sa.func.lower(a.name).contains(lowered, autoescape=True),
            a.login.contains(lowered, autoescape=True),
        )
