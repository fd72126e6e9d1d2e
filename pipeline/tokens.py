"""API tokens: made and revoked by their account, good for a part of what its role may."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from pipeline import one_time
from pipeline.desk.rights import need_session
from pipeline.domain.accounts import AccountState, Principal, Scope, scopes_of
from pipeline.errors import AccountRefused, NotFound, NotLoggedIn
from pipeline.store import accounts, audit
from pipeline.store import tokens as statements
from pipeline.wiring import Wiring

PREFIX = "lslpro_"  # lets scanners find a secret that was published by mistake
LONGEST_DAYS = 365
LONGEST_LABEL = 80
MOST = 20


@dataclass(frozen=True, slots=True)
class Made:
    """A new token; its secret is shown once and kept nowhere."""

    token_id: int
    secret: str = field(repr=False)
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it."""

    id: int
    label: str
    scopes: tuple[Scope, ...]
    made_at: dt.datetime
    expires_at: dt.datetime
    last_used_on: dt.date | None
    is_expired: bool


def make(
    wiring: Wiring, principal: Principal, *, label: str, scopes: Collection[Scope], days: int
) -> Made:
    """Make a token of the account. A token cannot make one.

    Raises AccountRefused with every fault: label, scopes beyond the role, days, too many.
    """
    need_session(principal)
    label = unicodedata.normalize("NFC", label).strip()
    if faults := _faults(principal, label, scopes, days):
        raise AccountRefused(faults)
    now = wiring.now()
    secret, until = PREFIX + one_time.make(), now + dt.timedelta(days=days)
    with wiring.store.writing() as unit:
        connection = unit.connection
        held = accounts.hold(connection, principal.account_id)
        if held is None or held.state != AccountState.ACTIVE:
            raise NotLoggedIn
        if statements.count(connection, principal.account_id) >= MOST:
            raise AccountRefused([f"{MOST} jetons au plus : supprimez-en un d'abord."])
        token_id = statements.add(
            connection, principal.account_id, label=label, sha256=one_time.digest(secret),
            scopes=set(scopes), now=now, until=until,
        )  # fmt: skip
        details = {"token_id": token_id, "scopes": sorted(set(scopes)), "days": days}
        audit.record(connection, now, principal.actor, "token_made", details)
    return Made(token_id, secret, until)


def _faults(principal: Principal, label: str, scopes: Collection[Scope], days: int) -> list[str]:
    faults = []
    if not (label and label.isprintable() and len(label) <= LONGEST_LABEL):
        faults.append(f"Donnez au jeton un nom, de {LONGEST_LABEL} caractères au plus.")
    if not scopes or not set(scopes) <= scopes_of(principal.role):
        faults.append("Choisissez au moins un droit, parmi ceux de votre rôle.")
    if not 1 <= days <= LONGEST_DAYS:
        faults.append(f"Un jeton dure de 1 à {LONGEST_DAYS} jours.")
    return faults


def listed(wiring: Wiring, principal: Principal) -> list[Token]:
    """The tokens of the account, newest first, the expired ones too."""
    now = wiring.now()
    with wiring.store.reading() as connection:
        rows = statements.of_account(connection, principal.account_id)
    return [
        Token(
            row.id, row.label, tuple(map(Scope, row.scopes)), row.made_at, row.expires_at,
            row.last_used_on, row.expires_at <= now,
        )
        for row in rows
    ]  # fmt: skip


def revoke(wiring: Wiring, principal: Principal, token_id: int) -> None:
    """End a token of the account. Raises NotFound, also for another account's."""
    need_session(principal)
    with wiring.store.writing() as unit:
        if not statements.revoke(unit.connection, principal.account_id, token_id):
            raise NotFound("Jeton", token_id)
        details = {"token_id": token_id}
        audit.record(unit.connection, wiring.now(), principal.actor, "token_revoked", details)


def resolve(wiring: Wiring, secret: str) -> Principal:
    """Whose token it is, with the reach of this moment and the token's scopes.

    One read, and one write a day. Raises NotLoggedIn.
    """
    if not secret.startswith(PREFIX):
        raise NotLoggedIn
    now = wiring.now()
    with wiring.store.reading() as connection:
        row = statements.found(connection, one_time.digest(secret), now)
    if row is None:
        raise NotLoggedIn
    if row.last_used_on != now.date():
        with wiring.store.writing() as unit:
            statements.used(unit.connection, row.id, now.date())
    return accounts.principal_of(row, row.scopes)
