"""The statements of API tokens."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from pipeline.domain.accounts import AccountState, Scope
from pipeline.store import rows as t
from pipeline.store.accounts import PRINCIPAL
from pipeline.store.rows import AnyRow

k, a = t.api_token.c, t.account.c
_FOUND = (
    sa.select(*PRINCIPAL, k.id, k.scopes, k.last_used_on)
    .select_from(t.api_token.join(t.account))
    .where(
        k.secret_sha256 == sa.bindparam("sha256", type_=sa.String()),
        k.expires_at > sa.bindparam("now", type_=k.expires_at.type),
        a.state == AccountState.ACTIVE,
    )
)


def add(
    connection: sa.Connection,
    account_id: int,
    *,
    label: str,
    sha256: str,
    scopes: Collection[Scope],
    now: dt.datetime,
    until: dt.datetime,
) -> int:
    """Add a token; its id."""
    row = {"account_id": account_id, "label": label, "secret_sha256": sha256}
    row |= {"scopes": sorted(scopes), "made_at": now, "expires_at": until}
    made = sa.insert(t.api_token).values(**row).returning(k.id)
    return int(connection.execute(made).scalar_one())


def found(connection: sa.Connection, sha256: str, now: dt.datetime) -> AnyRow | None:
    """The token of a secret that is good now, with its account if that is active."""
    return connection.execute(_FOUND, {"sha256": sha256, "now": now}).first()


def used(connection: sa.Connection, token_id: int, day: dt.date) -> None:
    """Note the day a token was used."""
    connection.execute(sa.update(t.api_token).where(k.id == token_id).values(last_used_on=day))


def of_account(connection: sa.Connection, account_id: int) -> list[AnyRow]:
    """The tokens of an account, newest first; expired ones stay until they are revoked."""
    columns = (k.id, k.label, k.scopes, k.made_at, k.expires_at, k.last_used_on)
    chosen = sa.select(*columns).where(k.account_id == account_id)
    return list(connection.execute(chosen.order_by(k.made_at.desc(), k.id.desc())).all())


def count(connection: sa.Connection, account_id: int) -> int:
    """How many tokens an account has."""
    counted = sa.select(sa.func.count()).where(k.account_id == account_id)
    return connection.execute(counted).scalar_one()


def revoke(connection: sa.Connection, account_id: int, token_id: int) -> bool:
    """Remove a token of an account; whether it was there."""
    gone = sa.delete(t.api_token).where(k.id == token_id, k.account_id == account_id)
    return connection.execute(gone).rowcount == 1


def revoke_all(connection: sa.Connection, account_id: int) -> int:
    """Remove the tokens of an account; how many."""
    return connection.execute(sa.delete(t.api_token).where(k.account_id == account_id)).rowcount
