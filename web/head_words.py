"""The sentences of a head's pages: why not, what an export would do, where a job or version is."""

from __future__ import annotations

from typing import Any

from pipeline.desk.divisions import Counts, Line
from pipeline.desk.exportable import WhyNot
from pipeline.desk.figures import counted
from pipeline.desk.follow import Job, Progress
from pipeline.domain.states import JobState, Outcome
from pipeline.labels import JOB_ERRORS, JOB_STATES
from pipeline.xml.profiles import Profile

WHY_NOT = {
    WhyNot.EMPTY: "Aucun élève sous statut scolaire : il n’y a rien à exporter. Les élèves "
    "viennent de SIECLE, par l’import que fait l’administrateur.",
    WhyNot.PERIODICITY: "La périodicité de ce niveau n’est pas choisie : choisissez-la d’abord "
    "dans « Configuration ».",
    WhyNot.ALL_RED: "Tous les élèves sont en rouge : complétez au moins un livret, ce qui manque "
    "est dit ci-dessous pour chacun.",
}
WHY_NOT_SHORT = {
    WhyNot.EMPTY: "aucun élève sous statut scolaire",
    WhyNot.PERIODICITY: "périodicité non choisie",
    WhyNot.ALL_RED: "tous les élèves sont en rouge",
}
NOT_MINISTRY = (
    "Ce format est celui de ce logiciel, pas celui du ministère : l’application LSL ne le prend "
    "pas. Pour un envoi, choisissez un profil du schéma public."
)
WHAT_TO_DO = {
    JobState.REFUSED: "Complétez au moins un livret de la division, puis relancez.",
    JobState.FAILED: "Relancez ; si l’échec revient, prévenez l’administrateur.",
    JobState.CANCELLED: "Relancez si vous voulez le fichier.",
}


def verdict(line: Line) -> str:
    """Whether the file can be asked for now, and what will not be in it."""
    if line.why_not is not None:
        return f"Export impossible. {WHY_NOT[line.why_not]}"
    counts = line.counts
    if not counts.exportable_count:
        return (
            "À confirmer : les voyants sont en cours de calcul. L’export reste possible, il "
            "vérifie lui-même chaque livret."
        )
    held = counted(counts.exportable_count, "élève")
    return f"Export possible : {held} sur {counts.pupil_count}.{_left(counts)}{_late(counts)}"


def _left(counts: Counts) -> str:
    if not counts.red:
        return ""
    one = counts.red == 1
    return f" {counts.red} en rouge n’y {'sera' if one else 'seront'} pas."


def _late(counts: Counts) -> str:
    if not counts.pending:
        return ""
    return f" {counted(counts.pending, 'voyant')} en cours de calcul : ce constat peut changer."


def profile_words(profile: Profile) -> str:
    """What a profile is, for somebody who must choose one."""
    return profile.note if profile.official else f"{profile.note} LSL ne le prend pas."


def job_words(job: Job) -> str:
    """The state of a job and, once it ended, how."""
    row = job.row
    if row.state == JobState.RUNNING and row.cancel_requested_at:
        return "Annulation demandée"
    if row.state == JobState.READY:
        unchanged = row.outcome == Outcome.UNCHANGED
        how = f"identique à la version {row.version}" if unchanged else f"version {row.version}"
        return f"Prêt : {how}"
    if row.error_code:
        return f"{JOB_STATES[row.state]} : {JOB_ERRORS.get(row.error_code, row.error_code).lower()}"
    return JOB_STATES[row.state]


def ended_words(found: Progress) -> str:
    """What came of all the jobs, once they ended."""
    states = [one.row.state for one in found.jobs]
    parts = [
        (states.count(JobState.READY), "fichier prêt", "fichiers prêts"),
        (states.count(JobState.REFUSED), "demande refusée", "demandes refusées"),
        (states.count(JobState.FAILED), "échec", "échecs"),
        (states.count(JobState.CANCELLED), "demande annulée", "demandes annulées"),
    ]
    return "Terminé : " + ", ".join(counted(*part) for part in parts if part[0]) + "."


def version_words(row: Any) -> str:
    """Where a version stands in its line."""
    if row.version == row.newest:
        return "La plus récente"
    return f"Remplacée par la version {row.newest}"
