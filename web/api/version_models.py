"""Versions as the API gives them: their rows, what differs, what LSL would do with one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pydantic import Field

from pipeline.compare import Comparison
from pipeline.domain.differences import Presence
from pipeline.domain.faults import FaultCode
from pipeline.domain.fields import Change, Place
from pipeline.field_labels import field_label
from pipeline.receiver import Fate, RefusalCode
from web.api.kinds import Answer

Value = str | int | bool | list[list[str]] | None


class VersionAnswer(Answer):
    """Une version du fichier d'une division ; ses octets ne changent jamais."""

    id: int = Field(description="Identifiant de la version.")
    division_id: int = Field(description="Identifiant de la division.")
    division: str = Field(description="Code de la division.")
    school_uai: str = Field(description="UAI de l'établissement.")
    start_year: int = Field(description="Année de rentrée.")
    diploma_code: str = Field(description="Code du diplôme.")
    profile: str = Field(description="Profil.")
    version: int = Field(description="Numéro, propre à la division et au profil.")
    newest: int = Field(description="Numéro de la plus récente de sa lignée.")
    file_name: str = Field(description="Nom du fichier.")
    sha256: str = Field(description="SHA-256 du fichier.")
    size: int = Field(description="Taille, en octets.")
    job_id: str = Field(description="La demande qui l'a produite.")
    requested_by: str = Field(description="Par quel compte.")
    created_at: dt.datetime = Field(description="Quand elle a été produite.")
    expired_at: dt.datetime | None = Field(description="Quand sa conservation a pris fin.")
    sent_at: dt.datetime | None = Field(description="Quand son envoi dans LSL a été noté.")
    sent_by: str | None = Field(description="Par quel compte il l'a été.")


class ReportAnswer(Answer):
    """Un bilan de LSL gardé avec une version."""

    name: str = Field(description="Nom donné au fichier.")
    sha256: str = Field(description="SHA-256, qui est aussi son adresse.")
    kept_at: dt.datetime = Field(description="Quand il a été gardé.")


class VersionDetail(VersionAnswer):
    """Une version, son contenu en chiffres et l'état de son fichier."""

    changed_since: bool = Field(description="Des données ont changé depuis.")
    intact: bool = Field(description="Le fichier est là et intact.")
    why_unusable: str | None = Field(description="Sinon, pourquoi il n'est pas servi.")
    manifest: dict[str, Any] = Field(description="Ce que la version contient, sans nom d'élève.")
    reports: list[ReportAnswer] = Field(description="Les bilans de LSL gardés.")


class PlaceAnswer(Answer):
    """Où se trouve un champ."""

    start_year: int = Field(description="Année ; 0 pour ce qui n'en a pas.")
    part: str = Field(description="Matière et modalité, `pfmp`, `project`, ou vide.")
    name: str = Field(description="Le champ.")
    key: str = Field(description="Lequel, où il y en a plusieurs.")
    label: str = Field(description="En français.")


class ChangeAnswer(PlaceAnswer):
    """Un champ qui diffère ; `null` où un côté ne le porte pas."""

    before: Value = Field(description="Avant.")
    after: Value = Field(description="Après.")


class PupilDiff(Answer):
    """Un élève qui diffère."""

    siecle_id: int = Field(description="Identifiant SIECLE.")
    presence: Presence = Field(description="Ajouté, retiré ou changé.")
    fields: list[ChangeAnswer] = Field(description="Les champs qui diffèrent.")


class DiffAnswer(Answer):
    """Ce qui diffère d'un côté à l'autre."""

    before: str = Field(description="Le premier côté, en français.")
    after: str = Field(description="Le second.")
    not_compared: list[str] = Field(description="Ce qu'un des deux profils ne porte pas.")
    header: list[ChangeAnswer] = Field(description="L'en-tête du fichier.")
    pupils: list[PupilDiff] = Field(description="Les élèves qui diffèrent.")


class RefusalAnswer(Answer):
    """Pourquoi LSL ne prendrait pas un fichier ou un élève."""

    code: RefusalCode = Field(description="Code stable.")
    subject: str = Field(description="L'année ou la matière.")


class PupilForetold(Answer):
    """Ce que LSL ferait d'un élève."""

    siecle_id: int = Field(description="Identifiant SIECLE.")
    fate: Fate = Field(description="Issue.")
    changes: list[ChangeAnswer] = Field(description="Ce qui serait ajouté ou remplacé.")
    kept: list[PlaceAnswer] = Field(description="Ce que LSL garderait, absent du fichier.")
    refusals: list[RefusalAnswer] = Field(description="Pourquoi il serait refusé.")


class FaultAnswer(Answer):
    """Ce que le schéma laisse passer et que LSL prendrait mal."""

    code: FaultCode = Field(description="Code stable.")
    subject: str = Field(description="Où.")
    siecle_id: int | None = Field(description="De quel élève.")


class UploadAnswer(Answer):
    """Un envoi noté, auquel le fichier est comparé."""

    division: str = Field(description="Code de la division.")
    profile: str = Field(description="Profil.")
    version: int = Field(description="Numéro.")
    sent_at: dt.datetime = Field(description="Quand l'envoi a été noté.")
    unusable: str | None = Field(description="Pourquoi il n'a pu être compté.")


class PreviewAnswer(Answer):
    """Ce que LSL ferait d'un fichier, autant qu'on le sache."""

    profile: str = Field(description="Profil du fichier.")
    official: bool = Field(description="Ce profil est celui du ministère.")
    editor: str = Field(description="Éditeur du fichier.")
    last_editor: str | None = Field(description="Éditeur du dernier envoi noté.")
    changes_software: bool = Field(description="LSL y verrait un changement de logiciel.")
    school_uai: str = Field(description="UAI du fichier.")
    refusal: RefusalAnswer | None = Field(description="Pourquoi il serait refusé en entier.")
    total: int = Field(description="Élèves du fichier.")
    taken: int = Field(description="Élèves pris.")
    progress: str = Field(description="« 12 / 23 (52 %) ».")
    counts: dict[Fate, int] = Field(description="Élèves par issue.")
    pupils: list[PupilForetold] = Field(description="Élève par élève.")
    absent_pupils: list[int] = Field(description="Élèves que LSL garde et que le fichier n'a pas.")
    faults: list[FaultAnswer] = Field(description="Ce qui est à voir.")
    uploads: list[UploadAnswer] = Field(description="Les envois auxquels il est comparé.")


def diff(found: Comparison) -> DiffAnswer:
    """What differs, as values."""
    pupils = [
        PupilDiff(siecle_id=one.siecle_id, presence=one.presence, fields=changes(one.changes))
        for one in found.pupils
    ]
    return DiffAnswer(
        before=found.before, after=found.after, not_compared=list(found.not_compared),
        header=changes(found.header), pupils=pupils,
    )  # fmt: skip


def changes(found: tuple[Change, ...]) -> list[ChangeAnswer]:
    """Fields that differ, as values."""
    return [
        ChangeAnswer(**_place(one.place), before=_value(one.before), after=_value(one.after))
        for one in found
    ]


def place(found: Place) -> PlaceAnswer:
    """Where a field stands."""
    return PlaceAnswer(**_place(found))


def _place(found: Place) -> dict[str, Any]:
    return found._asdict() | {"label": field_label(found)}


def _value(found: Any) -> Value:
    if isinstance(found, Decimal):
        return str(found)
    return [list(one) for one in found] if isinstance(found, tuple) else found
