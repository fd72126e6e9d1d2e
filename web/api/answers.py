"""The problems the API answers (RFC 9457), and which of them each operation may give."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"
REFERENCE = {"$ref": "#/components/schemas/Problem"}
WHENEVER = (401, 403, 422, 503)  # of every operation that asks who is there
MEANINGS = {
    400: "Corps illisible.",
    401: "Personne n'est identifié : jeton ou session absents, expirés ou révoqués.",
    403: "Le rôle, la portée du jeton ou le contrôle CSRF ne le permet pas.",
    404: "Introuvable, ou hors de portée : les deux se répondent de même.",
    405: "Méthode non prévue ici.",
    409: "Impossible dans l'état présent ; `code` dit pourquoi.",
    410: "Le fichier n'est plus servi : périmé, absent ou altéré.",
    412: "Le livret a changé depuis la révision donnée ; `changes` dit quoi.",
    413: "Corps trop grand.",
    415: "Type de contenu non prévu ici.",
    422: "Demande invalide ; `faults` dit chaque écart, par champ.",
    428: "`If-Match` est nécessaire : lisez d'abord la ressource.",
    429: "Trop d'essais ; `Retry-After` dit combien de secondes attendre.",
    503: "Base ou dépôt indisponibles ; `Retry-After` dit quand réessayer.",
}
HEADERS = {
    401: {"WWW-Authenticate": "Le schéma attendu : Bearer."},
    429: {"Retry-After": "Secondes à attendre."},
    503: {"Retry-After": "Secondes à attendre."},
}


class Fault(BaseModel):
    """Un écart, au champ où il est ; jamais la valeur donnée."""

    field: str = Field(description="Le champ, par son chemin ; vide pour la demande entière.")
    code: str = Field(description="Code stable de l'écart.")
    message: str = Field(description="Ce qui est attendu, en français.")


class Problem(BaseModel):
    """Un refus ou un échec, selon RFC 9457, avec nos codes."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(description="URI du genre de problème.")
    title: str = Field(description="Le genre de problème, en peu de mots.")
    status: int = Field(ge=400, le=599, description="Le statut HTTP.")
    detail: str = Field(description="Ce qui s'est passé et que faire, en français.")
    code: str = Field(description="Code stable du problème.")
    faults: list[Fault] | None = Field(default=None, description="Les écarts, par champ.")
    changes: list[str] | None = Field(default=None, description="Les champs changés entre-temps.")


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an operation: what any may answer, and these."""
    with_body = {400, 413} if 415 in more else set()  # noqa: PLR2004 - a body may be unreadable or too large
    return {status: _answer(status) for status in sorted({*WHENEVER, *more, *with_body})}


def _answer(status: int) -> dict[str, Any]:
    headers = {
        name: {"description": said, "schema": {"type": "string"}}
        for name, said in HEADERS.get(status, {}).items()
    }
    return {
        "description": MEANINGS[status],
        "content": {MEDIA_TYPE: {"schema": REFERENCE}},
    } | ({"headers": headers} if headers else {})


ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "La demande est enregistrée ; `Location` la suit.",
        "headers": {"Location": {"description": "Où la suivre.", "schema": {"type": "string"}}},
    }
}
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Rien n'a changé depuis l'ETag donné."}
}


def file_answer(media_type: str) -> dict[int | str, dict[str, Any]]:
    """The 200 of an operation that gives a file."""
    return {
        200: {
            "description": "Le fichier.",
            "content": {media_type: {"schema": {"type": "string", "format": "binary"}}},
        }
    }


def stream_answer() -> dict[int | str, dict[str, Any]]:
    """The 200 of an operation that streams events."""
    return {
        200: {
            "description": "Un flux d'événements : `data` en JSON, puis `event: fin` à la fin.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    }
