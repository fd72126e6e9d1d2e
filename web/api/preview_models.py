"""What LSL would do with a file, as the API tells it."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from pipeline.domain.faults import FaultCode
from pipeline.preview import Preview
from pipeline.receiver import Fate, Received, RefusalCode
from web.api.kinds import Answer
from web.api.version_models import ChangeAnswer, PlaceAnswer, changes, place


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


def foretold(found: Preview) -> PreviewAnswer:
    """What LSL would do, as values."""
    report = found.report
    told = {
        "profile": found.profile.name, "official": found.profile.official,
        "editor": found.document.editor, "school_uai": found.document.uai,
        "last_editor": found.last_editor, "changes_software": found.changes_software,
        "refusal": report.refusal, "total": report.total, "taken": report.taken,
        "progress": report.progress, "absent_pupils": found.absent,
        "counts": {fate: report.count(fate) for fate in Fate},
        "faults": found.faults, "uploads": found.uploads,
        "pupils": [_pupil(one) for one in report.pupils],
    }  # fmt: skip
    return PreviewAnswer.model_validate(told)


def _pupil(one: Received) -> PupilForetold:
    return PupilForetold(
        siecle_id=one.siecle_id, fate=one.fate, changes=changes(one.changes),
        kept=[place(each) for each in one.kept],
        refusals=[RefusalAnswer.model_validate(each) for each in one.refusals],
    )  # fmt: skip
