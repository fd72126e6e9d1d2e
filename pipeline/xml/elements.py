"""Each element of a valid file as a value of the document: one small function an element."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree

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
from pipeline.domain.periods import Periodicity

_PERIODICITIES = {"T": Periodicity.TRIMESTER, "S": Periodicity.SEMESTER}
_NO_MARK = Decimal(-1)
_TRUE = frozenset({"true", "1"})
_LONGEST_NUMBER = 30  # an XSD bounds no number; Python refuses to read one of 4,301 digits
_Element = etree._Element  # noqa: SLF001 - lxml's only name for the type


class BeyondReason(ValueError):
    """A number that the schema takes and nothing real has; the text is `CODE : phrase (place)`."""


def document_of(root: _Element) -> Document:
    """The document of a file that its schema takes. Raises BeyondReason."""
    header = _child(root, "entete")
    return Document(
        editor=_text(_child(header, "editeur")),
        application=_text(_child(header, "application")),
        uai=_text(_child(header, "etablissement")),
        pupils=tuple(map(_pupil, _child(root, "donnees").iterfind("eleve"))),
    )


def _pupil(eleve: _Element) -> Pupil:
    years = _child(eleve, "scolarites").iterfind("scolarite")
    return Pupil(_integer(eleve, "id"), tuple(map(_year, years)))


def _year(scolarite: _Element) -> SchoolYear:
    pfmp, project = scolarite.find("pfmp"), scolarite.find("projet")
    return SchoolYear(
        start_year=_integer(scolarite, "annee-scolaire"),
        periodicity=_PERIODICITIES[_attribute(scolarite, "code-periode")],
        evaluations=tuple(map(_evaluation, scolarite.iterfind("evaluation"))),
        pfmp=None if pfmp is None else _pfmp(pfmp),
        project=None if project is None else _project(project),
    )


def _pfmp(pfmp: _Element) -> Pfmp:
    weeks = "nombre-semaines"
    return Pfmp(
        synthesis=_text(_child(pfmp, "synthese")),
        teacher=_teacher(_child(pfmp, "enseignant")),
        week_count=_integer(pfmp, weeks) if weeks in pfmp.attrib else None,
        abroad=_attribute(pfmp, "a-l-etranger").strip() in _TRUE,
    )


def _project(projet: _Element) -> Project:
    return Project(
        average=_decimal(projet, "moyenne"),
        appreciation=_text(_child(projet, "appreciation")),
        teacher=_teacher(_child(projet, "enseignant")),
    )


def _evaluation(evaluation: _Element) -> Evaluation:
    """Its children stand in any order (`xs:all`); all but group and teachers may be absent."""
    comment = evaluation.find("annuelle")
    return Evaluation(
        subject_code=_attribute(evaluation, "code-matiere"),
        modality=_attribute(evaluation, "modalite-election"),
        group=_group(_child(evaluation, "structure")),
        appreciation=None if comment is None else _text(comment),
        averages=tuple(map(_average, evaluation.iterfind("periodiques/periode"))),
        ratings=tuple(map(_rating, evaluation.iterfind("competences/competence"))),
        teachers=tuple(map(_teacher, evaluation.iterfind("enseignants/enseignant"))),
    )


def _group(structure: _Element) -> GroupStatistics:
    """Every attribute may be absent by itself in others' files."""
    named = ("moyenne", "repar-moins-huit", "repar-huit-douze", "repar-plus-douze")
    size = _integer(structure, "effectif") if "effectif" in structure.attrib else 0
    figures = (_decimal(structure, one) if one in structure.attrib else None for one in named)
    return GroupStatistics(size, *figures)


def _average(periode: _Element) -> tuple[int, Decimal | None]:
    average = _decimal(periode, "moyenne")
    return _integer(periode, "numero"), None if average == _NO_MARK else average


def _rating(competence: _Element) -> tuple[str, int | str]:
    mastery = _text(competence)
    return _attribute(competence, "code"), int(mastery) if mastery.isdigit() else mastery


def _teacher(enseignant: _Element) -> Teacher:
    """Both names may be absent in others' files: blank then."""
    return Teacher(enseignant.get("nom", ""), enseignant.get("prenom", ""))


def _child(parent: _Element, name: str) -> _Element:
    """The only child of that name; the schema has seen it."""
    return next(parent.iterfind(name))


def _text(element: _Element) -> str:
    return element.text or ""


def _attribute(element: _Element, name: str) -> str:
    return str(element.attrib[name])


def _integer(element: _Element, name: str) -> int:
    return int(_number(element, name))


def _decimal(element: _Element, name: str) -> Decimal:
    return Decimal(_number(element, name))


def _number(element: _Element, name: str) -> str:
    number = _attribute(element, name).strip()
    if len(number) > _LONGEST_NUMBER:
        place = f"{element.getroottree().getpath(element)}/@{name}, ligne {element.sourceline}"
        raise BeyondReason(f"NUMBER_TOO_LONG : nombre démesuré ({place})")
    return number
