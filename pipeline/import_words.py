"""The French words of the reports of imports: counts, tables, severities."""

from __future__ import annotations

from pipeline.exchange.problems import ProblemSeverity

COUNTS = {
    "agreeing": "divisions conformes",
    "added": "ajoutés",
    "moved": "changés de division",
    "gone": "partis",
    "updated": "modifiés",
    "unchanged": "inchangés",
    "ignored": "hors première et terminale professionnelles",
}
TABLES = {
    "mef": "MEF",
    "subject": "Matières",
    "programme": "Programmes",
    "diploma": "Diplômes nommés",
    "teacher": "Enseignants",
    "service": "Services",
    "competence": "Compétences",
    "framework": "Référentiels",
}
SEVERITIES = {
    ProblemSeverity.ERROR: "erreur",
    ProblemSeverity.WARNING: "attention",
    ProblemSeverity.INFO: "information",
}
