"""The statements of accounts: who they are, where they reach, and their one invitation."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from pipeline.domain.accounts import AccountState, Principal, Role, Scope
from pipeline.store import rows as t
from pipeline.store.dialect import insert, upsert
from pipeline.store.rows import AnyRow
from pipeline.store.sets import json_row, json_rows

a, i, s, v = t.account.c, t.invitation.c, t.account_school.c, t.account_division.c


def _all_of(column: sa.ColumnElement[Any], account_id: sa.ColumnElement[Any]) -> Any:
    found = sa.select(json_rows(json_row(column))).where(account_id == a.id)
    return found.correlate(t.account).scalar_subquery()


REACH = (
    _all_of(s.school_uai, s.account_id).label("schools"),
    _all_of(v.division_id, v.account_id).label("divisions"),
)
PRINCIPAL = (a.id.label("account_id"), a.login, a.name, a.role, *REACH)


def only(lists: list[list[Any]] | None) -> list[Any]:
    """The first of each list: what `REACH` gives, in order; none where PostgreSQL gives NULL."""
    return sorted(one[0] for one in lists or ())


def principal_of(row: AnyRow, scopes: Collection[str] | None = None) -> Principal:
    """The principal of a row that holds `PRINCIPAL`."""
    return Principal(
        row.account_id,
        row.login,
        row.name,
        row.role,
        frozenset(only(row.schools)),
        frozenset(only(row.divisions)),
        None if scopes is None else frozenset(map(Scope, scopes)),
    )


def add(
    connection: sa.Connection, *, login: str, name: str, role: Role, now: dt.datetime
) -> int | None:
    """Add an invited account; nothing where the login is taken."""
    values = {"login": login, "name": name, "role": role, "added_at": now}
    made = insert(connection, t.account).values(state=AccountState.INVITED, **values)
    return connection.execute(made.on_conflict_do_nothing().returning(a.id)).scalar()


def hold(connection: sa.Connection, account_id: int) -> AnyRow | None:
    """The account, locked until the end of the transaction."""
    found = sa.select(t.account).where(a.id == account_id).with_for_update()
    return connection.execute(found).first()


def hold_administrators(connection: sa.Connection) -> set[int]:
    """The active administrators, locked: two who close each other's accounts wait in turn."""
    found = (
        sa.select(a.id)
        .where(a.role == Role.ADMINISTRATOR, a.state == AccountState.ACTIVE)
        .order_by(a.id)
        .with_for_update()
    )
    return set(connection.execute(found).scalars())


def by_login(connection: sa.Connection, login: str) -> AnyRow | None:
    """The account of that login with its reach, whatever its state."""
    found = sa.select(*PRINCIPAL, a.state, a.password_hash).where(a.login == login)
    return connection.execute(found).first()


def by_id(connection: sa.Connection, account_id: int) -> AnyRow | None:
    """The account with its reach, whatever its state."""
    found = sa.select(*PRINCIPAL, a.state, a.password_hash).where(a.id == account_id)
    return connection.execute(found).first()


def change(connection: sa.Connection, account_id: int, **values: Any) -> None:
    """Set columns of an account."""
    connection.execute(sa.update(t.account).where(a.id == account_id).values(**values))


def set_reach(
    connection: sa.Connection, account_id: int, schools: Collection[str], divisions: Collection[int]
) -> None:
    """Replace the schools and divisions of an account."""
    for table, name, wanted in (
        (t.account_division, "division_id", divisions),
        (t.account_school, "school_uai", schools),
    ):
        connection.execute(sa.delete(table).where(table.c.account_id == account_id))
        rows = [{"account_id": account_id, name: one} for one in sorted(wanted)]
        if rows:
            connection.execute(sa.insert(table), rows)


def known_schools(connection: sa.Connection, uais: Collection[str]) -> set[str]:
    """Those of the schools that there are."""
    found = sa.select(t.school.c.uai).where(t.school.c.uai.in_(uais))
    return set(connection.execute(found).scalars())


def schools_of(connection: sa.Connection, division_ids: Collection[int]) -> dict[int, str]:
    """The school of each of the divisions that there are."""
    d = t.division.c
    found = connection.execute(sa.select(d.id, d.school_uai).where(d.id.in_(division_ids)))
    return {row.id: row.school_uai for row in found}


def listed(connection: sa.Connection) -> list[AnyRow]:
    """Every account with its reach and the end of its open invitation, by login."""
    found = sa.select(*PRINCIPAL, a.state, a.added_at, a.logged_in_at, i.expires_at)
    return list(
        connection.execute(
            found.select_from(t.account.outerjoin(t.invitation)).order_by(a.login)
        ).all()
    )


def invite(
    connection: sa.Connection, account_id: int, *, sha256: str, now: dt.datetime, until: dt.datetime
) -> None:
    """Make the account's one invitation; a former one is void."""
    row = {"account_id": account_id, "token_sha256": sha256, "made_at": now, "expires_at": until}
    upsert(connection, t.invitation, row)


def invited(connection: sa.Connection, sha256: str, now: dt.datetime) -> AnyRow | None:
    """The account an invitation still good is of."""
    found = (
        sa.select(a.id, a.login, a.name)
        .join(t.invitation)
        .where(i.token_sha256 == sha256, i.expires_at > now, a.state != AccountState.DISABLED)
    )
    return connection.execute(found).first()


def take_invitation(connection: sa.Connection, sha256: str, now: dt.datetime) -> int | None:
    """Use an invitation up; its account, once only however many try."""
    used = sa.delete(t.invitation).where(i.token_sha256 == sha256, i.expires_at > now)
    return connection.execute(used.returning(i.account_id)).scalar()


def void_invitation(connection: sa.Connection, account_id: int) -> None:
    """Take back the invitation of an account, if it has one."""
    connection.execute(sa.delete(t.invitation).where(i.account_id == account_id))


def purge_invitations(connection: sa.Connection, now: dt.datetime) -> int:
    """Remove the invitations that are too old; how many."""
    return connection.execute(sa.delete(t.invitation).where(i.expires_at <= now)).rowcount
