"""What pages say of an error: its own sentence, or another where that one quotes a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline import errors
from pipeline.domain.given_file import school_year
from pipeline.errors import PipelineError

_WORDS: Mapping[str, Callable[[Any], str]] = {
    errors.NotFound.code: lambda e: f"{e.kind} « {e.key} » : introuvable.",
    errors.NoDivision.code: lambda _: (
        "Aucune division n’a été choisie, ou aucune n’existe encore : les élèves viennent par "
        "l’import du fichier SIECLE, que fait l’administrateur."
    ),
    errors.EmptyDivision.code: lambda e: (
        f"Division {e.division} : aucun élève sous statut scolaire, il n’y a rien à exporter. "
        "Si c’est une erreur, le secrétariat corrige SIECLE et l’administrateur importe de "
        "nouveau les élèves."
    ),
    errors.DivisionUnknown.code: lambda e: (
        f"Fichier {e.name} : ce n’est pas une version produite ici, sa division n’est pas connue."
    ),
    errors.OutdatedDatabase.code: lambda _: (
        "Le logiciel vient d’être mis à jour, sa base de données pas encore : prévenez "
        "l’administrateur."
    ),
    errors.PeriodicityNotSet.code: lambda e: (
        f"La périodicité du niveau « {e.level} » du diplôme {e.diploma_code} n’est pas choisie. "
        "Un chef d’établissement ou DDFPT la choisit dans « Configuration »."
    ),
    errors.NothingExportable.code: lambda e: (
        f"Division {e.division} : aucun élève exportable sur {e.pupil_count}. Complétez au moins "
        "un livret : la page de la division dit ce qui manque à chacun."
    ),
    errors.AlreadyThere.code: lambda e: (
        f"Fichier {e.name} : il existe déjà et n’est pas remplacé."
    ),
    errors.WrongYear.code: lambda e: (
        f"Fichier {e.file} : vous avez choisi l’année {school_year(e.expected)}, rien n’est "
        "importé. S’il est bien celui que vous voulez, choisissez son année."
    ),
    errors.WrongSchool.code: lambda e: (
        f"Fichier {e.file} : vous avez choisi l’établissement {e.expected}, rien n’est importé. "
        "Choisissez celui du fichier, ou exportez-le à nouveau du bon."
    ),
    errors.MoveNotAllowed.code: lambda e: (
        "Cette demande est déjà terminée."
        if e.wanted == "cancelled"
        else "Cette demande n’est pas terminée : elle ne peut pas être relancée."
    ),
    errors.IdempotencyConflict.code: lambda _: (
        "Ce formulaire a déjà servi pour une autre demande : rechargez la page, puis recommencez."
    ),
    errors.StoreUnavailable.code: lambda _: (
        "La base de données ne répond pas pour l’instant : réessayez dans quelques secondes."
    ),
    errors.BrokerUnavailable.code: lambda _: (
        "La file d’attente ne répond pas pour l’instant. Ce qui est enregistré partira tout seul."
    ),
    errors.ArtifactsUnavailable.code: lambda _: (
        "Le dépôt des fichiers ne répond pas pour l’instant : réessayez dans quelques minutes."
    ),
    errors.ArtifactUnusable.code: lambda e: (
        f"Fichier {e.file_name} : {e.why}. Il n’est pas servi. Demandez un nouvel export de la "
        "division : il rétablit le fichier si les données n’ont pas changé, sinon il en fait une "
        "nouvelle version."
    ),
}  # fmt: skip


def words_for(error: PipelineError) -> str:
    """A sentence for people who see pages: no command, no address of a machine."""
    words = _WORDS.get(error.code)
    return words(error) if words else str(error)
