"""Who asks, and the API tokens of the account."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Request, Response
from pydantic import Field

from pipeline import tokens
from pipeline.domain.accounts import Right, Role, Scope, may
from web.api.answers import problems
from web.api.kinds import Answer, Body, PathId, Whole, text
from web.api.listing import Listed, Windowed, listed, part
from web.api.routes import JSON_BODY, router
from web.deps import ApiMe, Wired

routes = router("Compte")


class MeAnswer(Answer):
    """Qui demande, et jusqu'où il peut."""

    account_id: int = Field(description="Identifiant du compte.")
    login: str = Field(description="Identifiant de connexion.")
    name: str = Field(description="Nom affiché.")
    role: Role = Field(description="Rôle.")
    schools: list[str] = Field(description="UAI des établissements à portée.")
    divisions: list[int] = Field(description="Divisions confiées, d'un enseignant.")
    scopes: list[Scope] | None = Field(description="Portées du jeton ; rien pour une session.")
    rights: list[Right] = Field(description="Ce que cette identification permet.")


class TokenAnswer(Answer):
    """Un jeton, sans son secret."""

    id: int = Field(description="Identifiant du jeton.")
    label: str = Field(description="Son nom.")
    scopes: list[Scope] = Field(description="Ses portées.")
    made_at: dt.datetime = Field(description="Quand il a été fait.")
    expires_at: dt.datetime = Field(description="Jusqu'à quand il vaut.")
    last_used_on: dt.date | None = Field(description="Dernier jour d'usage.")
    is_expired: bool = Field(description="S'il ne vaut plus.")


class TokenWanted(Body):
    """Un jeton à faire."""

    label: Annotated[str, text(80, 1)] = Field(description="Son nom.")
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))] = Field(
        description="Ses portées, parmi celles du rôle."
    )
    days: Annotated[Whole, Field(ge=1, le=365)] = Field(description="Durée, en jours.")


class TokenMade(Answer):
    """Le jeton fait ; le secret n'est montré qu'ici."""

    token_id: int = Field(description="Identifiant du jeton.")
    secret: str = Field(description="À envoyer : `Authorization: Bearer …`.")
    expires_at: dt.datetime = Field(description="Jusqu'à quand il vaut.")


@routes.get("/me", responses=problems())
def who_am_i(me: ApiMe) -> MeAnswer:
    """Qui demande, et ce qui lui est permis."""
    return MeAnswer(
        account_id=me.account_id, login=me.login, name=me.name, role=me.role,
        schools=sorted(me.schools), divisions=sorted(me.divisions),
        scopes=None if me.scopes is None else sorted(me.scopes),
        rights=[right for right in Right if may(me, right)],
    )  # fmt: skip


@routes.get("/tokens", response_model=Listed[TokenAnswer], responses=problems())
def list_tokens(
    wiring: Wired, me: ApiMe, window: Windowed, request: Request, response: Response
) -> object:
    """Les jetons du compte, les plus récents d'abord."""
    rows, following = part(window, tokens.listed(wiring, me), lambda one: one.id)
    return listed(request, response, rows, following)


@routes.post("/tokens", status_code=201, responses=problems(415), dependencies=JSON_BODY)
def make_token(wiring: Wired, me: ApiMe, wanted: TokenWanted) -> TokenMade:
    """Faire un jeton. Par une session seulement : un jeton n'en fait pas d'autre."""
    made = tokens.make(wiring, me, label=wanted.label, scopes=wanted.scopes, days=wanted.days)
    return TokenMade.model_validate(made)


@routes.delete("/tokens/{token_id}", status_code=204, responses=problems(404))
def revoke_token(wiring: Wired, me: ApiMe, token_id: PathId) -> None:
    """Révoquer un jeton du compte. Par une session seulement."""
    tokens.revoke(wiring, me, token_id)
