"""Versions as the API gives them: their rows, what differs, what LSL would do with one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pydantic import Field

from pipeline.compare import Comparison
from pipeline.domain.differences import Presence
from pipeline.domain.fields import Change, Place
from pipeline.field_labels import field_label
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
