"""The page of an invitation: its holder sets a password, once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline import invitations
from pipeline.domain.password_rules import SHORTEST
from pipeline.errors import PasswordRefused
from pipeline.wiring import Wiring
from web.deps import Wired
from web.problems import status_of
from web.views import page, redirect

router = APIRouter(prefix="/invitation/{token}")
DONE = "Votre mot de passe est enregistré : connectez-vous."
DIFFERENT = "Les deux mots de passe ne sont pas les mêmes."


@router.get("")
def look(request: Request, wiring: Wired, token: str) -> Response:
    """The form, with the name of who is invited."""
    return _form(request, wiring, token, [], 200)


@router.post("")
def accept(
    request: Request,
    wiring: Wired,
    token: str,
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Set the password; a refused one leaves the invitation good."""
    if password != again:
        return _form(request, wiring, token, [DIFFERENT], 422)
    try:
        invitations.accept(wiring, token, password)
    except PasswordRefused as error:
        return _form(request, wiring, token, error.faults, status_of(error))
    return redirect(request, "/connexion", DONE)


def _form(request: Request, wiring: Wiring, token: str, faults: list[str], status: int) -> Response:
    invited = invitations.look(wiring, token)
    return page(
        request, "account/invitation.html", status=status,
        invited=invited, faults=faults, shortest=SHORTEST,
    )  # fmt: skip
