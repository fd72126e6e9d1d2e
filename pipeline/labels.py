"""The French words for every code that a user may read; labels may change, codes may not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.domain import life
from pipeline.domain.accounts import AccountState, Right, Role, Scope
from pipeline.domain.actors import Actor
from pipeline.domain.faults import FaultCode
from pipeline.domain.gaps import SUBJECT_GAPS, Gap, GapCode, Light, Severity
from pipeline.domain.life import Commitment, ExamOpinion
from pipeline.domain.periods import Level, Periodicity
from pipeline.domain.states import JobKind, JobState, Outcome
from pipeline.errors import (
    Defect,
    InvalidDocument,
    NotFound,
    NothingExportable,
    TooManyAttempts,
    UnreadableFile,
)

LIGHTS = {
    Light.RED: "Rouge : non exportable",
    Light.ORANGE: "Orange : exportable, incomplet",
    Light.GREEN: "Vert : complet",
}

SEVERITIES = {Severity.MANDATORY: "Obligatoire", Severity.OPTIONAL: "Facultatif"}

ACTORS = {
    Actor.TEACHER: "Enseignant",
    Actor.HEAD: "Chef d’établissement ou DDFPT",
    Actor.SECRETARIAT: "Secrétariat (SIECLE)",
}

ROLES = {
    Role.ADMINISTRATOR: "Administrateur",
    Role.HEAD: "Chef d’établissement",
    Role.DDFPT: "DDFPT",
    Role.TEACHER: "Enseignant",
}

ACCOUNT_STATES = {
    AccountState.INVITED: "Invitation en attente",
    AccountState.ACTIVE: "Actif",
    AccountState.DISABLED: "Désactivé",
}

RIGHTS = {  # « Votre compte n'a pas le droit de … »
    Right.SEE: "consulter les livrets",
    Right.ENTER: "saisir dans les livrets",
    Right.EXPORT: "demander des fichiers",
    Right.DOWNLOAD: "télécharger les fichiers",
    Right.CONFIGURE: "régler les niveaux",
    Right.ADMINISTER: "gérer les comptes et les imports",
}

SCOPES = {
    Scope.READ: "Consulter divisions, voyants et livrets",
    Scope.ENTER: "Saisir dans les livrets",
    Scope.EXPORT: "Demander et télécharger les fichiers",
    Scope.CONFIGURE: "Régler les niveaux",
    Scope.ADMINISTER: "Gérer les comptes et les imports",
}

LEVELS = {
    Level.PREMIERE: "Première",
    Level.TERMINALE: "Terminale",
}

PERIODICITIES = {
    Periodicity.TRIMESTER: "Trimestres",
    Periodicity.SEMESTER: "Semestres",
}

MASTERIES = {  # the words of the guide
    1: "non maîtrisées",
    2: "insuffisamment maîtrisées",
    3: "maîtrisées",
    4: "bien maîtrisées",
}

JOB_STATES = {
    JobState.QUEUED: "En attente",
    JobState.RUNNING: "En cours",
    JobState.READY: "Prêt",
    JobState.REFUSED: "Refusé",
    JobState.FAILED: "Échec",
    JobState.CANCELLED: "Annulé",
}

OUTCOMES = {
    Outcome.NEW_VERSION: "Nouvelle version",
    Outcome.UNCHANGED: "Inchangé : identique à la dernière version",
}

JOB_ERRORS = {  # by the code of the error that ended the job
    NothingExportable.code: "Aucun élève exportable",
    InvalidDocument.code: "Fichier refusé au contrôle",
    TooManyAttempts.code: "Trop de tentatives",
    NotFound.code: "Profil introuvable",
    UnreadableFile.code: "Profil illisible",
    Defect.code: "Défaut du logiciel",
}

COMMITMENTS = {
    Commitment.DELEGATE: "Délégué de classe",
    Commitment.CVL: "Délégué au conseil des délégués pour la vie lycéenne",
    Commitment.BOARD: "Membre du conseil d’administration",
    Commitment.CESC: "Membre du comité d’éducation à la santé et à la citoyenneté",
    Commitment.SPORTS: "Membre de l’association sportive",
}

EXAM_OPINIONS = {  # usual reading: the codes have no published labels
    ExamOpinion.VERY_FAVOURABLE: "Très favorable",
    ExamOpinion.FAVOURABLE: "Favorable",
    ExamOpinion.RATHER_FAVOURABLE: "Assez favorable",
    ExamOpinion.MUST_PROVE: "Doit faire ses preuves",
}

OPINION_KINDS = life.OPINIONS

JOB_KINDS = {
    JobKind.ON_DEMAND: "À la demande",
    JobKind.NIGHTLY: "De nuit",
}

GAPS = {
    GapCode.SIECLE_ID_MISSING: "Identifiant SIECLE absent",
    GapCode.PERIODICITY_NOT_SET: "Périodicité du niveau non attribuée",
    GapCode.FRAMEWORK_UNKNOWN: "Référentiel de compétences inconnu pour cette année",
    GapCode.NOTHING_ENTERED: "Aucune donnée saisie",
    GapCode.COMPETENCE_NOT_RATED: "Degré de maîtrise non renseigné",
    GapCode.MASTERY_INVALID: "Degré de maîtrise hors de l’échelle de 1 à 4",
    GapCode.AVERAGE_MISSING: "Aucune moyenne de période",
    GapCode.AVERAGE_INVALID: "Moyenne hors de 0 à 20 ou à plus de deux décimales",
    GapCode.PERIOD_INVALID: "Période inexistante dans la périodicité du niveau",
    GapCode.TEACHER_MISSING: "Aucun enseignant",
    GapCode.TEACHER_NAME_INCOMPLETE: "Nom ou prénom manquant",
    GapCode.APPRECIATION_MISSING: "Appréciation générale absente",
    GapCode.PFMP_SYNTHESIS_MISSING: "Synthèse de PFMP absente",
    GapCode.PFMP_TEACHER_MISSING: "Nom ou prénom de l’enseignant de PFMP manquant",
    GapCode.PROJECT_AVERAGE_MISSING: "Moyenne du projet absente",
    GapCode.PROJECT_APPRECIATION_MISSING: "Appréciation du projet absente",
    GapCode.PROJECT_TEACHER_MISSING: "Nom ou prénom de l’enseignant du projet manquant",
    GapCode.TEXT_TOO_LONG: "Texte trop long",
    GapCode.TEXT_FORBIDDEN_CHARACTER: "Caractère interdit dans le texte",
    GapCode.SUBJECT_CODE_NOT_NATIONAL: "Non exporté, faute de code national",
    GapCode.SUBJECT_MODALITY_REFUSED: "Non exporté, modalité autre que S, O ou F",
    GapCode.SUBJECT_TEACHER_MISSING: "Non exporté, faute d’enseignant nommé",
    GapCode.SUBJECT_VALUE_INVALID: "Non exporté, valeur que le fichier ne peut contenir",
}

FAULTS = {
    FaultCode.EDITOR_BLANK: "Nom de l’éditeur vide",
    FaultCode.APPLICATION_TOO_LONG: "Nom de l’application trop long",
    FaultCode.UAI_INVALID: "UAI invalide",
    FaultCode.NO_PUPIL: "Aucun élève",
    FaultCode.PUPIL_DUPLICATED: "Élève présent deux fois",
    FaultCode.NO_YEAR: "Aucune année de scolarité",
    FaultCode.YEAR_DUPLICATED: "Année de scolarité présente deux fois",
    FaultCode.NO_EVALUATION: "Aucune évaluation",
    FaultCode.COMMITMENT_DUPLICATED: "Engagement présent deux fois",
    FaultCode.SUBJECT_DUPLICATED: "Matière présente deux fois",
    FaultCode.PERIOD_DUPLICATED: "Période présente deux fois",
    FaultCode.PERIOD_INVALID: "Période inexistante dans la périodicité",
    FaultCode.AVERAGE_INVALID: "Moyenne hors de 0 à 20",
    FaultCode.COMPETENCE_DUPLICATED: "Compétence présente deux fois",
    FaultCode.MASTERY_INVALID: "Degré de maîtrise hors de l’échelle de 1 à 4",
    FaultCode.GROUP_INCOMPLETE: "Statistiques du groupe incomplètes",
    FaultCode.BANDS_NOT_100: "Répartition du groupe dont le total n’est pas 100",
    FaultCode.TEACHER_NAME_INCOMPLETE: "Nom ou prénom d’enseignant manquant",
    FaultCode.TEXT_BLANK: "Texte vide",
    FaultCode.TEXT_TOO_LONG: "Texte trop long",
    FaultCode.TEXT_FORBIDDEN_CHARACTER: "Caractère interdit dans le texte",
}

FIELDS = {
    "project": "projet",
    "appreciation": "appréciation générale",
    "pfmp_synthesis": "synthèse de PFMP",
    "pfmp_teacher_last_name": "nom de l’enseignant de PFMP",
    "pfmp_teacher_first_name": "prénom de l’enseignant de PFMP",
    "commitment_opinion": "avis sur l’engagement",
    "commitment_opinion_last_name": "nom de l’auteur de l’avis sur l’engagement",
    "commitment_opinion_first_name": "prénom de l’auteur de l’avis sur l’engagement",
    "investment_opinion": "avis sur l’investissement",
    "investment_opinion_last_name": "nom de l’auteur de l’avis sur l’investissement",
    "investment_opinion_first_name": "prénom de l’auteur de l’avis sur l’investissement",
    "head_opinion": "avis du chef d’établissement",
    "head_opinion_last_name": "nom de l’auteur de l’avis du chef d’établissement",
    "head_opinion_first_name": "prénom de l’auteur de l’avis du chef d’établissement",
    "other_commitment": "autre engagement",
    "project_appreciation": "appréciation du projet",
    "project_teacher_last_name": "nom de l’enseignant du projet",
    "project_teacher_first_name": "prénom de l’enseignant du projet",
}

_KINDS = {
    GapCode.COMPETENCE_NOT_RATED: "compétence",
    GapCode.MASTERY_INVALID: "compétence",
    GapCode.AVERAGE_INVALID: "période",
    GapCode.PERIOD_INVALID: "période",
    GapCode.TEACHER_NAME_INCOMPLETE: "enseignant",
} | dict.fromkeys(SUBJECT_GAPS, "matière")
_COUNTED = frozenset(_KINDS) - {GapCode.TEACHER_NAME_INCOMPLETE}  # their plural takes an s
_TEACHER_FIELD = re.compile(r"teacher_(\d+)_(last|first)_name")
ENTERED_SINCE = (
    "saisi ailleurs depuis que cette feuille a été préparée : {}. Préparez une nouvelle feuille "
    "(« lslpro template booklets ») ; --overwrite impose celle-ci."
)


def gap_label(gap: Gap) -> str:
    """Name the gap and its subject: « Degré de maîtrise non renseigné : compétence 9001 »."""
    label = GAPS[gap.code]
    return f"{label} : {subject_label(gap)}" if gap.subject else label


def gap_lines(gaps: Iterable[Gap]) -> list[str]:
    """One line a code, its subjects together: « … non renseigné : compétences 9001, 9002 »."""
    by_code: dict[GapCode, list[Gap]] = {}
    for gap in gaps:
        by_code.setdefault(gap.code, []).append(gap)
    return [
        f"{GAPS[code]} : {_KINDS[code]}s {', '.join(gap.subject for gap in same)}"
        if len(same) > 1 and code in _COUNTED
        else " ; ".join(map(gap_label, same))
        for code, same in by_code.items()
    ]


def subject_label(gap: Gap) -> str:
    """Name the competence, period, teacher, field or subject of the gap; empty when it has none."""
    subject = gap.subject
    if subject in FIELDS:
        return FIELDS[subject]
    if teacher := _TEACHER_FIELD.fullmatch(subject):
        name = "nom" if teacher[2] == "last" else "prénom"
        return f"{name} de l’enseignant {teacher[1]}"
    return f"{_KINDS.get(gap.code, '')} {subject}".strip()
