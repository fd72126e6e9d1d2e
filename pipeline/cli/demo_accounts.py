"""The demo's accounts, one of each role, and how to open its pages."""

from __future__ import annotations

import secrets

from pipeline import accounts, invitations
from pipeline.cli.common import console, wiring
from pipeline.domain.accounts import Role
from pipeline.labels import ROLES
from pipeline.settings import settings
from pipeline.store import reports

PEOPLE = {  # invented, at a domain that nobody can have
    Role.ADMINISTRATOR: ("admin@demo.example", "Camille FILETAGE"),
    Role.HEAD: ("chef@demo.example", "Dominique ALESAGE"),
    Role.DDFPT: ("ddfpt@demo.example", "Claude FRAISAGE"),
    Role.TEACHER: ("prof@demo.example", "Sacha TOURNAGE"),
}
GIVEN = ("1MELEC1", "TCUIS1")  # the divisions of the teacher


def make(actor: str) -> str:
    """Make the accounts, all with one new password; the password."""
    w, password = wiring(), secrets.token_hex(8)
    with w.store.reading() as connection:
        divisions = reports.division_names(connection)
    schools = {row.school_uai for row in divisions}
    given = {row.id for row in divisions if row.code in GIVEN}
    for role, (login, name) in PEOPLE.items():
        invitation = accounts.add(
            w,
            by=actor,
            login=login,
            name=name,
            role=role,
            schools=() if role is Role.ADMINISTRATOR else schools,
            divisions=given if role is Role.TEACHER else (),
        )
        invitations.accept(w, invitation.token, password)
    return password


def tell(password: str, *, on_given_servers: bool) -> None:
    """How to log in; where servers are given, `serve` would open what is really theirs."""
    for role, (login, _) in PEOPLE.items():
        console.print(f"  {ROLES[role]:<21} {login}")
    console.print(f"  Mot de passe de tous  {password}")
    if on_given_servers:
        console.print(
            "  Pour voir les pages, relancez la démonstration sans DATABASE_URL ni BROKER_URL.",
            soft_wrap=True,
        )
        return
    console.print(
        f"  Pour voir les pages : LSLPRO_HOME={settings().home.name} make serve, "
        f"puis {settings().public_url}",
        soft_wrap=True,
    )
