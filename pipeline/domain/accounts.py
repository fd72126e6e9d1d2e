"""Accounts: roles, what each may do, who asks. Rights are a pure table: role, right, scope."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_ACTS, _LONGEST_ID = "user:", 9
LONGEST_LOGIN = 254
LONGEST_NAME = 120
_LOGIN = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class Role(StrEnum):
    """What a person is here."""

    ADMINISTRATOR = "administrator"  # makes accounts; sees no booklet and no file
    HEAD = "head"  # of a school
    DDFPT = "ddfpt"  # the same rights as a head, in the same schools
    TEACHER = "teacher"  # enters in the divisions given to him


class AccountState(StrEnum):
    """Where an account stands."""

    INVITED = "invited"  # no password yet
    ACTIVE = "active"
    DISABLED = "disabled"


class Right(StrEnum):
    """What is asked for."""

    SEE = "see"  # divisions, lights, booklets
    ENTER = "enter"  # write in booklets
    EXPORT = "export"  # ask for files, cancel, ask again
    DOWNLOAD = "download"  # the files, their reports, what differs
    CONFIGURE = "configure"  # periodicity and choices of a level
    ADMINISTER = "administer"  # accounts, imports, health


class Scope(StrEnum):
    """What an API token may be used for; never more than its account's role."""

    READ = "read"
    ENTER = "enter"
    EXPORT = "export"  # and download
    CONFIGURE = "configure"
    ADMINISTER = "administer"


SCOPE_OF = {
    Right.SEE: Scope.READ,
    Right.ENTER: Scope.ENTER,
    Right.EXPORT: Scope.EXPORT,
    Right.DOWNLOAD: Scope.EXPORT,
    Right.CONFIGURE: Scope.CONFIGURE,
    Right.ADMINISTER: Scope.ADMINISTER,
}
_OF_A_HEAD = frozenset(Right) - {Right.ADMINISTER}
RIGHTS = {
    Role.ADMINISTRATOR: frozenset({Right.ADMINISTER}),
    Role.HEAD: _OF_A_HEAD,
    Role.DDFPT: _OF_A_HEAD,
    Role.TEACHER: frozenset({Right.SEE, Right.ENTER}),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: an account at this moment, through a session or an API token."""

    account_id: int
    login: str
    name: str
    role: Role
    schools: frozenset[str] = frozenset()  # UAI, of a head, DDFPT or teacher
    divisions: frozenset[int] = frozenset()  # of a teacher
    scopes: frozenset[Scope] | None = None  # of a token; None: a session, all that the role may

    @property
    def actor(self) -> str:
        """Who acts, for the audit."""
        return actor_of(self.account_id)


def actor_of(account_id: int) -> str:
    """How the audit and the jobs name an account that acts."""
    return f"{_ACTS}{account_id}"


def account_of(actor: str) -> int | None:
    """The account that acts; nothing for the command, the night and whoever else has none."""
    number = actor.removeprefix(_ACTS)
    is_one = actor != number and number.isascii() and number.isdecimal()
    return int(number) if is_one and len(number) <= _LONGEST_ID else None


def may(principal: Principal, right: Right) -> bool:
    """Whether the role has the right and, through a token, whether its scopes hold it."""
    in_scope = principal.scopes is None or SCOPE_OF[right] in principal.scopes
    return in_scope and right in RIGHTS[principal.role]


def scopes_of(role: Role) -> frozenset[Scope]:
    """The scopes that a token of this role may be given."""
    return frozenset(SCOPE_OF[right] for right in RIGHTS[role])


def reaches(principal: Principal, uai: str, division_id: int) -> bool:
    """Whether a division of a school is within reach; a teacher's divisions are named one by one.

    A teacher who no longer belongs to the school does not reach what he was given there, and
    an administrator never reaches any.
    """
    if principal.role is Role.TEACHER and division_id not in principal.divisions:
        return False
    return principal.role is not Role.ADMINISTRATOR and uai in principal.schools


def login_of(text: str) -> str | None:
    """A login as it is kept and looked for: an e-mail address, NFKC, without capitals.

    Nothing for what cannot be one.
    """
    if len(text) > LONGEST_LOGIN:
        return None
    login = unicodedata.normalize("NFKC", text).strip().casefold()
    plain = login.isprintable() and _LOGIN.fullmatch(login) is not None
    return login if plain and len(login) <= LONGEST_LOGIN else None
