"""The HTTP status of each error, its headers, and what a page says of it."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline import errors
from pipeline.errors import PipelineError

STATUSES: Mapping[type[PipelineError], int] = {
    errors.NotFound: 404,
    errors.DivisionUnknown: 404,
    errors.Forbidden: 403,
    errors.CsrfRefused: 403,
    errors.NotLoggedIn: 401,
    errors.LoginRefused: 401,
    errors.Ambiguous: 409,
    errors.MoveNotAllowed: 409,
    errors.NothingExportable: 409,
    errors.EmptyDivision: 409,
    errors.PeriodicityNotSet: 409,
    errors.PeriodicityLocked: 409,
    errors.IdempotencyConflict: 409,
    errors.OutdatedBooklet: 409,
    errors.OutdatedSettings: 409,
    errors.ArtifactUnusable: 410,
    errors.ArtifactExpired: 410,
    errors.InvitationUnusable: 410,
    errors.TooManyTries: 429,
    errors.Refused: 422,
    errors.Unavailable: 503,
    errors.Defect: 500,
}
AGAIN_S = 5  # before another try, once something did not answer
ADVICE = {
    400: ("Demande illisible", "Revenez à la page précédente et recommencez."),
    401: ("Connexion nécessaire", "Connectez-vous pour continuer."),
    403: ("Accès refusé", "Revenez à la page précédente, ou à l’accueil."),
    404: (
        "Page introuvable",
        "Cette page n’existe pas, ou votre compte ne la voit pas. Repartez de l’accueil.",
    ),
    405: ("Action impossible ici", "Repartez de l’accueil et utilisez les boutons des pages."),
    409: ("Action impossible en l’état", "Rien n’a été changé."),
    410: ("Ce n’est plus disponible", "Repartez de l’accueil."),
    413: (
        "Envoi trop volumineux",
        "Rien n’a été enregistré. Envoyez un fichier plus petit, ou un seul à la fois.",
    ),
    422: ("Saisie à corriger", "Revenez à la page précédente, corrigez et recommencez."),
    429: ("Trop de demandes", "Attendez un peu avant de recommencer."),
    500: (
        "Erreur du logiciel",
        "Réessayez ; si l’erreur revient, donnez cette référence à votre administrateur.",
    ),
    503: ("Service momentanément indisponible", "Réessayez dans quelques instants."),
}  # fmt: skip


def headers_of(error: PipelineError) -> dict[str, str]:
    """What tells a client how long to wait, where waiting helps."""
    if isinstance(error, errors.Unavailable):
        return {"Retry-After": str(AGAIN_S)}
    if isinstance(error, errors.TooManyTries):
        return {"Retry-After": str(error.retry_after_s)}
    return {}


def status_of(error: PipelineError) -> int:
    """The status of the nearest type in the table."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
