"""The page of one's own account: password, sessions, API tokens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import Response

from pipeline import sessions, tokens
from pipeline.domain.accounts import Scope, scopes_of
from pipeline.domain.ids import LARGEST_ID
from pipeline.domain.password_rules import SHORTEST
from pipeline.errors import AccountRefused, LoginRefused, PasswordRefused, TooManyTries
from pipeline.sessions import Resolved
from pipeline.wiring import Wiring
from web import session_cookie as cookies
from web.deps import Session, Wired
from web.pages.login import address_of
from web.problems import headers_of, status_of
from web.views import page, redirect

router = APIRouter(prefix="/compte")
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
DAYS = (30, 90, 180, tokens.LONGEST_DAYS)
DIFFERENT = "Les deux nouveaux mots de passe ne sont pas les mêmes."
WRONG = "Le mot de passe actuel n’est pas celui-là."


@router.get("")
def show(request: Request, wiring: Wired, session: Session) -> Response:
    """The account."""
    return _page(request, wiring, session)


def _page(
    request: Request, wiring: Wiring, session: Resolved, status: int = 200, **told: Any
) -> Response:
    shown: dict[str, Any] = {
        "session_id": session.session_id,
        "sessions": sessions.listed(wiring, session.principal),
        "tokens": tokens.listed(wiring, session.principal),
        "scopes": [one for one in Scope if one in scopes_of(session.principal.role)],
        "days": DAYS,
        "shortest": SHORTEST,
        "password_faults": [],
        "token_faults": [],
        "label": "",
        "made": None,
    }
    return page(request, "account/account.html", status=status, **(shown | told))


@router.post("/mot-de-passe")
def change_password(
    request: Request,
    wiring: Wired,
    session: Session,
    current: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Replace the password; the other sessions end."""
    if password != again:
        return _page(request, wiring, session, 422, password_faults=[DIFFERENT])
    try:
        sessions.change_password(
            wiring, session.principal, session.session_id, current, password,
            address=address_of(request),
        )  # fmt: skip
    except PasswordRefused as error:
        return _page(request, wiring, session, 422, password_faults=error.faults)
    except LoginRefused:
        return _page(request, wiring, session, 422, password_faults=[WRONG])
    except TooManyTries as error:
        answer = _page(request, wiring, session, status_of(error), password_faults=[str(error)])
        answer.headers.update(headers_of(error))
        return answer
    return redirect(request, "/compte", "Mot de passe changé. Vos autres sessions sont fermées.")


@router.post("/sessions/{session_id}/fin")
def end_session(request: Request, wiring: Wired, session: Session, session_id: RowId) -> Response:
    """End one of one's sessions."""
    sessions.log_out(wiring, session.principal, session_id)
    return redirect(request, "/compte", "Session fermée.")


@router.post("/deconnexion-partout")
def log_out_everywhere(request: Request, wiring: Wired, session: Session) -> Response:
    """End all one's sessions, this one too."""
    sessions.log_out_everywhere(wiring, session.principal)
    cookies.give(request, cookies.SESSION, None)
    return redirect(request, "/connexion", "Toutes vos sessions sont fermées.")


@router.post("/jetons")
def make_token(
    request: Request,
    wiring: Wired,
    session: Session,
    label: Annotated[str, Form()] = "",
    scope: Annotated[list[Scope] | None, Form()] = None,
    days: Annotated[int, Form()] = DAYS[0],
) -> Response:
    """Make an API token; its secret is on the answer's page and nowhere else."""
    try:
        made = tokens.make(wiring, session.principal, label=label, scopes=scope or [], days=days)
    except AccountRefused as error:
        return _page(request, wiring, session, 422, token_faults=error.faults, label=label)
    return _page(request, wiring, session, made=made)


@router.post("/jetons/{token_id}/suppression")
def revoke_token(request: Request, wiring: Wired, session: Session, token_id: RowId) -> Response:
    """End an API token."""
    tokens.revoke(wiring, session.principal, token_id)
    return redirect(request, "/compte", "Jeton supprimé : il ne donne plus accès à rien.")
