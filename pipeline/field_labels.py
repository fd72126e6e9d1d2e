"""The French words for what a file holds, and for what a receiver does with it."""

from __future__ import annotations

from decimal import Decimal

from pipeline import labels
from pipeline.domain.differences import Presence
from pipeline.domain.fields import NO_MARK, PFMP, PROJECT, Place, Value
from pipeline.domain.life import ExamOpinion
from pipeline.domain.periods import Periodicity
from pipeline.receiver import Fate, RefusalCode

PRESENCES = {
    Presence.ADDED: "Élève ajouté",
    Presence.REMOVED: "Élève retiré",
    Presence.CHANGED: "Élève modifié",
}

FATES = {
    Fate.NEW: "Nouveau",
    Fate.CHANGED: "Modifié",
    Fate.UNCHANGED: "Inchangé",
    Fate.REFUSED: "Refusé",
}

REFUSALS = {  # the reason, and what to do
    RefusalCode.WRONG_SCHOOL: "Fichier d’un autre établissement : envoyez celui du vôtre",
    RefusalCode.PUPIL_UNKNOWN: "Élève inconnu de l’établissement : vérifiez son identifiant dans "
    "SIECLE, puis importez de nouveau les élèves",
    RefusalCode.PUPIL_DUPLICATED: "Élève présent deux fois : refaites le fichier après avoir "
    "supprimé le doublon dans le logiciel qui l’a produit",
    RefusalCode.YEAR_DUPLICATED: "Année de scolarité présente deux fois : refaites le fichier",
    RefusalCode.SUBJECT_DUPLICATED: "Matière présente deux fois : réunissez ses services en un "
    "seul, puis refaites le fichier",
    RefusalCode.NOT_IN_PROGRAMME: "Matière et modalité absentes du programme de sa formation : "
    "corrigez le code de la matière ou la modalité",
}

_FIELDS = {
    "editor": "éditeur",
    "application": "application",
    "uai": "établissement",
    "periodicity": "périodicité",
    "synthesis": "synthèse",
    "teachers": "enseignants",
    "week_count": "nombre de semaines",
    "abroad": "à l’étranger",
    "average": "moyenne",
    "rating": "degré de maîtrise",
    "appreciation": "appréciation",
    "validation_day": "date de validation",
    "group_size": "effectif du groupe",
    "group_average": "moyenne du groupe",
    "group_below_8": "part du groupe sous 8",
    "group_from_8_to_12": "part du groupe de 8 à 12",
    "group_from_12": "part du groupe à partir de 12",
    "commitment": "engagement",
    "other_commitment": "autre engagement",
    "exam_opinion": "avis pour l’examen",
    "opinion": "texte",
    "opinion_author": "auteur",
    "opinion_day": "date",
}
_KEYS = {"average": "période", "rating": "compétence"}
_WORDS = {kind.value: label for kind, label in labels.OPINION_KINDS.items()} | {
    code.value: label for code, label in labels.COMMITMENTS.items()
}
_PROJECT_SINCE = 2024  # décret 2024-542: « chef-d’œuvre » before


def field_label(place: Place) -> str:
    """Name the field: « moyenne, période 1 », « degré de maîtrise, compétence 9001 »."""
    label = _FIELDS[place.name]
    if place.key in _WORDS:
        return f"{label}, {_WORDS[place.key]}"
    return f"{label}, {_KEYS[place.name]} {place.key}" if place.key else label


def part_label(place: Place) -> str:
    """Name the part of the year: « 071100-S », « PFMP », « projet »; empty for the year itself."""
    if place.part == PROJECT:
        return "projet" if place.start_year >= _PROJECT_SINCE else "chef-d’œuvre"
    return "PFMP" if place.part == PFMP else place.part


def value_label(value: Value | None) -> str:
    """A value as people read it: « 11,50 », « sans note », « oui », « DURAND Inès »."""
    if value is None:
        return "absent"
    if isinstance(value, Periodicity | ExamOpinion):
        return (labels.PERIODICITIES | labels.EXAM_OPINIONS)[value]
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, tuple):
        return ", ".join(" ".join(names).strip() for names in value)
    if isinstance(value, Decimal):
        return "sans note" if value == NO_MARK else f"{value:f}".replace(".", ",")
    return str(value)
