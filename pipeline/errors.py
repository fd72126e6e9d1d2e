"""The error tree. Three failures, three fates; no message ever holds a pupil's data.

PipelineError
├─ Refused        the request cannot be met as things stand   tell the user     never retried
├─ Defect         the house made something wrong              alert             never retried
└─ Unavailable    the world did not answer                    put back          retried
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from pipeline.domain.given_file import GivenFile, printable, school_year, shown_name


class PipelineError(Exception):
    """Anything this house raises on purpose; `code` is API, the message is French."""

    code: ClassVar[str] = "pipeline_error"


class Refused(PipelineError):
    """The request cannot be met as things stand: tell the user, never retry."""

    code = "refused"


class Defect(PipelineError):
    """The house made something wrong: alert, never retry."""

    code = "defect"


class Unavailable(PipelineError):
    """The world did not answer: put back and retry."""

    code = "unavailable"


class NotFound(Refused):
    """The thing named does not exist."""

    code = "not_found"

    def __init__(self, kind: str, key: object, advice: str = "") -> None:
        self.kind, self.key = kind, key
        super().__init__(f"{kind} « {key} » : introuvable.{' ' + advice if advice else ''}")


class Ambiguous(Refused):
    """The name given fits several things."""

    code = "ambiguous"

    def __init__(self, kind: str, key: str, choices: list[str]) -> None:
        self.kind, self.key, self.choices = kind, key, choices
        super().__init__(
            f"{kind} « {key} » : plusieurs possibles, précisez : {', '.join(choices)}."
        )


class NoDivision(Refused):
    """A command on divisions was given none, or all where there is none yet."""

    code = "no_division"

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(
            f"Aucune division : nommez-en une (« lslpro {command} DIVISION ») ou donnez --all, "
            "une fois les élèves importés (« lslpro import siecle »)."
        )


class EmptyDivision(Refused):
    """Nobody of the division is in the perimeter: school status, not gone."""

    code = "empty_division"

    def __init__(self, division: str) -> None:
        self.division = division
        super().__init__(
            f"Division {division} : aucun élève sous statut scolaire. "
            "Importez le fichier SIECLE (« lslpro import siecle »)."
        )


class DivisionUnknown(Refused):
    """A file whose bytes are no version of ours does not tell its division."""

    code = "division_unknown"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"Fichier {name} : ce n'est pas une version produite ici, sa division n'est pas "
            "connue. Nommez-la : « lslpro diff FICHIER DIVISION@now »."
        )


class OutdatedDatabase(Refused):
    """The database is older than the program; an upgrade is someone's decision."""

    code = "outdated_database"

    def __init__(self, revision: str | None) -> None:
        self.revision = revision
        super().__init__(
            f"La base de données n'est pas à jour (révision {revision or 'aucune'}) : "
            "lancez d'abord « lslpro db upgrade »."
        )


class InvalidEntry(Refused):
    """A write breaks rules at entry; `faults` holds every one of them (guide, "Saisie").

    `by_field` holds them by field, where the writer is told so.
    """

    code = "invalid_entry"

    def __init__(self, faults: list[str], by_field: dict[str, list[str]] | None = None) -> None:
        self.faults, self.by_field = faults, by_field or {}
        super().__init__(" ".join(faults))


class PeriodicityNotSet(Refused):
    """No entry before the level's periodicity is set (guide, "Attribution d'une périodicité")."""

    code = "periodicity_not_set"

    def __init__(self, diploma_code: str, level: str) -> None:
        self.diploma_code, self.level = diploma_code, level
        super().__init__(
            f"Aucune saisie possible : la périodicité du niveau « {level} » du diplôme "
            f"{diploma_code} n'est pas choisie. Un chef d'établissement ou DDFPT la fixe : "
            "« lslpro levels set »."
        )


class PeriodicityLocked(Refused):
    """The periodicity cannot change once a booklet of the level holds data (guide, same part)."""

    code = "periodicity_locked"

    def __init__(self, diploma_code: str, level: str, booklet_count: int) -> None:
        self.diploma_code, self.level, self.booklet_count = diploma_code, level, booklet_count
        super().__init__(
            f"La périodicité du niveau « {level} » du diplôme {diploma_code} ne peut plus "
            f"changer : {booklet_count} livret(s) contiennent déjà des données."
        )


class OutdatedSettings(Refused):
    """A form of the configuration shows a level as it no longer is; nothing of it was saved."""

    code = "outdated_settings"

    def __init__(self, levels: list[str]) -> None:
        self.levels = levels
        super().__init__(
            f"La configuration a changé depuis l'affichage de la page ({', '.join(levels)}) : "
            "rien n'a été enregistré. Relisez ce qui est réglé maintenant, puis recommencez."
        )


class OutdatedBooklet(Refused):
    """The write was based on an older revision; `changes` names what moved since."""

    code = "outdated_booklet"

    def __init__(self, booklet_id: int, based_on: int, current: int, changes: list[str]) -> None:
        self.booklet_id, self.based_on, self.current = booklet_id, based_on, current
        self.changes = changes
        super().__init__(
            f"Le livret {booklet_id} a changé depuis votre lecture (révision {based_on}, "
            f"maintenant {current}) : {', '.join(changes) or 'autre champ'}. "
            "Relisez-le puis refaites la modification."
        )


class IdempotencyConflict(Refused):
    """The same idempotency key was used for another request."""

    code = "idempotency_conflict"

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"La clé d'idempotence « {key} » a déjà servi pour une autre demande : changez de clé."
        )


class MoveNotAllowed(Refused):
    """The job is in a state from which this move is not in the table."""

    code = "move_not_allowed"

    def __init__(self, job_id: str, state: str, wanted: str) -> None:
        self.job_id, self.state, self.wanted = job_id, state, wanted
        super().__init__(
            f"La demande {job_id} est à l'état {state} : passage à {wanted} impossible."
        )


class NothingExportable(Refused):
    """Every pupil of the division is red, or there is none (guide, "Création du fichier")."""

    code = "nothing_exportable"

    def __init__(
        self, division: str, pupil_count: int, report: dict[str, Any] | None = None
    ) -> None:
        self.division, self.pupil_count = division, pupil_count
        self.report = report or {}
        super().__init__(
            f"Division {division} : aucun élève exportable sur {pupil_count}. "
            "Complétez au moins un livret (« lslpro status » montre ce qui manque)."
        )


class UnreadableFile(Refused):
    """A file given cannot be read as what it should be."""

    code = "unreadable_file"

    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = printable(name), why
        super().__init__(f"Fichier {self.name} : {why}")

    def named(self, name: str) -> UnreadableFile:
        """The same, of the name its giver knows."""
        return UnreadableFile(name, self.why)


class InvalidFile(Refused):
    """A file given breaks the rules of its kind; `problems` holds every fault."""

    code = "invalid_file"

    def __init__(self, name: str, rules: str, problems: list[str]) -> None:
        self.name, self.rules, self.problems = name, rules, problems
        super().__init__(
            f"Fichier {name} : invalide selon {rules} ({len(problems)} écart(s)). "
            "Ne le corrigez pas à la main : refaites-le dans le logiciel qui l'a produit."
        )


class AlreadyThere(Refused):
    """A file would be written over another one, which may hold someone's work."""

    code = "already_there"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"Fichier {name} : il existe déjà et n'est pas remplacé. "
            "Renommez-le, ou donnez un autre nom avec --output."
        )


class WrongSchool(Refused):
    """The file is another school's (cité scolaire: the sister school's)."""

    code = "wrong_school"

    def __init__(self, file: GivenFile, expected: str) -> None:
        self.file, self.found, self.expected = file, file.uai, expected
        super().__init__(
            f"Fichier {file} : il n'est pas de l'établissement {expected}, rien n'a été importé. "
            f"Exportez-le depuis la base de l'établissement {expected} ; si c'est bien l'autre que "
            f"vous voulez, précisez-le (commande : --school {file.uai})."
        )

    def named(self, name: str) -> WrongSchool:
        """The same, of the name its giver knows."""
        return WrongSchool(replace(self.file, name=name), self.expected)


class WrongYear(Refused):
    """The file is of another school year than the one worked on."""

    code = "wrong_year"

    def __init__(self, file: GivenFile, expected: int) -> None:
        self.file, self.found, self.expected = file, file.start_year, expected
        super().__init__(
            f"Fichier {file} : l'année en cours est {school_year(expected)}, rien n'a été importé. "
            f"Exportez-le de cette année ; si c'est bien l'autre que vous voulez, précisez-la "
            f"(commande : --year {file.start_year})."
        )

    def named(self, name: str) -> WrongYear:
        """The same, of the name its giver knows."""
        return WrongYear(replace(self.file, name=name), self.expected)


class ImportRefused(Refused):
    """An import holds errors; nothing of it was kept. `problems` lists every one.

    `advice` says what to do, a sentence for each kind of problem.
    """

    code = "import_refused"

    def __init__(
        self, about: GivenFile | str, problems: list[str], advice: Sequence[str] = ()
    ) -> None:
        file = about if isinstance(about, GivenFile) else GivenFile(about)
        self.file, self.name, self.problems = file, shown_name(file.name), problems
        self.advice = tuple(advice)
        count = "une erreur" if len(problems) == 1 else f"{len(problems)} erreurs"
        told = [f"Fichier {file} : {count}, rien n'a été importé.", *self.advice]
        super().__init__(" ".join(told))

    def named(self, name: str) -> ImportRefused:
        """The same, of the name its giver knows."""
        return ImportRefused(replace(self.file, name=name), self.problems, self.advice)


class ImportUnderWay(Refused):
    """Another import is being tried or made: one at a time."""

    code = "import_under_way"

    def __init__(self) -> None:
        super().__init__("Un autre import est en cours : réessayez dans quelques instants.")


class ArtifactUnusable(Refused):
    """The stored file is missing or its bytes are not those of its version: never served."""

    code = "artifact_unusable"

    def __init__(self, file_name: str, why: str) -> None:
        self.file_name, self.why = file_name, why
        super().__init__(
            f"Fichier {file_name} : {why}. Il n'est pas servi ; un nouvel export le rétablit."
        )


class ArtifactExpired(Refused):
    """The version is past its keeping; its row tells what it was, its file may be gone."""

    code = "artifact_expired"

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        super().__init__(
            f"Fichier {file_name} : sa durée de conservation est passée, il n'est plus servi. "
            "La version la plus récente de la division l'est toujours."
        )


class SettingsRefused(Refused):
    """A setting is wrong; the message names it and says what it should be."""

    code = "settings_refused"


class NotLoggedIn(Refused):
    """No session and no token, or one that is over, or whose account is closed."""

    code = "not_logged_in"

    def __init__(self) -> None:
        super().__init__("Votre session est terminée, ou n'a pas commencé : connectez-vous.")


class LoginRefused(Refused):
    """The same for an unknown login, another password and a closed account: none is told apart."""

    code = "login_refused"

    def __init__(self) -> None:
        super().__init__(
            "Adresse électronique ou mot de passe non reconnus. Vérifiez les deux ; en cas "
            "d'oubli, demandez une nouvelle invitation à l'administrateur."
        )


class TooManyTries(Refused):
    """Too many failed log-ins for this login or from this address; wait so many seconds."""

    code = "too_many_tries"

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(
            f"Trop d'essais sans succès : attendez {_in_words(retry_after_s)} avant le prochain."
        )


def _in_words(duration_s: int) -> str:
    if duration_s < 60:  # noqa: PLR2004 - a minute
        return f"{duration_s} seconde{'s' if duration_s > 1 else ''}"
    minutes = -(-duration_s // 60)
    return f"{minutes} minute{'s' if minutes > 1 else ''}"


class Forbidden(Refused):
    """The role, or the scopes of the token, lack the right that this needs."""

    code = "forbidden"

    def __init__(self, right: str) -> None:
        self.right = right
        super().__init__(
            f"Votre compte n'a pas le droit de {right}. Si votre rôle a changé, "
            "voyez avec l'administrateur."
        )


class CsrfRefused(Refused):
    """A form that does not carry its session's value: it came from elsewhere, or is too old."""

    code = "csrf_refused"

    def __init__(self) -> None:
        super().__init__(
            "Ce formulaire n'est plus valable : rien n'a été enregistré. "
            "Rechargez la page et recommencez."
        )


class InvitationUnusable(Refused):
    """The invitation was accepted, replaced, is too old, or never was."""

    code = "invitation_unusable"

    def __init__(self) -> None:
        super().__init__(
            "Cette invitation n'est plus valable : déjà utilisée, remplacée ou trop ancienne. "
            "Demandez-en une nouvelle à l'administrateur."
        )


class PasswordRefused(Refused):
    """The new password breaks the rules; `faults` says which."""

    code = "password_refused"

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(" ".join(faults))


class AccountRefused(Refused):
    """An account or a token of one cannot be so; `faults` holds every reason."""

    code = "account_refused"

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(" ".join(faults))


class InvalidDocument(Defect):
    """A document or file broke a rule or the schema after the pupils' gaps were settled."""

    code = "invalid_document"

    def __init__(self, division: str, faults: list[str]) -> None:
        self.division, self.faults = division, faults
        super().__init__(f"Division {division} : fichier refusé au contrôle ({'; '.join(faults)}).")


class TooManyAttempts(Defect):
    """The job was started as often as allowed and never ended."""

    code = "too_many_attempts"

    def __init__(self, attempt_count: int) -> None:
        self.attempt_count = attempt_count
        super().__init__(f"Abandon après {attempt_count} tentatives interrompues.")


class StoreUnavailable(Unavailable):
    """The database did not answer, was locked too long or ended the transaction."""

    code = "store_unavailable"

    def __init__(self, why: str) -> None:
        super().__init__(f"Base de données indisponible ({why}) : réessayez dans un instant.")


class BrokerUnavailable(Unavailable):
    """The broker did not take a message."""

    code = "broker_unavailable"

    def __init__(self, why: str) -> None:
        super().__init__(f"Courtier Redis indisponible ({why}).")


class ArtifactsUnavailable(Unavailable):
    """The place of the files did not take or give bytes (full disk, permissions)."""

    code = "artifacts_unavailable"

    def __init__(self, why: str) -> None:
        super().__init__(f"Dépôt des fichiers indisponible ({why}).")


class StorageFull(Unavailable):
    """The place of the files that wait to be imported did not take the bytes."""

    code = "storage_full"

    def __init__(self, why: str) -> None:
        super().__init__(f"Fichier non gardé ({why}) : réessayez plus tard.")
