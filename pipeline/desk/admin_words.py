"""The French words of the audit's actions and of what they were about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.import_words import TABLES
from pipeline.labels import LEVELS, ROLES, SCOPES

ACTIONS = {
    "account_added": "Compte créé",
    "account_disabled": "Compte désactivé",
    "account_reopened": "Compte rouvert",
    "reach_changed": "Rôle ou périmètre changé",
    "invitation_made": "Invitation faite",
    "password_set": "Mot de passe choisi par invitation",
    "password_changed": "Mot de passe changé",
    "login": "Connexion",
    "login_refused": "Connexion refusée",
    "logout": "Déconnexion",
    "logout_everywhere": "Déconnexion partout",
    "token_made": "Jeton d’API créé",
    "token_revoked": "Jeton d’API révoqué",
    "school_added": "Établissement ajouté",
    "school_renamed": "Établissement renommé",
    "siecle_imported": "Import des élèves de SIECLE",
    "nomenclature_imported": "Import de la nomenclature de SIECLE",
    "sts_imported": "Import de STS",
    "lsl_nomenclature_imported": "Import de la nomenclature LSL",
    "frameworks_imported": "Import de référentiels",
    "level_set": "Configuration d’un niveau",
    "booklet_edited": "Livret modifié",
    "artifact_downloaded": "Fichier téléchargé",
    "version_sent": "Version marquée comme envoyée",
    "report_kept": "Bilan de LSL conservé",
}
_ABOUT = {
    "account_id": "compte", "role": "rôle", "schools": "établissements", "divisions": "divisions",
    "uai": "UAI", "fields": "champs", "code": "division", "division_id": "numéro de division",
    "profile": "profil", "version": "version", "sha256": "empreinte", "lines": "lignes",
    "years": "années", "changes": "changements", "session_count": "sessions fermées",
    "token_count": "jetons révoqués", "ended_session_count": "sessions fermées",
    "start_year": "année", "diploma_code": "diplôme", "level": "niveau", "added": "ajoutés",
    "moved": "changés de division", "gone": "partis", "updated": "modifiés",
    "unchanged": "inchangés", "ignored": "ignorés", "session_id": "session",
    "token_id": "jeton", "scopes": "droits", "days": "jours", "school_uai": "établissement",
    "artifact_id": "fichier", "job_id": "demande",
}  # fmt: skip
_ABOUT |= {name: label.lower() for name, label in TABLES.items()}
_CODES: dict[str, str] = {  # words of the audit that are codes, in French
    str(code): label.lower() for code, label in (*ROLES.items(), *SCOPES.items(), *LEVELS.items())
}
LONGEST = 300


def action_label(action: str) -> str:
    """The words of an action; its code where it has none."""
    return ACTIONS.get(action, action)


def about(details: Mapping[str, Any]) -> str:
    """What an event was about, on one line: ids, codes and counts, as the audit holds them."""
    parts = [f"{_ABOUT.get(key, key)} : {_shown(value)}" for key, value in details.items()]
    text = " · ".join(parts)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) or "aucun"
    return "" if value is None else _CODES.get(str(value), str(value))
