"""Each element of a valid file as a value of the document: one small function an element."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pipeline.domain.document import (
    Document,
    Evaluation,
    GroupStatistics,
    Pfmp,
    Project,
    Pupil,
    SchoolYear,
)
from pipeline.domain.facts import Teacher
from pipeline.domain.life import Commitment, ExamOpinion, Opinion, OpinionKind
from pipeline.domain.periods import Periodicity
from pipeline.xml.leaves import Element, attribute, child, day, decimal, integer, text

_PERIODICITIES = {"T": Periodicity.TRIMESTER, "S": Periodicity.SEMESTER}
_OPINIONS = {
    OpinionKind.COMMITMENT: "avisEngagement",
    OpinionKind.INVESTMENT: "avisInvestissement",
    OpinionKind.HEAD: "avisChefEtab",
}
_NO_MARK = Decimal(-1)
_TRUE = frozenset({"true", "1"})


def document_of(root: Element) -> Document:
    """The document of a file that its schema takes. Raises BeyondReason."""
    header = child(root, "entete")
    return Document(
        editor=text(child(header, "editeur")),
        application=text(child(header, "application")),
        uai=text(child(header, "etablissement")),
        pupils=tuple(map(_pupil, child(root, "donnees").iterfind("eleve"))),
    )


def _pupil(eleve: Element) -> Pupil:
    exam = eleve.find("avisExamen")
    coded = eleve.iterfind("engagements/engagement")
    return Pupil(
        siecle_id=integer(eleve, "id"),
        years=tuple(map(_year, child(eleve, "scolarites").iterfind("scolarite"))),
        commitments=tuple(Commitment(attribute(one, "code")) for one in coded),
        other_commitment=eleve.findtext("engagements/engagement-autre"),
        exam_opinion=None if exam is None else ExamOpinion(attribute(exam, "code")),
    )


def _year(scolarite: Element) -> SchoolYear:
    pfmp, project = scolarite.find("pfmp"), scolarite.find("projet")
    return SchoolYear(
        start_year=integer(scolarite, "annee-scolaire"),
        periodicity=_PERIODICITIES[attribute(scolarite, "code-periode")],
        evaluations=tuple(map(_evaluation, scolarite.iterfind("evaluation"))),
        pfmp=None if pfmp is None else _pfmp(pfmp),
        project=None if project is None else _project(project),
        opinions=tuple(
            (kind, _opinion(found))
            for kind, tag in _OPINIONS.items()
            if (found := scolarite.find(tag)) is not None
        ),
    )


def _opinion(avis: Element) -> Opinion:
    names = (attribute(avis, "nom"), attribute(avis, "prenom"))
    return Opinion(text(avis), *names, _day(avis))


def _day(dated: Element) -> dt.date | None:
    return day(dated) if "date" in dated.attrib else None


def _pfmp(pfmp: Element) -> Pfmp:
    weeks = "nombre-semaines"
    return Pfmp(
        synthesis=text(child(pfmp, "synthese")),
        teacher=_teacher(child(pfmp, "enseignant")),
        week_count=integer(pfmp, weeks) if weeks in pfmp.attrib else None,
        abroad=attribute(pfmp, "a-l-etranger").strip() in _TRUE,
    )


def _project(projet: Element) -> Project:
    return Project(
        average=decimal(projet, "moyenne"),
        appreciation=text(child(projet, "appreciation")),
        teacher=_teacher(child(projet, "enseignant")),
    )


def _evaluation(evaluation: Element) -> Evaluation:
    """Its children stand in any order (`xs:all`); all but group and teachers may be absent."""
    comment = evaluation.find("annuelle")
    return Evaluation(
        subject_code=attribute(evaluation, "code-matiere"),
        modality=attribute(evaluation, "modalite-election"),
        group=_group(child(evaluation, "structure")),
        appreciation=None if comment is None else text(comment),
        averages=tuple(map(_average, evaluation.iterfind("periodiques/periode"))),
        ratings=tuple(map(_rating, evaluation.iterfind("competences/competence"))),
        teachers=tuple(map(_teacher, evaluation.iterfind("enseignants/enseignant"))),
        validated_on=_day(evaluation),
    )


def _group(structure: Element) -> GroupStatistics:
    """Every attribute may be absent by itself in others' files."""
    named = ("moyenne", "repar-moins-huit", "repar-huit-douze", "repar-plus-douze")
    size = integer(structure, "effectif") if "effectif" in structure.attrib else 0
    figures = (decimal(structure, one) if one in structure.attrib else None for one in named)
    return GroupStatistics(size, *figures)


def _average(periode: Element) -> tuple[int, Decimal | None]:
    average = decimal(periode, "moyenne")
    return integer(periode, "numero"), None if average == _NO_MARK else average


def _rating(competence: Element) -> tuple[str, int | str]:
    mastery = text(competence)
    return attribute(competence, "code"), int(mastery) if mastery.isdigit() else mastery


def _teacher(enseignant: Element) -> Teacher:
    """Both names may be absent in others' files: blank then."""
    return Teacher(enseignant.get("nom", ""), enseignant.get("prenom", ""))
